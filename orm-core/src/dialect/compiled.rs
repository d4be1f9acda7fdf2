//! What a dialect hands to the engine: text and parameters.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::sql::Name;
use crate::types::{Layout, SqlType, Value, Values};

/// A statement ready to run.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The text, with the dialect's placeholders.
    pub sql: Arc<str>,
    /// The parameters, in the order of the placeholders.
    pub binds: Vec<Value>,
    /// What the statement does, for logs and spans.
    pub summary: Summary,
    /// Which of the columns that readers of its rows count are there; none when all are.
    pub layout: Option<Arc<Layout>>,
}

/// A statement whose named parameters are given their values later; made by [`Dialect::template`](super::Dialect::template).
#[derive(Debug, Clone)]
pub struct Template {
    /// The statement. A parameter without a value holds NULL.
    pub(super) statement: Compiled,
    /// The names of the parameters, each with the position of one of its binds.
    pub(super) parameters: Vec<(Name, usize)>,
    /// Those of the names that have no value yet.
    pub(super) open: Vec<Name>,
}

impl Template {
    /// The names of the parameters, each with the position of a bind; one that stands in several places may have several.
    pub fn parameters(&self) -> &[(Name, usize)] {
        &self.parameters
    }

    /// The statement with these values. Every parameter needs one, unless it had one from the beginning, and every value
    /// its parameter.
    ///
    /// # Errors
    /// `InvalidQuery` naming a parameter that got no value, or a value that has no parameter.
    pub fn bind(&self, values: &[(&str, Value)]) -> Result<Compiled> {
        let unknown = values
            .iter()
            .find(|(name, _)| self.parameters.iter().all(|(known, _)| known != name));
        if let Some((name, _)) = unknown {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "a value was given for the parameter {name}, which the statement does not have"
                ),
            ));
        }
        let mut statement = self.statement.clone();
        for (name, position) in &self.parameters {
            match values.iter().find(|(given, _)| name == given) {
                Some((_, value)) => statement.binds[*position] = value.clone(),
                None if self.open.contains(name) => return Err(no_value(name)),
                None => {}
            }
        }
        Ok(statement)
    }
}

pub(super) fn no_value(name: &str) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!("the parameter {name} was given no value; give it one before the statement runs"),
    )
}

/// What a statement does, known from its tree, never parsed from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// `SELECT`, `INSERT`, `CREATE TABLE`, ...
    pub operation: Cow<'static, str>,
    /// The main table, where there is one.
    pub table: Option<Cow<'static, str>>,
    /// Whether the statement only reads, as far as its tree tells; raw text counts as writing.
    pub reads: bool,
}

/// One statement for many rows: what a flush sends for one table, operation and column set.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The text: for one row ([`BatchStyle::PerRow`]), or for all of them ([`BatchStyle::Arrays`]).
    pub sql: Arc<str>,
    /// The column of each parameter of a row, where it is known.
    pub columns: Arc<[Box<str>]>,
    /// The type of each parameter of a row.
    pub types: Arc<[SqlType]>,
    /// The parameters, row after row; their number is a multiple of `types.len()`.
    pub rows: Values,
    /// How many rows there are (told apart from `rows`, since a row may have no parameters).
    pub count: usize,
    /// How the rows travel.
    pub style: BatchStyle,
    /// What comes back.
    pub returning: Returning,
    /// Whether each row must change exactly one row of the table, as UPDATE and DELETE by key must.
    pub one_each: bool,
    /// The key that the database is to make up for each row, where it is.
    pub generated_key: Option<&'static str>,
    /// What the statement does.
    pub summary: Summary,
    /// What comes back is appended to these: most often to none.
    pub room: Values,
}

/// How the rows of a [`Batch`] travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchStyle {
    /// The statement is prepared once and run for each row in a loop beside the database (SQLite).
    PerRow,
    /// Each parameter is one array with a value for every row (PostgreSQL, `UNNEST`).
    Arrays,
}

/// What a [`Batch`] gives back for each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returning {
    /// Nothing but the count.
    Nothing,
    /// The row id of each inserted row, as one `I64` (SQLite, without a RETURNING clause).
    RowId,
    /// This many columns, by a RETURNING clause.
    Columns(usize),
}

/// The reply to a [`Batch`].
#[derive(Debug, Default)]
pub struct BatchReply {
    /// How many rows the database matched.
    pub affected: u64,
    /// The returned values after those of [`Batch::room`], row after row, in the order in which the rows were sent for
    /// [`BatchStyle::PerRow`], in the order the database sent them for [`BatchStyle::Arrays`].
    pub returned: Values,
    /// The first row, by index, that changed no row although `one_each` asked for it; only known per row.
    pub missed: Option<usize>,
    /// The values that were sent, so that their room can be used again.
    pub sent: Values,
}
