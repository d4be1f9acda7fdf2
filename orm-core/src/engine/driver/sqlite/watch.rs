//! Stopping a statement that is under way: since nobody waits for it any more, or since it takes too long where it is.
#![allow(
    unsafe_code,
    reason = "SQLite asks now and then whether to go on, through a C function and a pointer"
)]

use std::ffi::{c_int, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use libsqlite3_sys as ffi;

use super::direct::Db;

/// How many steps of SQLite's virtual machine pass between two questions: some 100 µs.
const STEPS_A_LOOK: c_int = 4_000;

/// Watches over the statements of a connection.
///
/// (`sqlite3_interrupt` would not do: it is lost when it comes before the first step, and hits the next statement when
/// it comes after the last.)
pub(super) struct Watch(Arc<Alarm>);

struct Alarm {
    base: Instant,
    /// Nanoseconds after `base` from which on a statement is stopped; `u64::MAX` for never.
    deadline: AtomicU64,
    /// Whether the deadline has stopped one.
    rang: AtomicBool,
    /// The number of the stay on another thread, 0 at home.
    stay: AtomicU64,
    /// The last stay that was given up.
    given_up: AtomicU64,
}

impl Watch {
    /// Has SQLite ask from now on, until [`Self::remove`].
    pub(super) fn install(db: Db) -> Self {
        let alarm = Arc::new(Alarm {
            base: Instant::now(),
            deadline: AtomicU64::new(u64::MAX),
            rang: AtomicBool::new(false),
            stay: AtomicU64::new(0),
            given_up: AtomicU64::new(0),
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

    /// Stops nothing by the clock any more. Whether something was stopped.
    pub(super) fn clear(&self) -> bool {
        self.0.deadline.store(u64::MAX, Ordering::Relaxed);
        self.0.rang.swap(false, Ordering::Relaxed)
    }

    /// Begins a stay on another thread, which the stopper can end.
    pub(super) fn leave(&self, stays: u64) -> Stopper {
        self.0.stay.store(stays, Ordering::Relaxed);
        Stopper {
            alarm: Arc::clone(&self.0),
            stay: stays,
        }
    }

    /// Ends the stay: its stopper stops nothing any more.
    pub(super) fn come_home(&self) {
        self.0.stay.store(0, Ordering::Relaxed);
    }
}

/// Stops what a connection does during one stay on another thread.
#[derive(Clone)]
pub(crate) struct Stopper {
    alarm: Arc<Alarm>,
    stay: u64,
}

impl Stopper {
    pub(crate) fn stop(&self) {
        self.alarm.given_up.store(self.stay, Ordering::Relaxed);
    }

    /// Whether it was stopped, be it before it began.
    pub(crate) fn is_stopped(&self) -> bool {
        self.alarm.given_up.load(Ordering::Relaxed) == self.stay
    }
}

/// What SQLite calls; anything but 0 stops the statement.
extern "C" fn ask(context: *mut c_void) -> c_int {
    // SAFETY: the context is the alarm that `install` gave, which lives until the handler is removed.
    let alarm = unsafe { &*context.cast::<Alarm>() };
    let stay = alarm.stay.load(Ordering::Relaxed);
    if stay != 0 && alarm.given_up.load(Ordering::Relaxed) == stay {
        return 1;
    }
    let deadline = alarm.deadline.load(Ordering::Relaxed);
    if deadline == u64::MAX || alarm.base.elapsed().as_nanos() < u128::from(deadline) {
        return 0;
    }
    alarm.rang.store(true, Ordering::Relaxed);
    1
}
