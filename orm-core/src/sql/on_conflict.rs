//! ON CONFLICT: what an INSERT does about rows that are there already.

use super::{Expr, Name};

/// What an INSERT does about rows that are there already.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct OnConflict {
    /// Which constraint or index has to be violated.
    pub target: ConflictTarget,
    /// What is done instead.
    pub action: ConflictAction,
}

/// Which constraint or index has to be violated.
#[derive(Debug, Clone, PartialEq, Hash)]
pub enum ConflictTarget {
    /// Any.
    Any,
    /// The unique constraint or index over these columns.
    Columns {
        /// The columns.
        columns: Vec<Name>,
        /// The condition of a partial index.
        filter: Option<Box<Expr>>,
    },
    /// A constraint by its name.
    Constraint(Name),
}

/// What is done instead of inserting the row.
#[derive(Debug, Clone, PartialEq, Hash)]
pub enum ConflictAction {
    /// Nothing.
    Nothing,
    /// The row that is there is updated; the row that was to be inserted is the table `excluded`.
    Update {
        /// The columns and their new values.
        set: Vec<(Name, Expr)>,
        /// Which rows are updated; all of them when it is not given.
        filter: Option<Expr>,
    },
}
