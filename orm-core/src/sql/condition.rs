//! Conditions: what `filter`, `having` and `case` take.

use super::{Expr, Expression, Text, Typed};
use crate::types::ColumnType;

/// A truth value: `bool` or `Option<bool>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a truth value",
    label = "expected `bool` or `Option<bool>`",
    note = "compare it first: `.eq(..)`, `.gt(..)`, `.is_null()`"
)]
pub trait Truth: ColumnType<Base = bool> {}

impl Truth for bool {}
impl Truth for Option<bool> {}

/// What can be a condition: a comparison, a truth column, raw text, an untyped expression, or an `Option` of one.
///
/// `None` is true, so that a filter that may be missing needs no `if`:
///
/// ```
/// use orm_core::sql::{Expression, all_of, func};
///
/// let year: Option<i32> = None;
/// let condition = all_of([year.map(|year| func::value(2010).eq(year))]);
/// # let _ = condition;
/// ```
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

impl<C: Condition> Condition for Option<C> {
    fn into_condition(self) -> Expr {
        self.map_or(Expr::constant(true), C::into_condition)
    }
}

/// All of these hold; true when there are none.
///
/// ```
/// use orm_core::sql::{Expression, all_of, func};
///
/// let words = ["orm", "rust"];
/// let condition = all_of(words.map(|word| func::value("a rusty orm".to_owned()).contains(word)));
/// # let _ = condition;
/// ```
pub fn all_of<C: Condition>(conditions: impl IntoIterator<Item = C>) -> Typed<bool> {
    let conditions = conditions.into_iter().map(C::into_condition);
    Typed::new(conditions.fold(Expr::constant(true), Expr::and))
}

/// One of these holds; false when there are none.
pub fn any_of<C: Condition>(conditions: impl IntoIterator<Item = C>) -> Typed<bool> {
    let conditions = conditions.into_iter().map(C::into_condition);
    Typed::new(conditions.fold(Expr::constant(false), Expr::or))
}
