//! What can have something in it: text, arrays, JSON.

use std::borrow::Cow;

use super::text_expression::part_of;
use super::{Anchor, BinaryOperator, Expr, Operand};
use crate::types::{ColumnType, Element};
#[cfg(feature = "json")]
use crate::types::{Json, JsonValue};

/// A type whose values can have an `R` in them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot have `{R}` in it",
    label = "expected text in text, a list in an array, or JSON in JSON",
    note = "text takes `&str` or `String`; an array of `T` takes a `Vec<T>`; JSON takes a `serde_json::Value`"
)]
pub trait Contains<R>: ColumnType {
    /// The test.
    #[doc(hidden)]
    fn contains(operand: Expr, part: R) -> Expr;
}

/// A text that is looked for in others.
#[diagnostic::on_unimplemented(
    message = "text cannot have `{Self}` in it",
    label = "expected `&str` or `String`",
    note = "to look for another column's text, write `.like(func::concat((\"%\", Book::title, \"%\")))`"
)]
pub trait TextPart {
    /// The text.
    #[doc(hidden)]
    fn text(&self) -> &str;
}

impl TextPart for &str {
    fn text(&self) -> &str {
        self
    }
}

impl TextPart for String {
    fn text(&self) -> &str {
        self
    }
}

impl TextPart for &String {
    fn text(&self) -> &str {
        self
    }
}

impl TextPart for Cow<'_, str> {
    fn text(&self) -> &str {
        self
    }
}

impl<R: TextPart> Contains<R> for String {
    fn contains(operand: Expr, part: R) -> Expr {
        part_of(operand, part.text(), Anchor::Anywhere, false)
    }
}

impl<T: Element, R: Operand<Self>> Contains<R> for Vec<T> {
    fn contains(operand: Expr, part: R) -> Expr {
        Expr::binary(BinaryOperator::Contains, operand, part.into_operand())
    }
}

#[cfg(feature = "json")]
impl<R: Operand<Self>> Contains<R> for JsonValue {
    fn contains(operand: Expr, part: R) -> Expr {
        Expr::binary(BinaryOperator::Contains, operand, part.into_operand())
    }
}

#[cfg(feature = "json")]
impl<T, R: Operand<JsonValue>> Contains<R> for Json<T>
where
    Self: ColumnType,
{
    fn contains(operand: Expr, part: R) -> Expr {
        Expr::binary(BinaryOperator::Contains, operand, part.into_operand())
    }
}

impl<T: Contains<R>, R> Contains<R> for Option<T> {
    fn contains(operand: Expr, part: R) -> Expr {
        T::contains(operand, part)
    }
}
