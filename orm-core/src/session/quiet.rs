//! A scope without autoflush.

use std::ops::{Deref, DerefMut};

use super::Session;

/// A session whose queries do not flush first; from [`Session::no_autoflush`].
#[derive(Debug)]
#[must_use = "it lasts until it is dropped"]
pub struct NoAutoflush<'s> {
    session: &'s mut Session,
    before: bool,
}

impl Session {
    /// The session with autoflush switched off, until what this returns is dropped. `flush` and `commit` still write.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User { #[orm(primary_key)] id: i64, name: String }
    /// # async fn example(session: &mut Session) -> orm_core::Result<()> {
    /// session.add(User::default());
    /// let stored = session.no_autoflush().all(User::select()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn no_autoflush(&mut self) -> NoAutoflush<'_> {
        NoAutoflush {
            before: std::mem::replace(&mut self.options.autoflush, false),
            session: self,
        }
    }
}

impl Drop for NoAutoflush<'_> {
    fn drop(&mut self) {
        self.session.options.autoflush = self.before;
    }
}

impl Deref for NoAutoflush<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session
    }
}

impl DerefMut for NoAutoflush<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session
    }
}
