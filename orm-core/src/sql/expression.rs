//! The operators that every typed expression has.

use super::{
    BinaryOperator, Condition, Contains, Expr, Label, Literal, Name, Operand, OrderBy, ScalarQuery,
    Truth, Typed,
};
use crate::types::{ColumnType, Value};

/// The type of an expression, without `Option`.
pub(super) type BaseOf<E> = <<E as Expression>::Type as ColumnType>::Base;

/// A column or expression of a known Rust type, and what can be made of it.
///
/// Text has more operators in [`TextExpression`](super::TextExpression), JSON in `JsonExpression` (feature `json`),
/// and numbers have Rust's own: `+ - * / % & | ^ << >>`.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let condition = func::value(1).gt(2).and(func::value("a".to_owned()).eq("b"));
/// # let _ = condition;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an SQL expression",
    label = "expected a column or an expression",
    note = "wrap a plain value in `func::value(..)`"
)]
#[allow(
    clippy::wrong_self_convention,
    reason = "an expression is used up by what is made of it, tests for NULL included"
)]
pub trait Expression: Sized {
    /// The Rust type of its values.
    type Type: ColumnType;

    /// The expression without its type.
    fn into_expr(self) -> Expr;

    /// `=`; compared with `None` it is `IS NULL`.
    fn eq<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        equality(BinaryOperator::Eq, self, right)
    }

    /// `!=`; compared with `None` it is `IS NOT NULL`. Rows in which either side is NULL do not match.
    fn ne<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        equality(BinaryOperator::Ne, self, right)
    }

    /// `<`
    fn lt<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        binary(BinaryOperator::Lt, self, right)
    }

    /// `<=`
    fn le<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        binary(BinaryOperator::Le, self, right)
    }

    /// `>`
    fn gt<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        binary(BinaryOperator::Gt, self, right)
    }

    /// `>=`
    fn ge<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        binary(BinaryOperator::Ge, self, right)
    }

    /// Differs, with NULL as a value like any other.
    fn is_distinct_from<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        equality(BinaryOperator::IsDistinctFrom, self, right)
    }

    /// Is the same, with NULL as a value like any other.
    fn is_not_distinct_from<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        equality(BinaryOperator::IsNotDistinctFrom, self, right)
    }

    /// `IS NULL`
    fn is_null(self) -> Typed<bool> {
        null_test(self.into_expr(), false)
    }

    /// `IS NOT NULL`
    fn is_not_null(self) -> Typed<bool> {
        null_test(self.into_expr(), true)
    }

    /// `IS TRUE`: false for NULL.
    fn is_true(self) -> Typed<bool>
    where
        Self::Type: Truth,
    {
        truth_test(self, true, false)
    }

    /// `IS NOT TRUE`: true for NULL.
    fn is_not_true(self) -> Typed<bool>
    where
        Self::Type: Truth,
    {
        truth_test(self, true, true)
    }

    /// `IS FALSE`: false for NULL.
    fn is_false(self) -> Typed<bool>
    where
        Self::Type: Truth,
    {
        truth_test(self, false, false)
    }

    /// `IS NOT FALSE`: true for NULL.
    fn is_not_false(self) -> Typed<bool>
    where
        Self::Type: Truth,
    {
        truth_test(self, false, true)
    }

    /// `IN (..)`. Nothing is in an empty list, and nothing is equal to a NULL in one.
    fn is_in<R: Operand<BaseOf<Self>>>(self, list: impl IntoIterator<Item = R>) -> Typed<bool> {
        in_list(self, list, false)
    }

    /// `NOT IN (..)`. Everything, NULL too, is outside of an empty list; nothing is known to be outside of one with a NULL.
    fn not_in<R: Operand<BaseOf<Self>>>(self, list: impl IntoIterator<Item = R>) -> Typed<bool> {
        in_list(self, list, true)
    }

    /// `IN (SELECT ..)`
    fn is_in_query<Q>(self, query: Q) -> Typed<bool>
    where
        Q: ScalarQuery<Type: ColumnType<Base = BaseOf<Self>>>,
    {
        in_select(self, query, false)
    }

    /// `NOT IN (SELECT ..)`. Nothing is known to be outside of a query with a NULL; `not_exists` has no such surprise.
    fn not_in_query<Q>(self, query: Q) -> Typed<bool>
    where
        Q: ScalarQuery<Type: ColumnType<Base = BaseOf<Self>>>,
    {
        in_select(self, query, true)
    }

    /// `BETWEEN low AND high`, both included.
    fn between<L, H>(self, low: L, high: H) -> Typed<bool>
    where
        L: Operand<BaseOf<Self>>,
        H: Operand<BaseOf<Self>>,
    {
        between(self, low.into_operand(), high.into_operand(), false)
    }

    /// `NOT BETWEEN low AND high`.
    fn not_between<L, H>(self, low: L, high: H) -> Typed<bool>
    where
        L: Operand<BaseOf<Self>>,
        H: Operand<BaseOf<Self>>,
    {
        between(self, low.into_operand(), high.into_operand(), true)
    }

    /// Has this in it: text in text (exactly: case counts, and `%` and `_` mean themselves), items in an array, members
    /// in JSON.
    fn contains<R>(self, part: R) -> Typed<bool>
    where
        Self::Type: Contains<R>,
    {
        Typed::new(<Self::Type>::contains(self.into_expr(), part))
    }

    /// Both hold.
    fn and(self, other: impl Condition) -> Typed<bool>
    where
        Self::Type: Truth,
    {
        Typed::new(self.into_expr().and(other.into_condition()))
    }

    /// One holds.
    fn or(self, other: impl Condition) -> Typed<bool>
    where
        Self::Type: Truth,
    {
        Typed::new(self.into_expr().or(other.into_condition()))
    }

    /// The opposite, pushed into the operator where it has one (`!=`, `NOT IN`, `IS NOT NULL`); of NULL it is NULL.
    fn not(self) -> Typed<Self::Type>
    where
        Self::Type: Truth,
    {
        Typed::new(self.into_expr().negate())
    }

    /// `CAST(.. AS ..)` to the column type of `T`; use an `Option` for what can be NULL.
    fn cast<T: ColumnType>(self) -> Typed<T> {
        Typed::new(Expr::Cast(Box::new(self.into_expr()), T::SQL_TYPE))
    }

    /// The same, read as an `Option`: for a column of the nullable side of an outer join.
    fn nullable(self) -> Typed<Option<BaseOf<Self>>> {
        Typed::new(self.into_expr())
    }

    /// The same, read as never NULL: for an expression that can be NULL by its type, but is known not to be. A NULL all
    /// the same is an error where it is read, and where it is stored.
    fn assume_not_null(self) -> Typed<BaseOf<Self>> {
        Typed::new(self.into_expr())
    }

    /// As a term of an order, ascending.
    fn asc(self) -> OrderBy {
        OrderBy::ascending(self.into_expr())
    }

    /// As a term of an order, descending.
    fn desc(self) -> OrderBy {
        OrderBy::descending(self.into_expr())
    }

    /// Under this name in the result.
    fn label(self, name: impl Into<Name>) -> Label<Self::Type> {
        Label::new(self.into_expr(), name.into())
    }
}

