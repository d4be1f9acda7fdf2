//! Expressions that know their Rust type.

use std::fmt;
use std::marker::PhantomData;

use super::{Expr, Expression, Item, Name, Named};
use crate::types::ColumnType;

/// An expression whose value reads as the Rust type `T`.
pub struct Typed<T> {
    expr: Expr,
    marker: PhantomData<fn() -> T>,
}

impl<T> Typed<T> {
    /// An expression that is known to be of type `T`. That it is so is the caller's word.
    pub fn new(expr: Expr) -> Self {
        Self {
            expr,
            marker: PhantomData,
        }
    }
}

impl<T> Clone for Typed<T> {
    fn clone(&self) -> Self {
        Self::new(self.expr.clone())
    }
}

impl<T> fmt::Debug for Typed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

impl<T: ColumnType> Expression for Typed<T> {
    type Type = T;

    fn into_expr(self) -> Expr {
        self.expr
    }
}

/// An expression under a name of its own in the result; made by [`Expression::label`].
pub struct Label<T> {
    pub(crate) item: Item,
    marker: PhantomData<fn() -> T>,
}

impl<T> Label<T> {
    pub(super) fn new(expr: Expr, label: Name) -> Self {
        Self {
            item: Item {
                expr,
                label: Some(label),
            },
            marker: PhantomData,
        }
    }
}

impl<T> Clone for Label<T> {
    fn clone(&self) -> Self {
        Self {
            item: self.item.clone(),
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
        self.item.label.clone().unwrap_or_default()
    }
}
