//! Raw SQL with named parameters.

use super::{Expr, Name, Typed};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{ColumnType, ToValue, Value};

/// SQL text with named parameters (`:name`), and their values; made by [`text`].
///
/// A colon inside a string, a quoted identifier, a comment or a cast (`::`) is no parameter; `\:` is a plain colon.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Text {
    sql: Name,
    binds: Vec<(Name, Value)>,
    reads: bool,
}

/// SQL of the program's own, whose parameters are given by name.
///
/// It takes only text that stands in the program, so that nothing from outside gets into a statement by accident;
/// text that is put together at run time goes through [`text_unchecked`].
///
/// ```
/// use orm_core::sql::text;
///
/// let statement = text("DELETE FROM books WHERE year < :year").bind("year", 1900);
/// # let _ = statement;
/// ```
pub fn text(sql: &'static str) -> Text {
    Text::new(Name::Borrowed(sql))
}

/// SQL that was put together at run time. The caller vouches that nothing from outside is part of it.
pub fn text_unchecked(sql: impl Into<String>) -> Text {
    Text::new(Name::Owned(sql.into()))
}

/// A piece of a [`Text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// SQL, as it is.
    Sql(&'a str),
    /// A parameter's name.
    Parameter(&'a str),
    /// What may be a database's own placeholder: `?`, or `$` with a number.
    Placeholder(&'a str),
}

impl Text {
    fn new(sql: Name) -> Self {
        Self {
            sql,
            binds: Vec::new(),
            reads: false,
        }
    }

    /// Gives a parameter its value; the last one given counts.
    #[must_use]
    pub fn bind(mut self, name: impl Into<Name>, value: impl ToValue) -> Self {
        let (name, value) = (name.into(), value.to_value());
        match self.binds.iter_mut().find(|(known, _)| *known == name) {
            Some(bind) => bind.1 = value,
            None => self.binds.push((name, value)),
        }
        self
    }

    /// Says that the statement only reads; raw SQL counts as writing when nothing is said.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.reads = true;
        self
    }

    /// The text as an expression of Rust type `T`. That it has this type is the caller's word.
    pub fn typed<T: ColumnType>(self) -> Typed<T> {
        Typed::new(Expr::Named(Box::new(self)))
    }

    /// The first word of the text, for logs: `SELECT`, `INSERT`, ...; `TEXT` when it is none of the common ones.
    pub fn operation(&self) -> &'static str {
        const COMMON: [&str; 12] = [
            "SELECT", "VALUES", "WITH", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP",
            "TRUNCATE", "PRAGMA", "SET",
        ];
        let first = self.sql.split_ascii_whitespace().next().unwrap_or_default();
        COMMON
            .into_iter()
            .find(|word| first.eq_ignore_ascii_case(word))
            .unwrap_or("TEXT")
    }

    /// The text as it was written.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The values given to parameters.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.binds.iter().map(|(_, value)| value)
    }

    /// Whether the statement is known to read only.
    pub fn reads(&self) -> bool {
        self.reads
    }

    pub(crate) fn value(&self, name: &str) -> Result<&Value> {
        match self.binds.iter().find(|(known, _)| known == name) {
            Some((_, value)) => Ok(value),
            None => Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "the text has a parameter :{name} that was given no value; add .bind(\"{name}\", ..), or write \\:{name} if the colon is part of the SQL"
                ),
            )
            .with_sql(self.sql())),
        }
    }

    /// The pieces of the text.
    ///
    /// # Errors
    /// `InvalidQuery` when a value was given for a parameter that the text does not have.
    pub(crate) fn pieces(&self) -> Result<Vec<Piece<'_>>> {
        let pieces = Scanner::new(&self.sql).scan();
        let unknown = self
            .binds
            .iter()
            .find(|(name, _)| !pieces.contains(&Piece::Parameter(name)));
        match unknown {
            None => Ok(pieces),
            Some((name, _)) => Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "a value was given for the parameter :{name}, which the text does not have"
                ),
            )
            .with_sql(self.sql())),
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Where the SQL begins that is not in a piece yet.
    start: usize,
    at: usize,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            start: 0,
            at: 0,
            pieces: Vec::new(),
        }
    }

    fn scan(mut self) -> Vec<Piece<'a>> {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\'' => self.quoted(b'\'', self.has_escape_prefix()),
                b'"' | b'`' => self.quoted(byte, false),
                b'-' if self.byte(1) == Some(b'-') => self.skip_until("\n", 2),
                b'/' if self.byte(1) == Some(b'*') => self.block_comment(),
                b'$' if !self.follows_word() => self.dollar(),
                b'\\' if self.byte(1) == Some(b':') => {
                    self.sql_until_here();
                    self.start += 1;
                    self.at += 2;
                }
                b':' if self.byte(1) == Some(b':') => self.at += 2,
                b':' if self.byte(1).is_some_and(is_word_start) => self.parameter(),
                b'?' => self.placeholder(1),
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        self.sql_until_here();
        self.pieces
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn sql_until_here(&mut self) {
        if self.start < self.at {
            self.pieces
                .push(Piece::Sql(&self.text[self.start..self.at]));
        }
        self.start = self.at;
    }

    fn parameter(&mut self) {
        self.sql_until_here();
        let name = self.word(self.at + 1);
        self.pieces.push(Piece::Parameter(name));
        self.at += 1 + name.len();
        self.start = self.at;
    }

    fn placeholder(&mut self, length: usize) {
        self.sql_until_here();
        self.at += length;
        self.pieces
            .push(Piece::Placeholder(&self.text[self.start..self.at]));
        self.start = self.at;
    }

    /// The word that begins at `from`.
    fn word(&self, from: usize) -> &'a str {
        let rest = &self.bytes[from..];
        let length = rest.iter().position(|&byte| !is_word(byte));
        &self.text[from..from + length.unwrap_or(rest.len())]
    }

    fn follows_word(&self) -> bool {
        self.at > 0 && is_word(self.bytes[self.at - 1])
    }

    /// Whether the string that begins here is one of PostgreSQL's `E'..'`, in which a backslash escapes.
    fn has_escape_prefix(&self) -> bool {
        let before = |distance| self.at.checked_sub(distance).map(|at| self.bytes[at]);
        matches!(before(1), Some(b'e' | b'E')) && !before(2).is_some_and(is_word)
    }

    /// Skips a quoted string or identifier; a doubled quote inside ends one and begins the next, which is the same.
    fn quoted(&mut self, quote: u8, backslash: bool) {
        self.at += 1;
        while let Some(byte) = self.byte(0) {
            self.at += if backslash && byte == b'\\' { 2 } else { 1 };
            if byte == quote {
                return;
            }
        }
    }

    fn skip_until(&mut self, end: &str, from: usize) {
        let rest = self.text.get(self.at + from..).unwrap_or_default();
        let length = rest.find(end).map_or(rest.len(), |found| found + end.len());
        self.at += from + length;
    }

    /// Skips a comment, which on PostgreSQL can hold others.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.byte(0) {
            match (byte, self.byte(1)) {
                (b'/', Some(b'*')) => depth += 1,
                (b'*', Some(b'/')) => depth -= 1,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            self.at += 2;
            if depth == 0 {
                return;
            }
        }
    }

    /// `$tag$ .. $tag$` is a string; `$1` is a placeholder.
    fn dollar(&mut self) {
        let word = self.word(self.at + 1);
        let end = self.at + 1 + word.len();
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            self.placeholder(1 + word.len());
        } else if self.bytes.get(end) == Some(&b'$') {
            let tag = &self.text[self.at..=end];
            self.skip_until(tag, tag.len());
        } else {
            self.at = end;
        }
    }
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parameters(sql: &'static str, expected: &[&str]) {
        let mut text = text(sql);
        let pieces = text.pieces().unwrap();
        let found: Vec<String> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Parameter(name) => Some((*name).to_owned()),
                _ => None,
            })
            .collect();
        assert_eq!(found, expected);
        for name in found {
            text = text.bind(name, 1);
        }
        assert!(text.pieces().is_ok());
    }

    #[test]
    fn parameters_are_told_from_other_colons() {
        parameters("a = :a AND b = :b_2 OR a = :a", &["a", "b_2", "a"]);
        parameters("x::int, :y::text", &["y"]);
        parameters("':no' || 'it''s :no' || :yes", &["yes"]);
        parameters("E'\\':no' || :yes", &["yes"]);
        parameters("name'\\' || :yes", &["yes"]);
        parameters("\":no\" , `:no` , :yes", &["yes"]);
        parameters("-- :no\n:yes /* :no /* :no */ :no */ :too", &["yes", "too"]);
        parameters("$$ :no $$ $tag$ :no $$ $tag$ :yes", &["yes"]);
        parameters("\\:no :yes", &["yes"]);
        parameters("é:yes", &["yes"]);
        parameters("'unclosed :no", &[]);
        parameters("ends with \\", &[]);
    }

    #[test]
    fn an_escaped_colon_loses_its_backslash() {
        let text = text("a[1\\:n]");
        assert_eq!(
            text.pieces().unwrap(),
            [Piece::Sql("a[1"), Piece::Sql(":n]")]
        );
    }

    #[test]
    fn unknown_and_missing_parameters_are_named() {
        let unknown = text("SELECT :a").bind("a", 1).bind("b", 2);
        let error = unknown.pieces().unwrap_err();
        assert_eq!(
            error.message(),
            "a value was given for the parameter :b, which the text does not have"
        );
        let error = text("SELECT :a").value("a").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert!(error.message().contains(":a that was given no value"));
    }
}
