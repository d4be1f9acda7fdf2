//! A commit whose flush is one statement: sent by itself, it needs neither BEGIN nor COMMIT.

use super::hooks::Hooks;
use super::{Phase, Session, kept};
use crate::dialect::BatchStyle;
use crate::error::{ErrorKind, Result};
use crate::unit_of_work::Write;

impl Session {
    /// Whether a batch could go by itself now: it is one statement, no transaction is open, and none was asked for, be it by
    /// options or by functions that are called inside one.
    pub(super) async fn needs_no_transaction(&mut self, write: &Write) -> Result<bool> {
        if self.hooks().is_some_and(Hooks::look_inside) {
            return Ok(false);
        }
        let many = write.objects.len() > 1;
        if many && super::text::batch(&self.engine, write)?.style == BatchStyle::PerRow {
            return Ok(false);
        }
        let options = self.options.transaction;
        Ok(self.connect().await?.needs_no_transaction(&options))
    }

    /// Sends the only batch of a flush, and with it commits.
    ///
    /// From the moment when it is sent until its answer is there, dropping the future leaves open whether it took place, as
    /// with a COMMIT. What the database refuses has changed nothing.
    pub(super) async fn write_alone(&mut self, write: Box<Write>) -> Result<()> {
        let rows = write.values(&mut self.state)?;
        let batch = self.batch(&write, rows)?;
        self.connect().await?;
        self.phase = Phase::Committing;
        // The connection is there, so that the statement is all that is waited for.
        let reply = match self.connect().await?.commit_batch(batch).await {
            Ok(reply) => reply,
            Err(error) if error.kind() == ErrorKind::CommitUnknown => return Err(error),
            Err(error) => {
                self.phase = Phase::Writing;
                return Err(Box::pin(self.explain(error, &write)).await);
            }
        };
        if kept::is_doubtful(&write, reply.affected) {
            if reply.affected == 0 {
                self.phase = Phase::Writing;
            }
            Box::pin(self.check_deleted(&write, reply.affected)).await?;
        }
        let (affected, returned) = (reply.affected, &reply.returned);
        let applied = write.apply(&mut self.state, affected, reply.missed, returned, true);
        if applied.is_ok() || reply.affected == 0 {
            self.phase = Phase::Writing;
        }
        applied
    }
}
