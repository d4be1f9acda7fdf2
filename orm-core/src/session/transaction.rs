//! Commit, rollback, and getting up again after a dropped future.

use super::events_run::Inside;
use super::hooks::{Begun, Hooks};
use super::rolled_back::Cause;
use super::{Phase, Session};
use crate::engine::{Connection, TransactionOptions};
use crate::error::{Error, ErrorKind, Result};

impl Session {
    /// Flushes until there is nothing to write, and commits the transaction. Objects keep their values. Sends nothing when
    /// there is nothing to do, and where one statement for one row is all there is to send, no BEGIN and COMMIT around it.
    ///
    /// # Errors
    /// As [`Session::flush`]; `SerializationFailure` and the like from COMMIT itself, after which everything is as after a
    /// rollback; `CommitUnknown` when the connection was lost while COMMIT was under way: every object is expired then,
    /// and the program has to look whether its changes are there. After any error the next commit is `PendingRollback`, until
    /// [`Session::rollback`].
    pub async fn commit(&mut self) -> Result<()> {
        self.allow("commit", false)?;
        self.recover();
        self.refuse_rolled_back()?;
        let hooks = self.options.hooks.clone();
        if let Some(hooks) = &hooks
            && let Err(error) = self.call(&hooks.before_commit, Inside::Commit).await
        {
            self.abandon(&error).await;
            return Err(error);
        }
        let flushed = self.flush_all().await?;
        // What a function of the program left half done, and kept to itself, is not to be taken for nothing to do.
        self.recover();
        self.refuse_rolled_back()?;
        let ends = flushed || self.in_transaction();
        if let Some(connection) = self
            .connection
            .as_mut()
            .filter(|connection| connection.in_transaction())
        {
            self.phase = Phase::Committing;
            if let Err(error) = connection.commit().await {
                let error = Box::pin(self.explain_commit(error)).await;
                self.connection = None;
                let unknown = error.kind() == ErrorKind::CommitUnknown;
                self.give_up(unknown, Cause::of(&error));
                return Err(error);
            }
            self.phase = Phase::Settled;
        }
        self.ended += 1;
        self.give_back();
        self.began = false;
        self.state.committed();
        if self.options.expire_on_commit || self.isolated {
            let watch = self.watch();
            self.state.expire_all()?;
            self.notice(watch);
        }
        if let Some(hooks) = hooks.filter(|_| ends) {
            self.tell_commit(&hooks).await;
        }
        Ok(())
    }

    /// Rolls the transaction back. New objects are transient again, deleted ones restored, changed ones get back the
    /// values they had when the transaction began; relationships that changed are unloaded. If statements of the program's
    /// own wrote in the transaction, every object is expired, since what was read behind them may be gone.
    ///
    /// A session that lost its work otherwise (see [`Session::flush`]) can be used again after this.
    ///
    /// # Errors
    /// When the connection was lost; the objects are rolled back all the same.
    pub async fn rollback(&mut self) -> Result<()> {
        self.allow("roll back", false)?;
        self.recover();
        self.phase = Phase::RollingBack;
        let result = match self
            .connection
            .as_mut()
            .filter(|connection| connection.in_transaction())
        {
            Some(connection) => connection.rollback().await,
            None => Ok(()),
        };
        self.connection = None;
        self.take_back();
        result
    }

    /// Whether a transaction is open.
    pub fn in_transaction(&self) -> bool {
        self.connection
            .as_ref()
            .is_some_and(|connection| connection.in_transaction() && !connection.is_lost())
    }

    /// Begins a transaction now, rather than at the first write: what is read from here on is read inside it. On SQLite
    /// it takes the write lock, so that no other writer comes between a read and the write that follows from it.
    ///
    /// A session for which an isolation level was asked needs no `begin`: its first statement begins the transaction.
    ///
    /// # Errors
    /// `InvalidState` when one is open already; `Busy`, `Timeout` or `Connection`.
    pub async fn begin(&mut self) -> Result<()> {
        self.begin_with(self.options.transaction).await
    }

