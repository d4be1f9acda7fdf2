//! An open SQLite connection, held by its raw handle for its whole life.
#![allow(
    unsafe_code,
    reason = "the handle is used in place: a statement costs 2 µs this way and 7 µs through a channel"
)]

use std::ffi::{CStr, c_int};
use std::ptr::NonNull;
use std::sync::{Arc, Weak};

use libsqlite3_sys as ffi;
use sqlx::sqlite::{LockedSqliteHandle, SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::cache::Cache;
use super::cursor::Cursors;
use super::statement::Statement;
use super::watch::{Stopper, Watch};
use super::work::Limit;
use super::{checked, collation, decimal};
use crate::engine::driver::classify;
use crate::error::{Error, ErrorKind, Result};

/// One SQLite connection.
///
/// The fields are dropped in this order: the statements are finalized, then the lock is given back, then sqlx's
/// connection ends and its thread closes the handle. Any other order leaves the handle open or in use.
pub(crate) struct SqliteDriver {
    cursors: Cursors,
    cache: Cache,
    /// The statement in use, by its place in the cache.
    active: Option<usize>,
    watch: Watch,
    /// How often the connection has been on another thread.
    stays: u64,
    db: Db,
    guard: Option<LockedSqliteHandle<'static>>,
    owner: Option<Owner>,
}

/// The raw handle; valid as long as the `SqliteDriver` that holds it.
#[derive(Clone, Copy)]
pub(super) struct Db(NonNull<ffi::sqlite3>);

// SAFETY: the handle is opened with SQLITE_OPEN_NOMUTEX by a library built threadsafe: any thread may use it, one
// at a time. `SqliteDriver` is used through `&mut`, and the lock keeps sqlx's own thread away from the handle.
unsafe impl Send for Db {}

/// The sqlx connection, behind a raw pointer since the lock borrows from it.
struct Owner(*mut SqliteConnection);

// SAFETY: `SqliteConnection` is `Send`, and this is its only owner.
unsafe impl Send for Owner {}

impl Owner {
    fn into_inner(self) -> SqliteConnection {
        let pointer = self.0;
        std::mem::forget(self);
        // SAFETY: the pointer comes from `Box::into_raw`, and forgetting `self` leaves this the only owner.
        *unsafe { Box::from_raw(pointer) }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // SAFETY: the pointer comes from `Box::into_raw` and is freed here only.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

impl SqliteDriver {
    /// Opens a connection and takes its lock for good.
    pub(super) async fn open(
        options: &SqliteConnectOptions,
        statements: usize,
    ) -> Result<Self, sqlx::Error> {
        let connection = options.connect().await?;
        let owner = Owner(Box::into_raw(Box::new(connection)));
        // SAFETY: the box lives until `owner` is dropped, which happens after the guard is: here because locals
        // are dropped in reverse order, in `SqliteDriver` by the order of its fields. Nothing else uses the box
        // while the guard lives.
        let connection: &'static mut SqliteConnection = unsafe { &mut *owner.0 };
        let mut guard = connection.lock_handle().await?;
        let db = Db(guard.as_raw_handle());
        // SAFETY: the handle is open and ours. Waiting for locks is done by the engine, never inside a step.
        unsafe {
            ffi::sqlite3_busy_timeout(db.as_ptr(), 0);
            ffi::sqlite3_extended_result_codes(db.as_ptr(), 1);
        }
        decimal::install(db)
            .and_then(|()| checked::install(db))
            .and_then(|()| collation::install(db))
            .map_err(|code| {
                sqlx::Error::Protocol(format!(
                    "the functions of the engine were refused with code {code}"
                ))
            })?;
        Ok(Self {
            cursors: Cursors::default(),
            cache: Cache::new(statements),
            active: None,
            watch: Watch::install(db),
            stays: 0,
            db,
            guard: Some(guard),
            owner: Some(owner),
        })
    }

    /// From now on no statement is planned by the samples of `sqlite_stat4`, for which it would be prepared again whenever
    /// other values are bound to it.
    pub(super) fn plan_once(&self) {
        // The planner's switch of that name; the header does not have it.
        const STAT4: c_int = 0x800;
        // SAFETY: the handle is open, and this control takes it and a set of switches that are turned off.
        unsafe {
            ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_OPTIMIZATIONS, self.db.as_ptr(), STAT4);
        }
    }

    /// Closes the connection and waits until the file is closed.
    pub(crate) async fn close(mut self) -> Result<()> {
        self.release();
        let Some(owner) = self.owner.take() else {
            return Ok(());
        };
        owner.into_inner().close().await.map_err(|error| {
            Error::new(ErrorKind::Connection, "the SQLite connection did not close")
                .with_source(error)
        })
    }

    /// Lets go of the handle: statements first, then the lock.
    fn release(&mut self) {
        self.finish();
        self.cursors.close_all();
        self.cache.clear();
        if self.guard.is_some() {
            self.watch.remove(self.db);
        }
        self.guard = None;
    }

    /// Makes `sql` the statement in use, prepared or from the cache.
    pub(super) fn start(&mut self, sql: &str, shared: Option<&Arc<str>>) -> Result<&mut Statement> {
        self.finish();
        let place = self.cache.select(self.db, sql, shared)?;
        self.active = Some(place);
        Ok(self.cache.statement(place))
    }

    /// The statement in use.
    pub(super) fn active(&mut self) -> Option<&mut Statement> {
        self.active.map(|place| self.cache.statement(place))
    }

    /// How often a cached statement was prepared again.
    #[cfg(test)]
    pub(crate) fn prepared_again(&mut self, sql: &str) -> Result<c_int> {
        let place = self.cache.select(self.db, sql, None)?;
        Ok(self.cache.statement(place).prepared_again())
    }

    /// The statement in use, with the watch over it.
    pub(super) fn watched(&mut self) -> Option<(&Watch, &mut Statement)> {
        let place = self.active?;
        Some((&self.watch, self.cache.statement(place)))
    }

    /// The open cursors, with the watch over them.
    pub(super) fn watched_cursors(&mut self) -> (&Watch, &mut Cursors) {
        (&self.watch, &mut self.cursors)
    }

    /// The open cursors, with what new ones are prepared on.
    pub(super) fn cursors(&mut self) -> (Db, &mut Cursors) {
        (self.db, &mut self.cursors)
    }

    /// Ends a cursor, if it is still open.
    pub(crate) fn close_cursor(&mut self, alive: &Weak<()>) {
        self.cursors.close(alive);
    }

    /// Before a write: whether no cursor could see it, now that what they have not read is put aside. False when the time
    /// is up before that.
    #[inline]
    pub(super) fn may_write(&mut self, limit: &Limit) -> bool {
        self.cursors.is_empty() || self.cursors.put_aside(limit)
    }

    /// Ends the use of the statement: it holds no lock and no parameter afterwards.
    pub(crate) fn finish(&mut self) {
        if let Some(place) = self.active.take() {
            self.cache.statement(place).reset();
        }
    }

    /// Whether no transaction is open.
    pub(crate) fn autocommit(&self) -> bool {
        // SAFETY: the handle is open.
        unsafe { ffi::sqlite3_get_autocommit(self.db.as_ptr()) != 0 }
    }

    /// Whether the file is no longer at the path by which it was opened: deleted, moved, or another put in its place.
    pub(crate) fn has_moved(&self) -> bool {
        let mut moved: std::ffi::c_int = 0;
        let answer = (&raw mut moved).cast();
        // SAFETY: the handle is open; the name is a string with an end, and this operation writes one integer.
        let code = unsafe {
            ffi::sqlite3_file_control(
                self.db.as_ptr(),
                c"main".as_ptr(),
                ffi::SQLITE_FCNTL_HAS_MOVED,
                answer,
            )
        };
        code == ffi::SQLITE_OK && moved != 0
    }

    /// The number of rows changed since the connection was opened.
    pub(crate) fn total_changes(&self) -> u64 {
        // SAFETY: the handle is open.
        let changes = unsafe { ffi::sqlite3_total_changes64(self.db.as_ptr()) };
        u64::try_from(changes).unwrap_or(0)
    }

    /// What stops a long statement on this thread.
    pub(super) fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Begins a stay on another thread, which the stopper can cut short.
    pub(crate) fn leave(&mut self) -> Stopper {
        self.stays += 1;
        self.watch.leave(self.stays)
    }

    /// Ends the stay on another thread.
    pub(crate) fn come_home(&mut self) {
        self.watch.come_home();
    }

    /// Ends an open transaction, whatever state it is in. False when the connection is beyond use.
    pub(crate) fn roll_back(&mut self) -> bool {
        self.finish();
        self.cursors.close_loaned();
        if self.autocommit() {
            return true;
        }
        if let Ok(statement) = self.start("ROLLBACK", None) {
            statement.step();
        }
        self.finish();
        self.autocommit()
    }
}

impl Drop for SqliteDriver {
    fn drop(&mut self) {
        self.release();
    }
}

impl Db {
    pub(super) fn new(handle: NonNull<ffi::sqlite3>) -> Self {
        Self(handle)
    }

    pub(super) fn as_ptr(self) -> *mut ffi::sqlite3 {
        self.0.as_ptr()
    }

    /// The number of rows the last statement changed.
    #[inline]
    pub(super) fn changes(self) -> u64 {
        // SAFETY: the handle is open.
        let changes = unsafe { ffi::sqlite3_changes64(self.as_ptr()) };
        u64::try_from(changes).unwrap_or(0)
    }

    /// The row id of the last inserted row.
    #[inline]
    pub(super) fn last_row_id(self) -> i64 {
        // SAFETY: the handle is open.
        unsafe { ffi::sqlite3_last_insert_rowid(self.as_ptr()) }
    }

    /// The error of a call that returned `code`, with SQLite's own message.
    pub(super) fn error(self, code: i32) -> Error {
        // SAFETY: the handle is open; the message is copied before any other call on the handle.
        let message = unsafe {
            let text = ffi::sqlite3_errmsg(self.as_ptr());
            if text.is_null() {
                "out of memory".to_owned()
            } else {
                CStr::from_ptr(text).to_string_lossy().into_owned()
            }
        };
        classify::sqlite(code, &message)
    }
}
