//! Statements and transactions on PostgreSQL. The lease is marked before every await on the driver and cleared after:
//! a future dropped in between leaves the mark, and the connection is closed instead of pooled.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::Shared;
use super::super::driver::classify::Failure;
use super::super::driver::postgres::Parameters;
use super::super::options::Pooler;
use super::super::pool::{Lease, State};
use super::lost;
use crate::dialect::{Batch, BatchReply, BatchStyle, Returning};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Row, RowSink, Values};

fn marked(lease: &mut Option<Lease>) -> Result<&mut Lease> {
    let lease = lease.as_mut().ok_or_else(lost)?;
    lease.state.dirty = true;
    Ok(lease)
}

/// Clears the mark, unless the connection is broken, and notes what a failure did to the transaction.
fn settle<T>(lease: &mut Lease, shared: &Shared, outcome: Result<T, Failure>) -> Result<T> {
    match outcome {
        Ok(value) => {
            lease.state.dirty = false;
            Ok(value)
        }
        Err(failure) => {
            lease.state.dirty = failure.broken;
            lease.state.aborted |= failure.refused && lease.state.in_transaction;
            if failure.broken {
                // The server or the network is gone, and with it most likely every other connection.
                shared.pool.outdate();
            }
            Err(failure.error)
        }
    }
}

pub(super) async fn begin(
    lease: &mut Option<Lease>,
    shared: &Shared,
    sql: Cow<'static, str>,
    read_only: bool,
) -> Result<()> {
    let lease = marked(lease)?;
    let outcome = lease.postgres()?.simple(sql).await;
    settle(lease, shared, outcome)?;
    lease.state.in_transaction = true;
    lease.state.read_only = read_only;
    Ok(())
}

pub(super) async fn commit(lease: &mut Option<Lease>, shared: &Shared) -> Result<()> {
    let lease = marked(lease)?;
    let outcome = lease.postgres()?.simple("COMMIT".into()).await;
    let outcome = outcome.map_err(commit_unknown);
    // Whatever the server answers, the transaction is over.
    lease.state.in_transaction = false;
    let outcome = settle(lease, shared, outcome);
    lease.state.aborted = false;
    outcome
}

/// No answer to a COMMIT is an answer of its own: it must not be sent again.
fn commit_unknown(mut failure: Failure) -> Failure {
    if failure.broken {
        failure.error = Error::new(
            ErrorKind::CommitUnknown,
            "the connection was lost before the server answered COMMIT; look in the database whether the changes are \
             there",
        )
        .with_source(failure.error);
    }
    failure
}

/// The same of a statement that commits by itself, unless the server itself said that it has ended it.
fn statement_unknown(mut failure: Failure) -> Failure {
    if failure.broken && !failure.refused {
        failure.error = Error::new(
            ErrorKind::CommitUnknown,
            "the connection was lost before the server answered a statement that commits by itself; look in the database \
             whether its changes are there",
        )
        .with_source(failure.error);
    }
    failure
}

pub(super) async fn rollback(lease: &mut Option<Lease>, shared: &Shared) -> Result<()> {
    let lease = marked(lease)?;
    let outcome = lease.postgres()?.simple("ROLLBACK".into()).await;
    settle(lease, shared, outcome)?;
    lease.state = State::default();
    Ok(())
}

pub(super) async fn control(
    lease: &mut Option<Lease>,
    shared: &Shared,
    sql: Cow<'static, str>,
) -> Result<()> {
    let lease = marked(lease)?;
    let outcome = lease.postgres()?.simple(sql.clone()).await;
    let outcome = outcome.map_err(|failure| failure.with_sql(&sql));
    settle(lease, shared, outcome)
}

/// Runs a statement; behind a transaction pooler, in a transaction of its own if none is open.
pub(super) async fn query<S: RowSink>(
    lease: &mut Option<Lease>,
    shared: &Shared,
    sql: &Arc<str>,
    parameters: Parameters<'_>,
    sink: &mut S,
) -> Result<u64> {
    query_as(lease, shared, (sql, false), parameters, sink).await
}

