//! Statements that the engine asks for itself: nobody counts them among the program's.

use super::super::Backend;
use super::super::driver::postgres::Parameters;
use super::super::driver::sqlite::Query;
use super::{Connection, postgres, sqlite};
use crate::dialect::Compiled;
use crate::error::Result;
use crate::types::RowSink;

impl Connection {
    /// As [`Connection::fetch`], unseen by the record of statements.
    pub(crate) async fn fetch_unseen<S: RowSink>(
        &mut self,
        statement: Compiled,
        sink: S,
    ) -> Result<S> {
        self.in_good_order()?;
        let mut asked = Box::new((statement, sink));
        let Self { lease, shared, .. } = self;
        tracing::debug!(target: "orm::sql", "{}", asked.0.sql);
        match shared.backend {
            Backend::Sqlite => Ok(sqlite::run(lease, shared, Query::new(asked)).await?.0),
            Backend::Postgres => {
                let (statement, sink) = &mut *asked;
                let parameters = Parameters::Values(&statement.binds);
                postgres::query(lease, shared, &statement.sql, parameters, sink).await?;
                Ok(asked.1)
            }
        }
    }
}
