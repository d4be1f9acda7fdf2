//! One statement for many rows, in a transaction or by itself.

use std::time::Instant;

use tracing::Instrument;

use super::super::driver::sqlite::BatchWork;
use super::super::isolation::TransactionOptions;
use super::super::options::Offload;
use super::{Backend, Connection, postgres, sqlite};
use crate::dialect::{Batch, BatchReply, BatchStyle};
use crate::error::Result;

impl Connection {
    /// Runs one statement for many rows. Outside of a transaction it gets one of its own, so that all rows are written
    /// or none. The batch travels in a box, since each future on the way would hold it twice.
    pub(crate) async fn batch(&mut self, batch: Box<Batch>) -> Result<BatchReply> {
        self.in_good_order()?;
        if batch.count == 0 {
            return Ok(BatchReply::default());
        }
        let alone = batch.count > 1 && !self.in_transaction() && batch.style == BatchStyle::PerRow;
        if alone {
            self.begin(&TransactionOptions::default()).await?;
        }
        let commits = !self.in_transaction();
        let mut outcome = self.run_batch(batch, commits).await;
        if alone {
            if outcome.is_ok() {
                outcome = self.commit().await.and(outcome);
            }
            if outcome.is_err() && self.in_transaction() {
                // The error to report is the first; a connection that cannot roll back is closed.
                drop(self.rollback().await);
            }
        }
        outcome
    }

    /// How many rows of a batch, of which `rows` are left since it began, are best sent at once. What is run here row by row
    /// goes in parts whose values stay in the processor's cache until they are bound; what is watched, or is going to another
    /// thread, goes whole.
    pub(crate) fn rows_at_once(&self, rows: usize, began: Instant) -> usize {
        const PART: usize = 512;
        let shared = &self.shared;
        let stays = match shared.offload {
            Offload::Never => true,
            Offload::Always => false,
            Offload::Auto => rows < shared.offload_rows && began.elapsed() <= shared.inline_budget,
        };
        let in_parts = matches!(shared.backend, Backend::Sqlite)
            && self.in_transaction()
            && shared.observer.is_idle()
            && stays;
        if in_parts { PART } else { usize::MAX }
    }

    /// Whether a statement sent now by itself would do what it does in a transaction with these options.
    pub(crate) fn needs_no_transaction(&self, options: &TransactionOptions) -> bool {
        let plain = options.isolation.or(self.shared.isolation).is_none() && !options.read_only;
        plain && !self.in_transaction() && self.cursors.is_empty()
    }

    /// Runs a batch that is one statement outside of a transaction: it is committed when it is done.
    ///
    /// # Errors
    /// As [`Connection::batch`], and as [`Connection::commit`] when no answer comes.
    pub(crate) async fn commit_batch(&mut self, batch: Box<Batch>) -> Result<BatchReply> {
        self.in_good_order()?;
        self.run_batch(batch, true).await
    }

    async fn run_batch(&mut self, mut batch: Box<Batch>, commits: bool) -> Result<BatchReply> {
        let Self { lease, shared, .. } = self;
        let observer = &shared.observer;
        let span = observer.watch_batch(&batch);
        let outcome = match shared.backend {
            Backend::Sqlite => {
                sqlite::run(lease, shared, BatchWork::new(batch))
                    .instrument(span.clone())
                    .await
            }
            Backend::Postgres => {
                let sent = postgres::batch(lease, shared, &mut batch, commits);
                let replied = Box::pin(sent.instrument(span.clone())).await;
                replied.map(|reply| BatchReply {
                    sent: batch.rows,
                    ..reply
                })
            }
        };
        observer.end(&span, &outcome);
        outcome
    }
}
