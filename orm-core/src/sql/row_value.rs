//! Row values: `(a, b)` compared as one.

use std::fmt;
use std::marker::PhantomData;

use super::expression::BaseOf;
use super::{BinaryOperator, Expr, Expression, Operand, Select, Typed};
use crate::types::ColumnType;

/// Several expressions compared as one value, from left to right; made by [`row`].
pub struct RowValue<T> {
    expr: Expr,
    marker: PhantomData<fn() -> T>,
}

/// Several columns or expressions as one value: `row((Book::author_id, Book::year))`.
///
/// ```
/// use orm_core::sql::{func, row};
///
/// let (id, name) = (func::value(1), func::value("a".to_owned()));
/// let condition = row((id, name)).is_in([(1, "a"), (2, "b")]);
/// # let _ = condition;
/// ```
pub fn row<C: RowColumns>(columns: C) -> RowValue<C::Types> {
    RowValue {
        expr: Expr::Row(columns.into_exprs()),
        marker: PhantomData,
    }
}

/// A tuple of columns and expressions: what [`row`] takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of expressions",
    label = "expected a tuple of two to eight columns or expressions"
)]
pub trait RowColumns {
    /// The types of their values, without `Option`.
    type Types;

    /// The expressions.
    #[doc(hidden)]
    fn into_exprs(self) -> Vec<Expr>;
}

/// A tuple that can be compared with a row value of these types: values, columns and expressions of the same types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a row of `{T}`",
    label = "expected a tuple of values or expressions of these types",
    note = "the parts must agree one by one: convert the value in Rust, or the expression in SQL (`.cast::<..>()`)"
)]
pub trait RowOperand<T> {
    /// The row value.
    #[doc(hidden)]
    fn into_row(self) -> Expr;
}

/// A query whose columns are of these types: what [`RowValue::is_in_query`] takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query with columns of the types `{T}`",
    label = "expected a query with as many columns as the row has",
    note = "select the columns in the row's order: `select((Book::author_id, Book::year))`"
)]
pub trait RowQuery<T> {
    /// The query without its types.
    fn into_select(self) -> Select;
}

impl<T> RowValue<T> {
    fn binary(self, operator: BinaryOperator, right: impl RowOperand<T>) -> Typed<bool> {
        Typed::new(Expr::binary(operator, self.expr, right.into_row()))
    }

    /// All parts are equal.
    pub fn eq(self, right: impl RowOperand<T>) -> Typed<bool> {
        self.binary(BinaryOperator::Eq, right)
    }

    /// One part differs.
    pub fn ne(self, right: impl RowOperand<T>) -> Typed<bool> {
        self.binary(BinaryOperator::Ne, right)
    }

    /// The first part that differs is less; how pages go on after a row: `row((year, id)).gt((2010, 7))`.
    pub fn lt(self, right: impl RowOperand<T>) -> Typed<bool> {
        self.binary(BinaryOperator::Lt, right)
    }

    /// No part differs, or the first that does is less.
    pub fn le(self, right: impl RowOperand<T>) -> Typed<bool> {
        self.binary(BinaryOperator::Le, right)
    }

    /// The first part that differs is greater.
    pub fn gt(self, right: impl RowOperand<T>) -> Typed<bool> {
        self.binary(BinaryOperator::Gt, right)
    }

    /// No part differs, or the first that does is greater.
    pub fn ge(self, right: impl RowOperand<T>) -> Typed<bool> {
        self.binary(BinaryOperator::Ge, right)
    }

    /// Is one of these.
    pub fn is_in<R: RowOperand<T>>(self, rows: impl IntoIterator<Item = R>) -> Typed<bool> {
        self.in_list(rows, false)
    }

    /// Is none of these.
    pub fn not_in<R: RowOperand<T>>(self, rows: impl IntoIterator<Item = R>) -> Typed<bool> {
        self.in_list(rows, true)
    }

    fn in_list<R: RowOperand<T>>(
        self,
        rows: impl IntoIterator<Item = R>,
        negated: bool,
    ) -> Typed<bool> {
        Typed::new(Expr::InList {
            operand: Box::new(self.expr),
            list: rows.into_iter().map(R::into_row).collect(),
            negated,
        })
    }

    /// Is one of the query's rows.
    pub fn is_in_query(self, query: impl RowQuery<T>) -> Typed<bool> {
        self.in_select(query, false)
    }

    /// Is none of the query's rows.
    pub fn not_in_query(self, query: impl RowQuery<T>) -> Typed<bool> {
        self.in_select(query, true)
    }

    fn in_select(self, query: impl RowQuery<T>, negated: bool) -> Typed<bool> {
        Typed::new(Expr::InSelect {
            operand: Box::new(self.expr),
            select: Box::new(query.into_select()),
            negated,
        })
    }
}

impl<T> Clone for RowValue<T> {
    fn clone(&self) -> Self {
        Self {
            expr: self.expr.clone(),
            marker: PhantomData,
        }
    }
}

impl<T> fmt::Debug for RowValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<T> RowOperand<T> for RowValue<T> {
    fn into_row(self) -> Expr {
        self.expr
    }
}

macro_rules! tuple {
    ($($name:ident $base:ident $index:tt),+) => {
        impl<$($name: Expression),+> RowColumns for ($($name,)+) {
            type Types = ($(BaseOf<$name>,)+);

            fn into_exprs(self) -> Vec<Expr> {
                vec![$(self.$index.into_expr()),+]
            }
        }

        impl<$($name: Operand<$base>, $base: ColumnType),+> RowOperand<($($base,)+)> for ($($name,)+) {
            fn into_row(self) -> Expr {
                Expr::Row(vec![$(self.$index.into_operand()),+])
            }
        }
    };
}

tuple!(A P 0, B Q 1);
tuple!(A P 0, B Q 1, C R 2);
tuple!(A P 0, B Q 1, C R 2, D S 3);
tuple!(A P 0, B Q 1, C R 2, D S 3, E T 4);
tuple!(A P 0, B Q 1, C R 2, D S 3, E T 4, F U 5);
tuple!(A P 0, B Q 1, C R 2, D S 3, E T 4, F U 5, G V 6);
tuple!(A P 0, B Q 1, C R 2, D S 3, E T 4, F U 5, G V 6, H W 7);
