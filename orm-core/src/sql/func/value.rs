//! Values as expressions.

use crate::sql::{Expr, Literal, Name, Typed};
use crate::types::ColumnType;

/// A value as an expression, bound as a parameter.
pub fn value<T: ColumnType>(value: T) -> Typed<T> {
    Typed::new(Expr::Bind(value.to_value()))
}

/// A value that stands in the text of the statement: an integer, a truth value, or text.
///
/// Each value makes another statement, which the database has to prepare anew: use it for what never changes, and
/// [`value`] for what comes from outside.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let active = func::value(true).eq(func::literal(true));
/// let kind = func::literal("book").label("kind");
/// # let _ = (active, kind);
/// ```
pub fn literal<V: LiteralValue>(value: V) -> Typed<V::Type> {
    Typed::new(Expr::Literal(value.into_literal()))
}

/// NULL in the text of the statement.
pub fn null<T: ColumnType>() -> Typed<Option<T>> {
    Typed::new(Expr::Cast(
        Box::new(Expr::Literal(Literal::Null)),
        T::SQL_TYPE,
    ))
}

/// What [`literal`] takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in the text of a statement",
    label = "expected an integer, a truth value or text",
    note = "bind it as a parameter: `func::value(..)`"
)]
pub trait LiteralValue {
    /// The type of the expression.
    type Type: ColumnType;

    /// The constant.
    #[doc(hidden)]
    fn into_literal(self) -> Literal;
}

macro_rules! integer {
    ($($integer:ty),*) => {$(
        impl LiteralValue for $integer {
            type Type = Self;

            fn into_literal(self) -> Literal {
                Literal::Integer(self.into())
            }
        }
    )*};
}

integer!(i16, i32, i64);

impl LiteralValue for bool {
    type Type = Self;

    fn into_literal(self) -> Literal {
        Literal::Bool(self)
    }
}

impl LiteralValue for &str {
    type Type = String;

    fn into_literal(self) -> Literal {
        Literal::Text(Name::Owned(self.to_owned()))
    }
}

impl LiteralValue for String {
    type Type = Self;

    fn into_literal(self) -> Literal {
        Literal::Text(Name::Owned(self))
    }
}
