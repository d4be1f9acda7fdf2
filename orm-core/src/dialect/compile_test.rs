//! Tests of an expression: IN, ANY and ALL, BETWEEN, LIKE, regular expressions.

use super::Compiler;
use super::compiler::invalid;
use super::precedence::{self, Precedence};
use crate::error::Result;
use crate::sql::{BinaryOperator, Expr, Quantifier, Select};
use crate::types::Value;

impl Compiler<'_> {
    pub(super) fn in_list(&mut self, operand: &Expr, list: &[Expr], negated: bool) -> Result<()> {
        // Both databases would take one query in the list, whatever the parentheses, as the list itself.
        if let ([only @ Expr::Scalar(_)], false) = (list, matches!(operand, Expr::Row(_))) {
            let operator = if negated {
                BinaryOperator::Ne
            } else {
                BinaryOperator::Eq
            };
            return self.binary(operator, operand, only);
        }
        if list.is_empty() {
            self.push(self.capabilities.truth.condition(negated));
            return Ok(());
        }
        self.operand(operand)?;
        self.push(if negated { " NOT IN (" } else { " IN (" });
        match operand {
            Expr::Row(fields) if fields.len() > 1 => self.row_list(fields.len(), list)?,
            _ => self.list(list, ", ", Self::expr)?,
        }
        self.push(")");
        Ok(())
    }

    fn row_list(&mut self, width: usize, list: &[Expr]) -> Result<()> {
        for row in list {
            let found = match row {
                Expr::Row(fields) => fields.len(),
                Expr::Scalar(_) => continue,
                _ => 1,
            };
            if found != width {
                return Err(invalid(format!(
                    "rows of {width} fields are looked for among rows of {found}; give every row {width} fields"
                )));
            }
        }
        if !self.capabilities.row_lists {
            self.push("VALUES ");
        }
        self.list(list, ", ", Self::expr)
    }

    pub(super) fn in_arrays(&mut self, operands: &[Expr], arrays: &[Value]) -> Result<()> {
        let all_arrays = arrays.iter().all(|array| matches!(array, Value::Array(_)));
        if operands.is_empty() || operands.len() != arrays.len() || !all_arrays {
            return Err(invalid(format!(
                "a test against arrays needs one array for each operand; it has {} operands and {} parameters",
                operands.len(),
                arrays.len()
            )));
        }
        let dialect = self.dialect;
        dialect.in_arrays(self, operands, arrays)
    }

    pub(super) fn in_select(
        &mut self,
        operand: &Expr,
        select: &Select,
        negated: bool,
    ) -> Result<()> {
        let expected = match operand {
            Expr::Row(fields) => fields.len(),
            _ => 1,
        };
        if let Some(width) = select.width()
            && width != expected
        {
            return Err(invalid(format!(
                "{expected} values are looked for in a query of {width} columns; give it {expected}"
            )));
        }
        self.operand(operand)?;
        self.push(if negated { " NOT IN " } else { " IN " });
        self.subquery(select)
    }

    pub(super) fn quantified(
        &mut self,
        operator: BinaryOperator,
        operand: &Expr,
        quantifier: Quantifier,
        values: &Expr,
    ) -> Result<()> {
        if precedence::binary(operator) != Precedence::Comparison
            || matches!(
                operator,
                BinaryOperator::IsDistinctFrom | BinaryOperator::IsNotDistinctFrom
            )
        {
            return Err(invalid(
                "ANY and ALL take a comparison: =, !=, <, <=, > or >=",
            ));
        }
        if !self.capabilities.quantifiers {
            return self.membership(operator, operand, quantifier, values);
        }
        self.operand(operand)?;
        self.operator(operator)?;
        self.push(match quantifier {
            Quantifier::Any => "ANY ",
            Quantifier::All => "ALL ",
        });
        match values {
            Expr::Scalar(select) => self.subquery(select),
            _ => {
                self.push("(");
                self.expr(values)?;
                self.push(")");
                Ok(())
            }
        }
    }

    /// `= ANY` is IN, and `!= ALL` is NOT IN; the others have no form without quantifiers that treats NULL alike.
    fn membership(
        &mut self,
        operator: BinaryOperator,
        operand: &Expr,
        quantifier: Quantifier,
        values: &Expr,
    ) -> Result<()> {
        let negated = match (operator, quantifier) {
            (BinaryOperator::Eq, Quantifier::Any) => false,
            (BinaryOperator::Ne, Quantifier::All) => true,
            _ => {
                return self.needs(
                    false,
                    "comparison with ANY or ALL values",
                    "compare with the min or max of a subquery",
                );
            }
        };
        match values {
            Expr::Scalar(select) => self.in_select(operand, select, negated),
            Expr::Array(items, _) => self.in_list(operand, items, negated),
            Expr::Bind(array @ Value::Array(_)) => {
                if negated {
                    self.push("NOT ");
                }
                self.in_arrays(std::slice::from_ref(operand), std::slice::from_ref(array))
            }
            _ => self.needs(
                false,
                "arrays",
                "give the values as a list, an array parameter or a query",
            ),
        }
    }

    pub(super) fn between(
        &mut self,
        operand: &Expr,
        low: &Expr,
        high: &Expr,
        negated: bool,
    ) -> Result<()> {
        self.operand(operand)?;
        self.push(if negated {
            " NOT BETWEEN "
        } else {
            " BETWEEN "
        });
        // PostgreSQL takes no COLLATE here.
        self.nested(low, precedence::of(low) <= Precedence::Collate)?;
        self.push(" AND ");
        self.operand(high)
    }

    pub(super) fn like(
        &mut self,
        operand: &Expr,
        pattern: &Expr,
        escape: Option<char>,
        ignore_case: bool,
        negated: bool,
    ) -> Result<()> {
        self.operand(operand)?;
        let ilike = ignore_case && self.capabilities.ilike;
        self.push(if negated { " NOT " } else { " " });
        self.push(if ilike { "ILIKE " } else { "LIKE " });
        self.operand(pattern)?;
        if let Some(escape) = escape {
            self.push(" ESCAPE ");
            super::quote::string(escape.encode_utf8(&mut [0; 4]), &mut self.sql)?;
        }
        Ok(())
    }

    pub(super) fn regex(
        &mut self,
        operand: &Expr,
        pattern: &Expr,
        ignore_case: bool,
        negated: bool,
    ) -> Result<()> {
        self.needs(
            self.capabilities.regex,
            "regular expressions",
            "use .like(..), or filter the rows in the program",
        )?;
        // It binds as tightly as `||`, and looser than arithmetic.
        let side = |expr| precedence::of(expr) < Precedence::Additive;
        self.nested(operand, side(operand))?;
        self.push(match (negated, ignore_case) {
            (false, false) => " ~ ",
            (false, true) => " ~* ",
            (true, false) => " !~ ",
            (true, true) => " !~* ",
        });
        self.nested(pattern, side(pattern))
    }
}