/// As [`query`]; a statement that `commits` what it does, if no transaction is open, is like a COMMIT if no answer comes.
pub(super) async fn query_as<S: RowSink>(
    lease: &mut Option<Lease>,
    shared: &Shared,
    (sql, commits): (&Arc<str>, bool),
    parameters: Parameters<'_>,
    sink: &mut S,
) -> Result<u64> {
    let lease = marked(lease)?;
    let in_transaction = lease.state.in_transaction;
    let wrapped = shared.pooler == Pooler::Transaction && !in_transaction;
    let driver = lease.postgres()?;
    let outcome = async {
        if wrapped {
            driver.simple("BEGIN".into()).await?;
        }
        let outcome = driver
            .query(sql, parameters, sink, !in_transaction && !wrapped)
            .await;
        if commits && !wrapped && !in_transaction {
            return outcome.map_err(statement_unknown);
        }
        match &outcome {
            Ok(_) if wrapped => {
                let committed = driver.simple("COMMIT".into()).await;
                committed.map_err(commit_unknown)?;
            }
            Err(failure) if wrapped && !failure.broken => driver.simple("ROLLBACK".into()).await?,
            _ => {}
        }
        outcome
    };
    let outcome = outcome.await.map_err(|failure| failure.with_sql(sql));
    settle(lease, shared, outcome)
}

/// Runs a statement that is not kept prepared, in the open transaction.
pub(super) async fn query_once<S: RowSink>(
    lease: &mut Option<Lease>,
    shared: &Shared,
    sql: &Arc<str>,
    parameters: Parameters<'_>,
    sink: &mut S,
) -> Result<u64> {
    let lease = marked(lease)?;
    let outcome = lease.postgres()?.query_once(sql, parameters, sink).await;
    let outcome = outcome.map_err(|failure| failure.with_sql(sql));
    settle(lease, shared, outcome)
}

/// Opens a cursor for a query, in the open transaction.
pub(super) async fn declare<S: RowSink>(
    lease: &mut Option<Lease>,
    shared: &Shared,
    (name, sql): (&str, &Arc<str>),
    parameters: Parameters<'_>,
    sink: &mut S,
) -> Result<u64> {
    let lease = marked(lease)?;
    let declared = lease.postgres()?.declare(name, sql, parameters, sink);
    let outcome = declared.await.map_err(|failure| failure.with_sql(sql));
    settle(lease, shared, outcome)
}

/// Notes that a statement may have changed the schema.
pub(super) fn altered(lease: &mut Option<Lease>) {
    if let Some(lease) = lease {
        let in_transaction = lease.state.in_transaction;
        if let Ok(driver) = lease.postgres() {
            driver.altered(in_transaction);
        }
    }
}

/// Runs a batch, as arrays or row by row; one that `commits` is one statement outside of a transaction.
pub(super) async fn batch(
    lease: &mut Option<Lease>,
    shared: &Shared,
    batch: &mut Batch,
    commits: bool,
) -> Result<BatchReply> {
    let columns = match batch.returning {
        Returning::Nothing => 0,
        Returning::Columns(columns) => columns,
        Returning::RowId => {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "PostgreSQL has no row ids; return the key columns instead",
            )
            .with_sql(&*batch.sql));
        }
    };
    let mut sink = Collect {
        columns,
        values: std::mem::take(&mut batch.room),
    };
    sink.values.reserve(columns * batch.count);
    let (affected, missed) = match batch.style {
        BatchStyle::Arrays => {
            let parameters = Parameters::Columns {
                table: batch.summary.table.as_deref().unwrap_or_default(),
                columns: &batch.columns,
                types: &batch.types,
                rows: &batch.rows,
                count: batch.count,
            };
            let text = (&batch.sql, commits);
            let affected = query_as(lease, shared, text, parameters, &mut sink).await?;
            (affected, None)
        }
        // What is seldom is not to make the state of all others larger.
        BatchStyle::PerRow => {
            Box::pin(row_by_row(lease, shared, batch, commits, &mut sink)).await?
        }
    };
    Ok(BatchReply {
        affected,
        missed,
        returned: sink.values,
        ..BatchReply::default()
    })
}

/// How many rows changed, and which did not although it had to.
async fn row_by_row(
    lease: &mut Option<Lease>,
    shared: &Shared,
    batch: &Batch,
    commits: bool,
    sink: &mut Collect,
) -> Result<(u64, Option<usize>)> {
    let width = batch.types.len();
    let mut changed = 0;
    for index in 0..batch.count {
        let first = index * width;
        if first + width > batch.rows.len() {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "the batch holds fewer values than its rows and parameters need",
            ));
        }
        let parameters = Parameters::Row {
            rows: &batch.rows,
            first,
            width,
        };
        let text = (&batch.sql, commits);
        let affected = query_as(lease, shared, text, parameters, sink)
            .await
            .map_err(|error| error.with_row(index))?;
        changed += affected;
        if batch.one_each && affected == 0 {
            return Ok((changed, Some(index)));
        }
    }
    Ok((changed, None))
}

/// Keeps the first columns of every row.
struct Collect {
    columns: usize,
    values: Values,
}

impl RowSink for Collect {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        for index in 0..self.columns {
            self.values.push(row.value(index)?);
        }
        Ok(())
    }
}
