//! A connection on loan: statements and transaction control for both databases.

mod batch;
mod cursor;
mod postgres;
mod sqlite;
mod text;
mod unseen;

use std::sync::Arc;

use tracing::Instrument;

pub(crate) use cursor::{Cursor, over};

use self::cursor::Opened;
use super::driver::postgres::Parameters;
use super::driver::sqlite::Query;
use super::isolation::TransactionOptions;
use super::large::Capped;
use super::pool::Lease;
use super::{Backend, Shared};
use crate::dialect::Compiled;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Layout, Row, RowSink, Spread};

/// One of an engine's connections. Dropping it gives it back: an open transaction is rolled back, and a connection
/// whose conversation was cut off is closed.
pub(crate) struct Connection {
    /// None after a future that had taken it to another thread was dropped; it then finds its own way back.
    lease: Option<Lease>,
    shared: Arc<Shared>,
    /// The results that are read piece by piece.
    cursors: Vec<Opened>,
    /// Whether a statement of the transaction may have changed the schema.
    altered: bool,
    /// The savepoints that are set, from the outermost on.
    savepoints: Vec<String>,
}

impl Connection {
    pub(super) fn new(lease: Lease, shared: Arc<Shared>) -> Self {
        Self {
            lease: Some(lease),
            shared,
            cursors: Vec::new(),
            altered: false,
            savepoints: Vec::new(),
        }
    }

