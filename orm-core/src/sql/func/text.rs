//! Functions of text.

use super::call;
use crate::sql::{
    BinaryOperator, Expr, Expression, Lift, Literal, Operand, Operands, Textual, Typed,
};

type Lifted<E, U> = <<E as Expression>::Type as Lift<U, String>>::Output;

/// `LENGTH(x)`: the number of characters.
pub fn length<E>(text: E) -> Typed<Lifted<E, i32>>
where
    E: Expression<Type: Textual + Lift<i32, String>>,
{
    call("length", vec![text.into_expr()])
}

/// `LOWER(x)`. SQLite changes ASCII letters only.
pub fn lower<E: Expression<Type: Textual>>(text: E) -> Typed<E::Type> {
    call("lower", vec![text.into_expr()])
}

/// `UPPER(x)`. SQLite changes ASCII letters only.
pub fn upper<E: Expression<Type: Textual>>(text: E) -> Typed<E::Type> {
    call("upper", vec![text.into_expr()])
}

/// `TRIM(x)`: without spaces at both ends.
pub fn trim<E: Expression<Type: Textual>>(text: E) -> Typed<E::Type> {
    call("trim", vec![text.into_expr()])
}

/// `LTRIM(x)`: without spaces at the beginning.
pub fn ltrim<E: Expression<Type: Textual>>(text: E) -> Typed<E::Type> {
    call("ltrim", vec![text.into_expr()])
}

/// `RTRIM(x)`: without spaces at the end.
pub fn rtrim<E: Expression<Type: Textual>>(text: E) -> Typed<E::Type> {
    call("rtrim", vec![text.into_expr()])
}

/// `SUBSTR(x, start, length)`: so many characters from this one on, counted from one. Below one the databases differ: do not
/// go there.
pub fn substr<E>(text: E, start: impl Operand<i32>, length: impl Operand<i32>) -> Typed<E::Type>
where
    E: Expression<Type: Textual>,
{
    let (start, length) = (start.into_operand(), length.into_operand());
    call("substr", vec![text.into_expr(), start, length])
}

/// `SUBSTR(x, start)`: all characters from this one on, counted from one.
pub fn substr_from<E>(text: E, start: impl Operand<i32>) -> Typed<E::Type>
where
    E: Expression<Type: Textual>,
{
    call("substr", vec![text.into_expr(), start.into_operand()])
}

/// The first characters: `SUBSTR(x, 1, length)`.
pub fn left<E>(text: E, length: impl Operand<i32>) -> Typed<E::Type>
where
    E: Expression<Type: Textual>,
{
    let first = Expr::Literal(Literal::Integer(1));
    call(
        "substr",
        vec![text.into_expr(), first, length.into_operand()],
    )
}

/// `REPLACE(x, from, to)`: with each `from` in it made `to`.
pub fn replace<E>(text: E, from: impl Operand<String>, to: impl Operand<String>) -> Typed<E::Type>
where
    E: Expression<Type: Textual>,
{
    let (from, to) = (from.into_operand(), to.into_operand());
    call("replace", vec![text.into_expr(), from, to])
}

/// Where a text first stands in another, in characters from one; 0 where it does not.
pub fn position<E, R>(text: E, part: R) -> Typed<Lifted<E, i32>>
where
    E: Expression<Type: Textual + Lift<i32, String>>,
    R: Operand<String>,
{
    call("strpos", vec![text.into_expr(), part.into_operand()])
}

/// `a || b || ..`: all texts in one; NULL when one of them is.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let (first, last) = (func::value("Ann".to_owned()), func::value("Leckie".to_owned()));
/// let name = func::concat((first, " ", last));
/// # let _ = name;
/// ```
pub fn concat<T: Operands<String>>(texts: T) -> Typed<T::Any> {
    let texts = texts.into_operands().into_iter();
    let all = texts.reduce(|left, right| Expr::binary(BinaryOperator::Concat, left, right));
    Typed::new(all.unwrap_or(Expr::Literal(Literal::Null)))
}

/// `CONCAT_WS(separator, a, b, ..)`: the texts that are not NULL, with this between them.
pub fn concat_ws<T: Operands<String>>(separator: &str, texts: T) -> Typed<String> {
    let mut arguments = vec![separator.into_operand()];
    arguments.extend(texts.into_operands());
    call("concat_ws", arguments)
}
