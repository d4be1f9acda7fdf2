//! Functions of numbers.

use super::call;
use crate::sql::arithmetic::{complement, exclusive_or};
use crate::sql::expression::BaseOf;
use crate::sql::{
    Arithmetic, Expr, Expression, Float, Function, Integral, Lift, Number, Operand, Typed,
};
use crate::types::{ColumnType as _, SqlType};

type Lifted<E, U> = <<E as Expression>::Type as Lift<U>>::Output;

/// `ABS(x)`
pub fn abs<E: Expression<Type: Number>>(number: E) -> Typed<E::Type> {
    let mut function = Function::known("abs", vec![number.into_expr()]);
    if E::Type::SQL_TYPE == SqlType::Decimal {
        function.read_as = Some(SqlType::Decimal);
    }
    Typed::new(Expr::Function(Box::new(function)))
}

/// -1, 0 or 1, as the number is less than zero, zero or greater.
pub fn sign<E: Expression<Type: Number + Lift<i32>>>(number: E) -> Typed<Lifted<E, i32>> {
    let sign = Expr::known("sign", vec![number.into_expr()]);
    Typed::new(Expr::Cast(Box::new(sign), SqlType::Integer))
}

/// All bits turned round, written as `-1 - x`, which is the same on every database.
pub fn bit_not<E: Expression<Type: Integral>>(number: E) -> Typed<E::Type> {
    Typed::new(complement(number.into_expr()))
}

/// The bits that only one of the two has, written as `(a | b) - (a & b)`, which is the same on every database.
pub fn bit_xor<E, R>(left: E, right: R) -> Typed<<E::Type as Arithmetic<R::Type>>::Output>
where
    E: Expression<Type: Integral + Arithmetic<R::Type>>,
    R: Operand<BaseOf<E>>,
{
    Typed::new(exclusive_or(left.into_expr(), right.into_operand()))
}

/// A number from 0 (included) to 1 (excluded), another one for each row.
pub fn random() -> Typed<f64> {
    call("random", Vec::new())
}

macro_rules! float {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub fn $name<E: Expression<Type: Float + Lift<f64>>>(number: E) -> Typed<Lifted<E, f64>> {
            call(stringify!($name), vec![number.into_expr()])
        }
    )*};
}

float! {
    /// `ROUND(x)`: the nearest whole number. Of two that are as near PostgreSQL takes the even one, SQLite the one that is
    /// farther from zero.
    round
    /// `FLOOR(x)`: the greatest whole number that is not greater.
    floor
    /// `CEIL(x)`: the least whole number that is not less.
    ceil
    /// `SQRT(x)`: the square root. Only where the database was built with mathematical functions; the SQLite of this library
    /// was not.
    sqrt
    /// `EXP(x)`: e to the power of x. Only where the database has mathematical functions, as [`sqrt`].
    exp
    /// `LN(x)`: the natural logarithm. Only where the database has mathematical functions, as [`sqrt`].
    ln
}

/// `POWER(x, y)`: x to the power of y. Only where the database has mathematical functions, as [`sqrt`].
pub fn power<E, R>(base: E, exponent: R) -> Typed<<E::Type as Arithmetic<R::Type>>::Output>
where
    E: Expression<Type: Float + Arithmetic<R::Type>>,
    R: Operand<BaseOf<E>>,
{
    call("power", vec![base.into_expr(), exponent.into_operand()])
}
