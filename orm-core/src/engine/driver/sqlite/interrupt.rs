//! Stopping a statement that runs on another thread.
#![allow(
    unsafe_code,
    reason = "sqlite3_interrupt is the one call that another thread may make"
)]

use std::sync::{Arc, Mutex, PoisonError};

use libsqlite3_sys as ffi;

use super::direct::Db;

/// Stops the statement a connection is running, from any thread.
#[derive(Clone)]
pub(crate) struct Interrupter(Arc<Mutex<State>>);

struct State {
    db: Option<Db>,
    running: bool,
}

impl Interrupter {
    pub(super) fn new(db: Db) -> Self {
        Self(Arc::new(Mutex::new(State {
            db: Some(db),
            running: false,
        })))
    }

    /// Says whether there is a statement to stop: an interrupt outside of one would hit the next.
    pub(crate) fn set_running(&self, running: bool) {
        self.state().running = running;
    }

    /// Stops the statement in hand, if one is running.
    pub(crate) fn interrupt(&self) {
        let state = self.state();
        if let (Some(db), true) = (state.db, state.running) {
            // SAFETY: the handle is open, since it is retired under this lock before it is closed;
            // sqlite3_interrupt may be called from any thread while the handle is open.
            unsafe { ffi::sqlite3_interrupt(db.as_ptr()) };
        }
    }

    /// Forgets the handle, which is about to be closed.
    pub(super) fn retire(&self) {
        self.state().db = None;
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
