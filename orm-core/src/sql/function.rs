//! Function calls: plain, aggregate and over a window.

use super::{Expr, Name, OrderBy, Over};
use crate::types::SqlType;

/// A function call.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Function {
    /// The function's name, unquoted.
    pub name: Name,
    /// Whether it is a function of this library, which each dialect calls by the name that its database has for it.
    pub known: bool,
    /// The arguments; none and `star` make `count(*)`.
    pub arguments: Vec<Expr>,
    /// Whether `DISTINCT` stands before the arguments.
    pub distinct: bool,
    /// Whether `*` stands for the arguments.
    pub star: bool,
    /// The type in which the result is read, where a database's own result may be of another (on PostgreSQL the sum of
    /// BIGINT and the average of integers are NUMERIC); such a dialect casts.
    pub read_as: Option<SqlType>,
    /// The order in which an aggregate takes its values.
    pub order_by: Vec<OrderBy>,
    /// The order of an ordered-set aggregate: `WITHIN GROUP (ORDER BY ..)`.
    pub within_group: Vec<OrderBy>,
    /// Which rows an aggregate takes: `FILTER (WHERE ..)`.
    pub filter: Option<Expr>,
    /// The window, which makes a window function of it.
    pub over: Option<Over>,
}

impl Function {
    /// A function call.
    pub fn new(name: impl Into<Name>, arguments: Vec<Expr>) -> Self {
        Self {
            name: name.into(),
            known: false,
            arguments,
            distinct: false,
            star: false,
            read_as: None,
            order_by: Vec::new(),
            within_group: Vec::new(),
            filter: None,
            over: None,
        }
    }

    /// A function of this library, by the name that PostgreSQL has for it.
    pub(crate) fn known(name: &'static str, arguments: Vec<Expr>) -> Self {
        Self {
            known: true,
            ..Self::new(name, arguments)
        }
    }

    /// `COUNT(*)`.
    pub fn count_all() -> Self {
        Self {
            star: true,
            ..Self::known("count", Vec::new())
        }
    }

    /// Whether it is known to write nothing: a function of the database or the program may do anything.
    pub fn reads(&self) -> bool {
        const READING: [&str; 12] = [
            "abs", "avg", "coalesce", "count", "length", "lower", "max", "min", "round", "sum",
            "trim", "upper",
        ];
        self.known || READING.contains(&&*self.name)
    }
}
