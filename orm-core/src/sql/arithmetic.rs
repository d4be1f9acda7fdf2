//! `+`, `-`, `*`, `/`, `%` and `!` on typed expressions, and the result types of aggregates.

use super::{BinaryOperator, Expr, Typed, UnaryOperator};
use crate::types::{ColumnType, Numeric, SqlType, Value};

/// A type that can be computed with; the result can be NULL when either side can.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{R}` cannot be computed with",
    label = "not numbers of one type",
    note = "use `.cast::<..>()` to bring both to one type"
)]
pub trait Arithmetic<R = Self>: ColumnType {
    /// The type of the result.
    type Output: ColumnType;
}

/// A type that `SUM` takes.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be summed", label = "not a number")]
pub trait Sum: ColumnType {
    /// The sum; NULL when there are no rows.
    type Output: ColumnType;
    /// The type that the sum is read as, where a database gives a wider one.
    const READ_AS: Option<SqlType>;
}

/// A type that `AVG` takes.
#[diagnostic::on_unimplemented(message = "`{Self}` has no average", label = "not a number")]
pub trait Average: ColumnType {
    /// The average; NULL when there are no rows.
    type Output: ColumnType;
    /// The type that the average is read as, where a database gives another one.
    const READ_AS: Option<SqlType>;
}

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
    rust_decimal::Decimal,
    rust_decimal::Decimal,
    Some(SqlType::Decimal),
    rust_decimal::Decimal,
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

/// Implements the operators for a type of expression.
macro_rules! arithmetic_operators {
    ($type:ty, [$($generics:tt)*], $left:ident) => {
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Add add);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Sub sub);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Mul mul);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Div div);
        $crate::sql::arithmetic_operators!(@binary $type, [$($generics)*], $left, Rem rem);

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
            type Output = $crate::sql::Typed<bool>;

            fn not(self) -> Self::Output {
                $crate::sql::Typed::new($crate::sql::Expression::into_expr(self).negate())
            }
        }
    };
    (@binary $type:ty, [$($generics:tt)*], $left:ident, $trait:ident $method:ident) => {
        impl<$($generics)*, Rhs> std::ops::$trait<Rhs> for $type
        where
            $type: $crate::sql::Expression<Type = $left>,
            $left: $crate::types::ColumnType + $crate::sql::Arithmetic<Rhs::Type>,
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
}
pub(crate) use arithmetic_operators;

arithmetic_operators!(Typed<T>, [T], T);
