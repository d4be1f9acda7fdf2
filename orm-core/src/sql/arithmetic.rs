//! `+`, `-`, `*`, `/`, `%`, the operators on bits and `!` on typed expressions, and the result types of aggregates.

use super::checked::divisor;
use super::{BinaryOperator, Expr, Literal, Typed, UnaryOperator};
#[cfg(feature = "decimal")]
use crate::types::Decimal;
use crate::types::{ColumnType, Numeric, SqlType, Value};

/// A number, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "expected a number column or expression",
    note = "use `.cast::<i64>()` or `.cast::<f64>()` to read text as a number"
)]
pub trait Number: ColumnType {}

/// An integer, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an integer",
    label = "expected an integer column or expression",
    note = "use `.cast::<i64>()` to make an integer of it"
)]
pub trait Integral: Number {}

/// A number that division leaves an exact remainder of: an integer or a decimal, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no remainder",
    label = "expected an integer or a decimal",
    note = "use `.cast::<i64>()` to make an integer of it"
)]
pub trait Remainder: Number {}

/// A type that can be computed with; the result can be NULL when either side can.
///
/// Both databases cut the quotient of integers off towards zero, and give the remainder the sign of the dividend. Division by
/// zero is an error (`InvalidData`); divide by `func::null_if(x, 0)` to have NULL. What is put into an integer column and does
/// not fit it is the same error. Inside an expression SQLite computes with 64 bits, whatever the operands' type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{R}` cannot be computed with",
    label = "not numbers of one type",
    note = "use `.cast::<..>()` to bring both to one type; texts are joined with `.concat(..)`"
)]
pub trait Arithmetic<R = Self>: ColumnType {
    /// The type of the result.
    type Output: ColumnType;
}

/// A type that `SUM` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be summed",
    label = "not a number",
    note = "sum a number column, or `.cast::<i64>()` of an expression that holds one"
)]
pub trait Sum: ColumnType {
    /// The sum; NULL when there are no rows.
    type Output: ColumnType;
    /// The type that the sum is read as, where a database gives a wider one.
    const READ_AS: Option<SqlType>;
}

/// A type that `AVG` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no average",
    label = "not a number",
    note = "average a number column, or `.cast::<f64>()` of an expression that holds one"
)]
pub trait Average: ColumnType {
    /// The average; NULL when there are no rows.
    type Output: ColumnType;
    /// The type that the average is read as, where a database gives another one.
    const READ_AS: Option<SqlType>;
}

/// Nothing is of these types. That text can be computed with them makes the compiler look at what stands beside the text, and
/// then say why it cannot be computed with, in the words above; without them it says only that there is no operator.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Nothing<const N: u8> {}

macro_rules! text {
    ($($text:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Arithmetic<Nothing<0>> for $text {
            type Output = Self;
        }
        #[diagnostic::do_not_recommend]
        impl Arithmetic<Nothing<1>> for $text {
            type Output = Self;
        }
    )*};
}

text!(String, Option<String>);

macro_rules! number {
    ($number:ty, $sum:ty, $read_as:expr, $average:ty, $average_as:expr) => {
        impl Arithmetic for $number {
            type Output = $number;
        }
        impl Arithmetic<Option<$number>> for $number {
            type Output = Option<$number>;
        }
        impl Arithmetic<$number> for Option<$number> {
            type Output = Option<$number>;
        }
        impl Arithmetic for Option<$number> {
            type Output = Option<$number>;
        }
        number!(sum: $number, $sum, $read_as, $average, $average_as);
        number!(sum: Option<$number>, $sum, $read_as, $average, $average_as);
    };
    (sum: $number:ty, $sum:ty, $read_as:expr, $average:ty, $average_as:expr) => {
        impl Number for $number {}
        impl Sum for $number {
            type Output = Option<$sum>;
            const READ_AS: Option<SqlType> = $read_as;
        }
        impl Average for $number {
            type Output = Option<$average>;
            const READ_AS: Option<SqlType> = $average_as;
        }
    };
}

number!(i16, i64, None, f64, Some(SqlType::Double));
number!(i32, i64, None, f64, Some(SqlType::Double));
number!(i64, i64, Some(SqlType::BigInt), f64, Some(SqlType::Double));
number!(f32, f32, None, f64, None);
number!(f64, f64, None, f64, None);
#[cfg(feature = "decimal")]
number!(
    Decimal,
    Decimal,
    Some(SqlType::Decimal),
    Decimal,
    Some(SqlType::Decimal)
);

/// Two operands of type `T` with an operator between them.
pub(crate) fn compute<T: ColumnType>(operator: BinaryOperator, left: Expr, right: Expr) -> Expr {
    match T::SQL_TYPE {
        SqlType::Decimal => Expr::Decimal(
            operator,
            Box::new(left.unmarked()),
            Box::new(right.unmarked()),
        ),
        _ if matches!(operator, BinaryOperator::Div | BinaryOperator::Rem) => {
            Expr::binary(operator, left, divisor(right))
        }
        _ => Expr::binary(operator, left, right),
    }
}

