//! UPDATE.

use super::{Expr, Name, TableRef};

/// An UPDATE.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The table.
    pub table: TableRef,
    /// The columns and their new values.
    pub set: Vec<(Name, Expr)>,
    /// Which rows; all of them when it is not given.
    pub filter: Option<Expr>,
    /// What comes back.
    pub returning: Vec<Expr>,
}
