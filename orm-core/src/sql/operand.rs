//! What may stand beside an expression: values and other expressions of its type.

use super::{Agrees, Expr, Expression, Typed};
use crate::types::{ColumnType, ToValue as _, Value};

/// A value or expression that can be compared with, or computed with, an expression of type `B` (without `Option`).
///
/// NULL is part of SQL's types, so an operand may be an `Option` or a nullable column whatever the other side is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand beside an SQL expression of type `{B}`",
    label = "expected a value, column or expression of type `{B}`",
    note = "the types must agree: convert the value in Rust (`i64::from(..)`), or the expression in SQL (`.cast::<..>()`)"
)]
pub trait Operand<B: ColumnType> {
    /// The operand's own type: `B`, or `Option<B>`.
    type Type: ColumnType<Base = B>;

    /// The operand as an expression; a value becomes a parameter.
    fn into_operand(self) -> Expr;
}

impl<B: ColumnType<Base = B>> Operand<B> for B {
    type Type = B;

    fn into_operand(self) -> Expr {
        Expr::Bind(self.to_value())
    }
}

impl<B: ColumnType<Base = B>> Operand<B> for Option<B> {
    type Type = Self;

    fn into_operand(self) -> Expr {
        Expr::Bind(self.to_value())
    }
}

impl<T: Agrees<B>, B: ColumnType> Operand<B> for Typed<T> {
    type Type = T;

    fn into_operand(self) -> Expr {
        self.into_expr()
    }
}

impl Operand<String> for &str {
    type Type = String;

    fn into_operand(self) -> Expr {
        Expr::Bind(Value::Text(self.to_owned()))
    }
}

impl Operand<String> for &String {
    type Type = String;

    fn into_operand(self) -> Expr {
        Expr::Bind(Value::Text(self.clone()))
    }
}

impl Operand<Vec<u8>> for &[u8] {
    type Type = Vec<u8>;

    fn into_operand(self) -> Expr {
        Expr::Bind(Value::Bytes(self.to_vec()))
    }
}

impl<const N: usize> Operand<Vec<u8>> for &[u8; N] {
    type Type = Vec<u8>;

    fn into_operand(self) -> Expr {
        Expr::Bind(Value::Bytes(self.to_vec()))
    }
}
