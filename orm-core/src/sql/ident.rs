//! Names of tables and columns; quoted by the dialect when they must be.

use std::borrow::Cow;

/// An identifier, unquoted.
pub type Name = Cow<'static, str>;

/// A table in a FROM clause, or the target of an INSERT, UPDATE or DELETE.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableRef {
    /// The schema, where it is not the default one.
    pub schema: Option<Name>,
    /// The table's name.
    pub name: Name,
    /// The name by which the statement's columns call it, where that differs.
    pub alias: Option<Name>,
}

impl TableRef {
    /// The table of this name.
    pub fn new(name: impl Into<Name>) -> Self {
        Self {
            schema: None,
            name: name.into(),
            alias: None,
        }
    }

    /// The table under another name.
    #[must_use]
    pub fn alias(mut self, alias: impl Into<Name>) -> Self {
        self.alias = Some(alias.into());
        self
    }

    /// The name by which columns call the table.
    pub fn label(&self) -> &Name {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

/// A column, with the label of its table where that is said.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ColumnRef {
    /// The label of the table.
    pub table: Option<Name>,
    /// The column's name.
    pub name: Name,
}

impl ColumnRef {
    /// A column of a table.
    pub fn new(table: impl Into<Name>, name: impl Into<Name>) -> Self {
        Self {
            table: Some(table.into()),
            name: name.into(),
        }
    }

    /// A column without a table.
    pub fn bare(name: impl Into<Name>) -> Self {
        Self {
            table: None,
            name: name.into(),
        }
    }
}
