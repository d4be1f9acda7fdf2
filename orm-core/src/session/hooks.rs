//! What a program wants to happen when a session flushes, begins, commits, rolls back or runs a statement. What concerns
//! single objects is in [`events`](super::events).

use std::any::TypeId;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::command;
use super::events::{ChangeHook, Moment, ObjectHook};
use super::{Nested, Session, SessionOptions, Track};
use crate::engine::{Connection, Engine};
use crate::error::Result;
use crate::mapping::{Command, ModelDescriptor, Query, Shape};

pub(super) type FlushHook = Arc<dyn for<'s> Fn(&'s mut Session) -> Nested<'s, ()> + Send + Sync>;
type DoneHook = Arc<dyn for<'s> Fn(&'s mut Session) -> Done<'s> + Send + Sync>;
type BackHook = Arc<dyn Fn(&Session) + Send + Sync>;
type BeginHook = Arc<dyn for<'s> Fn(&'s mut Begun<'_>) -> Nested<'s, ()> + Send + Sync>;
type BeforeExecute = Arc<dyn Fn(&Executing<'_>) -> Result<()> + Send + Sync>;
type AfterExecute = Arc<dyn Fn(&Executing<'_>, u64) + Send + Sync>;

/// What the function of [`SessionOptions::after_commit`] gives: a boxed future that may borrow the session.
pub type Done<'s> = Pin<Box<dyn Future<Output = ()> + Send + 's>>;

/// Functions that a session calls; set by [`SessionOptions`].
#[derive(Clone, Default)]
pub(super) struct Hooks {
    pub(super) before_flush: Vec<FlushHook>,
    pub(super) after_flush: Vec<FlushHook>,
    pub(super) before_commit: Vec<FlushHook>,
    pub(super) after_commit: Vec<DoneHook>,
    pub(super) after_rollback: Vec<BackHook>,
    pub(super) after_begin: Vec<BeginHook>,
    pub(super) before_execute: Vec<BeforeExecute>,
    pub(super) after_execute: Vec<AfterExecute>,
    pub(super) objects: FxHashMap<(TypeId, Moment), Vec<ObjectHook>>,
    pub(super) changes: FxHashMap<TypeId, Vec<ChangeHook>>,
    /// The models of which somebody wants to know when their objects are read or expired.
    pub(super) watched: Vec<&'static ModelDescriptor>,
    /// The models of which somebody wants to know what has changed.
    pub(super) changing: Vec<&'static ModelDescriptor>,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("before_flush", &self.before_flush.len())
            .field("after_flush", &self.after_flush.len())
            .field("before_commit", &self.before_commit.len())
            .field("after_commit", &self.after_commit.len())
            .field("after_rollback", &self.after_rollback.len())
            .field("after_begin", &self.after_begin.len())
            .field("before_execute", &self.before_execute.len())
            .field("after_execute", &self.after_execute.len())
            .field("objects", &self.objects.len())
            .field("changes", &self.changes.len())
            .finish()
    }
}

/// A statement that a session is told to run, or has run.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Executing<'a> {
    /// Its first word: `INSERT`, `UPDATE`, `DELETE`.
    pub operation: &'a str,
    /// The table that it writes, where that is known.
    pub table: Option<&'a str>,
    /// Its text.
    pub sql: &'a str,
}

/// The transaction that has just begun, for statements that set it up; see [`SessionOptions::after_begin`].
pub struct Begun<'c> {
    pub(super) engine: &'c Engine,
    pub(super) connection: &'c mut Connection,
}

impl fmt::Debug for Begun<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").finish_non_exhaustive()
    }
}

impl Begun<'_> {
    /// Runs a statement in the transaction.
    ///
    /// # Errors
    /// `InvalidQuery` when the statement cannot be built; errors of the database.
    pub async fn execute(&mut self, statement: impl Command) -> Result<u64> {
        command::execute(self.engine, self.connection, statement).await
    }

    /// All rows of a query, as plain values.
    ///
    /// # Errors
    /// As [`Begun::execute`].
    pub async fn all<Q: Query>(&mut self, query: Q) -> Result<Vec<<Q::Shape as Shape>::Owned>>
    where
        Q::Shape: Track,
    {
        let rows = command::fetch(self.engine, self.connection, &query).await?;
        Ok(rows.0)
    }
}

