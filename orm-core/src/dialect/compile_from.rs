//! FROM: tables, queries, rows and functions, and their joins.

use super::Compiler;
use super::compiler::invalid;
use crate::error::Result;
use crate::sql::{Expr, FromItem, Function, Join, JoinKind, Name};

impl Compiler<'_> {
    /// Appends what a statement reads from, after `word`; nothing when there is nothing.
    pub(super) fn sources(&mut self, word: &str, from: &[FromItem], joins: &[Join]) -> Result<()> {
        if from.is_empty() {
            if joins.is_empty() {
                return Ok(());
            }
            return Err(invalid(
                "there is a join, but nothing that is joined to; name what the statement reads from",
            ));
        }
        self.clause(word);
        // A comma binds less than JOIN, so that a condition would not see what stands before the last one.
        let separator = if joins.is_empty() {
            ", "
        } else {
            " CROSS JOIN "
        };
        self.list(from, separator, Self::from)?;
        joins.iter().try_for_each(|join| self.join(join))
    }

    fn from(&mut self, from: &FromItem) -> Result<()> {
        match from {
            FromItem::Table(table) => self.table(table),
            FromItem::Subquery {
                select,
                alias,
                lateral,
            } => {
                if *lateral {
                    self.needs(
                        self.capabilities.lateral,
                        "LATERAL",
                        "select from a subquery with a window function, or write the value as a correlated subquery",
                    )?;
                    self.push("LATERAL ");
                }
                self.subquery(select)?;
                self.push(" AS ");
                self.identifier(alias)
            }
            FromItem::Text { text, alias, .. } => {
                self.raw |= !text.reads();
                self.open();
                self.text(text)?;
                self.close();
                self.push(" AS ");
                self.identifier(alias)
            }
            FromItem::Values {
                rows,
                alias,
                columns,
            } => self.values(rows, alias, columns),
            FromItem::Function {
                function,
                alias,
                columns,
            } => self.rows_of(function, alias, columns),
        }
    }

    fn join(&mut self, join: &Join) -> Result<()> {
        if join.on.is_some() == (join.kind == JoinKind::Cross) {
            let message = if join.on.is_some() {
                "a cross join takes no condition; use an inner join, or filter"
            } else {
                "a join needs a condition; use a cross join to pair every row with every row"
            };
            return Err(invalid(message).with_table(join.from.label().clone()));
        }
        self.clause(match join.kind {
            JoinKind::Inner => "JOIN ",
            JoinKind::Left => "LEFT JOIN ",
            JoinKind::Right => "RIGHT JOIN ",
            JoinKind::Full => "FULL JOIN ",
            JoinKind::Cross => "CROSS JOIN ",
        });
        self.from(&join.from)?;
        if let Some(on) = &join.on {
            self.push(" ON ");
            self.condition(on)?;
        }
        Ok(())
    }

    /// `(VALUES (..), (..)) AS v (k, s)`, or with the names inside, where the database takes none after the alias.
    fn values(&mut self, rows: &[Vec<Expr>], alias: &Name, columns: &[Name]) -> Result<()> {
        let width = columns.len();
        if width == 0 || rows.is_empty() {
            return Err(invalid(format!(
                "the values {alias} need at least one row and one column; they have {} rows and {width} columns",
                rows.len()
            )));
        }
        if let Some(wrong) = rows.iter().position(|row| row.len() != width) {
            return Err(invalid(format!(
                "the values {alias} have {width} columns, and row {} has {}; give every row {width}",
                wrong + 1,
                rows[wrong].len()
            )));
        }
        let outside = self.capabilities.source_columns;
        if !outside {
            self.push("(SELECT ");
            self.list(columns.iter().enumerate(), ", ", |out, (index, name)| {
                out.push("column");
                out.number(index as u64 + 1);
                out.push(" AS ");
                out.identifier(name)
            })?;
            self.push(" FROM ");
        }
        self.push("(VALUES ");
        self.rows(rows)?;
        self.push(if outside { ") AS " } else { ")) AS " });
        self.identifier(alias)?;
        if outside {
            self.names(columns)?;
        }
        Ok(())
    }

    /// Appends rows, each in its parentheses.
    pub(super) fn rows(&mut self, rows: &[Vec<Expr>]) -> Result<()> {
        self.list(rows, ", ", |out, row| {
            out.push("(");
            out.list(row, ", ", Self::untyped)?;
            out.push(")");
            Ok(())
        })
    }

    fn rows_of(&mut self, function: &Function, alias: &Name, columns: &[Name]) -> Result<()> {
        self.raw |= !function.reads();
        self.call(function)?;
        self.push(" AS ");
        self.identifier(alias)?;
        if columns.is_empty() {
            return Ok(());
        }
        self.needs(
            self.capabilities.source_columns,
            "names for the columns of a function in FROM",
            "use the function's own names, such as key and value of json_each",
        )?;
        self.names(columns)
    }

    fn names(&mut self, columns: &[Name]) -> Result<()> {
        self.push(" (");
        self.identifiers(columns)?;
        self.push(")");
        Ok(())
    }
}
