//! Common table expressions: `WITH name AS (..)`.

use super::{Name, Statement};

/// A statement whose rows another statement reads by name.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Cte {
    /// The name.
    pub name: Name,
    /// The names of its columns; the statement's own when there are none.
    pub columns: Vec<Name>,
    /// The statement: a query, or one that writes and returns rows.
    pub statement: Box<Statement>,
    /// Whether it may read its own rows.
    pub recursive: bool,
    /// Whether it is worked out once (`MATERIALIZED`) or as part of what reads it; the database's choice when not said.
    pub materialized: Option<bool>,
}
