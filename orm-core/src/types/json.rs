//! JSON: any JSON value, or a type that serde reads and writes.

use std::any::type_name;
use std::ops::{Deref, DerefMut};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::convert::mismatch;
use super::{ColumnType, FromValue, SqlType, ToValue, Value, ValueRef};
use crate::error::{Error, ErrorKind, Result};

/// A field that is stored as JSON: any type that serde reads and writes.
///
/// ```
/// use orm_core::types::Json;
///
/// #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
/// struct Settings {
///     theme: String,
/// }
///
/// let mut settings = Json(Settings { theme: "dark".into() });
/// settings.theme = "light".into();
/// # assert_eq!(settings.0.theme, "light");
/// ```
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

fn read<T: DeserializeOwned>(value: ValueRef<'_>) -> Result<T> {
    let (ValueRef::Json(text) | ValueRef::Text(text)) = value else {
        return Err(mismatch::<T>(value));
    };
    serde_json::from_str(text).map_err(|error| {
        // The message of the parser may repeat what it read.
        Error::new(
            ErrorKind::Decode,
            format!(
                "the column's JSON does not fit {}: {:?} error at line {} column {}",
                type_name::<T>(),
                error.classify(),
                error.line(),
                error.column()
            ),
        )
    })
}

fn write<T: Serialize>(value: &T) -> Value {
    match serde_json::to_string(value) {
        Ok(text) => Value::Json(text),
        Err(_) => Value::Invalid(format!(
            "{} cannot be written as JSON; are the keys of its maps text?",
            type_name::<T>()
        )),
    }
}

/// Compared by what the text means: the entries of a map come in any order.
fn same<T: Serialize + DeserializeOwned + PartialEq>(json: &T, value: &Value) -> bool {
    let Value::Json(text) = value else {
        return false;
    };
    serde_json::to_string(json).is_ok_and(|own| own == *text)
        || serde_json::from_str::<T>(text).is_ok_and(|other| other == *json)
}

impl<T: DeserializeOwned> FromValue for Json<T> {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        read(value).map(Self)
    }
}

impl<T: Serialize + DeserializeOwned + PartialEq> ToValue for Json<T> {
    fn to_value(&self) -> Value {
        write(&self.0)
    }

    fn same(&self, value: &Value) -> bool {
        same(&self.0, value)
    }
}

impl<T> ColumnType for Json<T>
where
    T: Serialize + DeserializeOwned + PartialEq + Clone + Send + Sync + 'static,
{
    type Base = Self;
    const SQL_TYPE: SqlType = SqlType::Json;
}

impl FromValue for serde_json::Value {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        read(value)
    }
}

impl ToValue for serde_json::Value {
    fn to_value(&self) -> Value {
        write(self)
    }

    fn same(&self, value: &Value) -> bool {
        same(self, value)
    }
}

impl ColumnType for serde_json::Value {
    type Base = Self;
    const SQL_TYPE: SqlType = SqlType::Json;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashMap};

    #[test]
    fn json_is_compared_by_meaning() {
        let map: HashMap<String, i32> = (0..50).map(|n| (n.to_string(), n)).collect();
        let other: HashMap<String, i32> = map.iter().map(|(k, v)| (k.clone(), *v)).collect();
        let value = Json(map).to_value();
        assert!(Json(other).same(&value));
        assert!(!Json(HashMap::<String, i32>::new()).same(&value));
        assert!(!serde_json::Value::Null.same(&Value::Null));
    }

    #[test]
    fn null_is_a_value() {
        let null = serde_json::Value::Null;
        assert_eq!(null.to_value(), Value::Json("null".into()));
        let read = Option::<serde_json::Value>::from_value(ValueRef::Json("null")).unwrap();
        assert_eq!(read, Some(null));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let error = Json::<Vec<i32>>::from_value(ValueRef::Text("{\"secret\": 1}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(!error.message().contains("secret"), "{error}");
        let keys: BTreeMap<Vec<i32>, i32> = [(vec![1], 2)].into();
        let value = write(&keys);
        assert!(
            value
                .as_ref()
                .check_range()
                .unwrap_err()
                .message()
                .contains("maps")
        );
    }
}
