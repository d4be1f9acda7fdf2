//! What a program wants to happen at each flush.

use std::fmt;
use std::sync::Arc;

use super::Session;
use crate::error::{Error, ErrorKind, Result};

/// The flushes of one commit, at the most, before its hooks are taken to go round in circles.
const ROUNDS: usize = 100;

type Hook = Arc<dyn Fn(&mut Session) -> Result<()> + Send + Sync>;

/// Functions that a session calls at each flush; set by [`SessionOptions`](super::SessionOptions).
#[derive(Clone, Default)]
pub(super) struct Hooks {
    pub(super) before_flush: Vec<Hook>,
    pub(super) after_flush: Vec<Hook>,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("before_flush", &self.before_flush.len())
            .field("after_flush", &self.after_flush.len())
            .finish()
    }
}

impl super::SessionOptions {
    /// Adds a function that is called before each flush that may have something to write. It may look at what is new,
    /// changed and deleted, and change the session; its error makes the flush fail.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User { #[orm(primary_key)] id: i64, name: String }
    /// # fn example(engine: Engine) {
    /// let options = SessionOptions::default().before_flush(|session| {
    ///     for user in session.new_objects().iter().filter_map(|new| new.downcast::<User>()) {
    ///         session[user].name = session[user].name.trim().to_owned();
    ///     }
    ///     Ok(())
    /// });
    /// let session = engine.session_with(options);
    /// # }
    /// ```
    #[must_use]
    pub fn before_flush(
        mut self,
        hook: impl Fn(&mut Session) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.before_flush.push(Arc::new(hook));
        self
    }

    /// Adds a function that is called after each flush that wrote. What it changes is for the next flush; a commit
    /// flushes until there is nothing to write.
    #[must_use]
    #[doc(alias = "after_flush_postexec")]
    pub fn after_flush(
        mut self,
        hook: impl Fn(&mut Session) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.after_flush.push(Arc::new(hook));
        self
    }
}

impl Session {
    /// Calls hooks, and takes over what they assigned.
    #[cold]
    pub(super) async fn call(&mut self, hooks: Vec<Hook>) -> Result<()> {
        for hook in hooks {
            if let Err(error) = hook(self) {
                return Err(self.fall_back(error).await);
            }
        }
        self.settle().await
    }

    /// Flushes until there is nothing to write.
    pub(super) async fn flush_all(&mut self) -> Result<()> {
        self.flush().await?;
        if self.options.hooks.after_flush.is_empty() {
            return Ok(());
        }
        for _ in 1..ROUNDS {
            self.state.reconcile();
            if !self.state.needs_flush() {
                return Ok(());
            }
            self.flush().await?;
        }
        let error = Error::new(
            ErrorKind::InvalidState,
            format!(
                "after {ROUNDS} flushes of one commit there is still something to write; does a hook always add some?"
            ),
        );
        self.abandon().await;
        Err(error)
    }
}
