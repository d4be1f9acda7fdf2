//! Statements that stand between two of their rows while others run.
#![allow(
    unsafe_code,
    reason = "binding in place needs the promise that the values stay, which the cursor that owns them gives"
)]

use std::sync::{Arc, Weak};

use super::aside::Aside;
use super::direct::{Db, SqliteDriver};
use super::statement::{Statement, Step};
use super::work::{Limit, Progress, Work, can_wait};
use crate::dialect::Compiled;
use crate::error::{Error, ErrorKind, Result};
use crate::types::RowSink;

/// How many rows pass between two looks at the clock.
const ROWS_A_LOOK: u64 = 64;

/// A statement of its own, apart from the cache, since it is in use between the uses of others. The fields are dropped in
/// this order: the statement before the values that are bound to it.
struct Cursor {
    /// Whether anybody will read on; it also tells this cursor from all others.
    alive: Weak<()>,
    /// Whether it outlives the loan of the connection on which it was opened.
    stays: bool,
    /// None once its last row was read or put aside.
    statement: Option<Statement>,
    values: Compiled,
    rows: u64,
    columns: usize,
    /// The rows that were read ahead of a write, which come before those of the statement.
    aside: Option<Box<Aside>>,
    /// Why there are no more rows after those that were put aside.
    failed: Option<Error>,
}

/// The open cursors of a connection.
#[derive(Default)]
pub(super) struct Cursors {
    open: Vec<Cursor>,
}

impl Cursors {
    fn open(&mut self, db: Db, new: New) -> Result<()> {
        let New {
            alive,
            stays,
            values,
        } = new;
        let mut statement = Statement::prepare(db, &values.sql)?;
        if !statement.read_only() {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "the statement writes, and so its rows cannot be streamed; read them at once",
            ));
        }
        // SAFETY: the values are behind the heap pointer of a vector that moves into the cursor with the statement, and
        // is dropped after it.
        unsafe { statement.bind(&values.binds)? };
        self.close_dropped();
        self.open.push(Cursor {
            alive,
            stays,
            statement: Some(statement),
            values,
            rows: 0,
            columns: 0,
            aside: None,
            failed: None,
        });
        Ok(())
    }

    fn find(&mut self, alive: &Weak<()>) -> Option<&mut Cursor> {
        let mut open = self.open.iter_mut();
        open.find(|cursor| cursor.alive.ptr_eq(alive))
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn close(&mut self, alive: &Weak<()>) {
        self.open.retain(|cursor| !cursor.alive.ptr_eq(alive));
    }

    /// Closes those that nobody will read any further.
    fn close_dropped(&mut self) {
        self.open.retain(|cursor| cursor.alive.strong_count() > 0);
    }

    /// Closes those that end with the loan of the connection.
    pub(super) fn close_loaned(&mut self) {
        self.open
            .retain(|cursor| cursor.stays && cursor.alive.strong_count() > 0);
    }

    pub(super) fn close_all(&mut self) {
        self.open.clear();
    }

    /// Reads ahead what is still to be read of each, and puts it aside: a statement would see what its own connection
    /// writes, and keep others from changing tables. False when the time is up and there is more.
    #[cold]
    pub(super) fn put_aside(&mut self, limit: &Limit) -> bool {
        self.close_dropped();
        self.open.iter_mut().all(|cursor| cursor.put_aside(limit))
    }
}

impl Cursor {
    /// False when the time is up and there is more. What goes wrong is for the reader, who gets it after the rows before
    /// it; who writes has no part in it.
    fn put_aside(&mut self, limit: &Limit) -> bool {
        match self.read_ahead(limit) {
            Ok(false) => return false,
            Ok(true) => {}
            Err(error) => self.failed = Some(error.with_sql(&*self.values.sql)),
        }
        self.statement = None;
        true
    }

    fn read_ahead(&mut self, limit: &Limit) -> Result<bool> {
        let Some(statement) = &mut self.statement else {
            return Ok(true);
        };
        let mut moved = 0u64;
        loop {
            match statement.step() {
                Step::Row => {
                    if self.rows == 0 {
                        self.columns = statement.columns();
                    }
                    self.rows += 1;
                    let aside = match &mut self.aside {
                        Some(aside) => aside,
                        none => none.insert(Box::new(Aside::new(statement, self.columns)?)),
                    };
                    aside.push(statement)?;
                    moved += 1;
                    if moved.is_multiple_of(ROWS_A_LOOK) && limit.reached() {
                        return Ok(false);
                    }
                }
                Step::Done => return Ok(true),
                Step::Failed(code) => return Err(statement.db().error(code)),
            }
        }
    }
}

