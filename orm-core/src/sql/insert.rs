//! INSERT.

use super::{Cte, Expr, Item, Name, OnConflict, Select, TableRef};

/// An INSERT.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Insert {
    /// The common table expressions before it.
    pub with: Vec<Cte>,
    /// The table.
    pub table: TableRef,
    /// The columns.
    pub columns: Vec<Name>,
    /// What is inserted.
    pub source: InsertSource,
    /// What happens to rows that are there already.
    pub on_conflict: Option<OnConflict>,
    /// What comes back.
    pub returning: Vec<Item>,
}

/// What is inserted.
#[derive(Debug, Clone, PartialEq, Hash)]
pub enum InsertSource {
    /// One row of defaults; there are no columns.
    Defaults,
    /// Rows, each as long as the columns.
    Rows(Vec<Vec<Expr>>),
    /// The rows of a query, as wide as the columns.
    Select(Box<Select>),
}

impl Insert {
    /// An INSERT of one row of defaults.
    pub fn new(table: TableRef) -> Self {
        Self {
            with: Vec::new(),
            table,
            columns: Vec::new(),
            source: InsertSource::Defaults,
            on_conflict: None,
            returning: Vec::new(),
        }
    }
}
