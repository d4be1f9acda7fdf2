//! SQLite's C interface, as thin as it can be.

use std::ffi::{CString, c_int};
use std::ptr;

use libsqlite3_sys as ffi;

/// A connection, for one thread.
pub struct Db(*mut ffi::sqlite3);

// SAFETY: a connection without SQLite's own locks may move to another thread, as long as one uses it at a time.
unsafe impl Send for Db {}

impl Db {
    pub fn open(path: &str) -> Self {
        let path = CString::new(path).expect("no NUL");
        let mut db = ptr::null_mut();
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | ffi::SQLITE_OPEN_NOMUTEX;
        // SAFETY: the name ends with NUL.
        let code = unsafe { ffi::sqlite3_open_v2(path.as_ptr(), &mut db, flags, ptr::null()) };
        assert_eq!(code, ffi::SQLITE_OK, "{path:?}");
        let db = Self(db);
        db.execute(protocol::PRAGMAS);
        db
    }

    /// Plans by the averages of an analyzed database, not by its samples, for which each statement would be prepared anew
    /// whenever another value is bound.
    pub fn plan_once(self) -> Self {
        const STAT4: c_int = 0x800;
        // SAFETY: the connection is open, and this control takes it and the switches to turn off.
        unsafe { ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_OPTIMIZATIONS, self.0, STAT4) };
        self
    }

    pub fn execute(&self, sql: &str) {
        let text = CString::new(sql).expect("no NUL");
        // SAFETY: the connection is open, and the text ends with NUL.
        let code = unsafe { ffi::sqlite3_exec(self.0, text.as_ptr(), None, ptr::null_mut(), ptr::null_mut()) };
        assert_eq!(code, ffi::SQLITE_OK, "{sql}");
    }

    pub fn prepare(&self, sql: &str) -> Statement {
        let text = CString::new(sql).expect("no NUL");
        let mut statement = ptr::null_mut();
        // SAFETY: the connection is open, and the text ends with NUL.
        let code = unsafe { ffi::sqlite3_prepare_v2(self.0, text.as_ptr(), -1, &mut statement, ptr::null_mut()) };
        assert_eq!(code, ffi::SQLITE_OK, "{sql}");
        Statement(statement)
    }

    pub fn last_id(&self) -> i64 {
        // SAFETY: the connection is open.
        unsafe { ffi::sqlite3_last_insert_rowid(self.0) }
    }
}

/// A prepared statement. Its connection lives as long as the program.
pub struct Statement(*mut ffi::sqlite3_stmt);

// SAFETY: as for the connection.
unsafe impl Send for Statement {}

impl Statement {
    pub fn int(&self, index: c_int, value: i64) -> &Self {
        // SAFETY: the statement is not finalized before the program ends.
        unsafe { ffi::sqlite3_bind_int64(self.0, index, value) };
        self
    }

    pub fn real(&self, index: c_int, value: f64) -> &Self {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_bind_double(self.0, index, value) };
        self
    }

    /// The text must outlive the next `run`.
    pub fn text(&self, index: c_int, value: &str) -> &Self {
        let length = value.len() as c_int;
        // SAFETY: the caller steps and resets the statement before the text goes away.
        unsafe { ffi::sqlite3_bind_text(self.0, index, value.as_ptr().cast(), length, ffi::SQLITE_STATIC()) };
        self
    }

    pub fn maybe(&self, index: c_int, value: Option<&str>) -> &Self {
        match value {
            Some(value) => self.text(index, value),
            None => {
                // SAFETY: as above.
                unsafe { ffi::sqlite3_bind_null(self.0, index) };
                self
            }
        }
    }

    pub fn step(&self) -> bool {
        // SAFETY: as above.
        match unsafe { ffi::sqlite3_step(self.0) } {
            ffi::SQLITE_ROW => true,
            ffi::SQLITE_DONE => false,
            code => panic!("SQLite's code {code}"),
        }
    }

    pub fn reset(&self) {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_reset(self.0) };
    }

    /// For statements without rows.
    pub fn run(&self) {
        self.step();
        self.reset();
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

    /// The first row, if there is one.
    pub fn first<T>(&self, read: impl Fn(&Self) -> T) -> Option<T> {
        let row = self.step().then(|| read(self));
        self.reset();
        row
    }

    pub fn get_int(&self, column: c_int) -> i64 {
        // SAFETY: as above; the statement stands on a row.
        unsafe { ffi::sqlite3_column_int64(self.0, column) }
    }

    pub fn get_real(&self, column: c_int) -> f64 {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_column_double(self.0, column) }
    }

    pub fn get_maybe(&self, column: c_int) -> Option<String> {
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

    pub fn get_text(&self, column: c_int) -> String {
        self.get_maybe(column).expect("not NULL")
    }

    /// Gives it back; a statement that is not, lives as long as the program.
    pub fn finalize(self) {
        // SAFETY: it is moved in here, so nobody uses it afterwards.
        unsafe { ffi::sqlite3_finalize(self.0) };
    }
}
