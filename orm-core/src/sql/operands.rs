//! Several operands of one type: what functions of any number of arguments take.

use super::expression::BaseOf;
use super::{Combine, Expr, Expression, Operand};
use crate::types::ColumnType;

/// A tuple of two to eight values or expressions of type `B`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of values or expressions of type `{B}`",
    label = "expected a tuple of two to eight values, columns or expressions of type `{B}`",
    note = "the types must agree: convert the value in Rust, or the expression in SQL (`.cast::<..>()`)"
)]
pub trait Operands<B: ColumnType> {
    /// The type of what can be NULL when one of them can.
    type Any: ColumnType;

    /// The type of the last.
    type Last: ColumnType;

    /// The operands as expressions.
    #[doc(hidden)]
    fn into_operands(self) -> Vec<Expr>;
}

/// A tuple whose first part is a column or expression, which says what the type of the others is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tuple of expressions of one type",
    label = "expected a tuple of two to eight, the first a column or expression",
    note = "the types must agree, and a value that comes first is wrapped in `func::value(..)`"
)]
pub trait Arguments: Operands<Self::Base> {
    /// The type without `Option`.
    type Base: ColumnType;
}

/// Folds the types of the operands into the one that can be NULL when any of them can, and then writes the implementations.
macro_rules! tuple {
    ([$($all:ident $index:tt)+] $any:ty, [$($bounds:tt)*] [$last:ident]) => {
        impl<Base, $($all),+> Operands<Base> for ($($all,)+)
        where
            Base: ColumnType<Base = Base>,
            $($all: Operand<Base>,)+
            $($bounds)*
        {
            type Any = $any;
            type Last = <$last as Operand<Base>>::Type;

            fn into_operands(self) -> Vec<Expr> {
                vec![$(self.$index.into_operand()),+]
            }
        }
    };
    ([$($all:tt)+] $any:ty, [$($bounds:tt)*] [$previous:ident $next:ident $($rest:ident)*]) => {
        tuple!(
            [$($all)+]
            <$any as Combine<<$next as Operand<Base>>::Type, Base>>::Output,
            [$($bounds)* $any: Combine<<$next as Operand<Base>>::Type, Base>,]
            [$next $($rest)*]
        );
    };
    ($($name:ident $index:tt),+) => {
        tuple!([$($name $index)+] <A as Operand<Base>>::Type, [] [$($name)+]);

        impl<$($name),+> Arguments for ($($name,)+)
        where
            A: Expression,
            Self: Operands<BaseOf<A>>,
        {
            type Base = BaseOf<A>;
        }
    };
}

tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
