//! What can be wrong with the names of a statement, and how it is told.

use super::plain_name;
use crate::error::{Error, ErrorKind};
use crate::sql::{Name, Refusal};

/// A name that means nothing, or too much, where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The query could not be built.
    Refused(Refusal),
    /// A column of a table that is not read there.
    Table { table: Name, scope: Vec<Name> },
    /// A column that a subquery, common table expression or list of rows does not have.
    Column {
        source: Name,
        column: Name,
        columns: Vec<Name>,
    },
    /// Two things of one name.
    Twice { table: Name },
    /// A label that no column of the result has.
    Label { label: Name, labels: Vec<Name> },
    /// A label that several columns of the result have.
    Ambiguous { label: Name },
    /// A label where only columns can stand.
    LabelElsewhere { label: Name },
    /// A window that the query does not have.
    Window { window: Name, windows: Vec<Name> },
    /// A query of the wrong number of columns where a value is expected.
    Width { expected: usize, found: usize },
    /// Set operations of different width.
    SetWidth { expected: usize, found: usize },
    /// A set operation with clauses of a query of its own.
    SetParts,
    /// A list of column names that does not fit.
    ColumnList {
        source: Name,
        names: usize,
        found: usize,
    },
}

impl Fault {
    /// The error, with what is to be done about a table that is not read, where that is known.
    #[cold]
    pub(crate) fn into_error(self, advice: Option<String>) -> Error {
        let table = match &self {
            Self::Table { table, .. } | Self::Twice { table } => Some(plain_name(table).to_owned()),
            Self::Column { source, .. } => Some(plain_name(source).to_owned()),
            _ => None,
        };
        let message = match self {
            Self::Refused(refusal) => return refusal.to_error(),
            Self::Table { table, scope } => {
                let table = plain_name(&table);
                let advice = advice.unwrap_or_else(|| {
                    format!("add .join(..) of a relationship that leads to {table}")
                });
                let reads = list(&scope, "no table");
                format!("a column of {table} is used, but the query reads from {reads}; {advice}")
            }
            Self::Column {
                source,
                column,
                columns,
            } => format!(
                "{} has no column {column}; it has {}",
                plain_name(&source),
                list(&columns, "none")
            ),
            Self::Twice { table } => format!(
                "the query reads from {} twice; give one an alias (alias::<..>(\"..\")), leave one join out, or begin at the \
                 other side with .from::<..>()",
                plain_name(&table)
            ),
            Self::Label { label, labels } => format!(
                "no column of the result is called {label}; there are {}; name one by .label(\"{label}\")",
                list(&labels, "none with a name")
            ),
            Self::Ambiguous { label } => format!(
                "several columns of the result are called {label}; give them different names by .label(..)"
            ),
            Self::LabelElsewhere { label } => format!(
                "the label {label} is used where only columns can stand; repeat its expression, or make the query a \
                 .subquery(..) and filter that"
            ),
            Self::Window { window, windows } => format!(
                "the query has no window {window}; it has {}; add .window(\"{window}\", ..)",
                list(&windows, "none")
            ),
            Self::Width { expected, found } => format!(
                "a query stands where {} expected, but it has {found}",
                columns(expected)
            ),
            Self::SetWidth { expected, found } => format!(
                "queries of {expected} and of {found} columns cannot be combined; select the same columns in both"
            ),
            Self::SetParts => "a set operation takes only an order, a limit and an offset; filter, join, group or lock the \
                               queries before they are combined, or read from the whole by .subquery(..)"
                .to_owned(),
            Self::ColumnList {
                source,
                names,
                found,
            } => format!(
                "{names} names are given for the {found} columns of {}",
                plain_name(&source)
            ),
        };
        let error = Error::new(ErrorKind::InvalidQuery, message);
        match table {
            Some(table) => error.with_table(table),
            None => error,
        }
    }
}

fn columns(count: usize) -> String {
    match count {
        1 => "one column is".to_owned(),
        _ => format!("{count} columns are"),
    }
}

fn list(names: &[Name], none: &str) -> String {
    if names.is_empty() {
        return none.to_owned();
    }
    let names: Vec<&str> = names.iter().map(|name| plain_name(name)).collect();
    names.join(", ")
}
