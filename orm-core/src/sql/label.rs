//! Expressions under a name.

use std::fmt;
use std::marker::PhantomData;

use super::{Expr, IntoExprs, IntoOrder, Item, Name, Named, OrderBy, Typed};
use crate::types::ColumnType;

/// An expression under a name of its own in the result; made by [`Expression::label`](super::Expression::label).
///
/// The name can be ordered and grouped by, and it is the name of the column where the query stands in another one:
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let next = (func::value(1) + 1).label("next");
/// let order = next.desc().nulls_last();
/// let condition = next.expression().gt(1);
/// # let _ = (order, condition);
/// ```
pub struct Label<T> {
    pub(crate) item: Item,
    name: Name,
    marker: PhantomData<fn() -> T>,
}

impl<T> Label<T> {
    pub(super) fn new(expr: Expr, label: Name) -> Self {
        Self {
            item: Item {
                expr,
                label: Some(label.clone()),
                absent: false,
            },
            name: label,
            marker: PhantomData,
        }
    }

    /// The expression again, without the name: for conditions, where SQL does not know the names of the result yet.
    pub fn expression(&self) -> Typed<T> {
        Typed::new(self.item.expr.clone())
    }

    /// As a term of an order, ascending, by name.
    pub fn asc(&self) -> OrderBy {
        OrderBy::ascending(self.reference())
    }

    /// As a term of an order, descending, by name.
    pub fn desc(&self) -> OrderBy {
        OrderBy::descending(self.reference())
    }

    fn reference(&self) -> Expr {
        Expr::Label(self.name.clone())
    }
}

impl<T> Clone for Label<T> {
    fn clone(&self) -> Self {
        Self {
            item: self.item.clone(),
            name: self.name.clone(),
            marker: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Label<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.item.fmt(f)
    }
}

impl<T: ColumnType> Named for Label<T> {
    type Type = T;

    fn name(&self) -> Name {
        self.name.clone()
    }
}

impl<T> IntoOrder for &Label<T> {
    fn push_order(self, out: &mut Vec<OrderBy>) {
        out.push(self.asc());
    }
}

impl<T> IntoOrder for Label<T> {
    fn push_order(self, out: &mut Vec<OrderBy>) {
        out.push(self.asc());
    }
}

impl<T> IntoExprs for &Label<T> {
    fn push_exprs(self, out: &mut Vec<Expr>) {
        out.push(self.reference());
    }
}

impl<T> IntoExprs for Label<T> {
    fn push_exprs(self, out: &mut Vec<Expr>) {
        out.push(self.reference());
    }
}
