//! Primary keys: the identity of a row within its table.

use crate::error::Result;
use crate::types::{ColumnType, Numeric, Row, Value, ValueRef};

/// A primary key's value, as the identity map holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An integer of any width.
    Int(i64),
    /// Text, or an enum's label.
    Text(Box<str>),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A UUID.
    Uuid([u8; 16]),
    /// A date, in days since 1970-01-01.
    Date(i32),
    /// A time, in microseconds since midnight.
    Time(i64),
    /// A timestamp without a zone, in microseconds since 1970-01-01.
    Timestamp(i64),
    /// A point in time, in microseconds since 1970-01-01.
    TimestampTz(i64),
    /// A key of several columns, in their order.
    Many(Box<[Key]>),
}

impl Key {
    /// The key that these column values make; `None` if one is NULL, or of a type that cannot be a key.
    pub fn from_values<'a>(values: impl IntoIterator<Item = ValueRef<'a>>) -> Option<Self> {
        let mut parts = Vec::new();
        let mut values = values.into_iter();
        let first = Self::from_value(values.next()?)?;
        for value in values {
            parts.push(Self::from_value(value)?);
        }
        if parts.is_empty() {
            return Some(first);
        }
        parts.insert(0, first);
        Some(Self::Many(parts.into_boxed_slice()))
    }

    /// The key of a single column value.
    pub fn from_value(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::I16(value) => Some(Self::Int(value.into())),
            ValueRef::I32(value) => Some(Self::Int(value.into())),
            ValueRef::I64(value) => Some(Self::Int(value)),
            ValueRef::Bool(value) => Some(Self::Int(value.into())),
            ValueRef::Text(value) => Some(Self::Text(value.into())),
            ValueRef::Bytes(value) => Some(Self::Bytes(value.into())),
            ValueRef::Uuid(value) => Some(Self::Uuid(value)),
            ValueRef::Date(value) => Some(Self::Date(value)),
            ValueRef::Time(value) => Some(Self::Time(value)),
            ValueRef::Timestamp(value) => Some(Self::Timestamp(value)),
            ValueRef::TimestampTz(value) => Some(Self::TimestampTz(value)),
            // Of a foreign key: to databases 1.10 and 1.1 are one number.
            ValueRef::Decimal(value) => Some(Self::Text(shortest(value).into())),
            _ => None,
        }
    }
}

/// A decimal number without zeros at the end of its fraction.
fn shortest(value: Numeric) -> String {
    let text = value.to_string();
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::Bytes(value) => write!(f, "{} bytes", value.len()),
            Self::Uuid(value) => short(ValueRef::Uuid(*value), f),
            Self::Date(value) => short(ValueRef::Date(*value), f),
            Self::Time(value) => short(ValueRef::Time(*value), f),
            Self::Timestamp(value) => short(ValueRef::Timestamp(*value), f),
            Self::TimestampTz(value) => short(ValueRef::TimestampTz(*value), f),
            Self::Many(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    write!(f, "{}{part}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

fn short(value: ValueRef<'_>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    match value.short_text() {
        Ok(Some(text)) => f.write_str(text.as_str()),
        _ => f.write_str(value.type_name()),
    }
}

/// A column type that a primary key can be made of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key column",
    label = "not a key type",
    note = "use i16, i32, i64, bool, String, Vec<u8>, a Uuid, date, time or timestamp, or an enum with #[derive(DbEnum)]; floats, decimals, JSON, lists and Option cannot be keys"
)]
pub trait KeyColumn: ColumnType + PartialEq {
    /// This column's part of the key.
    fn key_part(&self) -> Key;
}

macro_rules! key_column {
    ($($rust:ty => |$value:ident| $key:expr),* $(,)?) => {$(
        impl KeyColumn for $rust {
            #[inline]
            fn key_part(&self) -> Key {
                let $value = self;
                $key
            }
        }
    )*};
}

