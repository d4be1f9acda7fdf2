//! Expressions.

use super::Compiler;
use super::precedence::{self, Precedence};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{BinaryOperator, ColumnRef, Expr, Function, UnaryOperator};
use crate::types::{SqlType, Value};

impl Compiler<'_> {
    /// Appends an expression.
    ///
    /// # Errors
    /// `InvalidQuery` when a part of it cannot be written.
    pub fn expr(&mut self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Column(column) => self.column(column),
            Expr::Bind(Value::Array(_)) if !self.dialect.capabilities().arrays => Err(Error::new(
                ErrorKind::Unsupported,
                format!(
                    "{} has no arrays to compare with; use .is_in(..), or store JSON",
                    self.dialect.name()
                ),
            )),
            Expr::Bind(value) => self.bind(value),
            Expr::Text(sql) => {
                self.raw = true;
                self.push(sql);
                Ok(())
            }
            Expr::Named(text) => {
                self.raw |= !text.reads();
                self.text(text)
            }
            Expr::Unary(operator, operand) => self.unary(*operator, operand),
            Expr::Binary(operator, left, right) => self.binary(*operator, left, right),
            Expr::Decimal(operator, left, right) => {
                let dialect = self.dialect;
                dialect.decimal(self, *operator, left, right)
            }
            Expr::AsDecimal(inner) => self.as_decimal(inner),
            Expr::And(terms) => self.terms(terms, "1 = 1", " AND ", Precedence::And),
            Expr::Or(terms) => self.terms(terms, "1 = 0", " OR ", Precedence::Or),
            Expr::IsNull { operand, negated } => {
                self.operand(operand)?;
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
                Ok(())
            }
            Expr::InList {
                operand,
                list,
                negated,
            } => self.in_list(operand, list, *negated),
            Expr::InArrays { operands, arrays } => {
                let all_arrays = arrays.iter().all(|array| matches!(array, Value::Array(_)));
                if operands.is_empty() || operands.len() != arrays.len() || !all_arrays {
                    return Err(Error::new(
                        ErrorKind::InvalidQuery,
                        format!(
                            "a test against arrays needs one array for each operand; it has {} operands and {} parameters",
                            operands.len(),
                            arrays.len()
                        ),
                    ));
                }
                let dialect = self.dialect;
                dialect.in_arrays(self, operands, arrays)
            }
            Expr::InSelect {
                operand,
                select,
                negated,
            } => {
                self.operand(operand)?;
                self.push(if *negated { " NOT IN (" } else { " IN (" });
                self.select(select)?;
                self.push(")");
                Ok(())
            }
            Expr::Between {
                operand,
                low,
                high,
                negated,
            } => {
                self.operand(operand)?;
                self.push(if *negated {
                    " NOT BETWEEN "
                } else {
                    " BETWEEN "
                });
                self.operand(low)?;
                self.push(" AND ");
                self.operand(high)
            }
            Expr::Like {
                operand,
                pattern,
                escape,
                ignore_case,
                negated,
            } => {
                self.operand(operand)?;
                let ilike = *ignore_case && self.dialect.capabilities().ilike;
                self.push(if *negated { " NOT " } else { " " });
                self.push(if ilike { "ILIKE " } else { "LIKE " });
                self.operand(pattern)?;
                if let Some(escape) = escape {
                    self.push(" ESCAPE ");
                    super::quote::string(escape.encode_utf8(&mut [0; 4]), &mut self.sql);
                }
                Ok(())
            }
            Expr::Function(function) => {
                self.raw |= !function.reads();
                let dialect = self.dialect;
                dialect.function(self, function)
            }
            Expr::Case { arms, otherwise } => {
                if arms.is_empty() {
                    return Err(Error::new(
                        ErrorKind::InvalidQuery,
                        "a CASE has no condition; add one with .when(condition, value)",
                    ));
                }
                self.push("CASE");
                for arm in arms {
                    self.push(" WHEN ");
                    self.expr(&arm.when)?;
                    self.push(" THEN ");
                    self.expr(&arm.then)?;
                }
                if let Some(otherwise) = otherwise {
                    self.push(" ELSE ");
                    self.expr(otherwise)?;
                }
                self.push(" END");
                Ok(())
            }
            Expr::Cast(expr, sql_type) => {
                self.push("CAST(");
                self.expr(expr)?;
                self.push(" AS ");
                let name = self.dialect.type_name(*sql_type);
                self.push(&name);
                self.push(")");
                Ok(())
            }
            Expr::Scalar(select) => {
                self.push("(");
                self.select(select)?;
                self.push(")");
                Ok(())
            }
            Expr::Exists(select) => {
                self.push("EXISTS (");
                self.select(select)?;
                self.push(")");
                Ok(())
            }
            _ => Err(super::compiler::unsupported("this kind of expression")),
        }
    }

    /// Appends an expression that stands beside a comparison, in parentheses when it is one itself or looser.
    ///
    /// # Errors
    /// As [`Compiler::expr`].
    pub fn operand(&mut self, expr: &Expr) -> Result<()> {
        self.nested(expr, precedence::of(expr) <= Precedence::Comparison)
    }

    fn nested(&mut self, expr: &Expr, parentheses: bool) -> Result<()> {
        if parentheses {
            self.push("(");
        }
        self.expr(expr)?;
        if parentheses {
            self.push(")");
        }
        Ok(())
    }

    fn column(&mut self, column: &ColumnRef) -> Result<()> {
        if let Some(table) = &column.table
            && !self.bare_columns
        {
            self.identifier(table)?;
            self.push(".");
        }
        self.identifier(&column.name)
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &Expr) -> Result<()> {
        let inner = precedence::of(operand);
        match operator {
            UnaryOperator::Not => {
                self.push("NOT ");
                self.nested(operand, inner <= Precedence::Not)
            }
            UnaryOperator::Neg => {
                // Two minus signs in a row would begin a comment.
                self.push("-");
                self.nested(operand, inner <= Precedence::Unary)
            }
        }
    }

    /// The mark is a collation where decimals have one; where they have none, it says nothing new.
    fn as_decimal(&mut self, inner: &Expr) -> Result<()> {
        let Some(collation) = self.dialect.collation(SqlType::Decimal) else {
            return self.expr(inner);
        };
        let call = matches!(inner, Expr::Decimal(..));
        self.nested(inner, !call && precedence::of(inner) < Precedence::Atom)?;
        self.push(" COLLATE ");
        self.identifier(collation)
    }

    /// Appends two operands with an operator between them.
    ///
    /// # Errors
    /// As [`Compiler::expr`].
    pub fn binary(&mut self, operator: BinaryOperator, left: &Expr, right: &Expr) -> Result<()> {
        self.nested(left, precedence::needs_parentheses(operator, left, false))?;
        self.push(match operator {
            BinaryOperator::Eq => " = ",
            BinaryOperator::Ne => " != ",
            BinaryOperator::Lt => " < ",
            BinaryOperator::Le => " <= ",
            BinaryOperator::Gt => " > ",
            BinaryOperator::Ge => " >= ",
            // Both databases know the standard's words (SQLite since 3.39).
            BinaryOperator::IsDistinctFrom => " IS DISTINCT FROM ",
            BinaryOperator::IsNotDistinctFrom => " IS NOT DISTINCT FROM ",
            BinaryOperator::Add => " + ",
            BinaryOperator::Sub => " - ",
            BinaryOperator::Mul => " * ",
            BinaryOperator::Div => " / ",
            BinaryOperator::Rem => " % ",
            BinaryOperator::Concat => " || ",
            _ => return Err(super::compiler::unsupported("this operator")),
        });
        self.nested(right, precedence::needs_parentheses(operator, right, true))
    }

    fn terms(&mut self, terms: &[Expr], empty: &str, word: &str, own: Precedence) -> Result<()> {
        if let [only] = terms {
            return self.expr(only);
        }
        if terms.is_empty() {
            self.push(empty);
        }
        self.list(terms, word, |out, term| {
            out.nested(term, precedence::of(term) <= own)
        })
    }

    fn in_list(&mut self, operand: &Expr, list: &[Expr], negated: bool) -> Result<()> {
        if list.is_empty() {
            self.push(if negated { "1 = 1" } else { "1 = 0" });
            return Ok(());
        }
        self.operand(operand)?;
        self.push(if negated { " NOT IN (" } else { " IN (" });
        self.list(list, ", ", Self::expr)?;
        self.push(")");
        Ok(())
    }

    /// Appends a function call as every database writes it.
    ///
    /// # Errors
    /// `InvalidQuery` when the name is not one.
    pub fn call(&mut self, function: &Function) -> Result<()> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.';
        if function.name.is_empty() || !function.name.bytes().all(is_name) {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!("{:?} is not a function's name", function.name),
            ));
        }
        self.push(&function.name);
        self.push(if function.distinct { "(DISTINCT " } else { "(" });
        if function.star {
            self.push("*");
        } else {
            self.list(&function.arguments, ", ", Self::expr)?;
        }
        self.push(")");
        Ok(())
    }
}
