//! Operators on text: patterns, regular expressions, search, collations.

use super::{Anchor, BinaryOperator, Combine, Expr, Expression, Name, Operand, TextPart, Typed};
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

/// What text has beyond the operators of every expression.
///
/// ```
/// use orm_core::sql::{Expression, TextExpression, func};
///
/// let title = func::value("100% Rust".to_owned());
/// let condition = title.clone().starts_with("100%").or(title.ilike("%rust"));
/// # let _ = condition;
/// ```
pub trait TextExpression: Expression {
    /// `LIKE`: `%` stands for any text, `_` for any character. SQLite takes ASCII letters of either case as equal, and
    /// looks at a text up to its first NUL; [`contains`](Expression::contains), [`starts_with`](Self::starts_with) and
    /// [`ends_with`](Self::ends_with) are exact on every database. A pattern with a NUL is an error.
    fn like<R: Operand<String>>(self, pattern: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        Typed::new(like(self.into_expr(), pattern.into_operand(), None, false))
    }

    /// `NOT LIKE`
    fn not_like<R: Operand<String>>(self, pattern: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        self.like(pattern).not()
    }

    /// `LIKE .. ESCAPE ..`: `%` and `_` mean themselves after this character.
    fn like_escape<R: Operand<String>>(self, pattern: R, escape: char) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        Typed::new(like(
            self.into_expr(),
            pattern.into_operand(),
            Some(escape),
            false,
        ))
    }

    /// `LIKE` that takes letters of either case as equal, on every database (SQLite: ASCII letters).
    fn ilike<R: Operand<String>>(self, pattern: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        Typed::new(like(self.into_expr(), pattern.into_operand(), None, true))
    }

    /// The opposite of [`ilike`](Self::ilike).
    fn not_ilike<R: Operand<String>>(self, pattern: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        self.ilike(pattern).not()
    }

    /// Begins with this text, exactly: case counts, and `%` and `_` mean themselves.
    fn starts_with(self, prefix: impl TextPart) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        Typed::new(part_of(
            self.into_expr(),
            prefix.text(),
            Anchor::Start,
            false,
        ))
    }

    /// Begins with this text, in letters of either case (SQLite: ASCII letters).
    fn starts_with_ignore_case(self, prefix: impl TextPart) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        Typed::new(part_of(
            self.into_expr(),
            prefix.text(),
            Anchor::Start,
            true,
        ))
    }

    /// Ends with this text, exactly: case counts, and `%` and `_` mean themselves.
    fn ends_with(self, suffix: impl TextPart) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        Typed::new(part_of(self.into_expr(), suffix.text(), Anchor::End, false))
    }

    /// Ends with this text, in letters of either case (SQLite: ASCII letters).
    fn ends_with_ignore_case(self, suffix: impl TextPart) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        Typed::new(part_of(self.into_expr(), suffix.text(), Anchor::End, true))
    }

    /// Has this text in it, in letters of either case (SQLite: ASCII letters); [`contains`](Expression::contains) takes them as they are.
    fn contains_ignore_case(self, part: impl TextPart) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        Typed::new(part_of(
            self.into_expr(),
            part.text(),
            Anchor::Anywhere,
            true,
        ))
    }

    /// Matches a regular expression, anywhere in the text; `.not()` turns it round.
    fn matches<R: Operand<String>>(self, pattern: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        regex(self, pattern.into_operand(), false)
    }

    /// Matches a regular expression, in letters of either case.
    fn matches_ignore_case<R: Operand<String>>(self, pattern: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        regex(self, pattern.into_operand(), true)
    }

    /// Has these words in it, by the database's full-text search.
    fn search<R: Operand<String>>(self, words: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        full_text(self, words.into_operand(), None)
    }

    /// Has these words in it, in any of the forms that they take in a language: `search_in("english", "run")`.
    fn search_in<R: Operand<String>>(self, language: impl Into<Name>, words: R) -> Typed<bool>
    where
        Self::Type: Textual,
    {
        full_text(self, words.into_operand(), Some(language.into()))
    }

    /// Compared and ordered by a collation of the database: `"NOCASE"` on SQLite, `"C"` on PostgreSQL.
    fn collate(self, collation: impl Into<Name>) -> Typed<Self::Type>
    where
        Self::Type: Textual,
    {
        Typed::new(Expr::Collate(Box::new(self.into_expr()), collation.into()))
    }

    /// `||`: both texts in one, NULL when either is. [`func::concat`](super::func::concat) joins more.
    fn concat<R: Operand<String>>(
        self,
        right: R,
    ) -> Typed<<Self::Type as Combine<R::Type, String>>::Output>
    where
        Self::Type: Textual + Combine<R::Type, String>,
    {
        let (left, right) = (self.into_expr(), right.into_operand());
        Typed::new(Expr::binary(BinaryOperator::Concat, left, right))
    }
}

impl<E: Expression> TextExpression for E {}

fn like(operand: Expr, pattern: Expr, escape: Option<char>, ignore_case: bool) -> Expr {
    // SQLite would take the pattern to end there, and PostgreSQL has no such text.
    let pattern = match pattern {
        Expr::Bind(Value::Text(text)) if text.contains('\0') => Expr::Bind(Value::Invalid(
            "a pattern of LIKE cannot have a NUL in it; use contains, starts_with or ends_with"
                .to_owned(),
        )),
        pattern => pattern,
    };
    Expr::Like {
        operand: Box::new(operand),
        pattern: Box::new(pattern),
        escape,
        ignore_case,
        negated: false,
    }
}

/// A test for a text at a place of another, as it is.
pub(super) fn part_of(operand: Expr, text: &str, place: Anchor, ignore_case: bool) -> Expr {
    Expr::PartOf {
        operand: Box::new(operand),
        part: Box::new(Expr::Bind(Value::Text(text.to_owned()))),
        pattern: Box::new(Expr::Bind(Value::Text(place.pattern(text)))),
        place,
        ignore_case,
        negated: false,
    }
}

fn regex(expression: impl Expression, pattern: Expr, ignore_case: bool) -> Typed<bool> {
    Typed::new(Expr::Regex {
        operand: Box::new(expression.into_expr()),
        pattern: Box::new(pattern),
        ignore_case,
        negated: false,
    })
}

fn full_text(document: impl Expression, query: Expr, language: Option<Name>) -> Typed<bool> {
    Typed::new(Expr::FullText {
        document: Box::new(document.into_expr()),
        query: Box::new(query),
        language,
    })
}
