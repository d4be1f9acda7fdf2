//! DELETE.

use super::{Cte, Expr, FromItem, Item, Join, TableRef};

/// A DELETE.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Delete {
    /// The common table expressions before it.
    pub with: Vec<Cte>,
    /// The table.
    pub table: TableRef,
    /// What else the condition reads from.
    pub using: Vec<FromItem>,
    /// The joins of those.
    pub joins: Vec<Join>,
    /// Which rows; all of them when it is not given.
    pub filter: Option<Expr>,
    /// What comes back.
    pub returning: Vec<Item>,
}

impl Delete {
    /// A DELETE of all rows.
    pub fn new(table: TableRef) -> Self {
        Self {
            with: Vec::new(),
            table,
            using: Vec::new(),
            joins: Vec::new(),
            filter: None,
            returning: Vec::new(),
        }
    }
}
