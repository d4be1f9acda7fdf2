//! FROM and its joins.

use super::{Expr, Function, Name, Select, TableRef, Text};

/// What a query reads from.
#[derive(Debug, Clone, PartialEq, Hash)]
#[non_exhaustive]
pub enum FromItem {
    /// A table, or a common table expression by its name.
    Table(TableRef),
    /// A query under a name.
    Subquery {
        /// The query.
        select: Box<Select>,
        /// Its name.
        alias: Name,
        /// Whether it sees the columns of what stands before it (`LATERAL`).
        lateral: bool,
    },
    /// Rows that stand in the statement.
    Values {
        /// The rows, each as long as the columns.
        rows: Vec<Vec<Expr>>,
        /// Their name.
        alias: Name,
        /// The names of the columns.
        columns: Vec<Name>,
    },
    /// Raw SQL that gives rows.
    Text {
        /// The text.
        text: Box<Text>,
        /// Its name.
        alias: Name,
        /// The names that the text gives its columns, where they are known.
        columns: Vec<Name>,
    },
    /// The rows that a function gives.
    Function {
        /// The function.
        function: Box<Function>,
        /// Its name in the query.
        alias: Name,
        /// The names of its columns; the function's own when there are none.
        columns: Vec<Name>,
    },
}

/// A join.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Join {
    /// How rows without a match are treated.
    pub kind: JoinKind,
    /// What is joined.
    pub from: FromItem,
    /// The condition; `None` only for a cross join.
    pub on: Option<Expr>,
}

/// How a join treats rows without a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JoinKind {
    /// Leaves them out.
    Inner,
    /// Keeps those of the left side.
    Left,
    /// Keeps those of the right side.
    Right,
    /// Keeps those of both sides.
    Full,
    /// Pairs every row with every row.
    Cross,
}

impl FromItem {
    /// The name by which columns call it.
    pub fn label(&self) -> &Name {
        match self {
            Self::Table(table) => table.label(),
            Self::Subquery { alias, .. }
            | Self::Text { alias, .. }
            | Self::Values { alias, .. }
            | Self::Function { alias, .. } => alias,
        }
    }
}
