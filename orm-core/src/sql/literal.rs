//! Constants in the text, parameters by name, and the small words of expressions.

use super::Name;
use crate::types::{SqlType, Value};

/// A constant that stands in the text of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Literal {
    /// NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Integer(i64),
    /// Text.
    Text(Name),
}

impl Literal {
    /// The type that it has by itself.
    pub(crate) fn sql_type(&self) -> SqlType {
        match self {
            Self::Null | Self::Text(_) => SqlType::Text,
            Self::Bool(_) => SqlType::Bool,
            Self::Integer(_) => SqlType::BigInt,
        }
    }
}

/// A parameter that is known by its name.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Parameter {
    /// The name; wherever it stands in a statement it is the same parameter.
    pub name: Name,
    /// The type, which a database without one may not find out.
    pub sql_type: SqlType,
    /// The value, once it is given.
    pub value: Option<Value>,
}

/// A part of a date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DateField {
    /// The year.
    Year,
    /// The quarter of the year, from 1.
    Quarter,
    /// The month, from 1.
    Month,
    /// The week of the year by ISO 8601.
    Week,
    /// The day of the month, from 1.
    Day,
    /// The day of the week, Sunday is 0.
    DayOfWeek,
    /// The day of the year, from 1.
    DayOfYear,
    /// The hour.
    Hour,
    /// The minute.
    Minute,
    /// The second, without its fraction.
    Second,
    /// The seconds since 1970 began, in UTC.
    Epoch,
}

/// One step into JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JsonStep {
    /// A member of an object.
    Key(Name),
    /// An item of a list, counted from zero.
    Index(u32),
}

/// How many of several values a comparison has to hold for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Every one.
    All,
}

/// Where in a text another is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// At its beginning.
    Start,
    /// Anywhere.
    Anywhere,
    /// At its end.
    End,
}

impl Anchor {
    /// The escape of patterns is `/`, not the backslash, which some settings of PostgreSQL read in strings too.
    pub const ESCAPE: char = '/';

    /// The pattern of LIKE that finds a text at this place.
    pub(super) fn pattern(self, text: &str) -> String {
        let mut pattern = String::with_capacity(text.len() + 2);
        if self != Self::Start {
            pattern.push('%');
        }
        for character in text.chars() {
            if matches!(character, '%' | '_' | Self::ESCAPE) {
                pattern.push(Self::ESCAPE);
            }
            pattern.push(character);
        }
        if self != Self::End {
            pattern.push('%');
        }
        pattern
    }
}
