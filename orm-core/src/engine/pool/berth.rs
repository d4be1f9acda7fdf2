//! Berths: where a session leaves a connection that it does not need right now.
//!
//! Taking a connection from the pool and giving it back costs more than a read by key on SQLite. So a session that reads
//! without a transaction leaves its connection in a berth of its own, from where it has it back at once. It holds nobody up:
//! who finds the pool empty takes connections out of the berths, and while anybody waits none is left there.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::Lease;

/// A place for one connection. Only its owner puts one there; anybody may take it.
type Place = Mutex<Option<Lease>>;

/// A session's own place, made when it is first used.
#[derive(Default)]
pub(crate) struct Berth(Option<Arc<Place>>);

/// The berths of all sessions of an engine.
#[derive(Default)]
pub(super) struct Berths {
    places: Mutex<Vec<Weak<Place>>>,
    /// How many wait for a connection.
    waiting: AtomicUsize,
}

/// Somebody waits for a connection.
pub(super) struct Waiting<'b>(&'b Berths);

/// What a lock guards here is whole at every moment, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Berth {
    /// What was left here, unless somebody else took it.
    pub(super) fn take(&mut self) -> Option<Lease> {
        lock(self.0.as_ref()?).take()
    }
}

impl Berths {
    /// Leaves a connection in a berth, or gives it back to the pool when somebody waits for one.
    pub(super) fn park(&self, berth: &mut Berth, lease: Lease) {
        let place = berth.0.get_or_insert_with(|| self.place());
        let before = lock(place).replace(lease);
        drop(before);
        // Who came to wait before the connection was there did not find it; who comes later does.
        if self.waiting.load(Ordering::SeqCst) > 0 {
            drop(berth.take());
        }
    }

    #[cold]
    fn place(&self) -> Arc<Place> {
        let place = Arc::new(Place::default());
        let mut places = lock(&self.places);
        if places.len() == places.capacity() {
            places.retain(|place| place.strong_count() > 0);
        }
        places.push(Arc::downgrade(&place));
        place
    }

    /// From now on, and until the guard is dropped, no connection is left in a berth; one that is there goes back to the
    /// pool.
    pub(super) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let guard = Waiting(self);
        drop(self.parked().find_map(|place| lock(&place).take()));
        guard
    }

    /// Gives all connections in the berths back to the pool.
    pub(super) fn clear(&self) {
        for place in self.parked() {
            drop(lock(&place).take());
        }
    }

    /// How many connections lie in berths.
    pub(super) fn count(&self) -> usize {
        self.parked().filter(|place| lock(place).is_some()).count()
    }

    fn parked(&self) -> impl Iterator<Item = Arc<Place>> {
        let places: Vec<_> = lock(&self.places)
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        places.into_iter()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
