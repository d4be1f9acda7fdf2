//! The floor: prepared statements by hand on a held connection, by SQLite's C interface.
#![allow(unsafe_code, reason = "the floor is the C interface itself")]

use std::ffi::{CStr, c_int};
use std::ptr;

use libsqlite3_sys as ffi;

use crate::Plain;

const CREATE: &CStr = c"CREATE TABLE books (id INTEGER NOT NULL PRIMARY KEY, author_id BIGINT NOT NULL, \
                        title TEXT NOT NULL, year INTEGER NOT NULL, price DOUBLE PRECISION NOT NULL)";
const ALL: &CStr = c"SELECT id, author_id, title, year, price FROM books ORDER BY id LIMIT ?";
const GET: &CStr = c"SELECT id, author_id, title, year, price FROM books WHERE id = ?";
const INSERT: &CStr = c"INSERT INTO books (author_id, title, year, price) VALUES (?, ?, ?, ?)";
const UPDATE: &CStr = c"UPDATE books SET price = ? WHERE id = ?";

/// A database in memory with the table, and its prepared statements.
pub struct Database {
    db: *mut ffi::sqlite3,
    all: Statement,
    get: Statement,
    insert: Statement,
    update: Statement,
    begin: Statement,
    commit: Statement,
}

struct Statement(*mut ffi::sqlite3_stmt);

impl Statement {
    fn new(db: *mut ffi::sqlite3, sql: &CStr) -> Self {
        let mut statement = ptr::null_mut();
        // SAFETY: the connection is open, and the text ends with NUL.
        let code = unsafe {
            ffi::sqlite3_prepare_v2(db, sql.as_ptr(), -1, &mut statement, ptr::null_mut())
        };
        assert_eq!(code, ffi::SQLITE_OK, "{sql:?}");
        Self(statement)
    }

    fn bind_int(&self, index: c_int, value: i64) {
        // SAFETY: the statement lives as long as `self`.
        unsafe { ffi::sqlite3_bind_int64(self.0, index, value) };
    }

    fn bind_double(&self, index: c_int, value: f64) {
        // SAFETY: as above.
        unsafe { ffi::sqlite3_bind_double(self.0, index, value) };
    }

    fn bind_text(&self, index: c_int, value: &str) {
        // SAFETY: the caller steps and resets the statement before the text goes away.
        unsafe {
            ffi::sqlite3_bind_text(
                self.0,
                index,
                value.as_ptr().cast(),
                value.len() as c_int,
                ffi::SQLITE_STATIC(),
            )
        };
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

    fn row(&self) -> Plain {
        // SAFETY: the statement stands on a row with these five columns; the text is copied before the next step.
        unsafe {
            let text = ffi::sqlite3_column_text(self.0, 2);
            let length = ffi::sqlite3_column_bytes(self.0, 2) as usize;
            let title =
                std::str::from_utf8(std::slice::from_raw_parts(text, length)).expect("UTF-8");
            Plain {
                id: ffi::sqlite3_column_int64(self.0, 0),
                author_id: ffi::sqlite3_column_int64(self.0, 1),
                title: title.to_owned(),
                year: ffi::sqlite3_column_int(self.0, 3),
                price: ffi::sqlite3_column_double(self.0, 4),
            }
        }
    }

    fn run(&self) {
        self.step();
        self.reset();
    }
}

impl Database {
    /// Opens it, empty.
    pub fn open() -> Self {
        let mut db = ptr::null_mut();
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | ffi::SQLITE_OPEN_NOMUTEX;
        // SAFETY: the name ends with NUL; the handle is used by one thread only.
        let code =
            unsafe { ffi::sqlite3_open_v2(c":memory:".as_ptr(), &mut db, flags, ptr::null()) };
        assert_eq!(code, ffi::SQLITE_OK);
        let create = Statement::new(db, CREATE);
        create.run();
        // SAFETY: finalized once, and not used again.
        unsafe { ffi::sqlite3_finalize(create.0) };
        Self {
            db,
            all: Statement::new(db, ALL),
            get: Statement::new(db, GET),
            insert: Statement::new(db, INSERT),
            update: Statement::new(db, UPDATE),
            begin: Statement::new(db, c"BEGIN IMMEDIATE"),
            commit: Statement::new(db, c"COMMIT"),
        }
    }

    /// The rows, in the order of their keys.
    pub fn load(&self, limit: usize) -> Vec<Plain> {
        self.all.bind_int(1, i64::try_from(limit).unwrap_or(-1));
        let mut rows = Vec::new();
        while self.all.step() {
            rows.push(self.all.row());
        }
        self.all.reset();
        rows
    }

    /// That many gets by key.
    pub fn gets(&self, count: usize) {
        for id in 1..=count as i64 {
            self.get.bind_int(1, id);
            assert!(self.get.step());
            std::hint::black_box(self.get.row());
            self.get.reset();
        }
    }

    /// Inserts in one transaction; the keys that the rows got.
    pub fn insert(&self, rows: &[Plain]) -> Vec<i64> {
        let mut keys = Vec::with_capacity(rows.len());
        self.begin.run();
        for row in rows {
            self.insert.bind_int(1, row.author_id);
            self.insert.bind_text(2, &row.title);
            self.insert.bind_int(3, row.year.into());
            self.insert.bind_double(4, row.price);
            self.insert.run();
            // SAFETY: the connection is open.
            keys.push(unsafe { ffi::sqlite3_last_insert_rowid(self.db) });
        }
        self.commit.run();
        keys
    }

    /// Loads, changes one column of each row, and saves in one transaction.
    pub fn change(&self, count: usize) {
        let mut rows = self.load(count);
        for row in &mut rows {
            row.price += 1.0;
        }
        self.begin.run();
        for row in &rows {
            self.update.bind_double(1, row.price);
            self.update.bind_int(2, row.id);
            self.update.run();
        }
        self.commit.run();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statements = [
            &self.all,
            &self.get,
            &self.insert,
            &self.update,
            &self.begin,
            &self.commit,
        ];
        // SAFETY: each statement is finalized once, and the connection closed after them; neither is used again.
        unsafe {
            for statement in statements {
                ffi::sqlite3_finalize(statement.0);
            }
            ffi::sqlite3_close(self.db);
        }
    }
}
