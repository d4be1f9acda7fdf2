//! Indexes.

use crate::sql::Name;

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Index {
    /// The name; by convention when it is not given.
    pub name: Option<Name>,
    /// The columns.
    pub columns: Vec<Name>,
    /// Whether it is unique.
    pub unique: bool,
}

impl Index {
    /// An index of these columns.
    pub fn new<N: Into<Name>>(columns: impl IntoIterator<Item = N>) -> Self {
        Self {
            name: None,
            columns: columns.into_iter().map(Into::into).collect(),
            unique: false,
        }
    }

    /// The index is unique.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// The index has this name.
    #[must_use]
    pub fn named(mut self, name: impl Into<Name>) -> Self {
        self.name = Some(name.into());
        self
    }
}
