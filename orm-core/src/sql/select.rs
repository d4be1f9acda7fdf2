//! SELECT.

use super::{Expr, FromItem, Join, Name, OrderBy};

/// A query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Select {
    /// The columns.
    pub items: Vec<Item>,
    /// Whether duplicate rows are left out.
    pub distinct: bool,
    /// What it reads from; several are a cross product.
    pub from: Vec<FromItem>,
    /// The joins, in order.
    pub joins: Vec<Join>,
    /// The condition.
    pub filter: Option<Expr>,
    /// What rows are grouped by.
    pub group_by: Vec<Expr>,
    /// The condition on groups.
    pub having: Option<Expr>,
    /// The order.
    pub order_by: Vec<OrderBy>,
    /// At most this many rows.
    pub limit: Option<u64>,
    /// Without this many rows at the beginning.
    pub offset: Option<u64>,
    /// The lock taken on the rows.
    pub lock: Option<Lock>,
}

/// One column of a query's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The expression.
    pub expr: Expr,
    /// Its name in the result.
    pub label: Option<Name>,
}

/// A lock on the rows read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lock {
    /// `FOR UPDATE`.
    Update,
    /// `FOR SHARE`.
    Share,
}

impl Select {
    /// Adds a condition: all of them have to hold.
    pub fn add_filter(&mut self, condition: Expr) {
        self.filter = Some(match self.filter.take() {
            None => condition,
            Some(filter) => filter.and(condition),
        });
    }

    /// The names by which columns call what the query reads from.
    pub fn sources(&self) -> impl Iterator<Item = &Name> {
        let joined = self.joins.iter().map(|join| &join.from);
        self.from.iter().chain(joined).map(FromItem::label)
    }

    /// Adds a condition on groups: all of them have to hold.
    pub fn add_having(&mut self, condition: Expr) {
        self.having = Some(match self.having.take() {
            None => condition,
            Some(having) => having.and(condition),
        });
    }
}

impl From<Expr> for Item {
    fn from(expr: Expr) -> Self {
        Self { expr, label: None }
    }
}
