//! Savepoints: a part of a transaction that can be undone alone, in the database and in memory.

use std::pin::Pin;

use super::rolled_back::Cause;
use super::{Phase, Session};
use crate::engine::Connection;
use crate::error::{Error, ErrorKind, Result};

/// A savepoint of a session: what [`Session::rollback_to`] goes back to. A name only; dropping it does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "roll back to it or release it; otherwise it lasts as long as its transaction"]
pub struct Savepoint {
    session: u32,
    serial: u64,
}

/// What the closure of [`Session::nested`] gives: a boxed future that may borrow the session.
pub type Nested<'s, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 's>>;

impl Session {
    /// Flushes, and sets a savepoint in the transaction, which is begun if there is none. Savepoints nest to any depth.
    ///
    /// A flush that fails inside loses only what was done since the innermost savepoint, which stays set; its error says
    /// so, and [`Session::rollback_to`] takes note of it. Commit and rollback end all of them.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User { #[orm(primary_key)] id: i64, #[orm(unique)] name: String }
    /// # async fn example(session: &mut Session, names: Vec<String>) -> orm_core::Result<()> {
    /// for name in names {
    ///     let point = session.savepoint().await?;
    ///     session.add(User { name, ..Default::default() });
    ///     match session.flush().await {
    ///         Ok(()) => session.release(point).await?,
    ///         Err(error) if error.is_integrity() => session.rollback_to(point).await?,
    ///         Err(error) => return Err(error),
    ///     }
    /// }
    /// session.commit().await
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Session::flush`]; `TransactionAborted` when a statement has failed in the transaction.
    #[doc(alias = "begin_nested")]
    pub async fn savepoint(&mut self) -> Result<Savepoint> {
        self.flush().await?;
        self.open_transaction().await?;
        let name = name(self.state.savepoints());
        self.connect().await?.savepoint(&name).await?;
        self.savepoints += 1;
        self.state.set_savepoint(self.savepoints);
        Ok(Savepoint {
            session: self.state.session(),
            serial: self.savepoints,
        })
    }

    /// Undoes what was done since the savepoint, and ends it and those inside it. Objects are where they were: those
    /// that were new are transient, deleted ones restored, changed ones have the values they had at the savepoint, and
    /// relationships that changed are unloaded. What was done before it is kept.
    ///
    /// Dropping the future before it is done gives up the whole transaction.
    ///
    /// # Errors
    /// `InvalidState` when the savepoint is over or of another session. When the database cannot go back to it, the whole
    /// transaction is rolled back, and this is the reason.
    pub async fn rollback_to(&mut self, point: Savepoint) -> Result<()> {
        self.allow("roll back", false)?;
        self.recover();
        let depth = match self.depth_of(point) {
            // It is over because everything is, which is the thing to know.
            Err(_) if self.phase == Phase::RolledBack => return Err(self.rollback_pending()),
            depth => depth?,
        };
        self.phase = Phase::Writing;
        if let Err(error) = self.send_back_to(depth, true).await {
            self.abandon(&error).await;
            return Err(error);
        }
        self.state.roll_back_to_savepoint(depth);
        self.state.release_savepoint(depth);
        (self.phase, self.given_up) = (Phase::Settled, None);
        self.tell_rollback();
        Ok(())
    }

    /// Flushes, and gives up the savepoint and those inside it: what was done since then is part of what is around it.
    ///
    /// # Errors
    /// As [`Session::flush`]; `InvalidState` when the savepoint is over or of another session; `TransactionAborted` when
    /// a statement has failed since: roll back to it, or wholly.
    pub async fn release(&mut self, point: Savepoint) -> Result<()> {
        self.recover();
        self.refuse_rolled_back()?;
        self.depth_of(point)?;
        self.flush().await?;
        let depth = self.depth_of(point)?;
        self.connect().await?.release(&name(depth)).await?;
        self.state.release_savepoint(depth);
        Ok(())
    }

    /// Does `work` inside a savepoint: released if it succeeds, rolled back to if it fails. What the closure takes along it
    /// has to own, since its future borrows the session and nothing else; handles are copied.
    ///
    /// Dropping the future before it is done gives up the whole transaction.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # async fn example(session: &mut Session) -> orm_core::Result<()> {
    /// let counted = session
    ///     .nested(|session| Box::pin(async move {
    ///         session.execute(text("UPDATE counters SET n = n + 1")).await
    ///     }))
    ///     .await;
    /// # counted.map(drop)
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of `work`; as [`Session::savepoint`], [`Session::release`] and [`Session::rollback_to`].
    pub async fn nested<T: Send>(
        &mut self,
        work: impl for<'s> FnOnce(&'s mut Self) -> Nested<'s, T> + Send,
    ) -> Result<T> {
        let point = self.savepoint().await?;
        let outcome = {
            let mut cut = Cut {
                session: self,
                done: false,
            };
            let outcome = work(cut.session).await;
            cut.done = true;
            outcome
        };
        let outcome = match outcome {
            Ok(value) => self.release(point).await.map(|()| value),
            Err(error) => Err(error),
        };
        // A failure that cost the whole transaction has cost the savepoint too; its own error is the one to tell.
        if outcome.is_err() && self.depth_of(point).is_ok() {
            self.rollback_to(point).await?;
        }
        outcome
    }

    /// Whether a savepoint is open.
    #[doc(alias = "in_nested_transaction")]
    pub fn in_savepoint(&self) -> bool {
        self.state.savepoints() > 0
    }

    /// How many savepoints are open around this one.
    fn depth_of(&self, point: Savepoint) -> Result<usize> {
        if point.session != self.state.session() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                format!(
                    "the savepoint belongs to session {}, not to session {}",
                    point.session,
                    self.state.session()
                ),
            ));
        }
        self.state.savepoint_depth(point.serial).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidState,
                "the savepoint is over: it was released or rolled back to, or what was around it has ended",
            )
        })
    }

    async fn send_back_to(&mut self, depth: usize, end: bool) -> Result<()> {
        let connection = self.connect().await?;
        connection.rollback_to(&name(depth)).await?;
        if end {
            connection.release(&name(depth)).await?;
        }
        Ok(())
    }

    /// Undoes after a failed flush: what was done since the innermost savepoint, or everything if there is none.
    #[cold]
    pub(super) async fn fall_back(&mut self, error: Error) -> Error {
        let open = self
            .connection
            .as_ref()
            .is_some_and(Connection::in_transaction);
        self.phase = Phase::Writing;
        if let Some(depth) = self.state.savepoints().checked_sub(1)
            && open
            && self.send_back_to(depth, false).await.is_ok()
        {
            self.state.roll_back_to_savepoint(depth);
            self.note_given_up(Cause::of(&error));
            self.tell_rollback();
            return error.with_note("what was done since the innermost savepoint is undone, what was done before it is kept");
        }
        self.abandon(&error).await;
        error
    }
}

/// The name of a savepoint that lies inside `depth` others.
fn name(depth: usize) -> String {
    format!("s{}", depth + 1)
}

/// Work inside a savepoint: if its future is dropped, what it did by half must not be committed with the rest.
struct Cut<'s> {
    session: &'s mut Session,
    done: bool,
}

impl Drop for Cut<'_> {
    fn drop(&mut self) {
        if !self.done && self.session.phase == Phase::Settled {
            self.session.phase = Phase::Writing;
        }
    }
}
