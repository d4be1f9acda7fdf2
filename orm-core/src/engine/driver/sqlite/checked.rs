//! Integers on SQLite that are checked as other databases check them: what does not fit its column, and division by zero.
#![allow(unsafe_code, reason = "SQLite calls functions by C function pointers")]

use std::ffi::{CStr, c_int};

use libsqlite3_sys as ffi;

use super::direct::Db;

/// A function of one value, which it gives back or refuses.
struct Check {
    name: &'static CStr,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// An integer between these, or NULL. What SQLite computes beyond 64 bits is a float.
    Integer(i64, i64),
    /// Anything but zero.
    Divisor,
}

static CHECKS: [Check; 4] = [
    Check {
        name: c"checked_smallint",
        kind: Kind::Integer(i16::MIN as i64, i16::MAX as i64),
    },
    Check {
        name: c"checked_integer",
        kind: Kind::Integer(i32::MIN as i64, i32::MAX as i64),
    },
    Check {
        name: c"checked_bigint",
        kind: Kind::Integer(i64::MIN, i64::MAX),
    },
    Check {
        name: c"checked_divisor",
        kind: Kind::Divisor,
    },
];

/// Makes the functions known to a connection; SQLite's code of what went wrong, if anything.
pub(super) fn install(db: Db) -> Result<(), c_int> {
    for check in &CHECKS {
        // SAFETY: the handle is open; name and context are static, so they outlive it.
        let code = unsafe {
            ffi::sqlite3_create_function_v2(
                db.as_ptr(),
                check.name.as_ptr(),
                1,
                ffi::SQLITE_UTF8 | ffi::SQLITE_DETERMINISTIC | ffi::SQLITE_INNOCUOUS,
                std::ptr::from_ref(check).cast_mut().cast(),
                Some(call),
                None,
                None,
                None,
            )
        };
        if code != ffi::SQLITE_OK {
            return Err(code);
        }
    }
    Ok(())
}

unsafe extern "C" fn call(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    arguments: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: the context's data is the check that was registered; there is one argument, which lives as long as the call
    // and is read by the type it has.
    unsafe {
        let check = &*ffi::sqlite3_user_data(context).cast::<Check>();
        let value = *arguments;
        let refused = match (check.kind, ffi::sqlite3_value_type(value)) {
            (Kind::Integer(least, most), ffi::SQLITE_INTEGER) => {
                let number = ffi::sqlite3_value_int64(value);
                (number < least || number > most).then_some(c"integer out of range")
            }
            (Kind::Integer(..), ffi::SQLITE_FLOAT) => Some(c"integer out of range"),
            (Kind::Divisor, ffi::SQLITE_INTEGER) => {
                (ffi::sqlite3_value_int64(value) == 0).then_some(c"division by zero")
            }
            (Kind::Divisor, ffi::SQLITE_FLOAT) => {
                (ffi::sqlite3_value_double(value) == 0.0).then_some(c"division by zero")
            }
            _ => None,
        };
        match refused {
            None => ffi::sqlite3_result_value(context, value),
            Some(reason) => ffi::sqlite3_result_error(context, reason.as_ptr(), -1),
        }
    }
}
