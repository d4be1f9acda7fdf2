//! FROM and its joins.

use super::{Expr, Select, TableRef};

/// What a query reads from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FromItem {
    /// A table.
    Table(TableRef),
    /// A query under a name.
    Subquery {
        /// The query.
        select: Box<Select>,
        /// Its name.
        alias: super::Name,
    },
}

/// A join.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// How rows without a match are treated.
    pub kind: JoinKind,
    /// What is joined.
    pub from: FromItem,
    /// The condition; `None` only for a cross join.
    pub on: Option<Expr>,
}

/// How a join treats rows without a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinKind {
    /// Leaves them out.
    Inner,
    /// Keeps those of the left side.
    Left,
    /// Pairs every row with every row.
    Cross,
}

impl FromItem {
    /// The name by which columns call it.
    pub fn label(&self) -> &super::Name {
        match self {
            Self::Table(table) => table.label(),
            Self::Subquery { alias, .. } => alias,
        }
    }
}
