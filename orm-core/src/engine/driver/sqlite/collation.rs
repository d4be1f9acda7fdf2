//! The function `orm_collation` on SQLite: by which collation a column compares, which no pragma tells.
#![allow(
    unsafe_code,
    reason = "SQLite calls functions by C function pointers, and tells of a column only in C"
)]

use std::ffi::{c_char, c_int};

use libsqlite3_sys as ffi;

use super::direct::Db;

/// Makes the function known to a connection; SQLite's code of what went wrong, if anything.
pub(super) fn install(db: Db) -> Result<(), c_int> {
    // SAFETY: the handle is open, and the name is static.
    let code = unsafe {
        ffi::sqlite3_create_function_v2(
            db.as_ptr(),
            c"orm_collation".as_ptr(),
            2,
            ffi::SQLITE_UTF8 | ffi::SQLITE_DIRECTONLY,
            std::ptr::null_mut(),
            Some(collation),
            None,
            None,
            None,
        )
    };
    match code {
        ffi::SQLITE_OK => Ok(()),
        code => Err(code),
    }
}

/// `orm_collation(table, column)`: the name of its collation; NULL where there is no such column of a table.
unsafe extern "C" fn collation(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    arguments: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: the function has two arguments, whose texts end with a zero and live as long as the call. The name that comes
    // back is SQLite's own and is copied at once.
    unsafe {
        let table = ffi::sqlite3_value_text(*arguments).cast::<c_char>();
        let column = ffi::sqlite3_value_text(*arguments.add(1)).cast::<c_char>();
        if table.is_null() || column.is_null() {
            return ffi::sqlite3_result_null(context);
        }
        let mut found: *const c_char = std::ptr::null();
        let code = ffi::sqlite3_table_column_metadata(
            ffi::sqlite3_context_db_handle(context),
            std::ptr::null(),
            table,
            column,
            std::ptr::null_mut(),
            &raw mut found,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            std::ptr::null_mut(),
        );
        if code == ffi::SQLITE_OK && !found.is_null() {
            ffi::sqlite3_result_text(context, found, -1, ffi::SQLITE_TRANSIENT());
        } else {
            ffi::sqlite3_result_null(context);
        }
    }
}
