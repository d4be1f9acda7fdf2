//! Connections at hand: those that came back clean, with the pool's permit still on them.
//!
//! Giving a connection back to the pool and taking it out again costs more than a read by key on SQLite. So it lies here
//! in between, as it is, and whoever wants one next has it at once. It holds nobody up: who finds neither a connection here
//! nor a permit in the pool waits there, and while anybody waits what comes back goes to the pool.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Lease;

/// The connections at hand of an engine.
pub(super) struct Idle {
    leases: Mutex<Vec<Lease>>,
    /// How many wait for a connection.
    waiting: AtomicUsize,
    lifo: bool,
}

/// Somebody waits for a connection.
pub(super) struct Waiting<'i>(&'i Idle);

impl Idle {
    pub(super) fn new(lifo: bool) -> Self {
        Self {
            leases: Mutex::default(),
            waiting: AtomicUsize::new(0),
            lifo,
        }
    }

    /// What the lock guards is whole at every moment, so a panic elsewhere does not spoil it.
    fn leases(&self) -> MutexGuard<'_, Vec<Lease>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection used last, or the one used first where all are to take turns.
    pub(super) fn take(&self) -> Option<Lease> {
        let mut leases = self.leases();
        if self.lifo || leases.is_empty() {
            return leases.pop();
        }
        Some(leases.remove(0))
    }

    /// Lays a connection here, or gives it back to the pool when somebody waits for one.
    pub(super) fn put(&self, lease: Lease) {
        self.leases().push(lease);
        // Who came to wait before the connection was there did not find it; who comes later does.
        if self.waiting.load(Ordering::SeqCst) > 0 {
            drop(self.take());
        }
    }

    /// From now on, and until the guard is dropped, no connection is laid here; one that is here goes back to the pool.
    pub(super) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let guard = Waiting(self);
        drop(self.take());
        guard
    }

    /// Takes those out for which `worn` holds.
    pub(super) fn take_if(&self, worn: impl FnMut(&mut Lease) -> bool) -> Vec<Lease> {
        self.leases().extract_if(.., worn).collect()
    }

    /// How many connections lie here.
    pub(super) fn count(&self) -> usize {
        self.leases().len()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
