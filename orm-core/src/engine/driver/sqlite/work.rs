//! What runs on a SQLite connection: units that own all they need, so that they can change threads half-way.
#![allow(
    unsafe_code,
    reason = "binding in place needs the promise that the values stay, which the unit that owns them gives"
)]

use std::time::Instant;

use super::direct::SqliteDriver;
use super::key;
use super::statement::{Statement, Step};
use crate::dialect::{Batch, BatchReply, Compiled, Returning};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Row, RowSink, ValueRef};

/// How many rows pass between two looks at the clock.
const ROWS_A_LOOK: u64 = 64;

/// A unit of work. `advance` is called until it says [`Progress::Done`] or fails; the owner calls
/// `SqliteDriver::finish` before it drops or gives up a unit, since parameters are bound where they lie in it.
pub(crate) trait Work: Send + 'static {
    /// What it yields.
    type Output: Send + 'static;

    /// The statement's text.
    fn sql(&self) -> &str;

    /// How many rows it is known to write.
    fn size(&self) -> usize {
        1
    }

    /// Whether a failure now would leave some of its changes in the transaction.
    fn is_partial(&self) -> bool {
        false
    }

    /// Whether it has begun to write, so that giving it up leaves the transaction in doubt.
    fn writes(&self) -> bool;

    /// Whether it may be stopped when nobody waits for it any more; not so a COMMIT under way.
    fn may_stop(&self) -> bool {
        true
    }

    /// Runs on, until the end or a limit.
    fn advance(&mut self, driver: &mut SqliteDriver, limit: &Limit) -> Result<Progress>;

    /// The outcome, after the end.
    fn finish(self) -> Self::Output;
}

/// How far `advance` may go.
pub(crate) struct Limit {
    /// When to pause.
    pub(crate) until: Option<Instant>,
    /// When a statement that only reads is to be stopped if it has no row by then.
    pub(crate) patience: Option<Instant>,
    /// Whether a statement that writes may start: a transaction is open, the writer's permit held, or none needed.
    pub(crate) may_write: bool,
    /// Whether the transaction is read-only.
    pub(crate) read_only: bool,
}

/// How far `advance` came.
pub(crate) enum Progress {
    /// The end.
    Done,
    /// A pause: the time is up.
    More,
    /// Another connection holds a lock; nothing has happened yet and the unit can be advanced again later.
    Busy(Error),
    /// The statement takes too long to find its first row; nothing has happened yet.
    TooLong,
    /// The statement writes and `may_write` was false; nothing has happened yet.
    NeedsWriter,
}

impl Limit {
    pub(super) fn reached(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Whether the statement may run; `Ok(false)` asks for the writer's permit first.
    fn admits(&self, statement: &Statement) -> Result<bool> {
        if statement.read_only() {
            return Ok(true);
        }
        if self.read_only {
            return Err(Error::new(
                ErrorKind::InvalidState,
                "the statement writes, but the transaction is read-only; begin one that is not",
            ));
        }
        Ok(self.may_write)
    }
}

/// A statement and the sink of its rows. Yields the sink, and how many rows were changed.
pub(crate) struct Query<S> {
    asked: Box<(Compiled, S)>,
    started: bool,
    writes: bool,
    rows: u64,
    columns: usize,
    changes_before: u64,
    affected: u64,
}

impl<S: RowSink> Query<S> {
    pub(crate) fn new(asked: Box<(Compiled, S)>) -> Self {
        Self {
            asked,
            started: false,
            writes: false,
            rows: 0,
            columns: 0,
            changes_before: 0,
            affected: 0,
        }
    }
}

impl<S: RowSink> Work for Query<S> {
    type Output = (S, u64);

    fn sql(&self) -> &str {
        &self.asked.0.sql
    }

    fn writes(&self) -> bool {
        self.started && self.writes
    }

    fn advance(&mut self, driver: &mut SqliteDriver, limit: &Limit) -> Result<Progress> {
        if !self.started {
            self.changes_before = driver.total_changes();
            let sql = &self.asked.0.sql;
            let statement = driver.start(sql, Some(sql))?;
            if !limit.admits(statement)? {
                driver.finish();
                return Ok(Progress::NeedsWriter);
            }
            self.writes = !statement.read_only();
            let statement = if self.writes {
                if !driver.may_write(limit) {
                    return Ok(Progress::More);
                }
                driver.active().ok_or_else(lost)?
            } else {
                statement
            };
            // SAFETY: the values are owned by this unit, behind the heap pointers of its vector; the owner of the
            // unit ends the statement's use before it drops the unit.
            unsafe { statement.bind(&self.asked.0.binds)? };
            self.started = true;
        }
        if let (Some(patience), 0, false) = (limit.patience, self.rows, self.writes) {
            driver.watch().set(patience);
        }
        let outcome = self.step_through(driver, limit);
        if driver.watch().clear() && self.rows == 0 {
            driver.finish();
            self.started = false;
            return Ok(Progress::TooLong);
        }
        outcome
    }

