//! DELETE.

use super::{Expr, TableRef};

/// A DELETE.
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// The table.
    pub table: TableRef,
    /// Which rows; all of them when it is not given.
    pub filter: Option<Expr>,
    /// What comes back.
    pub returning: Vec<Expr>,
}
