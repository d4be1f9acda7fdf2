//! SQL functions with known types: `func::count(Book::id)`.

use super::{
    Average, CaseArm, Condition, Expr, Expression, Function, Name, Operand, Sum, Textual, Typed,
};
use crate::types::{ColumnType, SqlType};

type BaseOf<E> = <<E as Expression>::Type as ColumnType>::Base;

fn call<T>(name: &'static str, argument: Expr) -> Typed<T> {
    Typed::new(Expr::function(name, vec![argument]))
}

/// `COUNT(*)`: the number of rows.
pub fn count_all() -> Typed<i64> {
    Typed::new(Expr::Function(Box::new(Function::count_all())))
}

/// `COUNT(x)`: the number of rows in which `x` is not NULL.
pub fn count(expression: impl Expression) -> Typed<i64> {
    call("count", expression.into_expr())
}

/// `COUNT(DISTINCT x)`: the number of different values of `x`, NULL apart.
pub fn count_distinct(expression: impl Expression) -> Typed<i64> {
    let mut function = Function::new("count", vec![expression.into_expr()]);
    function.distinct = true;
    Typed::new(Expr::Function(Box::new(function)))
}

/// `SUM(x)`; NULL when there are no values. Integers are summed as `i64`.
pub fn sum<E: Expression<Type: Sum>>(expression: E) -> Typed<<E::Type as Sum>::Output> {
    let mut function = Function::new("sum", vec![expression.into_expr()]);
    function.read_as = <E::Type as Sum>::READ_AS;
    Typed::new(Expr::Function(Box::new(function)))
}

/// `AVG(x)`, as a float, or as a decimal of decimals; NULL when there are no values.
pub fn avg<E: Expression<Type: Average>>(expression: E) -> Typed<<E::Type as Average>::Output> {
    let mut function = Function::new("avg", vec![expression.into_expr()]);
    function.read_as = <E::Type as Average>::READ_AS;
    Typed::new(Expr::Function(Box::new(function)))
}

/// `MIN(x)`; NULL when there are no values.
pub fn min<E: Expression>(expression: E) -> Typed<Option<BaseOf<E>>> {
    call("min", expression.into_expr())
}

/// `MAX(x)`; NULL when there are no values.
pub fn max<E: Expression>(expression: E) -> Typed<Option<BaseOf<E>>> {
    call("max", expression.into_expr())
}

/// `LOWER(x)`. SQLite changes ASCII letters only.
pub fn lower<E: Expression<Type: Textual>>(expression: E) -> Typed<E::Type> {
    call("lower", expression.into_expr())
}

/// `UPPER(x)`. SQLite changes ASCII letters only.
pub fn upper<E: Expression<Type: Textual>>(expression: E) -> Typed<E::Type> {
    call("upper", expression.into_expr())
}

/// `TRIM(x)`: without spaces at both ends.
pub fn trim<E: Expression<Type: Textual>>(expression: E) -> Typed<E::Type> {
    call("trim", expression.into_expr())
}

/// `ABS(x)`
pub fn abs<E: Expression<Type: Sum>>(expression: E) -> Typed<E::Type> {
    let mut function = Function::new("abs", vec![expression.into_expr()]);
    if E::Type::SQL_TYPE == SqlType::Decimal {
        function.read_as = Some(SqlType::Decimal);
    }
    Typed::new(Expr::Function(Box::new(function)))
}

/// `COALESCE(x, fallback)`: the first that is not NULL. It can be NULL only when the fallback can.
pub fn coalesce<E: Expression, R: Operand<BaseOf<E>>>(
    expression: E,
    fallback: R,
) -> Typed<R::Type> {
    let arguments = vec![expression.into_expr(), fallback.into_operand()];
    Typed::new(Expr::function("coalesce", arguments))
}

/// A value as an expression, bound as a parameter.
pub fn value<T: ColumnType>(value: T) -> Typed<T> {
    Typed::new(Expr::Bind(value.to_value()))
}

/// Any other function. The name is printed as it is; that the result is of type `T` is the caller's word.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let length = func::call_named::<i32>("length", [func::value("text".to_owned()).into_expr()]);
/// # let _ = length;
/// ```
pub fn call_named<T: ColumnType>(
    name: &'static str,
    arguments: impl IntoIterator<Item = Expr>,
) -> Typed<T> {
    Typed::new(Expr::function(
        Name::Borrowed(name),
        arguments.into_iter().collect(),
    ))
}

/// Begins a `CASE` whose values are of type `B`.
pub fn case<B: ColumnType<Base = B>>() -> Case<B> {
    Case {
        arms: Vec::new(),
        marker: std::marker::PhantomData,
    }
}

/// A `CASE` in the making.
#[derive(Debug, Clone)]
pub struct Case<B> {
    arms: Vec<CaseArm>,
    marker: std::marker::PhantomData<fn() -> B>,
}

impl<B: ColumnType<Base = B>> Case<B> {
    /// Adds an arm: the value that holds when the condition is the first true one.
    #[must_use]
    pub fn when(mut self, condition: impl Condition, value: impl Operand<B>) -> Self {
        self.arms.push(CaseArm {
            when: condition.into_condition(),
            then: value.into_operand(),
        });
        self
    }

    /// Ends with the value for when no condition is true.
    ///
    /// Its type is the result's: give a nullable one when the value of an arm can be NULL.
    pub fn otherwise<R: Operand<B>>(self, value: R) -> Typed<R::Type> {
        Typed::new(Expr::Case {
            arms: self.arms,
            otherwise: Some(Box::new(value.into_operand())),
        })
    }

    /// Ends without one: NULL when no condition is true.
    pub fn end(self) -> Typed<Option<B>> {
        Typed::new(Expr::Case {
            arms: self.arms,
            otherwise: None,
        })
    }
}
