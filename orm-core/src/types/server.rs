//! A column that the database fills where the program says nothing.

use std::fmt;

use super::{ColumnType, FromValue, Row, SqlType, ToValue, Value, ValueRef, Values};
use crate::error::{Error, ErrorKind, Result};

/// A column of a model that the database gives its value, unless the program does: what `#[orm(server_default = "..")]`
/// asks for.
///
/// A struct has no unset fields, so that a plain field is always written. This one is *left out*, or holds a value: a new
/// object leaves it out of its INSERT while nothing is assigned, and has the database's value after the flush. It is
/// loaded with every row. [`Server::get`] of one that is still left out is an error.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug, Clone, Default)]
/// #[orm(table = "posts")]
/// struct Post {
///     #[orm(primary_key)]
///     id: i64,
///     title: String,
///     #[orm(server_default = "'draft'")]
///     state: Server<String>,
/// }
///
/// let post = Post { title: "Ants".into(), ..Default::default() };
/// assert!(post.state.is_left_out());
/// let post = Post { state: "published".into(), ..post };
/// assert_eq!(post.state.get().unwrap(), "published");
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Server<T> {
    value: Option<T>,
}

impl<T> Server<T> {
    /// Left to the database.
    pub const fn left_out() -> Self {
        Self { value: None }
    }

    /// Whether it holds no value: neither the database nor the program has given one. Not the same as NULL.
    pub const fn is_left_out(&self) -> bool {
        self.value.is_none()
    }

    /// The value.
    ///
    /// # Errors
    /// `NotLoaded` when it is left to the database, and no flush has brought its value yet.
    pub fn get(&self) -> Result<&T> {
        self.value.as_ref().ok_or_else(not_there)
    }

    /// The value, to change.
    ///
    /// # Errors
    /// As [`Server::get`].
    pub fn get_mut(&mut self) -> Result<&mut T> {
        self.value.as_mut().ok_or_else(not_there)
    }

    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Sets the value.
    pub fn set(&mut self, value: impl Into<T>) {
        self.value = Some(value.into());
    }

    /// The value by itself.
    ///
    /// # Errors
    /// As [`Server::get`].
    pub fn into_inner(self) -> Result<T> {
        self.value.ok_or_else(not_there)
    }
}

#[cold]
fn not_there() -> Error {
    Error::new(
        ErrorKind::NotLoaded,
        "the column is left to the database, which has not given its value yet; flush the object, or load its row, before \
         reading it",
    )
}

impl<T> Default for Server<T> {
    fn default() -> Self {
        Self::left_out()
    }
}

impl<T: PartialEq> PartialEq<T> for Server<T> {
    fn eq(&self, other: &T) -> bool {
        self.value.as_ref() == Some(other)
    }
}

impl PartialEq<&str> for Server<String> {
    fn eq(&self, other: &&str) -> bool {
        self.value.as_deref() == Some(*other)
    }
}

impl<T: fmt::Debug> fmt::Debug for Server<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => value.fmt(f),
            None => f.write_str("<left to the database>"),
        }
    }
}

impl<T> From<T> for Server<T> {
    fn from(value: T) -> Self {
        Self { value: Some(value) }
    }
}

impl From<&str> for Server<String> {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl From<&str> for Server<Option<String>> {
    fn from(value: &str) -> Self {
        Some(value.to_owned()).into()
    }
}

impl From<&[u8]> for Server<Vec<u8>> {
    fn from(value: &[u8]) -> Self {
        value.to_vec().into()
    }
}

impl<T: FromValue> FromValue for Server<T> {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Unloaded => Ok(Self::left_out()),
            value => T::from_value(value).map(Self::from),
        }
    }
}

impl<T: ToValue> ToValue for Server<T> {
    fn to_value(&self) -> Value {
        self.value.as_ref().map_or(Value::Unloaded, T::to_value)
    }

    /// What is left out says nothing, and so differs from nothing.
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

impl<T: ColumnType> ColumnType for Server<T> {
    type Base = T::Base;
    const SQL_TYPE: SqlType = T::SQL_TYPE;
    const NULLABLE: bool = T::NULLABLE;
    const OMITTABLE: bool = true;

    #[inline]
    fn read_field(row: &dyn Row, index: usize) -> Result<Self> {
        T::read_field(row, index).map(Self::from)
    }
}

#[cfg(feature = "serde")]
impl<T: serde::Serialize> serde::Serialize for Server<T> {
    /// Left out is `null`.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Some(value) => value.serialize(serializer),
            None => serializer.serialize_unit(),
        }
    }
}

#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Server<T> {
    /// `null` is left out.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::<T>::deserialize(deserializer)?;
        Ok(Self { value })
    }
}