    fn finish(self) -> Self::Output {
        (self.asked.1, self.affected)
    }
}

impl<S: RowSink> Query<S> {
    fn step_through(&mut self, driver: &mut SqliteDriver, limit: &Limit) -> Result<Progress> {
        let (watch, statement) = driver.watched().ok_or_else(lost)?;
        let code = loop {
            match statement.step() {
                Step::Row => {
                    if self.rows == 0 {
                        // From here on the statement cannot be run anew: the sink has seen a row.
                        watch.clear();
                        self.columns = statement.columns();
                    }
                    self.rows += 1;
                    self.asked.1.row(&statement.row(self.columns))?;
                    if self.rows.is_multiple_of(ROWS_A_LOOK) && limit.reached() {
                        return Ok(Progress::More);
                    }
                }
                Step::Done => break None,
                Step::Failed(code) => break Some(code),
            }
        };
        let db = statement.db();
        if let Some(code) = code {
            let error = db.error(code);
            driver.finish();
            if self.rows == 0 && can_wait(code) {
                self.started = false;
                return Ok(Progress::Busy(error));
            }
            return Err(error);
        }
        // DDL leaves the counter of the statement before it.
        if self.writes && driver.total_changes() != self.changes_before {
            self.affected = db.changes();
        }
        driver.finish();
        Ok(Progress::Done)
    }
}

/// One statement for many rows, run for each.
pub(crate) struct BatchWork {
    batch: Box<Batch>,
    next: usize,
    started: bool,
    /// How many values were there before.
    before: usize,
    reply: BatchReply,
}

impl BatchWork {
    pub(crate) fn new(mut batch: Box<Batch>) -> Self {
        let mut returned = std::mem::take(&mut batch.room);
        let before = returned.len();
        returned.reserve(match batch.returning {
            Returning::Nothing => 0,
            Returning::RowId => batch.count,
            Returning::Columns(columns) => batch.count * columns,
        });
        Self {
            batch,
            next: 0,
            started: false,
            before,
            reply: BatchReply {
                returned,
                ..BatchReply::default()
            },
        }
    }
}

impl Work for BatchWork {
    type Output = BatchReply;

    fn sql(&self) -> &str {
        &self.batch.sql
    }

    fn size(&self) -> usize {
        self.batch.count
    }

    fn is_partial(&self) -> bool {
        self.next > 0
    }

    fn writes(&self) -> bool {
        self.started
    }

    fn advance(&mut self, driver: &mut SqliteDriver, limit: &Limit) -> Result<Progress> {
        if !self.started {
            let sql = &self.batch.sql;
            let statement = driver.start(sql, Some(sql))?;
            if let Some(key) = self.batch.generated_key
                && !statement.key_known
            {
                let table = self.batch.summary.table.as_deref().unwrap_or_default();
                key::check(statement.db(), table, key)?;
                statement.key_known = true;
            }
            if !limit.admits(statement)? {
                driver.finish();
                return Ok(Progress::NeedsWriter);
            }
            if !driver.may_write(limit) {
                return Ok(Progress::More);
            }
            self.started = true;
        }
        let statement = driver.active().ok_or_else(lost)?;
        let db = statement.db();
        let width = self.batch.types.len();
        while self.next < self.batch.count && self.reply.missed.is_none() {
            let first = self.next * width;
            if first + width > self.batch.rows.len() {
                return Err(too_few_values());
            }
            // SAFETY: as in `Query`: this unit owns the values, and its owner ends the statement's use first.
            unsafe { statement.bind_row(&self.batch.rows, first, width)? };
            if let Some(code) = run_row(statement, &self.batch, &mut self.reply)? {
                let error = db.error(code);
                driver.finish();
                if self.next == 0 && can_wait(code) {
                    self.started = false;
                    self.reply.returned.truncate(self.before);
                    return Ok(Progress::Busy(error));
                }
                return Err(error.with_row(self.next));
            }
            let changed = db.changes();
            self.reply.affected += changed;
            if self.batch.one_each && changed == 0 {
                self.reply.missed = Some(self.next);
            }
            self.next += 1;
            if (self.next as u64).is_multiple_of(ROWS_A_LOOK) && limit.reached() {
                return Ok(Progress::More);
            }
        }
        driver.finish();
        Ok(Progress::Done)
    }

    fn finish(self) -> Self::Output {
        BatchReply {
            sent: self.batch.rows,
            ..self.reply
        }
    }
}

/// Runs the statement for the row that is bound; the code of its failure, if it fails.
#[inline]
fn run_row(
    statement: &mut Statement,
    batch: &Batch,
    reply: &mut BatchReply,
) -> Result<Option<i32>> {
    loop {
        match statement.step() {
            Step::Row => {
                if let Returning::Columns(columns) = batch.returning {
                    let row = statement.row(statement.columns());
                    for index in 0..columns {
                        reply.returned.push(row.value(index)?);
                    }
                }
            }
            Step::Done => {
                if batch.returning == Returning::RowId {
                    let key = statement.db().last_row_id();
                    reply.returned.push(ValueRef::I64(key));
                }
                statement.rewind();
                return Ok(None);
            }
            Step::Failed(code) => return Ok(Some(code)),
        }
    }
}

/// Whether waiting may help: another connection holds the lock. A snapshot that is too old stays so.
pub(super) fn can_wait(code: i32) -> bool {
    const BUSY: i32 = libsqlite3_sys::SQLITE_BUSY;
    const LOCKED: i32 = libsqlite3_sys::SQLITE_LOCKED;
    matches!(code & 0xff, BUSY | LOCKED) && code != libsqlite3_sys::SQLITE_BUSY_SNAPSHOT
}

#[cold]
fn lost() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "the statement was given up half-way and cannot go on; run it again",
    )
}

#[cold]
fn too_few_values() -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        "the batch holds fewer values than its rows and parameters need",
    )
}