    /// As [`Session::begin`], with options for this transaction: an isolation level, or that it only reads. With an isolation
    /// level, what is held already is expired: it was read before the transaction, not in it.
    ///
    /// # Errors
    /// As [`Session::begin`].
    pub async fn begin_with(&mut self, mut options: TransactionOptions) -> Result<()> {
        self.recover();
        self.refuse_rolled_back()?;
        options.isolation = options.isolation.or(self.options.transaction.isolation);
        if self.in_transaction() {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "the session is in a transaction already; commit or roll back first",
            ));
        }
        if options.isolation.is_some() {
            // What was read before is not what this transaction sees.
            self.state.outdate_all()?;
        }
        self.open_transaction_with(options).await
    }

    pub(super) async fn open_transaction(&mut self) -> Result<()> {
        self.open_transaction_with(self.options.transaction).await
    }

    async fn open_transaction_with(&mut self, options: TransactionOptions) -> Result<()> {
        self.only_streaming = false;
        let connection = self.connect().await?;
        if connection.in_transaction() {
            return Ok(());
        }
        let result = connection.begin(&options).await;
        self.began = result.is_ok();
        let hooks = self.options.hooks.clone();
        if let Some(hooks) = hooks.filter(|hooks| !hooks.after_begin.is_empty())
            && result.is_ok()
        {
            return self.tell_begin(&hooks).await;
        }
        self.give_back();
        result
    }

    /// Calls what sets a transaction up. If it fails, or its future is dropped, there is none.
    #[cold]
    async fn tell_begin(&mut self, hooks: &Hooks) -> Result<()> {
        let phase = std::mem::replace(&mut self.phase, Phase::Writing);
        let engine = self.engine.clone();
        for hook in &hooks.after_begin {
            let connection = self.connect().await?;
            let mut begun = Begun {
                engine: &engine,
                connection,
            };
            if let Err(error) = hook(&mut begun).await {
                // A connection that cannot roll back is closed by its guard, which ends the transaction as well.
                let _closed = self.connect().await?.rollback().await;
                (self.connection, self.began) = (None, false);
                self.phase = phase;
                return Err(error);
            }
        }
        self.phase = phase;
        Ok(())
    }

    /// The session's connection, taken from the pool at first need.
    pub(super) async fn connect(&mut self) -> Result<&mut Connection> {
        self.refuse_rolled_back()?;
        if self.connection.is_none() {
            self.connection = Some(self.engine.acquire().await?);
        }
        match &mut self.connection {
            Some(connection) => Ok(connection),
            None => Err(Error::new(ErrorKind::Connection, "the connection was lost")),
        }
    }

    /// Leaves the connection to others, unless a transaction is open on it: a session that only reads keeps nobody
    /// waiting.
    pub(super) fn give_back(&mut self) {
        let connection = self.connection.as_ref();
        let open = connection.is_some_and(Connection::in_transaction);
        // One that was lost with a transaction tells of it when the session recovers.
        if !open && !self.is_streaming() && !self.has_lost_transaction() {
            self.connection = None;
        }
    }

    /// Rolls everything back after a failure.
    pub(super) async fn abandon(&mut self, error: &Error) {
        self.phase = Phase::Writing;
        if let Some(connection) = self
            .connection
            .as_mut()
            .filter(|connection| connection.in_transaction())
        {
            // A connection that cannot roll back is closed by its guard, which ends the transaction as well.
            let _closed = connection.rollback().await;
        }
        self.connection = None;
        self.give_up(false, Cause::of(error));
    }

    /// Takes memory back to where the transaction began, since it has ended without the program's word.
    pub(super) fn give_up(&mut self, unknown: bool, cause: Cause) {
        self.ended += 1;
        self.state.roll_back();
        self.began = false;
        if unknown || self.isolated {
            // Values that came from the objects' own fields fit them.
            let _fits = self.state.expire_all();
        }
        self.note_given_up(cause);
        self.tell_rollback();
    }

    /// Takes memory back to where the transaction began, since the program has said so.
    fn take_back(&mut self) {
        self.ended += 1;
        self.state.roll_back();
        self.began = false;
        if self.isolated {
            // What was read in this transaction is not what the next one sees.
            let _fits = self.state.expire_all();
        }
        (self.phase, self.given_up) = (Phase::Settled, None);
        self.tell_rollback();
    }

    /// Clears up after a future that was dropped before it was done; the beginning of every operation.
    #[inline]
    pub(super) fn recover(&mut self) {
        self.state.look_anew();
        self.mend();
    }

    /// The same before objects are only taken in.
    pub(super) fn mend(&mut self) {
        if !self.is_whole() {
            self.clear_up();
        }
    }

    /// Whether no future was dropped before it was done, and no connection was lost.
    #[inline]
    pub(super) fn is_whole(&self) -> bool {
        let lost = self.connection.as_ref().is_some_and(Connection::is_lost);
        self.phase == Phase::Settled && !lost
    }

    /// Whether the connection was lost, and with it a transaction that the program counts on.
    pub(super) fn has_lost_transaction(&self) -> bool {
        self.began
            && !self.only_streaming
            && self.connection.as_ref().is_some_and(Connection::is_lost)
    }

    #[cold]
    fn clear_up(&mut self) {
        let lost = self.has_lost_transaction();
        match self.phase {
            Phase::RolledBack if !lost => {}
            Phase::RollingBack => {
                self.connection = None;
                self.take_back();
            }
            // An interrupted read outside of a transaction costs the connection, nothing else.
            Phase::Settled if !lost => (self.connection, self.began) = (None, false),
            phase => {
                self.connection = None;
                self.give_up(phase == Phase::Committing, Cause::cut_off(phase));
            }
        }
    }
}
