//! Expressions that know their Rust type.

use std::fmt;
use std::marker::PhantomData;

use super::{Expr, Expression};
use crate::types::{ColumnType, SqlType};

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
        if T::SQL_TYPE == SqlType::Decimal {
            return self.expr.as_decimal();
        }
        self.expr
    }
}
