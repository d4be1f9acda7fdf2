//! What a person changes, column by column.

/// A column that a person keeps as it is, or sets: the fields of what `#[orm(changes = "..")]` makes.
///
/// NULL is a value, which an `Option` cannot tell from nothing: in JSON a field that is not there keeps the column, and `null`
/// sets it to NULL, where it may be NULL, or is an error.
///
/// ```
/// use orm_core::types::Edit;
///
/// assert!(Edit::<i32>::default().is_kept());
/// assert_eq!(Edit::from(5), Edit::Set(5));
/// assert_eq!(Edit::Set(5).set(), Some(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edit<T> {
    /// The column stays as it is.
    #[default]
    Keep,
    /// The column gets the value.
    Set(T),
}

impl<T> Edit<T> {
    /// Returns whether the column stays as it is.
    pub const fn is_kept(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Returns the value, where there is one.
    pub fn set(self) -> Option<T> {
        match self {
            Self::Keep => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T> From<T> for Edit<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Edit<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

impl From<&str> for Edit<Option<String>> {
    fn from(value: &str) -> Self {
        Self::Set(Some(value.to_owned()))
    }
}

#[cfg(feature = "serde")]
impl<T: serde::Serialize> serde::Serialize for Edit<T> {
    /// A column that is kept is `null`, if its field is not left out.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep => serializer.serialize_unit(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Edit<T> {
    /// What is there is set.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::Set)
    }
}
