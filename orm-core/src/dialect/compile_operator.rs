//! Operators, and the parentheses between them.

use super::precedence::{self, Precedence};
use super::{Compiler, Truth};
use crate::error::Result;
use crate::sql::{BinaryOperator, Expr, UnaryOperator};
use crate::types::SqlType;

impl Compiler<'_> {
    pub(super) fn unary(&mut self, operator: UnaryOperator, operand: &Expr) -> Result<()> {
        let inner = precedence::of(operand);
        match operator {
            UnaryOperator::Not
                if matches!(operand, Expr::Column(_))
                    && self.capabilities.truth == Truth::Numbers =>
            {
                self.expr(operand)?;
                self.push(" = 0");
                Ok(())
            }
            UnaryOperator::Not => {
                self.push("NOT ");
                self.nested(operand, inner <= Precedence::Not)
            }
            UnaryOperator::Neg => {
                // Two minus signs in a row would begin a comment.
                self.push("-");
                match operand {
                    Expr::Bind(_) | Expr::Parameter(_) => self.untyped(operand),
                    _ => self.nested(operand, inner <= Precedence::Unary),
                }
            }
        }
    }

    /// The mark is a collation where decimals have one; where they have none, it says nothing new.
    pub(super) fn as_decimal(&mut self, inner: &Expr) -> Result<()> {
        let Some(collation) = self.dialect.collation(SqlType::Decimal) else {
            return self.expr(inner);
        };
        let call = matches!(inner, Expr::Decimal(..));
        self.nested(inner, !call && precedence::of(inner) < Precedence::Atom)?;
        self.push(" COLLATE ");
        self.identifier(collation)
    }

    /// Appends two operands with an operator between them. A chain of operators leans to the left; it is written from its
    /// first operand on, however long it is.
    ///
    /// # Errors
    /// As [`Compiler::expr`].
    pub fn binary(&mut self, operator: BinaryOperator, left: &Expr, right: &Expr) -> Result<()> {
        let mut rest = Vec::new();
        let (mut first, mut operator, mut right) = (left, operator, right);
        loop {
            let parentheses = precedence::needs_parentheses(operator, first, false);
            match first {
                Expr::Binary(inner, operands) if !parentheses => {
                    rest.push((operator, right));
                    (first, operator, right) = (&operands.0, *inner, &operands.1);
                }
                _ => {
                    self.nested(first, parentheses)?;
                    break;
                }
            }
        }
        loop {
            self.operator(operator)?;
            self.nested(right, precedence::needs_parentheses(operator, right, true))?;
            match rest.pop() {
                Some(next) => (operator, right) = next,
                None => return Ok(()),
            }
        }
    }

    /// Appends what stands to the right of `/` or `%`.
    pub(super) fn divisor(&mut self, divisor: &Expr) -> Result<()> {
        let parentheses = precedence::needs_parentheses(BinaryOperator::Div, divisor, true);
        self.nested(divisor, parentheses)
    }

    pub(in crate::dialect) fn operator(&mut self, operator: BinaryOperator) -> Result<()> {
        let [distinct, not_distinct] = self.capabilities.distinct_from;
        let sql = match operator {
            BinaryOperator::Eq => " = ",
            BinaryOperator::Ne => " != ",
            BinaryOperator::Lt => " < ",
            BinaryOperator::Le => " <= ",
            BinaryOperator::Gt => " > ",
            BinaryOperator::Ge => " >= ",
            BinaryOperator::IsDistinctFrom => distinct,
            BinaryOperator::IsNotDistinctFrom => not_distinct,
            BinaryOperator::Add => " + ",
            BinaryOperator::Sub => " - ",
            BinaryOperator::Mul => " * ",
            BinaryOperator::Div => " / ",
            BinaryOperator::Rem => " % ",
            BinaryOperator::Concat => " || ",
            BinaryOperator::BitAnd => " & ",
            BinaryOperator::BitOr => " | ",
            BinaryOperator::ShiftLeft => " << ",
            BinaryOperator::ShiftRight => " >> ",
            BinaryOperator::Contains | BinaryOperator::ContainedBy | BinaryOperator::Overlaps => {
                self.needs(
                    self.capabilities.containment,
                    "operator that searches JSON or arrays",
                    "compare the members that matter, or use EXISTS over json_each",
                )?;
                match operator {
                    BinaryOperator::Contains => " @> ",
                    BinaryOperator::ContainedBy => " <@ ",
                    _ => " && ",
                }
            }
        };
        self.push(sql);
        Ok(())
    }

    pub(super) fn terms(
        &mut self,
        terms: &[Expr],
        empty: bool,
        word: &str,
        own: Precedence,
    ) -> Result<()> {
        if let [only] = terms {
            return self.condition(only);
        }
        if terms.is_empty() {
            self.push(self.capabilities.truth.condition(empty));
        }
        self.list(terms, word, |out, term| match term {
            Expr::Column(_) => out.condition(term),
            _ => out.nested(term, precedence::of(term) <= own),
        })
    }

    /// Appends an expression that stands as a condition. A column alone is a truth value; where those are numbers it is
    /// compared, since an index on it serves a comparison only.
    pub(super) fn condition(&mut self, expr: &Expr) -> Result<()> {
        self.expr(expr)?;
        if matches!(expr, Expr::Column(_)) && self.capabilities.truth == Truth::Numbers {
            self.push(" = 1");
        }
        Ok(())
    }
}
