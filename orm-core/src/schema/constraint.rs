//! Primary keys, UNIQUE and CHECK. A name that is not given follows the naming convention.

use crate::sql::{Expr, Name};

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimaryKey {
    /// The constraint's name.
    pub name: Option<Name>,
    /// The columns.
    pub columns: Vec<Name>,
}

/// A UNIQUE constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unique {
    /// The constraint's name.
    pub name: Option<Name>,
    /// The columns.
    pub columns: Vec<Name>,
}

/// A CHECK constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The constraint's full name.
    pub name: Option<Name>,
    /// The condition; its columns stand without their table.
    pub condition: Expr,
}
