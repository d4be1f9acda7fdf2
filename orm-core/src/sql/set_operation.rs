//! UNION, INTERSECT, EXCEPT.

use super::Select;

/// The rows of several queries, combined. Each is taken as a whole, with its own order and limit.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct SetOperation {
    /// How they are combined.
    pub operator: SetOperator,
    /// Whether equal rows are kept.
    pub all: bool,
    /// The queries, at least two, taken from left to right.
    pub operands: Vec<Select>,
}

/// How the rows of two queries are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOperator {
    /// Those of either.
    Union,
    /// Those of both.
    Intersect,
    /// Those of the first that the second does not have.
    Except,
}
