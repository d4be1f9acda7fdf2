//! Functions over the rows of a window.

use crate::sql::expression::BaseOf;
use crate::sql::{Combine, Expr, Expression, Function, Literal, Operand, WindowFunction};

fn window<T>(name: &'static str, arguments: Vec<Expr>) -> WindowFunction<T> {
    WindowFunction::new(Function::known(name, arguments))
}

fn number(value: u32) -> Expr {
    Expr::Literal(Literal::Integer(value.into()))
}

/// `ROW_NUMBER()`: the number of the row in its window, from one.
///
/// ```
/// use orm_core::sql::{Expression, func, window};
///
/// let (author, year) = (func::value(1), func::value(2010));
/// let newest = func::row_number().over(window().partition_by(author).order_by(year.desc()));
/// # let _ = newest;
/// ```
pub fn row_number() -> WindowFunction<i64> {
    window("row_number", Vec::new())
}

/// `RANK()`: one more than the number of rows before it; rows that are equal in order have the same.
pub fn rank() -> WindowFunction<i64> {
    window("rank", Vec::new())
}

/// `DENSE_RANK()`: the number of different values of the order up to it.
pub fn dense_rank() -> WindowFunction<i64> {
    window("dense_rank", Vec::new())
}

/// `PERCENT_RANK()`: the rank as a fraction, from 0 to 1.
pub fn percent_rank() -> WindowFunction<f64> {
    window("percent_rank", Vec::new())
}

/// `CUME_DIST()`: the fraction of rows that do not come after it.
pub fn cume_dist() -> WindowFunction<f64> {
    window("cume_dist", Vec::new())
}

/// `NTILE(n)`: the number of the part, from one, where the rows are divided into so many parts of about the same size.
pub fn ntile(parts: u32) -> WindowFunction<i32> {
    window("ntile", vec![number(parts)])
}

/// `LAG(x, n)`: the value so many rows before, NULL where there is no such row.
pub fn lag<E: Expression>(expression: E, rows: u32) -> WindowFunction<Option<BaseOf<E>>> {
    window("lag", vec![expression.into_expr(), number(rows)])
}

/// `LAG(x, n, default)`: the value so many rows before, or this where there is no such row.
pub fn lag_or<E, R>(
    expression: E,
    rows: u32,
    default: R,
) -> WindowFunction<<E::Type as Combine<R::Type>>::Output>
where
    E: Expression<Type: Combine<R::Type>>,
    R: Operand<BaseOf<E>>,
{
    let default = default.into_operand();
    window("lag", vec![expression.into_expr(), number(rows), default])
}

/// `LEAD(x, n)`: the value so many rows after, NULL where there is no such row.
pub fn lead<E: Expression>(expression: E, rows: u32) -> WindowFunction<Option<BaseOf<E>>> {
    window("lead", vec![expression.into_expr(), number(rows)])
}

/// `LEAD(x, n, default)`: the value so many rows after, or this where there is no such row.
pub fn lead_or<E, R>(
    expression: E,
    rows: u32,
    default: R,
) -> WindowFunction<<E::Type as Combine<R::Type>>::Output>
where
    E: Expression<Type: Combine<R::Type>>,
    R: Operand<BaseOf<E>>,
{
    let default = default.into_operand();
    window("lead", vec![expression.into_expr(), number(rows), default])
}

/// `FIRST_VALUE(x)`: the value of the first row of the frame, NULL when the frame is empty.
pub fn first_value<E: Expression>(expression: E) -> WindowFunction<Option<BaseOf<E>>> {
    window("first_value", vec![expression.into_expr()])
}

/// `LAST_VALUE(x)`: the value of the last row of the frame, which without a frame of its own is the row at hand.
pub fn last_value<E: Expression>(expression: E) -> WindowFunction<Option<BaseOf<E>>> {
    window("last_value", vec![expression.into_expr()])
}

/// `NTH_VALUE(x, n)`: the value of this row of the frame, counted from one; NULL where there is no such row.
pub fn nth_value<E: Expression>(expression: E, row: u32) -> WindowFunction<Option<BaseOf<E>>> {
    window("nth_value", vec![expression.into_expr(), number(row)])
}