impl SessionOptions {
    pub(super) fn hooks_mut(&mut self) -> &mut Hooks {
        Arc::make_mut(self.hooks.get_or_insert_default())
    }

    /// Adds a function that is called before each flush that may have something to write. It may look at what is new,
    /// changed and deleted, send queries, and change the session, but neither flush nor end the transaction; its error makes
    /// the flush fail.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User { #[orm(primary_key)] id: i64, name: String }
    /// # fn example(engine: Engine) {
    /// let options = SessionOptions::default().before_flush(|session| Box::pin(async move {
    ///     for user in session.new_objects().iter().filter_map(|new| new.downcast::<User>()) {
    ///         session[user].name = session[user].name.trim().to_owned();
    ///     }
    ///     Ok(())
    /// }));
    /// let session = engine.session_with(options);
    /// # }
    /// ```
    #[must_use]
    pub fn before_flush(
        mut self,
        hook: impl for<'s> Fn(&'s mut Session) -> Nested<'s, ()> + Send + Sync + 'static,
    ) -> Self {
        self.hooks_mut().before_flush.push(Arc::new(hook));
        self
    }

    /// Adds a function that is called after each flush that wrote. What it changes is for the next flush; a commit
    /// flushes until there is nothing to write. Otherwise as [`SessionOptions::before_flush`].
    #[must_use]
    #[doc(alias = "after_flush_postexec")]
    pub fn after_flush(
        mut self,
        hook: impl for<'s> Fn(&'s mut Session) -> Nested<'s, ()> + Send + Sync + 'static,
    ) -> Self {
        self.hooks_mut().after_flush.push(Arc::new(hook));
        self
    }

    /// Adds a function that is called at the beginning of each commit, before its flush. It may do what it likes, flush too,
    /// but not end the transaction; its error rolls the transaction back.
    #[must_use]
    pub fn before_commit(
        mut self,
        hook: impl for<'s> Fn(&'s mut Session) -> Nested<'s, ()> + Send + Sync + 'static,
    ) -> Self {
        self.hooks_mut().before_commit.push(Arc::new(hook));
        self
    }

    /// Adds a function that is called after each commit that ended a transaction. It cannot fail, since what was committed
    /// is; what it writes belongs to the next transaction.
    #[must_use]
    pub fn after_commit(
        mut self,
        hook: impl for<'s> Fn(&'s mut Session) -> Done<'s> + Send + Sync + 'static,
    ) -> Self {
        self.hooks_mut().after_commit.push(Arc::new(hook));
        self
    }

    /// Adds a function that is called after each rollback, also that of a failed flush: the objects are as they were.
    /// After a rollback to a savepoint [`Session::in_transaction`] still holds.
    #[must_use]
    #[doc(alias = "after_soft_rollback")]
    pub fn after_rollback(mut self, hook: impl Fn(&Session) + Send + Sync + 'static) -> Self {
        self.hooks_mut().after_rollback.push(Arc::new(hook));
        self
    }

    /// Adds a function that is called when a transaction has begun, before anything else is sent in it. Its error rolls the
    /// transaction back, and is that of the operation that needed it.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # fn example() -> SessionOptions {
    /// SessionOptions::default().after_begin(|begun| Box::pin(async move {
    ///     begun.execute(text("SET LOCAL statement_timeout = '5s'")).await.map(drop)
    /// }))
    /// # }
    /// ```
    #[must_use]
    pub fn after_begin(
        mut self,
        hook: impl for<'s> Fn(&'s mut Begun<'_>) -> Nested<'s, ()> + Send + Sync + 'static,
    ) -> Self {
        self.hooks_mut().after_begin.push(Arc::new(hook));
        self
    }

    /// Adds a function that is called before each statement that the program has the session run: by `execute`, by a query
    /// that writes, in bulk. Its error is that of the operation, and nothing is sent. Flushes tell of their objects instead.
    #[must_use]
    pub fn before_execute(
        mut self,
        hook: impl Fn(&Executing<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.hooks_mut().before_execute.push(Arc::new(hook));
        self
    }

    /// Adds a function that is called after each such statement, with the number of rows that it changed or returned.
    #[must_use]
    pub fn after_execute(
        mut self,
        hook: impl Fn(&Executing<'_>, u64) + Send + Sync + 'static,
    ) -> Self {
        self.hooks_mut().after_execute.push(Arc::new(hook));
        self
    }
}
