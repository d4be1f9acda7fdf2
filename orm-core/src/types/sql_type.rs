//! The portable column types; a dialect knows how each is written.

use super::EnumType;

/// A column's type, independent of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SqlType {
    /// True or false (`BOOLEAN`; 0/1 on SQLite).
    Bool,
    /// 16-bit integer.
    SmallInt,
    /// 32-bit integer.
    Integer,
    /// 64-bit integer.
    BigInt,
    /// 32-bit float.
    Real,
    /// 64-bit float.
    Double,
    /// Text of any length.
    Text,
    /// Text with a limit in characters.
    VarChar(u32),
    /// Bytes.
    Bytes,
    /// One of a fixed set of labels.
    Enum(&'static EnumType),
}

impl SqlType {
    /// Whether the database can generate keys of this type from a counter.
    pub const fn is_integer(self) -> bool {
        matches!(self, Self::SmallInt | Self::Integer | Self::BigInt)
    }
}
