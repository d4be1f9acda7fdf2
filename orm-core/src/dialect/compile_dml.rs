//! `INSERT`, `UPDATE`, `DELETE`.

use super::{Compiled, Compiler};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{Delete, Expr, Insert, InsertSource, Item, Update};

impl Compiler<'_> {
    pub(super) fn insert_statement(mut self, insert: &Insert) -> Result<Compiled> {
        self.push("INSERT INTO ");
        self.table(&insert.table)?;
        if insert.columns.is_empty() {
            if !matches!(insert.source, InsertSource::Defaults) {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    "an insert without columns writes one row of defaults, but rows were given; name their columns",
                )
                .with_table(insert.table.name.clone()));
            }
            self.push(" DEFAULT VALUES");
        } else {
            self.push(" (");
            self.identifiers(&insert.columns)?;
            self.push(") VALUES ");
            let columns = insert.columns.len();
            let InsertSource::Rows(rows) = &insert.source else {
                return Err(super::compiler::unsupported("this source of rows"));
            };
            let wrong = match rows.iter().position(|row| row.len() != columns) {
                Some(row) => Some(format!("row {} has {}", row + 1, rows[row].len())),
                None if rows.is_empty() => Some("there is no row".to_owned()),
                None => None,
            };
            if let Some(wrong) = wrong {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    format!("an insert of {columns} columns needs at least one row, and {columns} values in each; {wrong}"),
                )
                .with_table(insert.table.name.clone()));
            }
            self.list(rows, ", ", |out, row| {
                out.push("(");
                out.list(row, ", ", Self::expr)?;
                out.push(")");
                Ok(())
            })?;
        }
        self.returning(&insert.returning)?;
        self.finish("INSERT", Some(&insert.table.name), false)
    }

    pub(super) fn update_statement(mut self, update: &Update) -> Result<Compiled> {
        if update.set.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "the update sets no column; name at least one",
            )
            .with_table(update.table.name.clone()));
        }
        self.push("UPDATE ");
        self.table(&update.table)?;
        self.push(" SET ");
        self.list(&update.set, ", ", |out, (column, value)| {
            out.identifier(column)?;
            out.push(" = ");
            out.expr(value)
        })?;
        self.filter(update.filter.as_ref())?;
        self.returning(&update.returning)?;
        self.finish("UPDATE", Some(&update.table.name), false)
    }

    pub(super) fn delete_statement(mut self, delete: &Delete) -> Result<Compiled> {
        self.push("DELETE FROM ");
        self.table(&delete.table)?;
        self.filter(delete.filter.as_ref())?;
        self.returning(&delete.returning)?;
        self.finish("DELETE", Some(&delete.table.name), false)
    }

    fn filter(&mut self, filter: Option<&Expr>) -> Result<()> {
        if let Some(filter) = filter {
            self.push(" WHERE ");
            self.expr(filter)?;
        }
        Ok(())
    }

    fn returning(&mut self, returning: &[Item]) -> Result<()> {
        if returning.is_empty() {
            return Ok(());
        }
        self.push(" RETURNING ");
        let before = std::mem::replace(&mut self.bare_columns, true);
        self.list(returning, ", ", Self::item)?;
        self.bare_columns = before;
        Ok(())
    }
}
