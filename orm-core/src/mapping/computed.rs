//! A column's value that the database works out.

use crate::sql::Expr;
use crate::types::Value;

/// An expression that the next flush writes to a column instead of a value.
#[derive(Debug, Clone)]
pub struct Computed {
    /// The column, by position.
    pub column: usize,
    /// The expression.
    pub expr: Expr,
    /// What the field held when the expression was given: if it holds something else later, that was said later.
    pub held: Value,
}
