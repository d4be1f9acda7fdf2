//! Stopping a statement that is under way: from another thread, or when it takes too long on this one.
#![allow(
    unsafe_code,
    reason = "sqlite3_interrupt is the one call that another thread may make; the progress handler is called by SQLite"
)]

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

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

/// How many steps of SQLite's virtual machine pass between two looks at the clock: some 100 µs.
const STEPS_A_LOOK: c_int = 4_000;

/// Stops a statement that keeps this thread too long before it yields its first row.
///
/// SQLite asks it now and then while it steps. What is stopped has only read, and is run anew on another thread.
pub(super) struct Watch(Arc<Alarm>);

struct Alarm {
    base: Instant,
    /// Nanoseconds after `base`; `u64::MAX` when nothing is watched.
    deadline: AtomicU64,
    rang: AtomicBool,
}

impl Watch {
    /// Has SQLite ask from now on, until [`Self::remove`].
    pub(super) fn install(db: Db) -> Self {
        let alarm = Arc::new(Alarm {
            base: Instant::now(),
            deadline: AtomicU64::new(u64::MAX),
            rang: AtomicBool::new(false),
        });
        let context = Arc::as_ptr(&alarm).cast_mut().cast::<c_void>();
        // SAFETY: the handle is open. The alarm lives as long as the watch, which its driver keeps until `remove`.
        unsafe {
            ffi::sqlite3_progress_handler(db.as_ptr(), STEPS_A_LOOK, Some(ask), context);
        }
        Self(alarm)
    }

    pub(super) fn remove(&self, db: Db) {
        // SAFETY: the handle is open.
        unsafe { ffi::sqlite3_progress_handler(db.as_ptr(), 0, None, std::ptr::null_mut()) };
    }

    /// Stops what runs after `until`.
    pub(super) fn set(&self, until: Instant) {
        let after = until.saturating_duration_since(self.0.base).as_nanos();
        let after = u64::try_from(after).unwrap_or(u64::MAX);
        self.0.deadline.store(after, Ordering::Relaxed);
    }

    /// Stops nothing any more. Whether something was stopped.
    pub(super) fn clear(&self) -> bool {
        self.0.deadline.store(u64::MAX, Ordering::Relaxed);
        self.0.rang.swap(false, Ordering::Relaxed)
    }
}

/// What SQLite calls; anything but 0 stops the statement.
extern "C" fn ask(context: *mut c_void) -> c_int {
    // SAFETY: the context is the alarm that `install` gave, which lives until the handler is removed.
    let alarm = unsafe { &*context.cast::<Alarm>() };
    let deadline = alarm.deadline.load(Ordering::Relaxed);
    if deadline == u64::MAX || alarm.base.elapsed().as_nanos() < u128::from(deadline) {
        return 0;
    }
    alarm.rang.store(true, Ordering::Relaxed);
    1
}
