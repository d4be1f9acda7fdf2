//! What can be chosen for a session.

use std::sync::Arc;

use super::hooks::Hooks;
use super::load_defaults::Loads;
use crate::engine::{NPlusOne, TransactionOptions};
use crate::mapping::{Guard, ModelCriteria};

/// The options of a session.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SessionOptions {
    /// Whether queries flush pending changes first (default: yes).
    pub autoflush: bool,
    /// Whether a commit expires every object, so that it is read anew when it is next loaded (default: no).
    pub expire_on_commit: bool,
    /// How the session's transactions begin, where `begin_with` does not say otherwise (default: they write, at the
    /// engine's isolation level).
    ///
    /// Where an isolation level is asked for, here or of the engine, every read belongs to the transaction, from the session's
    /// first statement on (on SQLite it holds the write lock, unless it is `read_only`), and objects are expired when it
    /// ends. Where none is asked for, PostgreSQL's READ COMMITTED holds for most servers: each statement sees what was
    /// committed before it, so that another transaction may change a row between a read and the write that follows from
    /// it, and that change is overwritten. [`Engine::retry`], `#[orm(version)]`, `#[orm(guard = "changed")]` and
    /// `GetOptions::for_update` prevent that.
    ///
    /// [`Engine::retry`]: crate::engine::Engine::retry
    pub transaction: TransactionOptions,
    /// By what the writes of a flush find their rows, beside the key and the version; `None` for what each model says
    /// (`#[orm(guard = "changed")]`).
    pub guard: Option<Guard>,
    /// Few sessions have any, and those that have share them.
    pub(super) hooks: Option<Arc<Hooks>>,
    /// What the session does when it loads one relationship object by object; `None` for what the engine was told.
    pub n_plus_one: Option<NPlusOne>,
    pub(super) loads: Loads,
    pub(super) criteria: ModelCriteria,
    /// Whether it goes without the criteria of the engine.
    pub(super) free: bool,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            autoflush: true,
            expire_on_commit: false,
            transaction: TransactionOptions::default(),
            guard: None,
            hooks: None,
            n_plus_one: None,
            loads: Loads::default(),
            criteria: ModelCriteria::default(),
            free: false,
        }
    }
}

impl SessionOptions {
    /// Sets whether queries flush pending changes first.
    #[must_use]
    pub fn autoflush(mut self, autoflush: bool) -> Self {
        self.autoflush = autoflush;
        self
    }

    /// Sets whether a commit expires every object.
    #[must_use]
    pub fn expire_on_commit(mut self, expire: bool) -> Self {
        self.expire_on_commit = expire;
        self
    }

    /// Sets by what the writes of a flush find their rows: with [`Guard::Changed`], what another transaction has changed
    /// since it was read is not overwritten, but [`StaleData`](crate::error::ErrorKind::StaleData).
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// use orm_core::mapping::Guard;
    ///
    /// let options = SessionOptions::default().guard(Guard::Changed);
    /// ```
    #[must_use]
    pub fn guard(mut self, guard: Guard) -> Self {
        self.guard = Some(guard);
        self
    }

    /// Sets how the session's transactions begin.
    #[must_use]
    pub fn transaction(mut self, options: TransactionOptions) -> Self {
        self.transaction = options;
        self
    }
}