/// The opposite of a number of type `T`.
pub(crate) fn negative<T: ColumnType>(operand: Expr) -> Expr {
    match T::SQL_TYPE {
        SqlType::Decimal => {
            let zero = Expr::Bind(Value::Decimal(Numeric::from(0)));
            compute::<T>(BinaryOperator::Sub, zero, operand)
        }
        _ => Expr::Unary(UnaryOperator::Neg, Box::new(operand)),
    }
}

/// A float, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a float",
    label = "expected a float column or expression",
    note = "use `.cast::<f64>()` to make a float of it"
)]
pub trait Float: Number {}

#[cfg(feature = "decimal")]
impl Remainder for Decimal {}
#[cfg(feature = "decimal")]
impl Remainder for Option<Decimal> {}

impl Float for f32 {}
impl Float for f64 {}
impl Float for Option<f32> {}
impl Float for Option<f64> {}

macro_rules! integral {
    ($($number:ty),*) => {$(
        impl Integral for $number {}
        impl Integral for Option<$number> {}
        impl Remainder for $number {}
        impl Remainder for Option<$number> {}
    )*};
}

integral!(i16, i32, i64);

/// `^` by what every database has: the bits of either without those of both.
pub(super) fn exclusive_or(left: Expr, right: Expr) -> Expr {
    let either = Expr::binary(BinaryOperator::BitOr, left.clone(), right.clone());
    let both = Expr::binary(BinaryOperator::BitAnd, left, right);
    Expr::binary(BinaryOperator::Sub, either, both)
}

/// All bits turned round, by what every database has: `-1 - x`.
pub(super) fn complement(operand: Expr) -> Expr {
    let ones = Expr::Literal(Literal::Integer(-1));
    Expr::binary(BinaryOperator::Sub, ones, operand)
}

/// Implements the operators for a type of expression.
macro_rules! arithmetic_operators {
    ($type:ty, [$($generics:tt)*], $left:ident) => {
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Add add);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Sub sub);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Mul mul);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Div div);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Rem rem, Remainder);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, BitAnd bitand, Integral);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, BitOr bitor, Integral);
        $crate::sql::arithmetic_operators!(@shift $type, [$($generics)*], $left, Shl shl ShiftLeft);
        $crate::sql::arithmetic_operators!(@shift $type, [$($generics)*], $left, Shr shr ShiftRight);

        impl<$($generics)*> std::ops::Neg for $type
        where
            $type: $crate::sql::Expression<Type = $left>,
            $left: $crate::sql::Arithmetic,
        {
            type Output = $crate::sql::Typed<$left>;

            fn neg(self) -> Self::Output {
                $crate::sql::Typed::new($crate::sql::negative::<$left>(
                    $crate::sql::Expression::into_expr(self),
                ))
            }
        }

        impl<$($generics)*> std::ops::Not for $type
        where
            $type: $crate::sql::Expression<Type = $left>,
            $left: $crate::sql::Truth,
        {
            type Output = $crate::sql::Typed<$left>;

            fn not(self) -> Self::Output {
                $crate::sql::Typed::new($crate::sql::Expression::into_expr(self).negate())
            }
        }
    };
    (@binary $type:ty, [$($generics:tt)*], $left:ident, $trait:ident $method:ident $(, $bound:ident)?) => {
        impl<$($generics)*, Rhs> std::ops::$trait<Rhs> for $type
        where
            $type: $crate::sql::Expression<Type = $left>,
            $left: $crate::types::ColumnType + $crate::sql::Arithmetic<Rhs::Type> $(+ $crate::sql::$bound)?,
            Rhs: $crate::sql::Operand<<$left as $crate::types::ColumnType>::Base>,
        {
            type Output = $crate::sql::Typed<<$left as $crate::sql::Arithmetic<Rhs::Type>>::Output>;

            fn $method(self, right: Rhs) -> Self::Output {
                $crate::sql::Typed::new($crate::sql::compute::<$left>(
                    $crate::sql::BinaryOperator::$trait,
                    $crate::sql::Expression::into_expr(self),
                    right.into_operand(),
                ))
            }
        }
    };
    (@shift $type:ty, [$($generics:tt)*], $left:ident, $trait:ident $method:ident $operator:ident) => {
        impl<$($generics)*> std::ops::$trait<i32> for $type
        where
            $type: $crate::sql::Expression<Type = $left>,
            $left: $crate::sql::Integral,
        {
            type Output = $crate::sql::Typed<$left>;

            fn $method(self, places: i32) -> Self::Output {
                $crate::sql::Typed::new($crate::sql::Expr::binary(
                    $crate::sql::BinaryOperator::$operator,
                    $crate::sql::Expression::into_expr(self),
                    $crate::sql::Expr::Bind($crate::types::ToValue::to_value(&places)),
                ))
            }
        }
    };
}
pub(crate) use arithmetic_operators;

arithmetic_operators!(Typed<T>, [T], T);
