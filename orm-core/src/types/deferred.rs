//! A column that is not always loaded.

use std::fmt;

use super::{ColumnType, FromValue, Row, SqlType, ToValue, Value, ValueRef, Values};
use crate::error::{Error, ErrorKind, Result};

/// A column of a model that queries leave out unless they ask for it: long text, blobs.
///
/// It is *unloaded*, or holds a value. Reading it never sends anything: [`Deferred::get`] of an unloaded one is an error
/// that names the column. `session.load(handle, Doc::body)` loads it, `.undefer(Doc::body)` has a query load it. An unloaded
/// column is never written; a new object leaves it to the database.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug, Clone, Default)]
/// #[orm(table = "docs")]
/// struct Doc {
///     #[orm(primary_key)]
///     id: i64,
///     title: String,
///     body: Deferred<String>,
/// }
///
/// let doc = Doc { title: "Notes".into(), body: "A long text".into(), ..Default::default() };
/// assert_eq!(doc.body.get().unwrap(), "A long text");
/// assert!(Doc::default().body.get().is_err());
/// # }
/// ```
#[derive(Clone)]
pub struct Deferred<T> {
    value: Option<T>,
    name: Option<&'static FieldName>,
}

/// What a field is called, for messages; written by the derive.
#[doc(hidden)]
#[derive(Debug)]
pub struct FieldName {
    pub model: &'static str,
    pub table: &'static str,
    pub field: &'static str,
}

impl<T> Deferred<T> {
    /// Unloaded.
    pub const fn unloaded() -> Self {
        Self {
            value: None,
            name: None,
        }
    }

    /// Whether it holds no value: it was neither loaded nor assigned. Not the same as NULL.
    pub fn is_unloaded(&self) -> bool {
        self.value.is_none()
    }

    /// The value.
    ///
    /// # Errors
    /// `NotLoaded` when it is unloaded; the message names the column.
    pub fn get(&self) -> Result<&T> {
        self.value.as_ref().ok_or_else(|| not_loaded(self.name))
    }

    /// The value, to change.
    ///
    /// # Errors
    /// As [`Deferred::get`].
    pub fn get_mut(&mut self) -> Result<&mut T> {
        let name = self.name;
        self.value.as_mut().ok_or_else(|| not_loaded(name))
    }

    /// The value, if it is loaded.
    pub fn loaded(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Sets the value.
    pub fn set(&mut self, value: impl Into<T>) {
        self.value = Some(value.into());
    }

    /// The value by itself.
    ///
    /// # Errors
    /// As [`Deferred::get`].
    pub fn into_inner(self) -> Result<T> {
        self.value.ok_or_else(|| not_loaded(self.name))
    }

    /// Written by the derive.
    #[doc(hidden)]
    #[must_use]
    pub fn named(mut self, name: &'static FieldName) -> Self {
        self.name = Some(name);
        self
    }
}

#[cold]
fn not_loaded(name: Option<&'static FieldName>) -> Error {
    let Some(FieldName {
        model,
        table,
        field,
    }) = name
    else {
        return Error::new(
            ErrorKind::NotLoaded,
            "the deferred column was neither loaded nor assigned; assign it, or load it by session.load or .undefer",
        );
    };
    Error::new(
        ErrorKind::NotLoaded,
        format!(
            "{table}.{field} is deferred and was not loaded; load it by session.load(handle, {model}::{field}).await, or ask \
             for it in the query with .undefer({model}::{field})"
        ),
    )
    .with_table(*table)
    .with_columns([*field])
}

impl<T> Default for Deferred<T> {
    fn default() -> Self {
        Self::unloaded()
    }
}

impl<T: PartialEq> PartialEq for Deferred<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Deferred<T> {}

impl<T: fmt::Debug> fmt::Debug for Deferred<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => value.fmt(f),
            None => f.write_str("<unloaded>"),
        }
    }
}

impl<T> From<T> for Deferred<T> {
    fn from(value: T) -> Self {
        Self {
            value: Some(value),
            name: None,
        }
    }
}

impl From<&str> for Deferred<String> {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl From<&str> for Deferred<Option<String>> {
    fn from(value: &str) -> Self {
        Some(value.to_owned()).into()
    }
}

impl From<&[u8]> for Deferred<Vec<u8>> {
    fn from(value: &[u8]) -> Self {
        value.to_vec().into()
    }
}

impl<T: FromValue> FromValue for Deferred<T> {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Unloaded => Ok(Self::unloaded()),
            value => T::from_value(value).map(Self::from),
        }
    }
}

impl<T: ToValue> ToValue for Deferred<T> {
    fn to_value(&self) -> Value {
        self.value.as_ref().map_or(Value::Unloaded, T::to_value)
    }

    /// What is not loaded says nothing, and so differs from nothing.
    fn same(&self, value: &Value) -> bool {
        self.value.as_ref().is_none_or(|own| own.same(value))
    }

    fn push_to(&self, list: &mut Values) {
        match &self.value {
            Some(value) => value.push_to(list),
            None => list.push(ValueRef::Unloaded),
        }
    }
}

impl<T: ColumnType> ColumnType for Deferred<T> {
    type Base = T::Base;
    const SQL_TYPE: SqlType = T::SQL_TYPE;
    const NULLABLE: bool = T::NULLABLE;
    const DEFERRED: bool = true;
    const OMITTABLE: bool = true;

    fn read_field(row: &dyn Row, index: usize) -> Result<Self> {
        match row.value(index)? {
            ValueRef::Unloaded => Ok(Self::unloaded()),
            _ => T::read_field(row, index).map(Self::from),
        }
    }

    fn set_field(field: &mut Self, value: ValueRef<'_>, column: &'static str) -> Result<()> {
        let read = Self::from_value(value).map_err(|error| error.with_columns([column]))?;
        field.value = read.value;
        Ok(())
    }
}

#[cfg(feature = "serde")]
impl<T: serde::Serialize> serde::Serialize for Deferred<T> {
    /// Unloaded is `null`.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Some(value) => value.serialize(serializer),
            None => serializer.serialize_unit(),
        }
    }
}

#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Deferred<T> {
    /// `null` is unloaded, so that what was left out on the way is not taken for NULL.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::<T>::deserialize(deserializer)?;
        Ok(Self { value, name: None })
    }
}
