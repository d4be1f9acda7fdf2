//! Enums stored by the name of their variant.

use super::{SqlType, Value, ValueRef};
use crate::error::{Error, ErrorKind, Result};

/// The labels of a database enum.
///
/// The column is text with a CHECK on both databases, so that labels can be added without a type change.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct EnumType {
    /// The enum's name, in snake case.
    pub name: &'static str,
    /// The labels, in the order of the variants.
    pub labels: &'static [&'static str],
}

/// An enum that a column can hold; implemented by `#[derive(DbEnum)]`.
pub trait DbEnum: Sized + Copy + Send + Sync + 'static {
    /// The enum's name and labels.
    const TYPE: &'static EnumType;

    /// The label of this variant.
    fn label(self) -> &'static str;

    /// The variant of a label.
    fn from_label(label: &str) -> Option<Self>;

    /// The column type of this enum.
    const SQL_TYPE: SqlType = SqlType::Enum(Self::TYPE);

    /// Reads the variant from a value; what the derived `FromValue` calls.
    ///
    /// # Errors
    /// `Decode` when the value is not text, or not one of the labels.
    fn decode(value: ValueRef<'_>) -> Result<Self> {
        let ValueRef::Text(label) = value else {
            return Err(super::convert::mismatch::<Self>(value));
        };
        Self::from_label(label).ok_or_else(|| {
            Error::new(
                ErrorKind::Decode,
                format!(
                    "the column holds a label that enum {} lacks; its labels are {}",
                    Self::TYPE.name,
                    Self::TYPE.labels.join(", ")
                ),
            )
        })
    }

    /// The value to bind; what the derived `ToValue` calls.
    fn encode(self) -> Value {
        Value::Text(self.label().to_owned())
    }
}
