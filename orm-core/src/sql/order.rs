//! ORDER BY.

use super::Expr;

/// One term of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderBy {
    /// What is ordered by.
    pub expr: Expr,
    /// Whether the order is descending.
    pub descending: bool,
    /// Where NULLs go; the database's own way when it is not said.
    pub nulls: Option<Nulls>,
}

/// Where NULLs go in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// Before everything else.
    First,
    /// After everything else.
    Last,
}

impl OrderBy {
    /// Ascending by an expression.
    pub fn ascending(expr: Expr) -> Self {
        Self {
            expr,
            descending: false,
            nulls: None,
        }
    }

    /// Descending by an expression.
    pub fn descending(expr: Expr) -> Self {
        Self {
            expr,
            descending: true,
            nulls: None,
        }
    }
}
