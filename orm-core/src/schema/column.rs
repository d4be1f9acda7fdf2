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
    /// The expression from which the database works it out.
    pub computed: Option<Computed>,
}

/// What `GENERATED ALWAYS AS` says of a column.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Computed {
    /// The expression, over columns of the same row.
    pub expr: Expr,
    /// Whether the value is stored, and not worked out each time it is read.
    pub stored: bool,
}

impl Computed {
    /// A stored value.
    pub fn stored(expr: Expr) -> Self {
        Self { expr, stored: true }
    }

    /// A value that is worked out each time it is read.
    pub fn read(expr: Expr) -> Self {
        Self {
            expr,
            stored: false,
        }
    }
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
            computed: None,
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

    /// The database works the value out.
    #[must_use]
    pub fn computed(mut self, computed: Computed) -> Self {
        self.computed = Some(computed);
        self
    }

    /// The database fills in this value when an insert gives none.
    #[must_use]
    pub fn default(mut self, value: Expr) -> Self {
        self.default = Some(value);
        self
    }
}
