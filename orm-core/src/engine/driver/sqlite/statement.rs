//! A prepared SQLite statement: bind and step.
#![allow(
    unsafe_code,
    reason = "values are bound in place, without a copy or an allocation"
)]

use std::ffi::{c_char, c_int};
use std::ptr::{self, NonNull};

use libsqlite3_sys as ffi;

use super::direct::Db;
use super::json;
use super::row::SqliteRow;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Value, ValueRef, Values};

/// A prepared statement. It lives no longer than the connection: `SqliteDriver` drops its cache first.
pub(super) struct Statement {
    raw: NonNull<ffi::sqlite3_stmt>,
    db: Db,
    parameters: usize,
    read_only: bool,
    /// Whether the key that it leaves to the database is known to be one that the database makes up.
    pub(super) key_known: bool,
}

// SAFETY: a statement may be used from any thread, one at a time; it is part of one `SqliteDriver` and used through
// `&mut` of it.
unsafe impl Send for Statement {}

/// What a step led to.
pub(super) enum Step {
    /// A row stands ready.
    Row,
    /// The statement is at its end.
    Done,
    /// The step failed with this extended code.
    Failed(i32),
}

impl Statement {
    pub(super) fn prepare(db: Db, sql: &str) -> Result<Self> {
        let length = c_int::try_from(sql.len()).map_err(|_| {
            Error::new(
                ErrorKind::InvalidQuery,
                "the statement is longer than 2 GiB",
            )
        })?;
        let mut raw = ptr::null_mut();
        let mut tail: *const c_char = ptr::null();
        let start = sql.as_ptr().cast::<c_char>();
        // SAFETY: the handle is open; the text is `length` bytes long and outlives the call.
        let code = unsafe {
            ffi::sqlite3_prepare_v3(
                db.as_ptr(),
                start,
                length,
                ffi::SQLITE_PREPARE_PERSISTENT,
                &raw mut raw,
                &raw mut tail,
            )
        };
        if code != ffi::SQLITE_OK {
            return Err(db.error(code));
        }
        let Some(raw) = NonNull::new(raw) else {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "the text holds no statement; write one",
            ));
        };
        // SAFETY: the statement was prepared just now.
        let (parameters, read_only) = unsafe {
            (
                ffi::sqlite3_bind_parameter_count(raw.as_ptr()),
                ffi::sqlite3_stmt_readonly(raw.as_ptr()) != 0,
            )
        };
        let statement = Self {
            raw,
            db,
            parameters: usize::try_from(parameters).unwrap_or(0),
            read_only,
            key_known: false,
        };
        let used = (tail as usize).saturating_sub(start as usize);
        if sql.get(used..).is_some_and(holds_statement) {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "the text holds several statements; send them one by one",
            ));
        }
        Ok(statement)
    }

    /// Whether running the statement leaves the database file as it is.
    pub(super) fn read_only(&self) -> bool {
        self.read_only
    }

    /// Binds all parameters.
    ///
    /// # Safety
    /// Text and bytes are bound where they are: `values` must neither move on the heap nor be dropped until
    /// [`Self::reset`], or the next `bind`, was called.
    pub(super) unsafe fn bind(&mut self, values: &[Value]) -> Result<()> {
        self.takes(values.len())?;
        let mut index: c_int = 0;
        for value in values {
            index += 1;
            // SAFETY: the caller keeps the value alive and in place.
            let code = unsafe {
                match value {
                    Value::Array(array) => {
                        let text = json::list(&array.1)?;
                        // SQLite copies the text.
                        bind_text(self.raw.as_ptr(), index, &text, ffi::SQLITE_TRANSIENT())
                    }
                    value => self.bind_one(index, value.as_ref())?,
                }
            };
            self.bound(code)?;
        }
        Ok(())
    }

    /// Binds the row of a batch whose first value is at `first`.
    ///
    /// # Safety
    /// As [`Self::bind`].
    pub(super) unsafe fn bind_row(
        &mut self,
        values: &Values,
        first: usize,
        width: usize,
    ) -> Result<()> {
        self.takes(width)?;
        let mut index: c_int = 0;
        for value in values.range(first, width) {
            index += 1;
            // SAFETY: the caller keeps the values alive and in place.
            let code = unsafe { self.bind_one(index, value)? };
            self.bound(code)?;
        }
        Ok(())
    }

    fn takes(&self, count: usize) -> Result<()> {
        if count == self.parameters {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidQuery,
            format!(
                "the statement has {} placeholders but {count} parameters were given",
                self.parameters
            ),
        ))
    }

    fn bound(&self, code: c_int) -> Result<()> {
        if code == ffi::SQLITE_OK {
            Ok(())
        } else {
            Err(self.db.error(code))
        }
    }

    /// # Safety
    /// As [`Self::bind`].
    #[inline(always)]
    unsafe fn bind_one(&mut self, index: c_int, value: ValueRef<'_>) -> Result<c_int> {
        let raw = self.raw.as_ptr();
        // SAFETY: the statement is alive and not in the middle of a step; pointers come with their lengths, and the
        // caller keeps what they point to.
        let code = unsafe {
            match value {
                ValueRef::Null => ffi::sqlite3_bind_null(raw, index),
                ValueRef::Bool(value) => ffi::sqlite3_bind_int64(raw, index, i64::from(value)),
                ValueRef::I16(value) => ffi::sqlite3_bind_int64(raw, index, i64::from(value)),
                ValueRef::I32(value) => ffi::sqlite3_bind_int64(raw, index, i64::from(value)),
                ValueRef::I64(value) => ffi::sqlite3_bind_int64(raw, index, value),
                ValueRef::F32(value) => {
                    ffi::sqlite3_bind_double(raw, index, number(f64::from(value), index)?)
                }
                ValueRef::F64(value) => ffi::sqlite3_bind_double(raw, index, number(value, index)?),
                ValueRef::Text(value) | ValueRef::Json(value) => {
                    bind_text(raw, index, value, ffi::SQLITE_STATIC())
                }
                ValueRef::Bytes(value) => ffi::sqlite3_bind_blob64(
                    raw,
                    index,
                    value.as_ptr().cast(),
                    value.len() as u64,
                    ffi::SQLITE_STATIC(),
                ),
                ValueRef::Array(_) => return Err(json::no_arrays(index)),
                other => match other.short_text()? {
                    // SQLite copies the text.
                    Some(text) => bind_text(raw, index, text.as_str(), ffi::SQLITE_TRANSIENT()),
                    None => ffi::sqlite3_bind_null(raw, index),
                },
            }
        };
        Ok(code)
    }

    #[inline]
    pub(super) fn step(&mut self) -> Step {
        // SAFETY: the statement is alive; what is bound to it is too, by the contract of `bind`.
        match unsafe { ffi::sqlite3_step(self.raw.as_ptr()) } {
            ffi::SQLITE_ROW => Step::Row,
            ffi::SQLITE_DONE => Step::Done,
            code => Step::Failed(code),
        }
    }

    /// Makes the statement ready to run again with the same parameters, or with others.
    #[inline]
    pub(super) fn rewind(&mut self) {
        // SAFETY: the statement is alive. The code repeats that of the last step, which was handled there.
        unsafe { ffi::sqlite3_reset(self.raw.as_ptr()) };
    }

    /// Ends the run: no lock is held and no parameter is kept.
    pub(super) fn reset(&mut self) {
        self.rewind();
        // SAFETY: the statement is alive and not running.
        unsafe { ffi::sqlite3_clear_bindings(self.raw.as_ptr()) };
    }

    #[cfg(test)]
    pub(super) fn prepared_again(&self) -> c_int {
        // SAFETY: the statement is alive.
        unsafe { ffi::sqlite3_stmt_status(self.raw.as_ptr(), ffi::SQLITE_STMTSTATUS_REPREPARE, 0) }
    }

    /// The connection of this statement.
    pub(super) fn db(&self) -> Db {
        self.db
    }

    /// The number of columns of the row that stands ready.
    pub(super) fn columns(&self) -> usize {
        // SAFETY: the statement is alive.
        let columns = unsafe { ffi::sqlite3_data_count(self.raw.as_ptr()) };
        usize::try_from(columns).unwrap_or(0)
    }

    /// The row that stands ready; `columns` is what [`Self::columns`] says of it.
    #[inline]
    pub(super) fn row(&mut self, columns: usize) -> SqliteRow<'_> {
        SqliteRow::new(self, columns)
    }

    /// The handle, for the row.
    #[inline]
    pub(super) fn handle(&self) -> *mut ffi::sqlite3_stmt {
        self.raw.as_ptr()
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: the statement is alive, its connection still open, and this is its only owner.
        unsafe { ffi::sqlite3_finalize(self.raw.as_ptr()) };
    }
}

/// # Safety
/// The statement must be alive and not stepping; with `SQLITE_STATIC` the text must outlive its use.
#[inline]
unsafe fn bind_text(
    raw: *mut ffi::sqlite3_stmt,
    index: c_int,
    text: &str,
    keep: ffi::sqlite3_destructor_type,
) -> c_int {
    // SAFETY: pointer and length belong together; the rest is the caller's.
    unsafe {
        ffi::sqlite3_bind_text64(
            raw,
            index,
            text.as_ptr().cast(),
            text.len() as u64,
            keep,
            ffi::SQLITE_UTF8 as u8,
        )
    }
}

/// SQLite turns NaN into NULL without a word; that would change data.
#[inline]
fn number(value: f64, index: c_int) -> Result<f64> {
    if value.is_nan() {
        return Err(Error::new(
            ErrorKind::Encode,
            format!("parameter {index} is NaN, which SQLite cannot hold; use NULL"),
        ));
    }
    Ok(value)
}

/// Whether anything but white space, comments and semicolons is left of a text.
fn holds_statement(mut rest: &str) -> bool {
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
        } else {
            return !rest.is_empty();
        }
    }
}
