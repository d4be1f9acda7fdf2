//! Comparison with any or all values of a query or a list: `x > ALL (SELECT ..)`.

use super::expression::BaseOf;
use super::{BinaryOperator, Expr, Expression, Quantifier, RowsQuery, ScalarQuery, Typed};
use crate::types::{ColumnType, Element, ToValue as _};

/// Many values of one type: a query with one column, or a list, which travels as one parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list or query of `{B}`",
    label = "expected a `Vec<{B}>`, or a query with one column of type `{B}`",
    note = "the types must agree: convert the values in Rust, or the column in SQL (`.cast::<..>()`)"
)]
pub trait Values<B> {
    /// The values.
    #[doc(hidden)]
    fn into_values(self) -> Expr;
}

impl<Q: ScalarQuery> Values<<Q::Type as ColumnType>::Base> for Q {
    fn into_values(self) -> Expr {
        Expr::Scalar(Box::new(self.into_select()))
    }
}

impl<T: Element> Values<T> for Vec<T> {
    fn into_values(self) -> Expr {
        Expr::Bind(self.to_value())
    }
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $operator:ident $quantifier:ident;)*) => {
        /// Comparison with any or all of many values.
        ///
        /// ```
        /// use orm_core::sql::{QuantifiedExpression, func};
        ///
        /// let condition = func::value(3).gt_all(vec![1, 2]);
        /// # let _ = condition;
        /// ```
        pub trait QuantifiedExpression: Expression {$(
            $(#[$doc])*
            fn $name<V: Values<BaseOf<Self>>>(self, values: V) -> Typed<bool> {
                Typed::new(Expr::Quantified {
                    operator: BinaryOperator::$operator,
                    operand: Box::new(self.into_expr()),
                    quantifier: Quantifier::$quantifier,
                    values: Box::new(values.into_values()),
                })
            }
        )*}
    };
}

methods! {
    /// `= ANY (..)`: is one of them. A list of any length is one parameter, where `is_in` makes one of each value.
    eq_any Eq Any;
    /// `!= ANY (..)`: differs from one of them.
    ne_any Ne Any;
    /// `< ANY (..)`: is less than one of them.
    lt_any Lt Any;
    /// `<= ANY (..)`
    le_any Le Any;
    /// `> ANY (..)`: is greater than one of them.
    gt_any Gt Any;
    /// `>= ANY (..)`
    ge_any Ge Any;
    /// `= ALL (..)`: is equal to each of them; true when there are none.
    eq_all Eq All;
    /// `!= ALL (..)`: is none of them; true when there are none.
    ne_all Ne All;
    /// `< ALL (..)`: is less than each of them.
    lt_all Lt All;
    /// `<= ALL (..)`
    le_all Le All;
    /// `> ALL (..)`: is greater than each of them.
    gt_all Gt All;
    /// `>= ALL (..)`
    ge_all Ge All;
}

impl<E: Expression> QuantifiedExpression for E {}

/// `EXISTS (SELECT ..)`: the query has a row.
pub fn exists(query: impl RowsQuery) -> Typed<bool> {
    Typed::new(Expr::Exists(Box::new(query.into_select())))
}

/// `NOT EXISTS (SELECT ..)`: the query has no row.
pub fn not_exists(query: impl RowsQuery) -> Typed<bool> {
    exists(query).not()
}

/// The value of a query that gives one, as part of an expression; NULL when it gives none.
pub fn scalar<Q: ScalarQuery>(query: Q) -> Typed<Option<<Q::Type as ColumnType>::Base>> {
    Typed::new(Expr::Scalar(Box::new(query.into_select())))
}
