//! How NULL goes through expressions: what the type of a result is, given the types of its parts.

use crate::types::ColumnType;

/// `U` made from this type: `Option<U>` where this type can be NULL. What functions of one argument give.
pub trait Lift<U: ColumnType, B = <Self as ColumnType>::Base>: ColumnType {
    /// `U` or `Option<U>`.
    type Output: ColumnType;
}

impl<B: ColumnType<Base = B>, U: ColumnType> Lift<U, B> for B {
    type Output = U;
}

impl<B: ColumnType<Base = B>, U: ColumnType> Lift<U, B> for Option<B> {
    type Output = Option<U>;
}

/// The type of a column or expression that is `B`, or `Option` of it: what compares with `B`.
#[diagnostic::on_unimplemented(
    message = "an expression of type `{Self}` cannot stand beside one of type `{B}`",
    label = "expected a column or expression of type `{B}`",
    note = "the types must agree: use `.cast::<..>()` to bring both to one type"
)]
pub trait Agrees<B: ColumnType>: ColumnType<Base = B> {}

impl<B: ColumnType<Base = B>> Agrees<B> for B {}
impl<B: ColumnType<Base = B>> Agrees<B> for Option<B> {}

/// The type of what is made of two values of one type: it can be NULL when either can.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{R}` are not of one type",
    label = "the types differ in more than `Option`",
    note = "use `.cast::<..>()` to bring both to one type"
)]
pub trait Combine<R, B = <Self as ColumnType>::Base>: ColumnType {
    /// `B` or `Option<B>`.
    type Output: ColumnType;
}

impl<B: ColumnType<Base = B>> Combine<B, B> for B {
    type Output = B;
}

impl<B: ColumnType<Base = B>> Combine<Option<B>, B> for B {
    type Output = Option<B>;
}

impl<B: ColumnType<Base = B>> Combine<B, B> for Option<B> {
    type Output = Self;
}

impl<B: ColumnType<Base = B>> Combine<Self, B> for Option<B> {
    type Output = Self;
}