key_column! {
    i16 => |value| Key::Int(i64::from(*value)),
    i32 => |value| Key::Int(i64::from(*value)),
    i64 => |value| Key::Int(*value),
    bool => |value| Key::Int(i64::from(*value)),
    String => |value| Key::Text(value.as_str().into()),
    Vec<u8> => |value| Key::Bytes(value.as_slice().into()),
}

/// Keys that are short values: what stands in a key is what is bound.
#[cfg(any(feature = "chrono", feature = "uuid"))]
macro_rules! short_key {
    ($($rust:ty),* $(,)?) => {$(
        impl KeyColumn for $rust {
            #[inline]
            fn key_part(&self) -> Key {
                // Every one of these types has a key of its own.
                Key::from_value(crate::types::ToValue::to_value(self).as_ref()).unwrap_or(Key::Int(0))
            }
        }

        impl IntoKey<$rust> for $rust {
            #[inline]
            fn into_key(self) -> $rust {
                self
            }
        }
    )*};
}

#[cfg(feature = "uuid")]
short_key!(uuid::Uuid);
#[cfg(feature = "chrono")]
short_key!(
    chrono::NaiveDate,
    chrono::NaiveTime,
    chrono::NaiveDateTime,
    chrono::DateTime<chrono::Utc>,
);

/// The key of a model as Rust sees it: one column, or a tuple of columns.
pub trait ModelKey: Clone + Send + Sync + 'static {
    /// The key, as the identity map holds it.
    fn to_key(&self) -> Key;
    /// The key's columns, to bind.
    fn to_values(&self) -> Vec<Value>;
    /// Reads a key from a row whose columns for it start at `offset`.
    ///
    /// # Errors
    /// `Decode`, naming the column.
    fn read(row: &dyn Row, offset: usize) -> Result<Self>;
}

impl<T: KeyColumn> ModelKey for T {
    #[inline]
    fn to_key(&self) -> Key {
        self.key_part()
    }

    fn to_values(&self) -> Vec<Value> {
        vec![self.to_value()]
    }

    fn read(row: &dyn Row, offset: usize) -> Result<Self> {
        row.get(offset)
    }
}

/// What can be given as a key of type `K`: the type itself, a narrower integer, `&str` for `String`, tuples of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the primary key, which is `{K}`",
    label = "expected a key of type `{K}`",
    note = "a key of several columns is given as a tuple in the order of the columns"
)]
pub trait IntoKey<K> {
    /// The key.
    fn into_key(self) -> K;
}

macro_rules! into_key {
    ($($from:ty => $to:ty),* $(,)?) => {$(
        impl IntoKey<$to> for $from {
            #[inline]
            fn into_key(self) -> $to {
                self.into()
            }
        }
    )*};
}

into_key! {
    i64 => i64, i32 => i64, i16 => i64, u32 => i64,
    i32 => i32, i16 => i32,
    i16 => i16,
    bool => bool,
    String => String, &str => String, &String => String,
    Vec<u8> => Vec<u8>, &[u8] => Vec<u8>,
}

macro_rules! tuple_key {
    ($($name:ident $from:ident $index:tt),+) => {
        impl<$($name: KeyColumn),+> ModelKey for ($($name,)+) {
            fn to_key(&self) -> Key {
                Key::Many(Box::new([$(self.$index.key_part()),+]))
            }

            fn to_values(&self) -> Vec<Value> {
                vec![$(self.$index.to_value()),+]
            }

            fn read(row: &dyn Row, offset: usize) -> Result<Self> {
                Ok(($(row.get(offset + $index)?,)+))
            }
        }

        impl<$($name, $from: IntoKey<$name>),+> IntoKey<($($name,)+)> for ($($from,)+) {
            fn into_key(self) -> ($($name,)+) {
                ($(self.$index.into_key(),)+)
            }
        }
    };
}

tuple_key!(A FromA 0, B FromB 1);
tuple_key!(A FromA 0, B FromB 1, C FromC 2);
tuple_key!(A FromA 0, B FromB 1, C FromC 2, D FromD 3);
