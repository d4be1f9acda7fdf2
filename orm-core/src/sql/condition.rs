//! Conditions: what `filter`, `having` and `case` take.

use super::{Expr, Expression, Text, Typed};
use crate::types::ColumnType;

/// A truth value: `bool` or `Option<bool>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a truth value",
    label = "expected `bool` or `Option<bool>`",
    note = "compare it first: `.eq(..)`, `.gt(..)`, `.is_null()`"
)]
pub trait Truth: ColumnType {}

impl Truth for bool {}
impl Truth for Option<bool> {}

/// What can be a condition: a comparison, a truth column, raw text, or an untyped expression.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition",
    label = "expected a comparison such as `Book::year.gt(2010)`",
    note = "a condition is a comparison, a `bool` column, `text(..)`, or several joined with `.and(..)`, `.or(..)`, `.not()`"
)]
pub trait Condition {
    /// The condition as an expression.
    fn into_condition(self) -> Expr;
}

impl<T: Truth> Condition for Typed<T> {
    fn into_condition(self) -> Expr {
        self.into_expr()
    }
}

impl Condition for Text {
    fn into_condition(self) -> Expr {
        Expr::Named(Box::new(self))
    }
}

impl Condition for Expr {
    fn into_condition(self) -> Expr {
        self
    }
}

impl Condition for bool {
    fn into_condition(self) -> Expr {
        Expr::constant(self)
    }
}