    #[cfg(test)]
    pub(super) fn lease(&mut self) -> &mut Lease {
        self.lease.as_mut().expect("not given up")
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&mut self, options: &TransactionOptions) -> Result<()> {
        self.usable()?;
        if self.in_transaction() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "a transaction is open on this connection already; use a savepoint, or end it first",
            ));
        }
        let isolation = options.isolation.or(self.shared.isolation);
        match self.shared.backend {
            Backend::Sqlite => {
                // A deferred transaction that reads and then writes fails at once when another has written meanwhile.
                let sql = if options.read_only {
                    "BEGIN DEFERRED"
                } else {
                    "BEGIN IMMEDIATE"
                };
                let span = self.shared.observer.watch_control(sql);
                sqlite::begin(&mut self.lease, &self.shared, sql, options.read_only)
                    .instrument(span)
                    .await
            }
            Backend::Postgres => {
                let mut sql = "BEGIN".to_owned();
                if let Some(isolation) = isolation {
                    sql.push_str(" ISOLATION LEVEL ");
                    sql.push_str(isolation.sql());
                }
                if options.read_only {
                    sql.push_str(" READ ONLY");
                }
                let span = self.shared.observer.watch_control(&sql);
                postgres::begin(&mut self.lease, &self.shared, sql.into(), options.read_only)
                    .instrument(span)
                    .await
            }
        }
    }

    /// Commits.
    ///
    /// When this fails the transaction is over, or can only be rolled back.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        self.in_good_order()?;
        if !self.in_transaction() {
            return Err(no_transaction());
        }
        self.end_cursors();
        let span = self.shared.observer.watch_control("COMMIT");
        let outcome = match self.shared.backend {
            Backend::Sqlite => {
                sqlite::commit(&mut self.lease, &self.shared)
                    .instrument(span)
                    .await
            }
            Backend::Postgres => {
                postgres::commit(&mut self.lease, &self.shared)
                    .instrument(span)
                    .await
            }
        };
        if self.altered {
            self.schema_changed();
        }
        outcome
    }

    /// Rolls back. A transaction whose connection was given up is rolled back already, which is no error.
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        let Some(lease) = self.lease.as_mut().filter(|lease| !lease.state.dirty) else {
            // Dropping the lease closes it, and the server rolls back.
            self.lease = None;
            return Ok(());
        };
        if !lease.state.in_transaction {
            return Err(no_transaction());
        }
        self.end_cursors();
        let span = self.shared.observer.watch_control("ROLLBACK");
        match self.shared.backend {
            Backend::Sqlite => {
                sqlite::rollback(&mut self.lease, &self.shared)
                    .instrument(span)
                    .await
            }
            Backend::Postgres => {
                postgres::rollback(&mut self.lease, &self.shared)
                    .instrument(span)
                    .await
            }
        }
    }

    /// Sets a savepoint.
    pub(crate) async fn savepoint(&mut self, name: &str) -> Result<()> {
        self.in_good_order()?;
        self.control(format!("SAVEPOINT {}", text::quote(name)))
            .await?;
        self.entered(name);
        Ok(())
    }

    /// Rolls back to a savepoint, which stays set. The transaction can be used again after an error.
    pub(crate) async fn rollback_to(&mut self, name: &str) -> Result<()> {
        self.usable()?;
        if self.lease.as_ref().is_some_and(|lease| lease.state.gone) {
            return Err(aborted());
        }
        self.control(format!("ROLLBACK TO SAVEPOINT {}", text::quote(name)))
            .await?;
        self.went_back_to(name);
        if let Some(lease) = &mut self.lease {
            lease.state.aborted = false;
        }
        Ok(())
    }

    /// Gives up a savepoint, keeping the changes made since.
    pub(crate) async fn release(&mut self, name: &str) -> Result<()> {
        self.in_good_order()?;
        self.control(format!("RELEASE SAVEPOINT {}", text::quote(name)))
            .await?;
        self.released(name);
        Ok(())
    }

    async fn control(&mut self, sql: String) -> Result<()> {
        if !self.in_transaction() {
            return Err(no_transaction());
        }
        let span = self.shared.observer.watch_control(&sql);
        match self.shared.backend {
            Backend::Sqlite => {
                sqlite::control(&mut self.lease, &self.shared, sql.into())
                    .instrument(span)
                    .await
            }
            Backend::Postgres => {
                postgres::control(&mut self.lease, &self.shared, sql.into())
                    .instrument(span)
                    .await
            }
        }
    }

    /// Whether a transaction is open, be it aborted.
    pub(crate) fn in_transaction(&self) -> bool {
        self.lease
            .as_ref()
            .is_some_and(|lease| lease.state.in_transaction)
    }

    /// Whether the transaction can only be rolled back, wholly or to a savepoint: a statement failed in it, or was given
    /// up half-way.
    pub(crate) fn is_aborted(&self) -> bool {
        match &self.lease {
            Some(lease) => lease.state.in_transaction && (lease.state.aborted || lease.state.dirty),
            None => true,
        }
    }

    /// Whether the connection is beyond use, since a future on it was dropped half-way; take another.
    pub(crate) fn is_lost(&self) -> bool {
        self.lease.as_ref().is_none_or(|lease| lease.state.dirty)
    }

    /// Runs a statement and hands its rows to `sink`, in order.
    pub(crate) fn fetch<S: RowSink>(
        &mut self,
        statement: Compiled,
        sink: S,
    ) -> impl Future<Output = Result<S>> + Send {
        self.fetch_asked(Box::new((statement, sink)))
    }

    /// As [`Connection::fetch`], of a statement and its sink.
    pub(crate) async fn fetch_asked<S: RowSink>(&mut self, asked: Box<(Compiled, S)>) -> Result<S> {
        Ok(self.run(asked).await?.0)
    }

    /// Reads although an earlier statement has failed, to find out why. Only where a failed statement does not end the
    /// transaction; the transaction stays aborted.
    pub(crate) async fn fetch_aborted<S: RowSink>(
        &mut self,
        statement: Compiled,
        sink: S,
    ) -> Result<S> {
        self.mark_aborted(false);
        let outcome = self.fetch(statement, sink).await;
        self.mark_aborted(true);
        outcome
    }

    fn mark_aborted(&mut self, aborted: bool) {
        if let Some(lease) = &mut self.lease {
            lease.state.aborted = aborted;
        }
    }

    /// Runs a statement; how many rows it changed. Rows it returns are dropped.
    pub(crate) async fn execute(&mut self, statement: Compiled) -> Result<u64> {
        Ok(self.run(Box::new((statement, Discard))).await?.1)
    }

    /// Statement and sink travel in a box, since each future on the way would hold them twice.
    async fn run<S: RowSink>(&mut self, mut asked: Box<(Compiled, S)>) -> Result<(S, u64)> {
        match (self.shared.max_rows, asked.0.layout.take()) {
            (None, None) => self.send(asked).await,
            // What few statements need is not to make the state of all others larger.
            (cap, layout) => Box::pin(self.run_with(*asked, cap, layout)).await,
        }
    }

    /// Counts the rows where there is a cap, and hands them on with the columns that the statement leaves out.
    async fn run_with<S: RowSink>(
        &mut self,
        (statement, sink): (Compiled, S),
        cap: Option<u64>,
        layout: Option<Arc<Layout>>,
    ) -> Result<(S, u64)> {
        let cap = cap.unwrap_or(u64::MAX);
        let capped = Capped { sink, rows: 0, cap };
        let (capped, affected) = match layout {
            None => self.send(Box::new((statement, capped))).await?,
            Some(layout) => {
                let sink = capped;
                let spread = Spread { sink, layout };
                let (spread, affected) = self.send(Box::new((statement, spread))).await?;
                (spread.sink, affected)
            }
        };
        Ok((capped.sink, affected))
    }

    async fn send<S: RowSink>(&mut self, mut asked: Box<(Compiled, S)>) -> Result<(S, u64)> {
        self.in_good_order()?;
        let statement = &asked.0;
        text::refuse_control(&statement.sql, self.shared.backend)?;
        let writes = !statement.summary.reads;
        let alters = writes && text::may_alter(statement, self.shared.backend);
        let Self { lease, shared, .. } = self;
        let observer = &shared.observer;
        let span = observer.watch(&statement.sql, &statement.binds, &statement.summary);
        let outcome = match shared.backend {
            Backend::Sqlite => {
                sqlite::run(lease, shared, Query::new(asked))
                    .instrument(span.clone())
                    .await
            }
            Backend::Postgres => {
                let (statement, sink) = &mut *asked;
                let parameters = Parameters::Values(&statement.binds);
                // Outside of a transaction what writes commits, too.
                let text = (&statement.sql, writes);
                let query = postgres::query_as(lease, shared, text, parameters, sink);
                // An allocation is nothing beside a round trip, and moving a large state would be felt on SQLite.
                let outcome = Box::pin(query.instrument(span.clone())).await;
                if alters {
                    postgres::altered(lease);
                }
                outcome.map(|affected| (asked.1, affected))
            }
        };
        observer.end(&span, &outcome);
        if alters {
            self.schema_changed();
            self.altered = true;
        }
        outcome
    }

    /// What was asked of the schema is to be asked again.
    #[cold]
    fn schema_changed(&mut self) {
        self.altered = false;
        self.shared.forget_text_rules();
    }

    fn usable(&self) -> Result<()> {
        if self.is_lost() {
            return Err(lost());
        }
        Ok(())
    }

    fn in_good_order(&self) -> Result<()> {
        self.usable()?;
        if self.is_aborted() {
            return Err(aborted());
        }
        Ok(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.altered {
            self.schema_changed();
        }
        if let Some(lease) = self.lease.take() {
            self.shared.pool.give_back(lease);
        }
    }
}

/// A sink for rows that nobody wants.
struct Discard;

impl RowSink for Discard {
    fn row(&mut self, _: &dyn Row) -> Result<()> {
        Ok(())
    }
}

#[cold]
fn lost() -> Error {
    Error::new(
        ErrorKind::Connection,
        "an earlier operation on this connection was dropped or cut off half-way, so it is closed and its transaction \
         rolled back; begin again on another",
    )
}

#[cold]
fn aborted() -> Error {
    Error::new(
        ErrorKind::TransactionAborted,
        "a statement failed or was given up in this transaction; roll back, wholly or to a savepoint",
    )
}

#[cold]
fn no_transaction() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "no transaction is open on this connection; begin one first",
    )
}
