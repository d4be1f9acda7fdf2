//! A prepared SQLite statement: bind, step, read in place.
#![allow(
    unsafe_code,
    reason = "values are bound and read in place, without a copy or an allocation"
)]

use std::ffi::{CStr, c_char, c_int};
use std::ptr::{self, NonNull};

use libsqlite3_sys as ffi;

use super::direct::Db;
use super::json;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Row, Value, ValueRef, Values};

/// A prepared statement. It lives no longer than the connection: `SqliteDriver` drops its cache first.
pub(super) struct Statement {
    raw: NonNull<ffi::sqlite3_stmt>,
    db: Db,
    parameters: usize,
    read_only: bool,
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
        SqliteRow {
            statement: self,
            columns,
        }
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

/// The row a statement stands on.
pub(super) struct SqliteRow<'s> {
    statement: &'s Statement,
    columns: usize,
}

impl SqliteRow<'_> {
    #[cold]
    fn out_of_range(&self, index: usize) -> Error {
        Error::new(
            ErrorKind::Decode,
            format!(
                "column {index} was asked for, but the row has {} columns (counted from 0)",
                self.columns
            ),
        )
    }

    #[cold]
    fn not_utf8(&self, index: usize) -> Error {
        Error::new(ErrorKind::Decode, "the column's TEXT is not valid UTF-8")
            .with_columns([self.name(index)])
    }
}

impl Row for SqliteRow<'_> {
    fn len(&self) -> usize {
        self.columns
    }

    #[inline]
    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        if index >= self.columns {
            return Err(self.out_of_range(index));
        }
        let raw = self.statement.raw.as_ptr();
        let column = index as c_int;
        // SAFETY: the statement stands on a row and `column` is one of its columns, so its value is there. The handle
        // has no mutex and is ours alone, so the value needs no protection and the cheap `value` functions may read it.
        // Each value is read by the type it has, so SQLite converts nothing and pointers given out before stay valid;
        // they live until the next step or reset, which need `&mut Statement`, while this row borrows it. `bytes` is
        // asked for after the pointer, as SQLite requires.
        unsafe {
            let value = ffi::sqlite3_column_value(raw, column);
            Ok(match ffi::sqlite3_value_type(value) {
                ffi::SQLITE_INTEGER => ValueRef::I64(ffi::sqlite3_value_int64(value)),
                ffi::SQLITE_FLOAT => ValueRef::F64(ffi::sqlite3_value_double(value)),
                ffi::SQLITE_TEXT => {
                    let data = ffi::sqlite3_value_text(value);
                    let bytes = bytes(data, ffi::sqlite3_value_bytes(value));
                    match std::str::from_utf8(bytes) {
                        Ok(text) => ValueRef::Text(text),
                        Err(_) => return Err(self.not_utf8(index)),
                    }
                }
                ffi::SQLITE_BLOB => {
                    let data = ffi::sqlite3_value_blob(value);
                    ValueRef::Bytes(bytes(data.cast(), ffi::sqlite3_value_bytes(value)))
                }
                _ => ValueRef::Null,
            })
        }
    }

    fn name(&self, index: usize) -> &str {
        if index >= self.columns {
            return "";
        }
        // SAFETY: the statement is alive and `index` is one of its columns; the name lives until the statement is
        // prepared again, which only a step does.
        unsafe {
            let name = ffi::sqlite3_column_name(self.statement.raw.as_ptr(), index as c_int);
            if name.is_null() {
                return "";
            }
            CStr::from_ptr(name).to_str().unwrap_or("")
        }
    }
}

/// # Safety
/// `data` is null, or points to `length` bytes that live as long as `'a`.
#[inline]
unsafe fn bytes<'a>(data: *const u8, length: c_int) -> &'a [u8] {
    if data.is_null() {
        return &[];
    }
    // SAFETY: by the contract.
    unsafe { std::slice::from_raw_parts(data, usize::try_from(length).unwrap_or(0)) }
}
