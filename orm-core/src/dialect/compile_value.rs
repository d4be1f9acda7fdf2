//! Values made of others: rows and arrays; values that stand in the text, and the text for people.

use super::compile_name::Whole;
use super::compiler::invalid;
use super::precedence::{self, Precedence};
use super::{Compiler, quote};
use crate::error::Result;
use crate::sql::{Expr, Name, Statement};
use crate::types::{SqlType, Value};

impl<'a> Compiler<'a> {
    /// A statement with its values in place of the parameters, and a clause on each line.
    pub(super) fn pretty(mut self, statement: &'a Statement) -> Result<String> {
        self.whole = Some(Whole::Statement(statement));
        self.inline = true;
        self.indent = Some(0);
        self.any_statement(statement)?;
        Ok(self.sql)
    }

    pub(super) fn collate(&mut self, operand: &Expr, collation: &Name) -> Result<()> {
        self.nested(operand, precedence::of(operand) < Precedence::Unary)?;
        self.push(" COLLATE ");
        self.identifier(collation)
    }

    pub(super) fn row(&mut self, fields: &[Expr]) -> Result<()> {
        match fields {
            [] => Err(invalid("a row value has no fields; give it at least one")),
            [only] => self.expr(only),
            _ => {
                self.push("(");
                self.list(fields, ", ", Self::expr)?;
                self.push(")");
                Ok(())
            }
        }
    }

    pub(super) fn array(&mut self, items: &[Expr], item: SqlType) -> Result<()> {
        self.needs_arrays()?;
        self.push("CAST(ARRAY[");
        self.list(items, ", ", Self::expr)?;
        self.push("] AS ");
        let name = self.dialect.cast_name(item);
        self.push(&name);
        self.push("[])");
        Ok(())
    }

    pub(super) fn item_of(&mut self, array: &Expr, index: &Expr) -> Result<()> {
        self.needs_arrays()?;
        // Only a column or a parameter can be followed by brackets.
        let plain = matches!(array, Expr::Column(_) | Expr::Bind(_) | Expr::Parameter(_));
        self.nested(array, !plain)?;
        self.push("[");
        self.expr(index)?;
        self.push("]");
        Ok(())
    }

    fn needs_arrays(&self) -> Result<()> {
        self.needs(
            self.capabilities.arrays,
            "arrays",
            "store the items as JSON, or as rows of a table of their own",
        )
    }

    /// Appends a value as a literal.
    pub(super) fn value(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Null => self.push("NULL"),
            Value::Bool(value) => {
                let written = match self.indent {
                    // The definition of a table reads better with words, which both databases know.
                    None if *value => "TRUE",
                    None => "FALSE",
                    Some(_) => self.capabilities.truth.value(*value),
                };
                self.push(written);
            }
            Value::I16(value) => self.integer((*value).into()),
            Value::I32(value) => self.integer((*value).into()),
            Value::I64(value) => self.integer(*value),
            Value::F32(value) if value.is_finite() => self.float(&format!("{value:?}")),
            Value::F64(value) if value.is_finite() => self.float(&format!("{value:?}")),
            Value::Text(value) => quote::string(value, &mut self.sql)?,
            other if self.indent.is_some() => {
                let dialect = self.dialect;
                dialect.literal(self, other)?;
            }
            other => self.quoted(other)?,
        }
        Ok(())
    }

    /// Appends a value that has no literal of its own as its text.
    pub(super) fn quoted(&mut self, value: &Value) -> Result<()> {
        if let Value::Json(text) = value {
            return quote::string(text, &mut self.sql);
        }
        match value.as_ref().short_text()? {
            Some(text) if matches!(value, Value::TimestampTz(_)) => {
                let text = format!("{}{}", text.as_str(), self.capabilities.utc_suffix);
                quote::string(&text, &mut self.sql)
            }
            Some(text) => quote::string(text.as_str(), &mut self.sql),
            None => Err(invalid(
                "a definition of a table takes only numbers, text, dates, times, UUIDs, JSON, truth values and NULL as values",
            )),
        }
    }

    /// Appends an integer.
    pub(super) fn integer(&mut self, number: i64) {
        // Its digits alone are one more than the largest, which PostgreSQL reads as NUMERIC.
        if number == i64::MIN {
            self.push("(-9223372036854775807 - 1)");
            return;
        }
        // Two minus signs in a row would begin a comment.
        let parentheses = number < 0 && self.sql.ends_with('-');
        if parentheses {
            self.push("(");
        }
        if number < 0 {
            self.push("-");
        }
        self.number(number.unsigned_abs());
        if parentheses {
            self.push(")");
        }
    }

    fn float(&mut self, digits: &str) {
        let parentheses = digits.starts_with('-') && self.sql.ends_with('-');
        self.push(if parentheses { "(" } else { "" });
        self.push(digits);
        self.push(if parentheses { ")" } else { "" });
    }

    /// Appends bytes as pairs of hexadecimal digits.
    pub(super) fn hexadecimal(&mut self, bytes: &[u8]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in bytes {
            self.sql.push(char::from(DIGITS[usize::from(byte >> 4)]));
            self.sql.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}
