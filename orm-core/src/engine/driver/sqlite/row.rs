//! The row that a SQLite statement stands on, read in place.
#![allow(
    unsafe_code,
    reason = "values are read in place, without a copy or an allocation"
)]

use std::ffi::{CStr, c_int};

use libsqlite3_sys as ffi;

use super::statement::Statement;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Row, ValueRef};

/// The row a statement stands on.
pub(super) struct SqliteRow<'s> {
    statement: &'s Statement,
    columns: usize,
}

impl<'s> SqliteRow<'s> {
    /// The row that stands ready, which has so many columns.
    #[inline]
    pub(super) fn new(statement: &'s mut Statement, columns: usize) -> Self {
        Self { statement, columns }
    }
}

impl SqliteRow<'_> {
    /// The value at `index` and its type, if there is such a column.
    ///
    /// The statement stands on a row, so its value is there. The handle has no mutex and is ours alone, so the value needs
    /// no protection and the cheap `value` functions may read it. What is read by the type it has SQLite does not convert,
    /// so pointers given out before stay valid; they live until the next step or reset, which need `&mut Statement`, while
    /// this row borrows it.
    #[inline]
    fn at(&self, index: usize) -> Option<(*mut ffi::sqlite3_value, c_int)> {
        if index >= self.columns {
            return None;
        }
        // SAFETY: the statement stands on a row and `index` is one of its columns.
        unsafe {
            let value = ffi::sqlite3_column_value(self.statement.handle(), index as c_int);
            Some((value, ffi::sqlite3_value_type(value)))
        }
    }

    /// The bytes of a text.
    ///
    /// # Safety
    /// The value must be of this row, and of type TEXT.
    #[inline]
    unsafe fn text_at(&self, value: *mut ffi::sqlite3_value) -> &[u8] {
        // SAFETY: by the contract; `bytes` is asked for after the pointer, as SQLite requires.
        unsafe {
            let data = ffi::sqlite3_value_text(value);
            bytes(data, ffi::sqlite3_value_bytes(value))
        }
    }

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
        let Some((value, kind)) = self.at(index) else {
            return Err(self.out_of_range(index));
        };
        // SAFETY: the value is of this row, and read by the type it has.
        unsafe {
            Ok(match kind {
                ffi::SQLITE_INTEGER => ValueRef::I64(ffi::sqlite3_value_int64(value)),
                ffi::SQLITE_FLOAT => ValueRef::F64(ffi::sqlite3_value_double(value)),
                ffi::SQLITE_TEXT => match std::str::from_utf8(self.text_at(value)) {
                    Ok(text) => ValueRef::Text(text),
                    Err(_) => return Err(self.not_utf8(index)),
                },
                ffi::SQLITE_BLOB => {
                    let data = ffi::sqlite3_value_blob(value);
                    ValueRef::Bytes(bytes(data.cast(), ffi::sqlite3_value_bytes(value)))
                }
                _ => ValueRef::Null,
            })
        }
    }

    #[inline]
    fn integer(&self, index: usize) -> Option<i64> {
        match self.at(index)? {
            // SAFETY: the value is of this row, and an integer.
            (value, ffi::SQLITE_INTEGER) => Some(unsafe { ffi::sqlite3_value_int64(value) }),
            _ => None,
        }
    }

    #[inline]
    fn float(&self, index: usize) -> Option<f64> {
        match self.at(index)? {
            // SAFETY: the value is of this row, and a float.
            (value, ffi::SQLITE_FLOAT) => Some(unsafe { ffi::sqlite3_value_double(value) }),
            _ => None,
        }
    }

    #[inline]
    fn text(&self, index: usize) -> Option<&str> {
        match self.at(index)? {
            // SAFETY: the value is of this row, and a text.
            (value, ffi::SQLITE_TEXT) => std::str::from_utf8(unsafe { self.text_at(value) }).ok(),
            _ => None,
        }
    }

    fn name(&self, index: usize) -> &str {
        if index >= self.columns {
            return "";
        }
        // SAFETY: the statement is alive and `index` is one of its columns; the name lives until the statement is
        // prepared again, which only a step does.
        unsafe {
            let name = ffi::sqlite3_column_name(self.statement.handle(), index as c_int);
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
