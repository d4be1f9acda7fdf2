//! Expressions as values of columns: the database works them out when the row is written.

use super::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Column, Computed, Expression, Handle, Model};
use crate::sql::checked;
use crate::state::Operation;
use crate::types::{ColumnType, Row, RowSink, Values};
use crate::unit_of_work::Write;

/// Keeps the columns of every row, and how many rows there were.
struct Returned {
    width: usize,
    values: Values,
    rows: u64,
}

impl RowSink for Returned {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        for index in 0..self.width {
            self.values.push(row.value(index)?);
        }
        self.rows += 1;
        Ok(())
    }
}

impl Session {
    /// Lets the next flush write an SQL expression to a column, instead of a value; the flush reads back what the
    /// database made of it. Until then the field keeps the value it has; a value assigned to it later counts instead.
    /// Sends nothing.
    ///
    /// ```no_run
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # struct Book { #[orm(primary_key)] id: i64, price: i32 }
    /// # async fn run(session: &mut Session, book: Handle<Book>) -> orm_core::Result<()> {
    /// session.set_sql(book, Book::price, Book::price * 2)?;
    /// session.commit().await?;
    /// println!("{}", session[book].price);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidState` when the object is neither new nor in the database, or the column is part of the primary key or
    /// the version; `UnknownHandle` as [`Session::try_get`].
    pub fn set_sql<M, T, E>(
        &mut self,
        handle: Handle<M>,
        column: Column<M, T>,
        value: E,
    ) -> Result<()>
    where
        M: Model,
        T: ColumnType,
        E: Expression,
        E::Type: ColumnType<Base = T::Base>,
    {
        self.recover();
        let id = self.state.resolve(handle)?;
        let (descriptor, column) = (M::descriptor(), column.index());
        self.state.permit(Operation::SetSql, id)?;
        let known = &descriptor.columns[column];
        let is_version = descriptor
            .on_write
            .version
            .as_ref()
            .is_some_and(|it| it.column == column);
        if !known.is_written() {
            let message = format!("{}.{} {}", descriptor.table, known.name, known.refusal());
            return Err(Error::new(ErrorKind::InvalidState, message)
                .with_table(descriptor.table)
                .with_columns([known.name]));
        }
        if known.primary_key || is_version {
            let message = format!(
                "{}.{} finds the row that is written, so no expression can be its value; set it to a value",
                descriptor.table, known.name
            );
            return Err(Error::new(ErrorKind::InvalidState, message)
                .with_table(descriptor.table)
                .with_columns([known.name]));
        }
        let computed = Computed {
            column,
            expr: checked(value.into_expr(), T::SQL_TYPE, descriptor.table),
            held: self.state.any(id)?.value(column),
        };
        self.state.compute(id, computed);
        Ok(())
    }

    /// Writes an object with expressions, by a statement of its own.
    pub(super) async fn write_computed(&mut self, write: Write) -> Result<()> {
        let values = write.values(&mut self.state)?.to_vec();
        let statement = write.statement(values);
        let statement = self.engine.dialect().compile(&statement)?;
        let sink = Returned {
            width: write.returning.len(),
            values: Values::default(),
            rows: 0,
        };
        match self.connect().await?.fetch(statement, sink).await {
            Ok(reply) => write.apply(&mut self.state, reply.rows, None, &reply.values, true),
            Err(error) => Err(self.explain(error, &write).await),
        }
    }
}
