//! A connection on loan. Whatever happens to the one who holds it, what comes back is clean or is closed.

use std::time::{Duration, Instant};

use deadpool::managed::Object;
use sync_wrapper::SyncWrapper;
use tokio::sync::OwnedSemaphorePermit;

use super::{Manager, Slot};
use crate::engine::driver::{Driver, PostgresDriver, SqliteDriver};
use crate::error::{Error, ErrorKind, Result};

/// How long a rollback may take in the background before the connection is closed instead.
const ROLLBACK_LIMIT: Duration = Duration::from_secs(5);

/// A connection taken from the pool.
pub(crate) struct Lease {
    /// Boxed, since a connection travels far more often than it is taken from the pool.
    object: Option<Box<SyncWrapper<Object<Manager>>>>,
    pub(crate) state: State,
    /// The right to write to a SQLite file; given back after the rollback, by the order of fields.
    pub(crate) writer: Option<OwnedSemaphorePermit>,
}

/// What is known of the transaction on a connection.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct State {
    pub(crate) in_transaction: bool,
    /// A statement failed or was given up since BEGIN, or since the savepoint that was rolled back to.
    pub(crate) aborted: bool,
    /// The database itself has ended the transaction.
    pub(crate) gone: bool,
    pub(crate) read_only: bool,
    /// A conversation with the server is under way, or was given up half-way: never to be pooled.
    pub(crate) dirty: bool,
    /// SQLite: the rows changed on this connection before the transaction.
    pub(crate) changes_before: u64,
}

impl Lease {
    pub(super) fn new(object: Object<Manager>) -> Self {
        Self {
            object: Some(Box::new(SyncWrapper::new(object))),
            state: State::default(),
            writer: None,
        }
    }

    /// Before it is kept at hand: whether it may be, being clean.
    pub(super) fn rest(&mut self) -> bool {
        if self.state.in_transaction || self.state.dirty || self.writer.is_some() {
            return false;
        }
        let Some(object) = &mut self.object else {
            return false;
        };
        let slot: &mut Slot = object.get_mut();
        let clean = match &mut slot.driver {
            // The clock costs a file more than it tells: it does not hang up.
            Driver::Sqlite(driver) => {
                slot.returned = None;
                driver.roll_back()
            }
            Driver::Postgres(_) => {
                slot.returned = Some(Instant::now());
                true
            }
        };
        let clean = clean && !slot.is_outdated();
        self.state = State::default();
        clean
    }

    /// Whether it may be used after a rest.
    pub(super) fn is_fit(&mut self, manager: &Manager) -> bool {
        self.slot().is_some_and(|slot| match slot.driver {
            Driver::Postgres(_) => !manager.is_worn(slot),
            Driver::Sqlite(_) => !slot.is_outdated(),
        })
    }

    /// Whether it has rested for too long, or is too old.
    pub(super) fn is_worn(&mut self, manager: &Manager) -> bool {
        self.slot().is_none_or(|slot| {
            slot.returned.get_or_insert_with(Instant::now);
            manager.is_worn(slot)
        })
    }

    /// Takes it away from the pool, to be closed.
    pub(super) fn into_slot(mut self) -> Option<Slot> {
        Some(Object::take(self.object.take()?.into_inner()))
    }

    fn slot(&mut self) -> Option<&mut Slot> {
        self.object.as_mut().map(|object| &mut **object.get_mut())
    }

    fn driver(&mut self) -> Option<&mut Driver> {
        self.slot().map(|slot| &mut slot.driver)
    }

    pub(crate) fn sqlite(&mut self) -> Result<&mut SqliteDriver> {
        match self.driver() {
            Some(Driver::Sqlite(driver)) => Ok(driver),
            _ => Err(mixed_up()),
        }
    }

    pub(crate) fn postgres(&mut self) -> Result<&mut PostgresDriver> {
        match self.driver() {
            Some(Driver::Postgres(driver)) => Ok(driver),
            _ => Err(mixed_up()),
        }
    }
}

#[cold]
fn mixed_up() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "the connection is of another database than its engine",
    )
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(object) = self.object.take() else {
            return;
        };
        let mut object = object.into_inner();
        let clean = match &mut object.driver {
            // A rollback is a call in this process; nothing can be left half-way.
            Driver::Sqlite(driver) => driver.roll_back(),
            Driver::Postgres(_) if self.state.dirty => false,
            Driver::Postgres(_) if self.state.in_transaction => {
                return roll_back_later(object);
            }
            Driver::Postgres(_) => true,
        };
        give_back(object, clean);
    }
}

fn give_back(mut object: Object<Manager>, clean: bool) {
    if clean && !object.is_outdated() {
        object.returned = Some(Instant::now());
        return;
    }
    close(Object::take(object), clean);
}

/// Closes it in the background, after a word of goodbye if there is somebody to listen.
pub(super) fn close(slot: Slot, clean: bool) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) if clean => {
            runtime.spawn(slot.close());
        }
        // Dropping closes the socket at once, whatever the other end does; the server then rolls back.
        _ => drop(slot),
    }
}

/// Rolls back on a task of its own, which holds the permit meanwhile.
fn roll_back_later(object: Object<Manager>) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        give_back(object, false);
        return;
    };
    let mut lease = Lease::new(object);
    // Should the task be dropped with its runtime, the connection is closed.
    lease.state.dirty = true;
    runtime.spawn(async move {
        let Ok(driver) = lease.postgres() else {
            return;
        };
        let done = tokio::time::timeout(ROLLBACK_LIMIT, driver.simple("ROLLBACK".into())).await;
        lease.state.dirty = !matches!(done, Ok(Ok(())));
        drop(lease);
    });
}