/// A cursor that is to be opened.
struct New {
    alive: Weak<()>,
    stays: bool,
    values: Compiled,
}

/// Reads the next rows of a cursor, which it opens first if need be. Yields the sink, and whether there may be more rows.
pub(crate) struct CursorWork<S> {
    alive: Weak<()>,
    new: Option<New>,
    sink: S,
    wanted: u64,
    read: u64,
    more: bool,
}

impl<S: RowSink> CursorWork<S> {
    /// The first rows of a statement. The cursor lives as long as `alive`; it ends with the loan of the connection, unless
    /// it `stays`.
    pub(crate) fn open(
        values: Compiled,
        alive: &Arc<()>,
        stays: bool,
        wanted: u64,
        sink: S,
    ) -> Self {
        let new = New {
            alive: Arc::downgrade(alive),
            stays,
            values,
        };
        Self {
            new: Some(new),
            ..Self::resume(alive, wanted, sink)
        }
    }

    pub(crate) fn resume(alive: &Arc<()>, wanted: u64, sink: S) -> Self {
        Self {
            alive: Arc::downgrade(alive),
            new: None,
            sink,
            wanted,
            read: 0,
            more: true,
        }
    }

    fn step_through(&mut self, driver: &mut SqliteDriver, limit: &Limit) -> Result<Progress> {
        let (watch, cursors) = driver.watched_cursors();
        let cursor = cursors.find(&self.alive).ok_or_else(lost)?;
        if cursor.aside.is_some() && self.read_aside(cursor, limit)? {
            return Ok(Progress::More);
        }
        let Some(statement) = &mut cursor.statement else {
            if self.read == self.wanted {
                return Ok(Progress::Done);
            }
            return match &cursor.failed {
                // After the rows before it.
                Some(_) if self.read > 0 => Ok(Progress::Done),
                Some(_) => Err(cursor.failed.take().unwrap_or_else(lost)),
                None => {
                    self.more = false;
                    cursors.close(&self.alive);
                    Ok(Progress::Done)
                }
            };
        };
        while self.read < self.wanted {
            match statement.step() {
                Step::Row => {
                    if cursor.rows == 0 {
                        watch.clear();
                        cursor.columns = statement.columns();
                    }
                    cursor.rows += 1;
                    self.read += 1;
                    self.sink.row(&statement.row(cursor.columns))?;
                    if self.read.is_multiple_of(ROWS_A_LOOK) && limit.reached() {
                        return Ok(Progress::More);
                    }
                }
                Step::Done => {
                    self.more = false;
                    cursors.close(&self.alive);
                    return Ok(Progress::Done);
                }
                Step::Failed(code) => {
                    let error = statement.db().error(code);
                    let error = error.with_sql(&*cursor.values.sql);
                    let first = cursor.rows == 0;
                    statement.rewind();
                    if first && can_wait(code) {
                        return Ok(Progress::Busy(error));
                    }
                    return Err(error);
                }
            }
        }
        Ok(Progress::Done)
    }

    /// Reads what was put aside; whether the time was up before its end.
    #[cold]
    fn read_aside(&mut self, cursor: &mut Cursor, limit: &Limit) -> Result<bool> {
        let Some(aside) = &mut cursor.aside else {
            return Ok(false);
        };
        while self.read < self.wanted && aside.step()? {
            self.read += 1;
            self.sink.row(&aside.row(cursor.columns))?;
            if self.read.is_multiple_of(ROWS_A_LOOK) && limit.reached() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl<S: RowSink> Work for CursorWork<S> {
    type Output = (S, bool);

    fn sql(&self) -> &str {
        self.new.as_ref().map_or("", |new| &new.values.sql)
    }

    fn writes(&self) -> bool {
        false
    }

    fn advance(&mut self, driver: &mut SqliteDriver, limit: &Limit) -> Result<Progress> {
        if let Some(new) = self.new.take() {
            let (db, cursors) = driver.cursors();
            cursors.open(db, new)?;
        }
        let (watch, cursors) = driver.watched_cursors();
        let cursor = cursors.find(&self.alive);
        let unread = cursor.is_some_and(|cursor| cursor.rows == 0);
        if let (Some(patience), true) = (limit.patience, unread) {
            watch.set(patience);
        }
        let outcome = self.step_through(driver, limit);
        let (watch, cursors) = driver.watched_cursors();
        if watch.clear() && unread && self.read == 0 {
            return Ok(Progress::TooLong);
        }
        if outcome.is_err() {
            cursors.close(&self.alive);
        }
        outcome
    }

    fn finish(self) -> Self::Output {
        (self.sink, self.more)
    }
}

#[cold]
fn lost() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "the rows of this stream cannot be read any further: its connection or transaction is over; begin a new one",
    )
}
