//! Aggregate functions.

use super::aggregate;
use crate::sql::aggregate::{Fixed, OneOf};
use crate::sql::expression::BaseOf;
use crate::sql::{
    Aggregate, Average, Expression, Function, Operand, OrderedSet, Sum, Textual, Truth,
};
use crate::types::Element;

/// `COUNT(*)`: the number of rows.
pub fn count_all() -> Aggregate<i64> {
    Aggregate::new(Function::count_all())
}

/// `COUNT(x)`: the number of rows in which `x` is not NULL.
pub fn count(expression: impl Expression) -> Aggregate<i64> {
    aggregate("count", vec![expression.into_expr()])
}

/// `COUNT(DISTINCT x)`: the number of different values of `x`, NULL apart.
pub fn count_distinct(expression: impl Expression) -> Aggregate<i64> {
    count(expression).distinct()
}

/// `SUM(x)`; NULL when there are no values. Integers are summed as `i64`.
pub fn sum<E: Expression<Type: Sum>>(expression: E) -> Aggregate<<E::Type as Sum>::Output> {
    let mut function = Function::known("sum", vec![expression.into_expr()]);
    function.read_as = <E::Type as Sum>::READ_AS;
    Aggregate::new(function)
}

/// `AVG(x)`, as a float (of decimals as a decimal); NULL when there are no values.
pub fn avg<E: Expression<Type: Average>>(expression: E) -> Aggregate<<E::Type as Average>::Output> {
    let mut function = Function::known("avg", vec![expression.into_expr()]);
    function.read_as = <E::Type as Average>::READ_AS;
    Aggregate::new(function)
}

/// `MIN(x)`; NULL when there are no values.
pub fn min<E: Expression>(expression: E) -> Aggregate<Option<BaseOf<E>>> {
    aggregate("min", vec![expression.into_expr()])
}

/// `MAX(x)`; NULL when there are no values.
pub fn max<E: Expression>(expression: E) -> Aggregate<Option<BaseOf<E>>> {
    aggregate("max", vec![expression.into_expr()])
}

/// Whether it holds for every value that is not NULL; NULL when there are none.
pub fn bool_and<E: Expression<Type: Truth>>(expression: E) -> Aggregate<Option<bool>> {
    aggregate("bool_and", vec![expression.into_expr()])
}

/// Whether it holds for one value; NULL when there are no values but NULL.
pub fn bool_or<E: Expression<Type: Truth>>(expression: E) -> Aggregate<Option<bool>> {
    aggregate("bool_or", vec![expression.into_expr()])
}

/// The texts in one, with this between them; NULL when there are none. `.order_by(..)` says in which order.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let name = func::value("Ann".to_owned());
/// let names = func::string_agg(name.clone(), ", ").order_by(name.desc());
/// # let _ = names;
/// ```
pub fn string_agg<E, S>(expression: E, separator: S) -> Aggregate<Option<String>>
where
    E: Expression<Type: Textual>,
    S: Operand<String>,
{
    let arguments = vec![expression.into_expr(), separator.into_operand()];
    aggregate("string_agg", arguments)
}

/// The values as an array; NULL when there are no rows. For a column that can be NULL the array has `Option`s, which no
/// column type reads yet: leave NULLs out with `.filter(x.is_not_null())`.
pub fn array_agg<E>(expression: E) -> Aggregate<Option<Vec<BaseOf<E>>>>
where
    E: Expression,
    BaseOf<E>: Element,
{
    aggregate("array_agg", vec![expression.into_expr()])
}

/// The value below which this fraction of the ordered values lies, interpolated:
/// `percentile_cont(0.5).within_group(Book::year)` is the median. PostgreSQL only.
pub fn percentile_cont(fraction: impl Operand<f64>) -> OrderedSet<Fixed<Option<f64>>> {
    let arguments = vec![fraction.into_operand()];
    OrderedSet::new(Function::known("percentile_cont", arguments))
}

/// The first of the ordered values at or beyond this fraction of them. PostgreSQL only.
pub fn percentile_disc(fraction: impl Operand<f64>) -> OrderedSet<OneOf> {
    let arguments = vec![fraction.into_operand()];
    OrderedSet::new(Function::known("percentile_disc", arguments))
}

/// The most frequent of the ordered values. PostgreSQL only.
pub fn mode() -> OrderedSet<OneOf> {
    OrderedSet::new(Function::known("mode", Vec::new()))
}
