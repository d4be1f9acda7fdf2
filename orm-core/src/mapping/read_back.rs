//! Columns that the database itself gives a value, and how a flush learns of it.

use super::{ColumnDescriptor, ModelDescriptor};

/// Whether what the database makes up comes back with the statement that writes the row, or is read when the object is
/// loaded the next time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EagerDefaults {
    /// It comes back with an INSERT, generated columns with an UPDATE too; what `server_on_update` stands for is expired by an
    /// UPDATE, since what a trigger does after the statement does not come back with it.
    #[default]
    Auto,
    /// All of it comes back.
    Always,
    /// All of it is expired.
    Never,
}

impl ColumnDescriptor {
    /// Whether INSERT and UPDATE can give it a value: no query, and no expression of the table, works it out.
    pub fn is_written(&self) -> bool {
        self.is_stored() && self.generated_as.is_none()
    }

    /// Why nothing can set it, where nothing can.
    pub(crate) fn refusal(&self) -> &'static str {
        if self.is_stored() {
            "is worked out by the database from other columns, so it cannot be set"
        } else {
            "is computed by each query and stored nowhere, so it cannot be set"
        }
    }

    /// Whether an UPDATE that does not set it changes it all the same.
    fn follows(&self) -> bool {
        self.generated_as.is_some() || self.server_on_update
    }
}

impl ModelDescriptor {
    /// The columns that come back with an UPDATE which sets these.
    pub(crate) fn returned_by_update(&self, set: &[usize]) -> Vec<usize> {
        let follows = self.followers(set);
        follows.filter(|&it| self.comes_back(it)).collect()
    }

    /// The columns that an UPDATE which sets these changes, and that have to be read anew.
    pub(crate) fn expired_by_update(&self, set: &[usize]) -> Vec<usize> {
        let follows = self.followers(set);
        follows.filter(|&it| !self.comes_back(it)).collect()
    }

    /// Whether it has columns that nothing but the database or a query sets.
    #[inline]
    pub(crate) fn has_made_columns(&self) -> bool {
        !self.columns.iter().all(ColumnDescriptor::is_written)
    }

    /// Whether an UPDATE changes any column without setting it.
    pub(crate) fn has_followers(&self) -> bool {
        self.columns.iter().any(ColumnDescriptor::follows)
    }

    /// The columns that an INSERT of these, which gives back those, leaves to be read later.
    pub(crate) fn expired_by_insert(&self, given: &[usize], returned: &[usize]) -> Vec<usize> {
        if self.on_write.eager != EagerDefaults::Never {
            return Vec::new();
        }
        let later =
            |it: &usize| self.is_read_later(*it) && !given.contains(it) && !returned.contains(it);
        (0..self.columns.len()).filter(later).collect()
    }

    /// Whether a column that an INSERT leaves out waits for the next load of the row: the key never does.
    pub(crate) fn is_read_later(&self, column: usize) -> bool {
        let known = &self.columns[column];
        self.on_write.eager == EagerDefaults::Never
            && known.is_stored()
            && !known.deferred
            && !known.primary_key
            && !self.is_version(column)
    }

    /// Whether the column is the version of the row, and the database counts it.
    pub(crate) fn is_server_version(&self, column: usize) -> bool {
        self.is_version(column) && self.columns[column].server_on_update
    }

    /// Whether the column finds the version of a row.
    pub(crate) fn is_version(&self, column: usize) -> bool {
        let version = self.on_write.version.as_ref();
        version.is_some_and(|version| version.column == column)
    }

    /// The columns that an UPDATE changes without setting them.
    pub(crate) fn followers<'a>(&'a self, set: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|(index, column)| column.follows() && !set.contains(index))
            .map(|(index, _)| index)
    }

    fn comes_back(&self, column: usize) -> bool {
        let known = &self.columns[column];
        if known.deferred {
            return false;
        }
        match self.on_write.eager {
            _ if self.is_version(column) => true,
            EagerDefaults::Auto => known.generated_as.is_some(),
            EagerDefaults::Always => true,
            EagerDefaults::Never => false,
        }
    }
}
