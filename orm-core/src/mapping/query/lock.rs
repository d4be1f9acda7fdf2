//! Locks on the rows that a query reads.

use super::super::{Model, Shape};
use super::{Select, Source};
use crate::sql::{Lock, LockStrength, LockWait, Name};

impl<S: Shape> Select<S> {
    /// Locks the rows until the transaction ends: others can only read them. SQLite has no row locks and writes nothing:
    /// there a transaction that begins as a writing one keeps all other writers out.
    #[must_use]
    pub fn for_update(self) -> Self {
        self.lock(LockStrength::Update)
    }

    /// As [`for_update`](Self::for_update), but others can still refer to the rows by foreign keys.
    #[must_use]
    pub fn for_no_key_update(self) -> Self {
        self.lock(LockStrength::NoKeyUpdate)
    }

    /// Keeps the rows from being changed until the transaction ends; others can lock them in the same way.
    #[must_use]
    pub fn for_share(self) -> Self {
        self.lock(LockStrength::Share)
    }

    /// Keeps the rows and their keys in place until the transaction ends; others can change all but the key.
    #[must_use]
    pub fn for_key_share(self) -> Self {
        self.lock(LockStrength::KeyShare)
    }

    fn lock(mut self, strength: LockStrength) -> Self {
        self.body().statement.lock = Some(Lock::new(strength));
        self
    }

    /// Locks only the rows of this model's table, of all that are read; call it again for another.
    #[must_use]
    pub fn of<M: Model>(self) -> Self {
        self.of_name(Name::Borrowed(M::descriptor().table))
    }

    /// Locks only the rows of this alias, of all that are read; call it again for another.
    #[must_use]
    pub fn of_source(self, source: impl Source) -> Self {
        let label = source.into_source().item.label().clone();
        self.of_name(label)
    }

    fn of_name(self, name: Name) -> Self {
        self.with_lock("of", |lock| lock.of.push(name))
    }

    /// Fails at once when others hold a lock on a row, instead of waiting for them.
    #[must_use]
    pub fn nowait(self) -> Self {
        self.with_lock("nowait", |lock| lock.wait = LockWait::NoWait)
    }

    /// Leaves out rows that others hold a lock on, instead of waiting for them.
    #[must_use]
    pub fn skip_locked(self) -> Self {
        self.with_lock("skip_locked", |lock| lock.wait = LockWait::SkipLocked)
    }

    fn with_lock(mut self, method: &str, change: impl FnOnce(&mut Lock)) -> Self {
        match &mut self.body().statement.lock {
            Some(lock) => {
                change(lock);
                self
            }
            None => self.refuse(format!(
                "{method} says more of a lock that the query does not take; call for_update() or for_share() before it"
            )),
        }
    }
}
