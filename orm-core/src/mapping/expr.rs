//! Columns as typed expressions.

use super::selectable::Selection;
use super::shape::Scalar;
use super::{Column, Model, Selectable};
use crate::sql::{
    Aggregate, Agrees, Condition, Expr, Expression, Name, Named, Operand, Truth,
    arithmetic_operators,
};
use crate::types::ColumnType;

impl<M: Model, T: ColumnType> Expression for Column<M, T> {
    type Type = T;

    fn into_expr(self) -> Expr {
        let model = M::descriptor();
        match model.columns.get(self.index()) {
            Some(column) => column.expr(model.table),
            None => Expr::column(model.table, self.name()),
        }
    }
}

impl<M: Model, T: Agrees<B>, B: ColumnType> Operand<B> for Column<M, T> {
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

impl<M: Model, T: ColumnType> Named for Column<M, T> {
    type Type = T;

    fn name(&self) -> Name {
        Name::Borrowed(Column::name(self))
    }
}

impl<T: ColumnType> Selectable for Aggregate<T> {
    type Shape = Scalar<T>;

    fn select_into(self, selection: &mut Selection) {
        selection.push(self.into_expr().into());
    }
}

arithmetic_operators!(Column<M, T>, [M: Model, T: ColumnType], T);
