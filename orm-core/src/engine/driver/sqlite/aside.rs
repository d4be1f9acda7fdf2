//! Rows that were read ahead, in a temporary file.
//!
//! They lie in a temporary table of a connection of their own, where no savepoint of the program's takes them away. SQLite
//! keeps a part of it in memory, and writes the rest to a file that has no name and goes with the connection.
#![allow(
    unsafe_code,
    reason = "a second connection, and values that are copied from one to the other as they are"
)]

use std::ffi::{CStr, c_int};
use std::fmt::Write as _;
use std::ptr::{self, NonNull};

use libsqlite3_sys as ffi;

use super::direct::Db;
use super::row::SqliteRow;
use super::statement::{Statement, Step};
use crate::error::{Error, Result};
use crate::types::{Row as _, Value};

/// How the connection is set up. Nothing is ever undone or made to last, and one megabyte of it is kept in memory.
const SET_UP: &CStr =
    c"PRAGMA temp_store = FILE; PRAGMA temp.journal_mode = OFF; PRAGMA temp.synchronous = OFF; \
PRAGMA temp.cache_size = -1024; BEGIN";

/// The rest of a result. The fields are dropped in this order: the statements before their connection.
pub(super) struct Aside {
    insert: Statement,
    select: Statement,
    /// How many rows were put aside, and how many of them were read.
    kept: u64,
    read: u64,
    _own: Own,
}

/// A connection that is closed when it is dropped.
struct Own(Db);

impl Own {
    fn open() -> Result<Self> {
        let mut raw = ptr::null_mut();
        let flags = ffi::SQLITE_OPEN_READWRITE
            | ffi::SQLITE_OPEN_CREATE
            | ffi::SQLITE_OPEN_NOMUTEX
            | ffi::SQLITE_OPEN_PRIVATECACHE;
        // SAFETY: the name ends with a NUL, and the handle is written to a pointer of ours.
        let code =
            unsafe { ffi::sqlite3_open_v2(c":memory:".as_ptr(), &raw mut raw, flags, ptr::null()) };
        let own = Self(NonNull::new(raw).map(Db::new).ok_or_else(no_memory)?);
        own.check(code)?;
        own.run(SET_UP)?;
        Ok(own)
    }

    fn run(&self, sql: &CStr) -> Result<()> {
        // SAFETY: the handle is open, and the text ends with a NUL; nobody is called for the rows.
        let code = unsafe {
            let handle = self.0.as_ptr();
            ffi::sqlite3_exec(handle, sql.as_ptr(), None, ptr::null_mut(), ptr::null_mut())
        };
        self.check(code)
    }

    fn check(&self, code: c_int) -> Result<()> {
        match code {
            ffi::SQLITE_OK => Ok(()),
            code => Err(explain(self.0.error(code))),
        }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // SAFETY: the handle came from `sqlite3_open_v2`, its statements are finalized, and it is closed here only.
        unsafe { ffi::sqlite3_close(self.0.as_ptr()) };
    }
}

impl Aside {
    /// Room for rows as the one that the statement stands on.
    pub(super) fn new(statement: &mut Statement, columns: usize) -> Result<Self> {
        let own = Own::open()?;
        let row = statement.row(columns);
        let (mut names, mut marks, mut aliases) = (String::new(), String::new(), String::new());
        for index in 0..columns {
            let comma = if index == 0 { "" } else { ", " };
            let alias = row.name(index).replace('"', "\"\"");
            // Writing to a string cannot fail.
            let _ = write!(names, "{comma}c{index}");
            let _ = write!(marks, "{comma}?");
            let _ = write!(aliases, "{comma}c{index} AS \"{alias}\"");
        }
        // Columns without a type keep each value as it is.
        let mut create = Statement::prepare(own.0, &format!("CREATE TEMP TABLE aside ({names})"))?;
        if let Step::Failed(code) = create.step() {
            return Err(explain(own.0.error(code)));
        }
        drop(create);
        let insert = format!("INSERT INTO aside VALUES ({marks})");
        let select = format!("SELECT {aliases} FROM aside WHERE rowid > ?1 ORDER BY rowid");
        let mut aside = Self {
            insert: Statement::prepare(own.0, &insert)?,
            select: Statement::prepare(own.0, &select)?,
            kept: 0,
            read: 0,
            _own: own,
        };
        aside.look_anew()?;
        Ok(aside)
    }

    /// Puts the row aside that the statement stands on.
    pub(super) fn push(&mut self, from: &Statement) -> Result<()> {
        let into = self.insert.handle();
        for index in 0..from.columns() {
            let index = index as c_int;
            // SAFETY: `from` stands on a row that has this column, and `into` has a parameter for each; the value is copied.
            let code = unsafe {
                let value = ffi::sqlite3_column_value(from.handle(), index);
                ffi::sqlite3_bind_value(into, index + 1, value)
            };
            if code != ffi::SQLITE_OK {
                return Err(explain(self.insert.db().error(code)));
            }
        }
        let step = self.insert.step();
        if let Step::Failed(code) = step {
            return Err(explain(self.insert.db().error(code)));
        }
        self.insert.rewind();
        self.kept += 1;
        Ok(())
    }

    /// Goes to the next row, if there is one.
    pub(super) fn step(&mut self) -> Result<bool> {
        if self.read == self.kept {
            return Ok(false);
        }
        let mut step = self.select.step();
        if let Step::Done = step {
            // It came to the end before the last rows were put aside.
            self.look_anew()?;
            step = self.select.step();
        }
        match step {
            Step::Row => {
                self.read += 1;
                Ok(true)
            }
            Step::Done => Err(no_memory()),
            Step::Failed(code) => Err(explain(self.select.db().error(code))),
        }
    }

    /// The row that `step` went to.
    pub(super) fn row(&mut self, columns: usize) -> SqliteRow<'_> {
        self.select.row(columns)
    }

    /// Makes `select` find the rows after those that were read.
    fn look_anew(&mut self) -> Result<()> {
        self.select.rewind();
        let after = i64::try_from(self.read).unwrap_or(i64::MAX);
        // SAFETY: a number is bound by value.
        unsafe { self.select.bind(&[Value::I64(after)]) }
    }
}

#[cold]
fn explain(error: Error) -> Error {
    error.with_note(
        "while the rest of a stream was put into a temporary file, since something was written meanwhile: SQLite's folder \
         for such files (SQLITE_TMPDIR, TMPDIR, /var/tmp, /tmp) must have room for it",
    )
}

#[cold]
fn no_memory() -> Error {
    explain(super::super::classify::sqlite(
        ffi::SQLITE_NOMEM,
        "out of memory",
    ))
}
