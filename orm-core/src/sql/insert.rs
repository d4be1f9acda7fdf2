//! INSERT.

use super::{Expr, Name, TableRef};

/// An INSERT of rows; without columns it inserts one row of defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    /// The table.
    pub table: TableRef,
    /// The columns.
    pub columns: Vec<Name>,
    /// The rows, each as long as the columns.
    pub rows: Vec<Vec<Expr>>,
    /// What comes back.
    pub returning: Vec<Expr>,
}
