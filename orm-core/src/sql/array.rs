//! Arrays, where the database has them.

use super::{BinaryOperator, Expr, Expression, Operand, Quantifier, Typed};
use crate::types::{ColumnType, Element};

/// An array: `Vec<T>` or `Option<Vec<T>>`, where `T` is not `u8`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an array",
    label = "expected an array column or expression",
    note = "an array is a column of type `Vec<T>`; bytes (`Vec<u8>`) are none"
)]
pub trait ArrayType: ColumnType {
    /// The type of its items.
    type Item: Element;
}

impl<T: Element> ArrayType for Vec<T> {
    type Item = T;
}

impl<T: Element> ArrayType for Option<Vec<T>> {
    type Item = T;
}

/// What arrays have beyond the operators of every expression; [`contains`](Expression::contains) is there too.
///
/// ```
/// use orm_core::sql::{ArrayExpression, Expression, func};
///
/// let tags = func::value(vec!["a".to_owned(), "b".to_owned()]);
/// let condition = tags.clone().overlaps(vec!["b".to_owned()]).or(tags.item(1).eq("a"));
/// # let _ = condition;
/// ```
pub trait ArrayExpression: Expression {
    /// `<@`: each of its items is in the other array.
    fn contained_by<R: Operand<Vec<ItemOf<Self>>>>(self, other: R) -> Typed<bool>
    where
        Self::Type: ArrayType,
    {
        let (left, right) = (self.into_expr(), other.into_operand());
        Typed::new(Expr::binary(BinaryOperator::ContainedBy, left, right))
    }

    /// `&&`: both have an item in common.
    fn overlaps<R: Operand<Vec<ItemOf<Self>>>>(self, other: R) -> Typed<bool>
    where
        Self::Type: ArrayType,
    {
        let (left, right) = (self.into_expr(), other.into_operand());
        Typed::new(Expr::binary(BinaryOperator::Overlaps, left, right))
    }

    /// `x = ANY(..)`: this is one of its items.
    fn has<R: Operand<ItemOf<Self>>>(self, item: R) -> Typed<bool>
    where
        Self::Type: ArrayType,
    {
        Typed::new(Expr::Quantified {
            operator: BinaryOperator::Eq,
            operand: Box::new(item.into_operand()),
            quantifier: Quantifier::Any,
            values: Box::new(self.into_expr()),
        })
    }

    /// The item at this place, counted from one as SQL does; NULL beyond the end.
    fn item<R: Operand<i32>>(self, index: R) -> Typed<Option<ItemOf<Self>>>
    where
        Self::Type: ArrayType,
    {
        let index = Box::new(index.into_operand());
        Typed::new(Expr::Item(Box::new(self.into_expr()), index))
    }

    /// The number of its items; NULL for NULL.
    fn array_length(self) -> Typed<Option<i32>>
    where
        Self::Type: ArrayType,
    {
        Typed::new(Expr::known("cardinality", vec![self.into_expr()]))
    }
}

/// The type of the items of an array expression.
pub(super) type ItemOf<E> = <<E as Expression>::Type as ArrayType>::Item;

impl<E: Expression> ArrayExpression for E {}
