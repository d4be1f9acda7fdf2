//! Expressions: which node is written by what, and the nodes without a file of their own.

use super::Compiler;
use super::compiler::invalid;
use super::precedence::{self, Precedence};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{Anchor, CaseArm, ColumnRef, Expr, Literal, Select};
use crate::types::{SqlType, Value};

impl Compiler<'_> {
    /// Appends an expression.
    ///
    /// # Errors
    /// `InvalidQuery` when a part of it cannot be written; `Unsupported` when the database has no such expression.
    pub fn expr(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Column(column) => self.column(column),
            Expr::Bind(Value::Array(_)) if !self.dialect.capabilities().arrays => {
                Err(self.no_arrays())
            }
            Expr::Bind(value) => self.bind(value),
            Expr::Parameter(parameter) => self.parameter(parameter),
            Expr::Literal(literal) => self.literal(literal),
            Expr::Label(name) => self.identifier(name),
            Expr::Text(sql) => {
                self.raw = true;
                self.push(sql);
                Ok(())
            }
            Expr::Named(text) => {
                self.raw |= !text.reads();
                self.text(text)
            }
            _ => self.deeper(|out| out.compound(expr)),
        }
    }

    fn compound(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Unary(operator, operand) => self.unary(*operator, operand),
            Expr::Binary(operator, operands) => self.binary(*operator, &operands.0, &operands.1),
            Expr::Decimal(operator, left, right) => {
                let dialect = self.dialect;
                dialect.decimal(self, *operator, left, right)
            }
            Expr::AsDecimal(inner) => self.as_decimal(inner),
            Expr::And(terms) => self.terms(terms, true, " AND ", Precedence::And),
            Expr::Or(terms) => self.terms(terms, false, " OR ", Precedence::Or),
            Expr::IsNull { operand, negated } => {
                self.tested(operand)?;
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
                Ok(())
            }
            Expr::IsTruth {
                operand,
                value,
                negated,
            } => {
                self.tested(operand)?;
                self.push(if *negated { " IS NOT " } else { " IS " });
                self.push(self.capabilities.truth.value(*value));
                Ok(())
            }
            Expr::InList {
                operand,
                list,
                negated,
            } => self.in_list(operand, list, *negated),
            Expr::InArrays { operands, arrays } => self.in_arrays(operands, arrays),
            Expr::InSelect {
                operand,
                select,
                negated,
            } => self.in_select(operand, select, *negated),
            Expr::Quantified {
                operator,
                operand,
                quantifier,
                values,
            } => self.quantified(*operator, operand, *quantifier, values),
            Expr::Between {
                operand,
                low,
                high,
                negated,
            } => self.between(operand, low, high, *negated),
            Expr::Like {
                operand,
                pattern,
                escape,
                ignore_case,
                negated,
            } => self.like(operand, pattern, *escape, *ignore_case, *negated),
            Expr::PartOf {
                operand,
                part,
                pattern,
                place,
                ignore_case,
                negated,
            } => {
                let dialect = self.dialect;
                if dialect.part_of(self, operand, part, *place, *ignore_case, *negated)? {
                    return Ok(());
                }
                self.like(
                    operand,
                    pattern,
                    Some(Anchor::ESCAPE),
                    *ignore_case,
                    *negated,
                )
            }
            Expr::Regex {
                operand,
                pattern,
                ignore_case,
                negated,
            } => self.regex(operand, pattern, *ignore_case, *negated),
            Expr::FullText {
                document,
                query,
                language,
            } => {
                let dialect = self.dialect;
                dialect.full_text(self, document, query, language.as_deref())
            }
            Expr::Function(function) => {
                self.raw |= !function.reads();
                let dialect = self.dialect;
                dialect.function(self, function)
            }
            Expr::Case { arms, otherwise } => self.case(arms, otherwise.as_deref()),
            Expr::Cast(_, SqlType::Array(_)) if !self.capabilities.arrays => Err(self.no_arrays()),
            Expr::Cast(expr, sql_type) => {
                let dialect = self.dialect;
                dialect.cast(self, expr, *sql_type)
            }
            Expr::Collate(operand, collation) => self.collate(operand, collation),
            Expr::Extract(field, operand) => {
                let dialect = self.dialect;
                dialect.extract(self, *field, operand)
            }
            Expr::Truncate(field, operand) => {
                let dialect = self.dialect;
                dialect.truncate(self, *field, operand)
            }
            Expr::Json {
                operand,
                path,
                text,
            } => {
                let dialect = self.dialect;
                dialect.json(self, operand, path, *text)
            }
            Expr::Row(fields) => self.row(fields),
            Expr::Array(items, item) => self.array(items, *item),
            Expr::Item(array, index) => self.item_of(array, index),
            Expr::Scalar(select) => self.subquery(select),
            Expr::Exists(select) => {
                self.push("EXISTS ");
                self.subquery(select)
            }
            Expr::Column(_)
            | Expr::Bind(_)
            | Expr::Parameter(_)
            | Expr::Literal(_)
            | Expr::Label(_)
            | Expr::Text(_)
            | Expr::Named(_) => self.expr(expr),
        }
    }

    /// Appends an expression that stands beside a comparison, in parentheses when it is one itself or looser.
    ///
    /// # Errors
    /// As [`Compiler::expr`].
    pub fn operand(&mut self, expr: &Expr) -> Result<()> {
        self.nested(expr, precedence::of(expr) <= Precedence::Comparison)
    }

    /// Appends an expression that stands where only one without operators can.
    ///
    /// # Errors
    /// As [`Compiler::expr`].
    pub fn atom(&mut self, expr: &Expr) -> Result<()> {
        self.nested(expr, precedence::of(expr) < Precedence::Atom)
    }

    pub(super) fn nested(&mut self, expr: &Expr, parentheses: bool) -> Result<()> {
        if parentheses {
            self.push("(");
        }
        self.expr(expr)?;
        if parentheses {
            self.push(")");
        }
        Ok(())
    }

    /// Appends an expression that stands where the database would not find out the type of a parameter.
    ///
    /// # Errors
    /// As [`Compiler::expr`].
    pub fn untyped(&mut self, expr: &Expr) -> Result<()> {
        let infers = self.capabilities.infers_parameters && !self.inline;
        match expr {
            Expr::Bind(Value::Null) if infers => {
                self.push("NULL");
                Ok(())
            }
            Expr::Parameter(parameter) if infers => {
                // A cast to VARCHAR(n) would cut what is too long without an error.
                let sql_type = match parameter.sql_type {
                    SqlType::VarChar(_) => SqlType::Text,
                    other => other,
                };
                self.cast(expr, sql_type)
            }
            _ => self.expr(expr),
        }
    }

    /// The operand of a test for NULL or truth.
    fn tested(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Bind(_) | Expr::Parameter(_) => self.untyped(expr),
            _ => self.operand(expr),
        }
    }

    pub(super) fn subquery(&mut self, select: &Select) -> Result<()> {
        self.open();
        self.select(select)?;
        self.close();
        Ok(())
    }

    #[inline]
    pub(super) fn column(&mut self, column: &ColumnRef) -> Result<()> {
        if let Some(table) = &column.table
            && !self.bare_columns
        {
            self.qualifier(table)?;
        }
        self.identifier(&column.name)
    }

    #[cold]
    fn no_arrays(&self) -> Error {
        Error::new(
            ErrorKind::Unsupported,
            format!(
                "{} has no arrays; use .is_in(..), or JSON (Json<Vec<..>>)",
                self.dialect.name()
            ),
        )
    }

    fn literal(&mut self, literal: &Literal) -> Result<()> {
        match literal {
            Literal::Null => self.push("NULL"),
            Literal::Bool(value) => self.push(self.capabilities.truth.value(*value)),
            Literal::Integer(number) => self.integer(*number),
            Literal::Text(text) => super::quote::string(text, &mut self.sql)?,
        }
        Ok(())
    }

    fn case(&mut self, arms: &[CaseArm], otherwise: Option<&Expr>) -> Result<()> {
        if arms.is_empty() {
            return Err(invalid(
                "a CASE has no condition; add one with .when(condition, value)",
            ));
        }
        self.push("CASE");
        for arm in arms {
            self.push(" WHEN ");
            self.condition(&arm.when)?;
            self.push(" THEN ");
            self.untyped(&arm.then)?;
        }
        if let Some(otherwise) = otherwise {
            self.push(" ELSE ");
            self.untyped(otherwise)?;
        }
        self.push(" END");
        Ok(())
    }

    /// Appends `CAST(.. AS ..)`.
    ///
    /// # Errors
    /// As [`Compiler::expr`].
    pub fn cast(&mut self, expr: &Expr, sql_type: SqlType) -> Result<()> {
        self.push("CAST(");
        self.expr(expr)?;
        self.push(" AS ");
        let name = self.dialect.cast_name(sql_type);
        self.push(&name);
        self.push(")");
        Ok(())
    }
}
