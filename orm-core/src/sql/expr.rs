//! Expressions.

use super::{BinaryOperator, ColumnRef, Name, Select, Text, UnaryOperator};
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
    /// SQL text of the program's own, with named parameters.
    Named(Text),
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
        /// Whether letters of either case are equal.
        ignore_case: bool,
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
    /// The type in which the result is read, where a database's own result may be of another (on PostgreSQL the sum of
    /// BIGINT and the average of integers are NUMERIC); such a dialect casts.
    pub read_as: Option<SqlType>,
}

impl Function {
    /// A function call.
    pub fn new(name: impl Into<Name>, arguments: Vec<Expr>) -> Self {
        Self {
            name: name.into(),
            arguments,
            distinct: false,
            star: false,
            read_as: None,
        }
    }

    /// `COUNT(*)`.
    pub fn count_all() -> Self {
        Self {
            star: true,
            ..Self::new("count", Vec::new())
        }
    }

    /// Whether it is known to write nothing: a function of the database or the program may do anything.
    pub fn reads(&self) -> bool {
        const READING: [&str; 12] = [
            "abs", "avg", "coalesce", "count", "length", "lower", "max", "min", "round", "sum",
            "trim", "upper",
        ];
        READING.contains(&&*self.name)
    }
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
        Self::Function(Function::new(name, arguments))
    }

    /// Always true, or always false.
    pub fn constant(value: bool) -> Self {
        if value {
            Self::And(Vec::new())
        } else {
            Self::Or(Vec::new())
        }
    }

    /// The value, where the expression is always true or always false.
    pub fn as_constant(&self) -> Option<bool> {
        match self {
            Self::And(terms) if terms.is_empty() => Some(true),
            Self::Or(terms) if terms.is_empty() => Some(false),
            _ => None,
        }
    }

    /// Both conditions, kept as one flat list. A true one is left out, a false one stands for both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self.as_constant(), other.as_constant()) {
            (Some(true), _) | (_, Some(false)) => other,
            (Some(false), _) | (_, Some(true)) => self,
            (None, None) => {
                let mut terms = self.into_all();
                terms.extend(other.into_all());
                Self::And(terms)
            }
        }
    }

    /// Either condition, kept as one flat list. A false one is left out, a true one stands for both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self.as_constant(), other.as_constant()) {
            (Some(false), _) | (_, Some(true)) => other,
            (Some(true), _) | (_, Some(false)) => self,
            (None, None) => {
                let mut terms = self.into_any();
                terms.extend(other.into_any());
                Self::Or(terms)
            }
        }
    }

    fn into_all(self) -> Vec<Self> {
        match self {
            Self::And(terms) => terms,
            term => vec![term],
        }
    }

    fn into_any(self) -> Vec<Self> {
        match self {
            Self::Or(terms) => terms,
            term => vec![term],
        }
    }

    /// The opposite, pushed into the operator where it has one (`!=`, `NOT IN`, `IS NOT NULL`).
    #[must_use]
    pub fn negate(mut self) -> Self {
        if let Some(value) = self.as_constant() {
            return Self::constant(!value);
        }
        match &mut self {
            Self::IsNull { negated, .. }
            | Self::InList { negated, .. }
            | Self::InSelect { negated, .. }
            | Self::Between { negated, .. }
            | Self::Like { negated, .. } => {
                *negated = !*negated;
                return self;
            }
            Self::Binary(operator, ..) => {
                if let Some(opposite) = operator.opposite() {
                    *operator = opposite;
                    return self;
                }
            }
            _ => {}
        }
        match self {
            Self::Unary(UnaryOperator::Not, inner) => *inner,
            other => Self::Unary(UnaryOperator::Not, Box::new(other)),
        }
    }
}
