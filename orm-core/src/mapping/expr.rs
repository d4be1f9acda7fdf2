//! Columns as typed expressions.

use super::{Column, Model};
use crate::sql::{Condition, Expr, Expression, Operand, Truth, arithmetic_operators};
use crate::types::ColumnType;

impl<M: Model, T: ColumnType> Expression for Column<M, T> {
    type Type = T;

    fn into_expr(self) -> Expr {
        Expr::column(M::descriptor().table, self.name())
    }
}

impl<M: Model, T> Operand<T::Base> for Column<M, T>
where
    T: ColumnType<Base: ColumnType<Base = T::Base>>,
{
    type Type = T;

    fn into_operand(self) -> Expr {
        self.into_expr()
    }
}

impl<M: Model, T: Truth> Condition for Column<M, T> {
    fn into_condition(self) -> Expr {
        self.into_expr()
    }
}

arithmetic_operators!(Column<M, T>, [M: Model, T: ColumnType], T);
