//! Columns.

use crate::sql::{Expr, Name};
use crate::types::SqlType;

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Column {
    /// The name.
    pub name: Name,
    /// The type.
    pub sql_type: SqlType,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether the database generates its value: an integer primary key.
    pub generated: bool,
    /// The DEFAULT clause.
    pub default: Option<Expr>,
}

impl Column {
    /// A column that may not be NULL.
    pub fn new(name: impl Into<Name>, sql_type: SqlType) -> Self {
        Self {
            name: name.into(),
            sql_type,
            nullable: false,
            generated: false,
            default: None,
        }
    }

    /// The column may be NULL.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// The database generates the value.
    #[must_use]
    pub fn generated(mut self) -> Self {
        self.generated = true;
        self
    }

    /// The database fills in this value when an insert gives none.
    #[must_use]
    pub fn default(mut self, value: Expr) -> Self {
        self.default = Some(value);
        self
    }
}
