//! The floor's way to SQLite: its C interface, as thin as it can be.
#![allow(unsafe_code, reason = "the floor is the C interface itself")]

use std::ffi::{CString, c_int};
use std::ptr;

use libsqlite3_sys as ffi;

/// A connection, which lives as long as the program.
pub struct Db(*mut ffi::sqlite3);

/// A prepared statement, which lives as long as the program.
pub struct Statement(*mut ffi::sqlite3_stmt);

impl Db {
    pub fn open(path: &str) -> Self {
        let path = CString::new(path).expect("no NUL");
        let mut db = ptr::null_mut();
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | ffi::SQLITE_OPEN_NOMUTEX;
        // SAFETY: the name ends with NUL; the handle is used by one thread only.
        let code = unsafe { ffi::sqlite3_open_v2(path.as_ptr(), &mut db, flags, ptr::null()) };
        assert_eq!(code, ffi::SQLITE_OK, "{path:?}");
        Self(db)
    }

    pub fn prepare(&self, sql: &str) -> Statement {
        let text = CString::new(sql).expect("no NUL");
        let mut statement = ptr::null_mut();
        // SAFETY: the connection is open, and the text ends with NUL.
        let code = unsafe {
            ffi::sqlite3_prepare_v2(self.0, text.as_ptr(), -1, &mut statement, ptr::null_mut())
        };
        assert_eq!(code, ffi::SQLITE_OK, "{sql}");
        Statement(statement)
    }
}

impl Statement {
    pub fn bind(&self, index: c_int, value: i64) -> &Self {
        // SAFETY: the statement is not finalized before the program ends.
        unsafe { ffi::sqlite3_bind_int64(self.0, index, value) };
        self
    }

    fn step(&self) -> bool {
        // SAFETY: as above.
        match unsafe { ffi::sqlite3_step(self.0) } {
            ffi::SQLITE_ROW => true,
            ffi::SQLITE_DONE => false,
            code => panic!("SQLite's code {code}"),
        }
    }

    fn reset(&self) {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_reset(self.0) };
    }

    /// All rows.
    pub fn all<T>(&self, read: impl Fn(&Self) -> T) -> Vec<T> {
        let mut rows = Vec::new();
        while self.step() {
            rows.push(read(self));
        }
        self.reset();
        rows
    }

    /// The first row, which must be there.
    pub fn one<T>(&self, read: impl Fn(&Self) -> T) -> T {
        assert!(self.step(), "a row");
        let row = read(self);
        self.reset();
        row
    }

    pub fn int(&self, column: c_int) -> i64 {
        // SAFETY: as above; the statement stands on a row.
        unsafe { ffi::sqlite3_column_int64(self.0, column) }
    }

    pub fn real(&self, column: c_int) -> f64 {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_column_double(self.0, column) }
    }

    pub fn maybe(&self, column: c_int) -> Option<String> {
        // SAFETY: as above; the text is copied before the next step.
        unsafe {
            let text = ffi::sqlite3_column_text(self.0, column);
            if text.is_null() {
                return None;
            }
            let length = ffi::sqlite3_column_bytes(self.0, column) as usize;
            let bytes = std::slice::from_raw_parts(text, length);
            Some(std::str::from_utf8(bytes).expect("UTF-8").to_owned())
        }
    }

    pub fn text(&self, column: c_int) -> String {
        self.maybe(column).expect("not NULL")
    }
}