fn binary<E: Expression, R: Operand<BaseOf<E>>>(
    operator: BinaryOperator,
    left: E,
    right: R,
) -> Typed<bool> {
    let (left, right) = (left.into_expr(), right.into_operand());
    Typed::new(Expr::binary(operator, left, right))
}

/// A comparison in which the value NULL is one that `IS NULL` finds.
fn equality<E: Expression, R: Operand<BaseOf<E>>>(
    operator: BinaryOperator,
    left: E,
    right: R,
) -> Typed<bool> {
    let differs = matches!(
        operator,
        BinaryOperator::Ne | BinaryOperator::IsDistinctFrom
    );
    match right.into_operand() {
        Expr::Bind(Value::Null) => null_test(left.into_expr(), differs),
        // A truth value stands in the text, where an index over some of the rows can be seen to serve.
        Expr::Bind(Value::Bool(value)) => {
            let value = Expr::Literal(Literal::Bool(value));
            Typed::new(Expr::binary(operator, left.into_expr(), value))
        }
        right => Typed::new(Expr::binary(operator, left.into_expr(), right)),
    }
}

fn null_test(operand: Expr, negated: bool) -> Typed<bool> {
    let operand = Box::new(operand);
    Typed::new(Expr::IsNull { operand, negated })
}

fn truth_test(expression: impl Expression, value: bool, negated: bool) -> Typed<bool> {
    Typed::new(Expr::IsTruth {
        operand: Box::new(expression.into_expr()),
        value,
        negated,
    })
}

fn in_list<E: Expression, R: Operand<BaseOf<E>>>(
    expression: E,
    list: impl IntoIterator<Item = R>,
    negated: bool,
) -> Typed<bool> {
    Typed::new(Expr::InList {
        operand: Box::new(expression.into_expr()),
        list: list.into_iter().map(Operand::into_operand).collect(),
        negated,
    })
}

fn in_select(expression: impl Expression, query: impl ScalarQuery, negated: bool) -> Typed<bool> {
    Typed::new(Expr::InSelect {
        operand: Box::new(expression.into_expr()),
        select: Box::new(query.into_select()),
        negated,
    })
}

fn between(expression: impl Expression, low: Expr, high: Expr, negated: bool) -> Typed<bool> {
    Typed::new(Expr::Between {
        operand: Box::new(expression.into_expr()),
        low: Box::new(low),
        high: Box::new(high),
        negated,
    })
}
