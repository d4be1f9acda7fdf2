//! Spans, echo and recording: what can be seen of each statement. When nobody looks it costs a branch.

use tracing::{Level, Span, field};

use super::options::Echo;
#[cfg(any(test, feature = "testing"))]
use super::recorder::{Recorder, Sent};
use crate::dialect::{Batch, Summary};
use crate::error::Error;
use crate::types::Value;

/// The `tracing` target of spans and echo.
const TARGET: &str = "orm::sql";

/// Watches the statements of one engine.
pub(crate) struct Observer {
    pub(crate) echo: Echo,
    /// `db.system.name`.
    pub(crate) system: &'static str,
    /// `db.namespace`.
    pub(crate) namespace: Option<String>,
    /// `server.address`.
    pub(crate) address: Option<String>,
    /// `server.port`.
    pub(crate) port: Option<u16>,
    #[cfg(any(test, feature = "testing"))]
    pub(crate) recorder: Recorder,
}

impl Observer {
    /// Sees a statement off; the span is to be held while it runs.
    #[inline]
    pub(crate) fn watch(&self, sql: &str, binds: &[Value], summary: &Summary) -> Span {
        if self.is_idle() {
            return Span::none();
        }
        self.see(sql, binds, 1, Some(summary))
    }

    /// Sees a batch off.
    #[inline]
    pub(crate) fn watch_batch(&self, batch: &Batch) -> Span {
        if self.is_idle() {
            return Span::none();
        }
        self.see(
            &batch.sql,
            &batch.rows.to_vec(),
            batch.count,
            Some(&batch.summary),
        )
    }

    /// Sees a BEGIN, COMMIT or SAVEPOINT off.
    #[inline]
    pub(crate) fn watch_control(&self, sql: &str) -> Span {
        if self.is_idle() {
            return Span::none();
        }
        self.see(sql, &[], 1, None)
    }

    /// Notes how the statement ended.
    #[inline]
    pub(crate) fn end<T>(&self, span: &Span, outcome: &Result<T, Error>) {
        if let (false, Err(error)) = (span.is_disabled(), outcome) {
            span.record("error.type", error.kind().as_str());
            if let Some(code) = error.database_code() {
                span.record("db.response.status_code", code);
            }
        }
    }

    /// Whether nobody looks.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        #[cfg(any(test, feature = "testing"))]
        if self.recorder.is_on() {
            return false;
        }
        self.echo == Echo::Off && !tracing::enabled!(target: TARGET, Level::DEBUG)
    }

    #[cold]
    fn see(&self, sql: &str, binds: &[Value], rows: usize, summary: Option<&Summary>) -> Span {
        #[cfg(any(test, feature = "testing"))]
        if self.recorder.is_on() {
            self.recorder.push(Sent {
                sql: sql.into(),
                binds: binds.to_vec(),
                rows,
                control: summary.is_none(),
            });
        }
        match self.echo {
            Echo::Off => {}
            Echo::Sql => tracing::info!(target: TARGET, rows, "{sql}"),
            Echo::SqlAndParams => {
                tracing::info!(target: TARGET, rows, parameters = ?binds, "{sql}");
            }
        }
        let operation = match summary {
            Some(summary) => &*summary.operation,
            None => sql.split(' ').next().unwrap_or(sql),
        };
        let table = summary.and_then(|summary| summary.table.as_deref());
        let name = match table {
            Some(table) => format!("{operation} {table}"),
            None => operation.to_owned(),
        };
        tracing::debug_span!(
            target: TARGET,
            "db.query",
            otel.name = name,
            otel.kind = "client",
            db.system.name = self.system,
            db.namespace = self.namespace,
            db.collection.name = table,
            db.operation.name = operation,
            db.operation.batch.size = (rows > 1).then_some(rows as u64),
            db.query.summary = name,
            db.query.text = sql,
            server.address = self.address,
            server.port = self.port,
            db.response.status_code = field::Empty,
            error.type = field::Empty,
        )
    }
}
