//! Lists of plain values in one column, where the database has arrays.

use super::convert::mismatch;
use super::{ColumnType, FromValue, SqlType, ToValue, Value, ValueRef};
use crate::error::{Error, ErrorKind, Result};

/// A type whose lists can be a column: every plain column type but bytes, which are a `Vec<u8>`, and JSON.
#[diagnostic::on_unimplemented(
    message = "a list of `{Self}` is not a column type",
    label = "not an element of an array",
    note = "use a list of bool, i16, i32, i64, f32, f64, String, or a date, time, Decimal or Uuid, or Option of one; or Json<Vec<..>>"
)]
pub trait Element: ColumnType {}

/// A list that may have NULLs among its items.
impl<T: Element> Element for Option<T> {}
impl Element for bool {}
impl Element for i16 {}
impl Element for i32 {}
impl Element for i64 {}
impl Element for f32 {}
impl Element for f64 {}
impl Element for String {}
#[cfg(feature = "chrono")]
impl Element for chrono::NaiveDate {}
#[cfg(feature = "chrono")]
impl Element for chrono::NaiveTime {}
#[cfg(feature = "chrono")]
impl Element for chrono::NaiveDateTime {}
#[cfg(feature = "chrono")]
impl Element for chrono::DateTime<chrono::Utc> {}
#[cfg(feature = "decimal")]
impl Element for rust_decimal::Decimal {}
#[cfg(feature = "uuid")]
impl Element for uuid::Uuid {}

impl<T: Element> FromValue for Vec<T> {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let ValueRef::Array((_, items)) = value else {
            return Err(mismatch::<Self>(value));
        };
        items
            .iter()
            .map(|item| match item {
                Value::Null if !T::NULLABLE => Err(null_item::<T>()),
                item => T::from_value(item.as_ref()),
            })
            .collect()
    }
}

#[cold]
fn null_item<T>() -> Error {
    let item = std::any::type_name::<T>();
    let message = format!(
        "the list in the column has a NULL but Vec<{item}> cannot; use Vec<Option<{item}>>"
    );
    Error::new(ErrorKind::Decode, message)
}

impl<T: Element> ToValue for Vec<T> {
    fn to_value(&self) -> Value {
        let items = self.iter().map(ToValue::to_value).collect();
        Value::Array(Box::new((T::SQL_TYPE, items)))
    }

    fn same(&self, value: &Value) -> bool {
        let Value::Array(array) = value else {
            return false;
        };
        self.len() == array.1.len()
            && self
                .iter()
                .zip(&array.1)
                .all(|(own, other)| own.same(other))
    }
}

impl<T: Element> ColumnType for Vec<T> {
    type Base = Self;
    const SQL_TYPE: SqlType = SqlType::Array(&T::SQL_TYPE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_go_in_and_out() {
        let list = vec!["a".to_owned(), String::new()];
        let value = list.to_value();
        assert_eq!(Vec::<String>::SQL_TYPE, SqlType::Array(&SqlType::Text));
        assert_eq!(Vec::<String>::from_value(value.as_ref()).unwrap(), list);
        assert!(list.same(&value));
        assert!(!list[..1].to_vec().same(&value));
        assert!(Vec::<i32>::from_value(value.as_ref()).is_err());
        let null = Value::Array(Box::new((SqlType::Integer, vec![Value::Null])));
        let error = Vec::<i32>::from_value(null.as_ref()).unwrap_err();
        assert_eq!(
            error.message(),
            "the list in the column has a NULL but Vec<i32> cannot; use Vec<Option<i32>>"
        );
        let read = Vec::<Option<i32>>::from_value(null.as_ref()).unwrap();
        assert_eq!(read, [None]);
        assert_eq!(read.to_value(), null);
        assert!(read.same(&null));
    }
}
