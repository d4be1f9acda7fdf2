//! Expressions.

use super::{
    Anchor, BinaryOperator, ColumnRef, DateField, Function, JsonStep, Literal, Name, Parameter,
    Quantifier, Select, Text, UnaryOperator,
};
use crate::types::{SqlType, Value};

/// An expression. Parentheses are the compiler's business: the tree alone says what belongs together.
#[derive(Debug, Clone, PartialEq, Hash)]
#[non_exhaustive]
pub enum Expr {
    /// A column.
    Column(ColumnRef),
    /// A bound parameter.
    Bind(Value),
    /// A parameter that is known by its name, and may stand in several places.
    Parameter(Box<Parameter>),
    /// A constant that stands in the text.
    Literal(Literal),
    /// A column of the result by its label, as ORDER BY may name it.
    Label(Name),
    /// SQL text of the program's own, put in as it is.
    Text(Name),
    /// SQL text of the program's own, with named parameters.
    Named(Box<Text>),
    /// `operand` with an operator before it.
    Unary(UnaryOperator, Box<Expr>),
    /// Two operands with an operator between them.
    Binary(BinaryOperator, Box<(Expr, Expr)>),
    /// `+`, `-`, `*`, `/` or `%` of decimals, which a database without them computes by functions.
    Decimal(BinaryOperator, Box<Expr>, Box<Expr>),
    /// A decimal that is no column, so that a database that stores text has to be told that it compares as a number.
    AsDecimal(Box<Expr>),
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
    /// `IS TRUE`, `IS FALSE`: a test that is never NULL itself.
    IsTruth {
        /// What is tested.
        operand: Box<Expr>,
        /// Which truth value it is tested for.
        value: bool,
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
    /// A comparison with any or all values of an array or a query: `x > ALL (..)`.
    Quantified {
        /// The comparison.
        operator: BinaryOperator,
        /// What is compared.
        operand: Box<Expr>,
        /// Whether one value is enough.
        quantifier: Quantifier,
        /// The values: an array, or a query as [`Expr::Scalar`].
        values: Box<Expr>,
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
    /// Whether a text stands at a place of another, as it is: nothing in it stands for other characters.
    PartOf {
        /// What is tested.
        operand: Box<Expr>,
        /// The text that is looked for.
        part: Box<Expr>,
        /// The pattern that says the same to LIKE, with [`Anchor::ESCAPE`] before what would mean something.
        pattern: Box<Expr>,
        /// Where it is looked for.
        place: Anchor,
        /// Whether letters of either case are equal.
        ignore_case: bool,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// Matches a regular expression.
    Regex {
        /// What is tested.
        operand: Box<Expr>,
        /// The pattern.
        pattern: Box<Expr>,
        /// Whether letters of either case are equal.
        ignore_case: bool,
        /// Whether the test is turned round.
        negated: bool,
    },
    /// Matches a search for words.
    FullText {
        /// The text searched.
        document: Box<Expr>,
        /// The words looked for.
        query: Box<Expr>,
        /// The language whose word forms count, where the database knows languages.
        language: Option<Name>,
    },
    /// A function call.
    Function(Box<Function>),
    /// `CASE WHEN .. THEN .. ELSE .. END`.
    Case {
        /// The arms, in order.
        arms: Vec<CaseArm>,
        /// What holds when no arm does; NULL when it is not given.
        otherwise: Option<Box<Expr>>,
    },
    /// `CAST(.. AS ..)`.
    Cast(Box<Expr>, SqlType),
    /// Text compared and ordered by a collation.
    Collate(Box<Expr>, Name),
    /// A part of a date or time, as a number.
    Extract(DateField, Box<Expr>),
    /// A date or time without what is finer than this part. PostgreSQL makes a timestamp of a date, SQLite leaves it one:
    /// cast it to have the same on both.
    Truncate(DateField, Box<Expr>),
    /// A value inside JSON.
    Json {
        /// The JSON.
        operand: Box<Expr>,
        /// The way to the value, from outside to inside.
        path: Vec<JsonStep>,
        /// Whether the value is read as text, and not as JSON.
        text: bool,
    },
    /// A row value: `(a, b)`.
    Row(Vec<Expr>),
    /// An array of items of one type.
    Array(Vec<Expr>, SqlType),
    /// An item of an array, counted from one.
    Item(Box<Expr>, Box<Expr>),
    /// A query that gives one value.
    Scalar(Box<Select>),
    /// `EXISTS (SELECT ..)`.
    Exists(Box<Select>),
}

/// One arm of a CASE.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct CaseArm {
    /// The condition.
    pub when: Expr,
    /// The value.
    pub then: Expr,
}

impl Expr {
    /// A column of a table.
    #[inline]
    pub fn column(table: impl Into<Name>, name: impl Into<Name>) -> Self {
        Self::Column(ColumnRef::new(table, name))
    }

    /// Two operands with an operator between them.
    #[inline]
    pub fn binary(operator: BinaryOperator, left: Self, right: Self) -> Self {
        Self::Binary(operator, Box::new((left, right)))
    }

    /// The expression, marked as a decimal where that cannot be told from a column.
    #[must_use]
    pub fn as_decimal(self) -> Self {
        match self {
            Self::Column(_) | Self::AsDecimal(_) => self,
            other => Self::AsDecimal(Box::new(other)),
        }
    }

    /// The expression without [`Expr::as_decimal`]'s mark, for where only its value counts.
    #[must_use]
    pub fn unmarked(self) -> Self {
        match self {
            Self::AsDecimal(inner) => *inner,
            other => other,
        }
    }

    /// A function call.
    pub fn function(name: impl Into<Name>, arguments: Vec<Self>) -> Self {
        Self::Function(Box::new(Function::new(name, arguments)))
    }

    /// A call of a function of this library.
    pub(crate) fn known(name: &'static str, arguments: Vec<Self>) -> Self {
        Self::Function(Box::new(Function::known(name, arguments)))
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
    pub fn and(mut self, other: Self) -> Self {
        self.and_also(other);
        self
    }

    /// [`Expr::and`] where the condition stays: expressions are large to move.
    pub(super) fn and_also(&mut self, other: Self) {
        match (self.as_constant(), other.as_constant()) {
            (Some(true), _) | (_, Some(false)) => *self = other,
            (Some(false), _) | (_, Some(true)) => {}
            (None, None) => match (&mut *self, other) {
                (Self::And(terms), Self::And(more)) => terms.extend(more),
                (Self::And(terms), term) => terms.push(term),
                (_, Self::And(mut terms)) => {
                    let first = std::mem::replace(self, Self::And(Vec::new()));
                    terms.insert(0, first);
                    *self = Self::And(terms);
                }
                (first, second) => {
                    let former = std::mem::replace(first, Self::And(Vec::new()));
                    *first = Self::And(vec![former, second]);
                }
            },
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
            | Self::IsTruth { negated, .. }
            | Self::Regex { negated, .. }
            | Self::InList { negated, .. }
            | Self::InSelect { negated, .. }
            | Self::Between { negated, .. }
            | Self::PartOf { negated, .. }
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
