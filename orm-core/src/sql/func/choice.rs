//! Choosing between values: CASE, COALESCE, NULLIF, GREATEST, LEAST.

use std::marker::PhantomData;

use super::call;
use crate::sql::expression::BaseOf;
use crate::sql::{
    Arguments, BinaryOperator, CaseArm, Condition, Expr, Expression, Literal, Operand, Operands,
    Typed,
};
use crate::types::ColumnType;

/// `COALESCE(x, fallback)`: the first that is not NULL. It can be NULL only when the fallback can.
pub fn coalesce<E: Expression, R: Operand<BaseOf<E>>>(
    expression: E,
    fallback: R,
) -> Typed<R::Type> {
    call(
        "coalesce",
        vec![expression.into_expr(), fallback.into_operand()],
    )
}

/// `COALESCE(a, b, ..)`: the first that is not NULL. It can be NULL only when the last can.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let (nick, name) = (func::value(None::<String>), func::value(None::<String>));
/// let shown = func::coalesce_all((nick, name, "nobody"));
/// # let _ = shown;
/// ```
pub fn coalesce_all<T: Arguments>(
    expressions: T,
) -> Typed<<T as Operands<<T as Arguments>::Base>>::Last> {
    call("coalesce", expressions.into_operands())
}

/// `NULLIF(x, y)`: NULL where both are equal, otherwise the first.
pub fn null_if<E: Expression, R: Operand<BaseOf<E>>>(
    expression: E,
    other: R,
) -> Typed<Option<BaseOf<E>>> {
    call("nullif", vec![expression.into_expr(), other.into_operand()])
}

/// `GREATEST(a, b, ..)`: the greatest of the values, NULL when one of them is. (PostgreSQL's own function leaves NULLs out and
/// SQLite's does not, so a test for NULL is put before it where one of the types has NULL.)
pub fn greatest<T: Arguments>(
    expressions: T,
) -> Typed<<T as Operands<<T as Arguments>::Base>>::Any> {
    strict::<T>("greatest", expressions)
}

/// `LEAST(a, b, ..)`: the least of the values, NULL when one of them is.
pub fn least<T: Arguments>(expressions: T) -> Typed<<T as Operands<<T as Arguments>::Base>>::Any> {
    strict::<T>("least", expressions)
}

fn strict<T: Arguments>(
    name: &'static str,
    expressions: T,
) -> Typed<<T as Operands<<T as Arguments>::Base>>::Any> {
    let arguments = expressions.into_operands();
    let has_null = <<T as Operands<<T as Arguments>::Base>>::Any as ColumnType>::NULLABLE;
    let nulls: Vec<Expr> = arguments
        .iter()
        .filter(|argument| has_null && !matches!(argument, Expr::Bind(value) if !value.is_null()))
        .map(|argument| Expr::IsNull {
            operand: Box::new(argument.clone()),
            negated: false,
        })
        .collect();
    let chosen = Expr::known(name, arguments);
    if nulls.is_empty() {
        return Typed::new(chosen);
    }
    Typed::new(Expr::Case {
        arms: vec![CaseArm {
            when: nulls.into_iter().fold(Expr::constant(false), Expr::or),
            then: Expr::Literal(Literal::Null),
        }],
        otherwise: Some(Box::new(chosen)),
    })
}

/// Begins a `CASE` whose values are of type `B`.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let year = func::value(1999);
/// let century = func::case::<String>().when(year.lt(2000), "old").otherwise("new");
/// # let _ = century;
/// ```
pub fn case<B: ColumnType<Base = B>>() -> Case<B> {
    Case {
        arms: Vec::new(),
        marker: PhantomData,
    }
}

/// A `CASE` in the making.
#[derive(Debug, Clone)]
#[must_use = "a CASE is no expression before it ends with .otherwise(..) or .end()"]
pub struct Case<B> {
    arms: Vec<CaseArm>,
    marker: PhantomData<fn() -> B>,
}

impl<B: ColumnType<Base = B>> Case<B> {
    /// Adds an arm: the value that holds when the condition is the first true one.
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

/// Begins a `CASE` that compares one expression with values, and whose own values are of type `B`.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let stars = func::case_of::<_, i32>(func::value("good".to_owned()))
///     .when("good", 5)
///     .when("bad", 1)
///     .otherwise(3);
/// # let _ = stars;
/// ```
pub fn case_of<E: Expression, B: ColumnType<Base = B>>(operand: E) -> CaseOf<BaseOf<E>, B> {
    CaseOf {
        operand: operand.into_expr(),
        case: case(),
        marker: PhantomData,
    }
}

/// A `CASE` over one expression in the making.
#[derive(Debug, Clone)]
#[must_use = "a CASE is no expression before it ends with .otherwise(..) or .end()"]
pub struct CaseOf<O, B> {
    operand: Expr,
    case: Case<B>,
    marker: PhantomData<fn() -> O>,
}

impl<O: ColumnType, B: ColumnType<Base = B>> CaseOf<O, B> {
    /// Adds an arm: the value that holds when the expression is equal to this first.
    pub fn when(mut self, equal: impl Operand<O>, value: impl Operand<B>) -> Self {
        let (operand, equal) = (self.operand.clone(), equal.into_operand());
        let condition = Expr::binary(BinaryOperator::Eq, operand, equal);
        self.case = self.case.when(condition, value);
        self
    }

    /// Ends with the value for when it is equal to none; its type is the result's.
    pub fn otherwise<R: Operand<B>>(self, value: R) -> Typed<R::Type> {
        self.case.otherwise(value)
    }

    /// Ends without one: NULL when it is equal to none.
    pub fn end(self) -> Typed<Option<B>> {
        self.case.end()
    }
}
