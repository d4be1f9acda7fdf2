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
    /// A day of the calendar.
    Date,
    /// A time of day, to the microsecond.
    Time,
    /// A date and time without a zone, to the microsecond.
    Timestamp,
    /// A point in time, to the microsecond.
    TimestampTz,
    /// An exact decimal number of any precision (`NUMERIC`; text that compares as a number on SQLite).
    Decimal,
    /// A UUID.
    Uuid,
    /// JSON (`JSONB`; text on SQLite).
    Json,
    /// A list of values of one type, where the database has arrays.
    Array(&'static SqlType),
}

impl SqlType {
    /// Whether values of this type are compared as text.
    pub(crate) const fn is_textual(self) -> bool {
        matches!(self, Self::Text | Self::VarChar(_) | Self::Enum(_))
    }

    /// Whether the database can generate keys of this type from a counter.
    pub const fn is_integer(self) -> bool {
        matches!(self, Self::SmallInt | Self::Integer | Self::BigInt)
    }
}
