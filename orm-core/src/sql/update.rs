//! UPDATE.

use super::{Cte, Expr, FromItem, Item, Join, Name, TableRef};

/// An UPDATE.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Update {
    /// The common table expressions before it.
    pub with: Vec<Cte>,
    /// The table.
    pub table: TableRef,
    /// The columns and their new values.
    pub set: Vec<(Name, Expr)>,
    /// What else the values and the condition read from.
    pub from: Vec<FromItem>,
    /// The joins of those.
    pub joins: Vec<Join>,
    /// Which rows; all of them when it is not given.
    pub filter: Option<Expr>,
    /// What comes back.
    pub returning: Vec<Item>,
}

impl Update {
    /// An UPDATE of all rows that sets nothing yet.
    pub fn new(table: TableRef) -> Self {
        Self {
            with: Vec::new(),
            table,
            set: Vec::new(),
            from: Vec::new(),
            joins: Vec::new(),
            filter: None,
            returning: Vec::new(),
        }
    }
}
