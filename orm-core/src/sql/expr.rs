//! Expressions.

use super::{BinaryOperator, ColumnRef, Name, Select, UnaryOperator};
use crate::types::{SqlType, Value};

/// An expression. Parentheses are the compiler's business: the tree alone says what belongs together.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Expr {
    /// A column.
    Column(ColumnRef),
    /// A bound parameter.
    Bind(Value),
    /// SQL text of the program's own, put in as it is.
    Text(Name),
    /// `operand` with an operator before it.
    Unary(UnaryOperator, Box<Expr>),
    /// Two operands with an operator between them.
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    /// All of these; true when there are none.
    And(Vec<Expr>),
    /// Any of these; false when there are none.
    Or(Vec<Expr>),
    /// `IS NULL`, or `IS NOT NULL` when negated.
    IsNull {
        /// What is tested.
        operand: Box<Expr>,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// `IN (..)`: an empty list is false, or true when negated, also for NULL.
    InList {
        /// What is looked for.
        operand: Box<Expr>,
        /// Where.
        list: Vec<Expr>,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// Whether the operands, together, are one of the rows that the arrays make: one bound array for each operand, so that
    /// there is no limit on their length.
    InArrays {
        /// What is looked for.
        operands: Vec<Expr>,
        /// One [`Value::Array`] for each operand.
        arrays: Vec<Value>,
    },
    /// `IN (SELECT ..)`.
    InSelect {
        /// What is looked for.
        operand: Box<Expr>,
        /// Where.
        select: Box<Select>,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// `BETWEEN low AND high`.
    Between {
        /// What is tested.
        operand: Box<Expr>,
        /// The lower bound, included.
        low: Box<Expr>,
        /// The upper bound, included.
        high: Box<Expr>,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// `LIKE`.
    Like {
        /// What is tested.
        operand: Box<Expr>,
        /// The pattern.
        pattern: Box<Expr>,
        /// The character that takes the meaning of `%` and `_` away.
        escape: Option<char>,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// A function call.
    Function(Function),
    /// `CASE WHEN .. THEN .. ELSE .. END`.
    Case {
        /// The arms, in order.
        arms: Vec<CaseArm>,
        /// What holds when no arm does; NULL when it is not given.
        otherwise: Option<Box<Expr>>,
    },
    /// `CAST(.. AS ..)`.
    Cast(Box<Expr>, SqlType),
    /// A query that gives one value.
    Scalar(Box<Select>),
    /// `EXISTS (SELECT ..)`.
    Exists(Box<Select>),
}

/// One arm of a CASE.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseArm {
    /// The condition.
    pub when: Expr,
    /// The value.
    pub then: Expr,
}

/// A function call.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// The function's name, unquoted.
    pub name: Name,
    /// The arguments; none and `star` make `count(*)`.
    pub arguments: Vec<Expr>,
    /// Whether `DISTINCT` stands before the arguments.
    pub distinct: bool,
    /// Whether `*` stands for the arguments.
    pub star: bool,
}

impl Expr {
    /// A column of a table.
    pub fn column(table: impl Into<Name>, name: impl Into<Name>) -> Self {
        Self::Column(ColumnRef::new(table, name))
    }

    /// Two operands with an operator between them.
    pub fn binary(operator: BinaryOperator, left: Self, right: Self) -> Self {
        Self::Binary(operator, Box::new(left), Box::new(right))
    }

    /// A function call.
    pub fn function(name: impl Into<Name>, arguments: Vec<Self>) -> Self {
        Self::Function(Function {
            name: name.into(),
            arguments,
            distinct: false,
            star: false,
        })
    }

    /// Both conditions; conditions that are joined already stay one list.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::And(mut all), Self::And(more)) => {
                all.extend(more);
                Self::And(all)
            }
            (Self::And(mut all), one) => {
                all.push(one);
                Self::And(all)
            }
            (one, other) => Self::And(vec![one, other]),
        }
    }

    /// Either condition.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Or(mut any), one) => {
                any.push(one);
                Self::Or(any)
            }
            (one, other) => Self::Or(vec![one, other]),
        }
    }
}
