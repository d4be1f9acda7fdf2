//! Statements that stand between two of their rows while others run.
#![allow(
    unsafe_code,
    reason = "binding in place needs the promise that the values stay, which the cursor that owns them gives"
)]

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
    number: u64,
    statement: Statement,
    values: Compiled,
    rows: u64,
    columns: usize,
}

/// The open cursors of a connection.
#[derive(Default)]
pub(super) struct Cursors {
    open: Vec<Cursor>,
    last: u64,
}

impl Cursors {
    fn open(&mut self, db: Db, values: Compiled) -> Result<u64> {
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
        self.last += 1;
        self.open.push(Cursor {
            number: self.last,
            statement,
            values,
            rows: 0,
            columns: 0,
        });
        Ok(self.last)
    }

    fn find(&mut self, number: u64) -> Option<&mut Cursor> {
        self.open.iter_mut().find(|cursor| cursor.number == number)
    }

    pub(super) fn close(&mut self, number: u64) {
        self.open.retain(|cursor| cursor.number != number);
    }

    pub(super) fn close_all(&mut self) {
        self.open.clear();
    }
}

/// Reads the next rows of a cursor, which it opens first if need be. Yields the sink, the cursor, and whether there may be
/// more rows.
pub(crate) struct CursorWork<S> {
    cursor: Place,
    sink: S,
    wanted: u64,
    read: u64,
    more: bool,
}

/// Where the statement is.
enum Place {
    /// Not prepared yet.
    New(Compiled),
    /// Among the connection's cursors.
    Open(u64),
    /// Given up.
    Lost,
}

impl<S: RowSink> CursorWork<S> {
    pub(crate) fn open(statement: Compiled, wanted: u64, sink: S) -> Self {
        Self::new(Place::New(statement), wanted, sink)
    }

    pub(crate) fn resume(number: u64, wanted: u64, sink: S) -> Self {
        Self::new(Place::Open(number), wanted, sink)
    }

    fn new(cursor: Place, wanted: u64, sink: S) -> Self {
        Self {
            cursor,
            sink,
            wanted,
            read: 0,
            more: true,
        }
    }

    fn step_through(
        &mut self,
        driver: &mut SqliteDriver,
        number: u64,
        limit: &Limit,
    ) -> Result<Progress> {
        let (watch, cursors) = driver.watched_cursors();
        let cursor = cursors.find(number).ok_or_else(lost)?;
        while self.read < self.wanted {
            match cursor.statement.step() {
                Step::Row => {
                    if cursor.rows == 0 {
                        watch.clear();
                        cursor.columns = cursor.statement.columns();
                    }
                    cursor.rows += 1;
                    self.read += 1;
                    self.sink.row(&cursor.statement.row(cursor.columns))?;
                    if self.read.is_multiple_of(ROWS_A_LOOK) && limit.reached() {
                        return Ok(Progress::More);
                    }
                }
                Step::Done => {
                    self.more = false;
                    cursors.close(number);
                    return Ok(Progress::Done);
                }
                Step::Failed(code) => {
                    let error = cursor.statement.db().error(code);
                    let error = error.with_sql(&*cursor.values.sql);
                    let first = cursor.rows == 0;
                    cursor.statement.rewind();
                    if first && can_wait(code) {
                        return Ok(Progress::Busy(error));
                    }
                    return Err(error);
                }
            }
        }
        Ok(Progress::Done)
    }
}

impl<S: RowSink> Work for CursorWork<S> {
    type Output = (S, Option<u64>);

    fn sql(&self) -> &str {
        match &self.cursor {
            Place::New(statement) => &statement.sql,
            _ => "",
        }
    }

    fn writes(&self) -> bool {
        false
    }

    fn advance(&mut self, driver: &mut SqliteDriver, limit: &Limit) -> Result<Progress> {
        self.cursor = match std::mem::replace(&mut self.cursor, Place::Lost) {
            Place::New(statement) => {
                let (db, cursors) = driver.cursors();
                Place::Open(cursors.open(db, statement)?)
            }
            place => place,
        };
        let Place::Open(number) = self.cursor else {
            return Err(lost());
        };
        let (watch, cursors) = driver.watched_cursors();
        let unread = cursors.find(number).is_some_and(|cursor| cursor.rows == 0);
        if let (Some(patience), true) = (limit.patience, unread) {
            watch.set(patience);
        }
        let outcome = self.step_through(driver, number, limit);
        let (watch, cursors) = driver.watched_cursors();
        if watch.clear() && unread && self.read == 0 {
            return Ok(Progress::TooLong);
        }
        if outcome.is_err() {
            cursors.close(number);
        }
        outcome
    }

    fn finish(self) -> Self::Output {
        let open = match self.cursor {
            Place::Open(number) if self.more => Some(number),
            _ => None,
        };
        (self.sink, open)
    }
}

#[cold]
fn lost() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "the rows of this stream cannot be read any further: its connection or transaction is over; begin a new one",
    )
}
