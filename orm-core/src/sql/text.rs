//! Raw SQL with named parameters.

mod scan;

use super::{Expr, Name, Operand, Typed};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{ColumnType, SqlType, ToValue, Value};

pub(crate) use scan::Piece;

/// SQL text with named parameters (`:name`), and their values; made by [`text`].
///
/// A colon inside a string, a quoted identifier, a comment or a cast (`::`) is no parameter; `\:` is a plain colon.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Text {
    sql: Name,
    binds: Vec<(Name, Given)>,
    reads: bool,
}

/// What a parameter stands for.
#[derive(Debug, Clone, PartialEq, Hash)]
pub(crate) enum Given {
    /// A value.
    One(Value),
    /// The items of a list, with their type in case there are none.
    List(SqlType, Vec<Value>),
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
    pub fn bind(self, name: impl Into<Name>, value: impl ToValue) -> Self {
        self.bound(name.into(), Given::One(value.to_value()))
    }

    /// Gives a parameter the items of a list, as `IN (..)` takes them; no item is in an empty list.
    ///
    /// ```
    /// use orm_core::sql::text;
    ///
    /// let statement = text("DELETE FROM books WHERE id IN (:ids)").bind_list("ids", [1_i64, 2, 3]);
    /// # let _ = statement;
    /// ```
    #[must_use]
    pub fn bind_list<T: ColumnType, V: Operand<T> + ToValue>(
        self,
        name: impl Into<Name>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(|value| value.to_value()).collect();
        self.bound(name.into(), Given::List(T::SQL_TYPE, values))
    }

    fn bound(mut self, name: Name, bound: Given) -> Self {
        match self.binds.iter_mut().find(|(known, _)| *known == name) {
            Some(bind) => bind.1 = bound,
            None => self.binds.push((name, bound)),
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
        self.binds.iter().flat_map(|(_, argument)| match argument {
            Given::One(value) => std::slice::from_ref(value),
            Given::List(_, values) => values,
        })
    }

    /// Whether the statement is known to read only.
    pub fn reads(&self) -> bool {
        self.reads
    }

    pub(crate) fn value(&self, name: &str) -> Result<&Given> {
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
        let pieces = scan::scan(&self.sql);
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
