//! The operators of typed expressions.

use super::{BinaryOperator, Condition, Expr, Label, Name, Operand, OrderBy, Truth, Typed};
use crate::types::{ColumnType, Value};

/// Text: `String` or `Option<String>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "expected a text column or expression",
    note = "use `.cast::<String>()` to look at a number as text"
)]
pub trait Textual: ColumnType<Base = String> {}

impl Textual for String {}
impl Textual for Option<String> {}

type BaseOf<E> = <<E as Expression>::Type as ColumnType>::Base;

/// A column or expression of a known Rust type, and what can be made of it.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let condition = func::value(1).gt(2).and(func::value("a".to_owned()).like("b%"));
/// # let _ = condition;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an SQL expression",
    label = "expected a column or an expression",
    note = "wrap a plain value in `func::value(..)`"
)]
pub trait Expression: Sized {
    /// The Rust type of its values.
    type Type: ColumnType;

    /// The expression without its type.
    fn into_expr(self) -> Expr;

    /// `=`; compared with `None` it is `IS NULL`.
    fn eq<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        match right.into_operand() {
            Expr::Bind(Value::Null) => null_test(self, false),
            right => Typed::new(Expr::binary(BinaryOperator::Eq, self.into_expr(), right)),
        }
    }

    /// `!=`; compared with `None` it is `IS NOT NULL`. Rows in which either side is NULL do not match.
    fn ne<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        match right.into_operand() {
            Expr::Bind(Value::Null) => null_test(self, true),
            right => Typed::new(Expr::binary(BinaryOperator::Ne, self.into_expr(), right)),
        }
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
        binary(BinaryOperator::IsDistinctFrom, self, right)
    }

    /// Is the same, with NULL as a value like any other.
    fn is_not_distinct_from<R: Operand<BaseOf<Self>>>(self, right: R) -> Typed<bool> {
        binary(BinaryOperator::IsNotDistinctFrom, self, right)
    }

    /// `IS NULL`
    fn is_null(self) -> Typed<bool> {
        null_test(self, false)
    }

    /// `IS NOT NULL`
    fn is_not_null(self) -> Typed<bool> {
        null_test(self, true)
    }

    /// `IN (..)`. Nothing is in an empty list.
    fn is_in<R: Operand<BaseOf<Self>>>(self, list: impl IntoIterator<Item = R>) -> Typed<bool> {
        in_list(self, list, false)
    }

    /// `NOT IN (..)`. Everything, NULL too, is outside of an empty list.
    fn not_in<R: Operand<BaseOf<Self>>>(self, list: impl IntoIterator<Item = R>) -> Typed<bool> {
        in_list(self, list, true)
    }

    /// `BETWEEN low AND high`, both included.
    fn between<L, H>(self, low: L, high: H) -> Typed<bool>
    where
        L: Operand<BaseOf<Self>>,
        H: Operand<BaseOf<Self>>,
    {
        Typed::new(Expr::Between {
            operand: Box::new(self.into_expr()),
            low: Box::new(low.into_operand()),
            high: Box::new(high.into_operand()),
            negated: false,
        })
    }

    /// `LIKE`: `%` stands for any text, `_` for any character. SQLite takes ASCII letters of either case as equal.
    fn like<R: Operand<String>>(self, pattern: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        like(self, pattern.into_operand(), None, false)
    }

    /// `LIKE` that takes letters of either case as equal, on every database (SQLite: ASCII letters).
    fn ilike<R: Operand<String>>(self, pattern: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        like(self, pattern.into_operand(), None, true)
    }

    /// Begins with this text; `%` and `_` in it mean themselves.
    fn starts_with(self, prefix: impl AsRef<str>) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        like_escaped(self, "", prefix.as_ref(), "%")
    }

    /// Ends with this text; `%` and `_` in it mean themselves.
    fn ends_with(self, suffix: impl AsRef<str>) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        like_escaped(self, "%", suffix.as_ref(), "")
    }

    /// Has this text in it; `%` and `_` in it mean themselves.
    fn contains(self, part: impl AsRef<str>) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        like_escaped(self, "%", part.as_ref(), "%")
    }

    /// `||`
    fn concat<R: Operand<String>>(self, right: R) -> Typed<Self::Type>
    where
        Self::Type: Textual,
    {
        let right = right.into_operand();
        Typed::new(Expr::binary(
            BinaryOperator::Concat,
            self.into_expr(),
            right,
        ))
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

    /// The opposite, pushed into the operator where it has one (`!=`, `NOT IN`, `IS NOT NULL`).
    fn not(self) -> Typed<bool>
    where
        Self::Type: Truth,
    {
        Typed::new(self.into_expr().negate())
    }

    /// `CAST(.. AS ..)` to the column type of `T`.
    fn cast<T: ColumnType>(self) -> Typed<T> {
        Typed::new(Expr::Cast(Box::new(self.into_expr()), T::SQL_TYPE))
    }

    /// The same, read as an `Option`: for a column of the nullable side of an outer join.
    fn nullable(self) -> Typed<Option<BaseOf<Self>>> {
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
    Typed::new(Expr::binary(
        operator,
        left.into_expr(),
        right.into_operand(),
    ))
}

fn null_test(expression: impl Expression, negated: bool) -> Typed<bool> {
    Typed::new(Expr::IsNull {
        operand: Box::new(expression.into_expr()),
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

fn like(
    expression: impl Expression,
    pattern: Expr,
    escape: Option<char>,
    ignore_case: bool,
) -> Typed<bool> {
    Typed::new(Expr::Like {
        operand: Box::new(expression.into_expr()),
        pattern: Box::new(pattern),
        escape,
        ignore_case,
        negated: false,
    })
}

/// The escape is `/`, not the backslash, which some settings of PostgreSQL read in strings too.
const ESCAPE: char = '/';

fn like_escaped(expression: impl Expression, before: &str, text: &str, after: &str) -> Typed<bool> {
    let mut pattern = String::with_capacity(before.len() + text.len() + after.len());
    pattern.push_str(before);
    for character in text.chars() {
        if matches!(character, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(character);
    }
    pattern.push_str(after);
    like(
        expression,
        Expr::Bind(Value::Text(pattern)),
        Some(ESCAPE),
        false,
    )
}
