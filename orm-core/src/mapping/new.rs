//! New objects, with the columns that the program left to the database.

use super::Model;

/// A set of columns of one model, by position (at most 128 columns can be left to the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct ColumnSet(u128);

impl ColumnSet {
    /// No columns.
    pub const EMPTY: Self = Self(0);

    /// Adds a column.
    pub const fn insert(&mut self, column: usize) {
        if column < 128 {
            self.0 |= 1 << column;
        }
    }

    /// Takes a column out.
    pub const fn remove(&mut self, column: usize) {
        if column < 128 {
            self.0 &= !(1 << column);
        }
    }

    /// Whether the set holds the column.
    pub const fn contains(self, column: usize) -> bool {
        column < 128 && self.0 & (1 << column) != 0
    }

    /// The columns, in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        (0..128).filter(move |&column| self.contains(column))
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A new object from a builder: the value, and which columns the database is to fill by its defaults.
#[derive(Debug, Clone)]
pub struct New<T> {
    /// The object.
    pub object: T,
    /// The columns with a server default that were not set; they are left out of INSERT and read back.
    pub unset: ColumnSet,
    /// The columns that were not set, whatever their value is then: of a row that is there already they stay as they are.
    pub omitted: ColumnSet,
}

impl<T> New<T> {
    /// Written by the derive: which columns were given, in order, and which of the others the database has a default for.
    #[doc(hidden)]
    pub fn built(given: &[bool], by_database: &[usize], object: T) -> Self {
        let (mut unset, mut omitted) = (ColumnSet::EMPTY, ColumnSet::EMPTY);
        for (column, _) in given.iter().enumerate().filter(|(_, given)| !**given) {
            omitted.insert(column);
        }
        for &column in by_database {
            if omitted.contains(column) {
                unset.insert(column);
            }
        }
        Self {
            object,
            unset,
            omitted,
        }
    }
}

/// What a session's `add` takes: a model's value, or what its builder made.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to a session",
    label = "not a model",
    note = "add a struct with #[derive(Model)], or what its builder's build() returns"
)]
pub trait IntoNew {
    /// The model.
    type Model: Model;
    /// The new object.
    fn into_new(self) -> New<Self::Model>;
}

impl<M: Model> IntoNew for M {
    type Model = M;

    fn into_new(self) -> New<M> {
        New {
            object: self,
            unset: ColumnSet::EMPTY,
            omitted: ColumnSet::EMPTY,
        }
    }
}

impl<M: Model> IntoNew for New<M> {
    type Model = M;

    fn into_new(self) -> Self {
        self
    }
}
