//! Owned and borrowed values.

use super::SqlType;
use super::numeric::Numeric;

/// Many values of one type.
pub type Array = (SqlType, Vec<Value>);

/// An owned value: a bound parameter, a key part, a remembered column.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// SQL NULL; its type follows from where it stands.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A 16-bit integer.
    I16(i16),
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// A 32-bit float.
    F32(f32),
    /// A 64-bit float.
    F64(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Many values of one type, bound as one parameter (`= ANY($1)`, or a JSON list on SQLite), or in one column where the
    /// database has arrays.
    Array(Box<Array>),
    /// A date, in days since 1970-01-01.
    Date(i32),
    /// A time, in microseconds since midnight.
    Time(i64),
    /// A date and time without a zone, in microseconds since 1970-01-01 00:00:00.
    Timestamp(i64),
    /// A point in time, in microseconds since 1970-01-01 00:00:00 UTC.
    TimestampTz(i64),
    /// A decimal number.
    Decimal(Numeric),
    /// A UUID.
    Uuid([u8; 16]),
    /// The text of a JSON value.
    Json(String),
    /// What could not be made a value, with the reason: to bind it is an error.
    Invalid(String),
    /// No value: a deferred column that was not loaded. It cannot be bound.
    Unloaded,
}

/// A value borrowed from a row, or from a model's field.
///
/// SQLite knows fewer types than Rust: there every integer and truth value arrives as `I64`, every float as `F64`; dates,
/// times, decimals, UUIDs and JSON arrive as `Text`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// SQL NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// A 16-bit integer.
    I16(i16),
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// A 32-bit float.
    F32(f32),
    /// A 64-bit float.
    F64(f64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Many values of one type.
    Array(&'a Array),
    /// A date, in days since 1970-01-01.
    Date(i32),
    /// A time, in microseconds since midnight.
    Time(i64),
    /// A date and time without a zone, in microseconds since 1970-01-01 00:00:00.
    Timestamp(i64),
    /// A point in time, in microseconds since 1970-01-01 00:00:00 UTC.
    TimestampTz(i64),
    /// A decimal number.
    Decimal(Numeric),
    /// A UUID.
    Uuid([u8; 16]),
    /// The text of a JSON value.
    Json(&'a str),
    /// What could not be made a value, with the reason: to bind it is an error.
    Invalid(&'a str),
    /// No value: a deferred column that was not loaded. It cannot be bound.
    Unloaded,
}

/// Only the kind of a value, since a hash serves to tell statements apart by their text, which no value is part of.
impl std::hash::Hash for Value {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        if let Self::Array(array) = self {
            array.0.hash(state);
        }
    }
}

impl Value {
    /// Whether this is SQL NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value, borrowed.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Array(value) => ValueRef::Array(value),
            Self::Date(value) => ValueRef::Date(*value),
            Self::Time(value) => ValueRef::Time(*value),
            Self::Timestamp(value) => ValueRef::Timestamp(*value),
            Self::TimestampTz(value) => ValueRef::TimestampTz(*value),
            Self::Decimal(value) => ValueRef::Decimal(*value),
            Self::Uuid(value) => ValueRef::Uuid(*value),
            Self::Json(value) => ValueRef::Json(value),
            Self::Invalid(reason) => ValueRef::Invalid(reason),
            Self::Unloaded => ValueRef::Unloaded,
            Self::Bool(value) => ValueRef::Bool(*value),
            Self::I16(value) => ValueRef::I16(*value),
            Self::I32(value) => ValueRef::I32(*value),
            Self::I64(value) => ValueRef::I64(*value),
            Self::F32(value) => ValueRef::F32(*value),
            Self::F64(value) => ValueRef::F64(*value),
            Self::Text(value) => ValueRef::Text(value),
            Self::Bytes(value) => ValueRef::Bytes(value),
        }
    }
}

impl ValueRef<'_> {
    /// An owned copy.
    pub fn to_owned(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::I16(value) => Value::I16(value),
            Self::I32(value) => Value::I32(value),
            Self::I64(value) => Value::I64(value),
            Self::F32(value) => Value::F32(value),
            Self::F64(value) => Value::F64(value),
            Self::Text(value) => Value::Text(value.to_owned()),
            Self::Bytes(value) => Value::Bytes(value.to_owned()),
            Self::Array(value) => Value::Array(Box::new(value.clone())),
            Self::Date(value) => Value::Date(value),
            Self::Time(value) => Value::Time(value),
            Self::Timestamp(value) => Value::Timestamp(value),
            Self::TimestampTz(value) => Value::TimestampTz(value),
            Self::Decimal(value) => Value::Decimal(value),
            Self::Uuid(value) => Value::Uuid(value),
            Self::Json(value) => Value::Json(value.to_owned()),
            Self::Invalid(reason) => Value::Invalid(reason.to_owned()),
            Self::Unloaded => Value::Unloaded,
        }
    }

    /// The value's type in words, for messages.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "BOOLEAN",
            Self::I16(_) => "SMALLINT",
            Self::I32(_) => "INTEGER",
            Self::I64(_) => "BIGINT",
            Self::F32(_) => "REAL",
            Self::F64(_) => "DOUBLE PRECISION",
            Self::Text(_) => "TEXT",
            Self::Bytes(_) => "BYTES",
            Self::Array(_) => "ARRAY",
            Self::Date(_) => "DATE",
            Self::Time(_) => "TIME",
            Self::Timestamp(_) => "TIMESTAMP",
            Self::TimestampTz(_) => "TIMESTAMP WITH TIME ZONE",
            Self::Decimal(_) => "DECIMAL",
            Self::Uuid(_) => "UUID",
            Self::Json(_) => "JSON",
            Self::Invalid(_) => "a value that could not be made",
            Self::Unloaded => "a deferred column that was not loaded",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are read, and batches bound, by moving these about.
    #[test]
    fn small() {
        assert_eq!((size_of::<Value>(), size_of::<ValueRef<'_>>()), (32, 24));
    }
}
