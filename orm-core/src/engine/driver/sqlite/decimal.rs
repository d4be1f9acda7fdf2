//! Decimals on SQLite: the collation `decimal`, and the functions that compute with them exactly.
#![allow(
    unsafe_code,
    reason = "SQLite calls functions and collations by C function pointers"
)]

use std::ffi::{CStr, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use libsqlite3_sys as ffi;

use super::direct::Db;
use crate::types::Numeric;
use crate::util::decimal::{self, Decimal};

/// The result of a function: NULL when there is none.
type Outcome = Result<Option<String>, &'static str>;

/// A function of each row. Its arguments are never NULL: then the result is.
struct Scalar {
    name: &'static CStr,
    arguments: c_int,
    run: fn(&[Decimal]) -> Outcome,
}

/// A function of many rows.
struct Aggregate {
    name: &'static CStr,
    finish: fn(&Sum) -> Outcome,
}

const NO_NUMBER: &str = "a value is not a decimal number";
const NOT_EXACT: &str = "a float of more than 15 digits is not exactly a decimal number";
const BY_ZERO: &str = "division by zero";
const INTERNAL: &str = "the computation failed";

static SCALARS: [Scalar; 9] = [
    binary(c"decimal_add", |v| Ok(some(&v[0].add(&v[1])))),
    binary(c"decimal_sub", |v| Ok(some(&v[0].subtract(&v[1])))),
    binary(c"decimal_mul", |v| Ok(some(&v[0].multiply(&v[1])))),
    binary(c"decimal_div", |v| {
        v[0].divide(&v[1])
            .map(|quotient| some(&quotient))
            .ok_or(BY_ZERO)
    }),
    binary(c"decimal_rem", |v| {
        v[0].remainder(&v[1]).map(|rest| some(&rest)).ok_or(BY_ZERO)
    }),
    unary(c"decimal_neg", |v| Ok(some(&v[0].clone().negated()))),
    unary(c"decimal_abs", |v| Ok(some(&v[0].clone().magnitude()))),
    unary(c"decimal_round", |v| Ok(some(&v[0].round(0)))),
    binary(c"decimal_round", |v| {
        let places = v[1]
            .to_string()
            .parse()
            .map_err(|_| "the number of digits is not an integer")?;
        Ok(some(&v[0].round(places)))
    }),
];

static AGGREGATES: [Aggregate; 2] = [
    Aggregate {
        name: c"decimal_sum",
        finish: |sum| Ok((sum.count > 0).then(|| sum.total.to_string())),
    },
    Aggregate {
        name: c"decimal_avg",
        finish: |sum| {
            Ok(sum
                .total
                .divide(&Decimal::from(sum.count))
                .map(|average| average.to_string()))
        },
    },
];

const fn unary(name: &'static CStr, run: fn(&[Decimal]) -> Outcome) -> Scalar {
    Scalar {
        name,
        arguments: 1,
        run,
    }
}

const fn binary(name: &'static CStr, run: fn(&[Decimal]) -> Outcome) -> Scalar {
    Scalar {
        name,
        arguments: 2,
        run,
    }
}

fn some(number: &Decimal) -> Option<String> {
    Some(number.to_string())
}

/// What an aggregate has taken so far.
#[derive(Default)]
struct Sum {
    total: Decimal,
    count: i64,
}

/// Makes collation and functions known to a connection; SQLite's code of what went wrong, if anything.
pub(super) fn install(db: Db) -> Result<(), c_int> {
    let plain = ffi::SQLITE_UTF8 | ffi::SQLITE_DETERMINISTIC | ffi::SQLITE_INNOCUOUS;
    let done = |code: c_int| {
        if code == ffi::SQLITE_OK {
            Ok(())
        } else {
            Err(code)
        }
    };
    // SAFETY: the handle is open; names and contexts are static, so they outlive it.
    unsafe {
        done(ffi::sqlite3_create_collation_v2(
            db.as_ptr(),
            c"decimal".as_ptr(),
            ffi::SQLITE_UTF8,
            std::ptr::null_mut(),
            Some(collate),
            None,
        ))?;
        for function in &SCALARS {
            done(ffi::sqlite3_create_function_v2(
                db.as_ptr(),
                function.name.as_ptr(),
                function.arguments,
                plain,
                std::ptr::from_ref(function).cast_mut().cast(),
                Some(call),
                None,
                None,
                None,
            ))?;
        }
        for aggregate in &AGGREGATES {
            done(ffi::sqlite3_create_window_function(
                db.as_ptr(),
                aggregate.name.as_ptr(),
                1,
                plain,
                std::ptr::from_ref(aggregate).cast_mut().cast(),
                Some(step),
                Some(finish),
                Some(value),
                Some(inverse),
                None,
            ))?;
        }
    }
    Ok(())
}

/// Compares two texts as numbers.
unsafe extern "C" fn collate(
    _: *mut c_void,
    left_length: c_int,
    left: *const c_void,
    right_length: c_int,
    right: *const c_void,
) -> c_int {
    // SAFETY: SQLite gives two texts with their lengths, for the length of the call.
    let (left, right) = unsafe { (bytes(left, left_length), bytes(right, right_length)) };
    let compared = catch_unwind(|| decimal::compare(left, right));
    compared.unwrap_or_else(|_| left.cmp(right)) as c_int
}

unsafe extern "C" fn call(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    arguments: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: the context's data is the function that was registered; the arguments are `count` values that live as long
    // as the call.
    unsafe {
        let function = &*ffi::sqlite3_user_data(context).cast::<Scalar>();
        let outcome = guarded(|| {
            let mut numbers = Vec::with_capacity(2);
            for index in 0..usize::try_from(count).unwrap_or(0) {
                match number(*arguments.add(index))? {
                    Some(number) => numbers.push(number),
                    None => return Ok(None),
                }
            }
            (function.run)(&numbers)
        });
        answer(context, function.name, outcome);
    }
}

unsafe extern "C" fn step(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    arguments: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: the aggregates have one argument.
    unsafe { take(context, *arguments, Decimal::add, 1) }
}

unsafe extern "C" fn inverse(
    context: *mut ffi::sqlite3_context,
    _: c_int,
    arguments: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: the aggregates have one argument.
    unsafe { take(context, *arguments, Decimal::subtract, -1) }
}

/// Puts a value in, or takes it out again.
///
/// # Safety
/// To be called by SQLite's calls of an aggregate only.
unsafe fn take(
    context: *mut ffi::sqlite3_context,
    argument: *mut ffi::sqlite3_value,
    put: fn(&Decimal, &Decimal) -> Decimal,
    count: i64,
) {
    // SAFETY: the context's data is the aggregate that was registered, the argument lives as long as the call, and the
    // place holds null or what was put there before.
    unsafe {
        let aggregate = &*ffi::sqlite3_user_data(context).cast::<Aggregate>();
        let place = ffi::sqlite3_aggregate_context(context, size_of::<*mut Sum>() as c_int);
        let place = place.cast::<*mut Sum>();
        if place.is_null() {
            ffi::sqlite3_result_error_nomem(context);
            return;
        }
        let outcome = guarded(|| {
            if let Some(number) = number(argument)? {
                if (*place).is_null() {
                    *place = Box::into_raw(Box::default());
                }
                let sum = &mut **place;
                sum.total = put(&sum.total, &number);
                sum.count += count;
            }
            Ok(None)
        });
        if outcome.is_err() {
            answer(context, aggregate.name, outcome);
        }
    }
}

/// The result so far.
unsafe extern "C" fn value(context: *mut ffi::sqlite3_context) {
    // SAFETY: as in `take`.
    unsafe {
        let aggregate = &*ffi::sqlite3_user_data(context).cast::<Aggregate>();
        // Nothing is made anew here: null says that no value came.
        let place = ffi::sqlite3_aggregate_context(context, 0).cast::<*mut Sum>();
        let outcome = guarded(|| match place.as_ref().and_then(|place| place.as_ref()) {
            Some(sum) => (aggregate.finish)(sum),
            None => Ok(None),
        });
        answer(context, aggregate.name, outcome);
    }
}

/// The result, after which nothing is kept. SQLite calls this also for a statement that fails.
unsafe extern "C" fn finish(context: *mut ffi::sqlite3_context) {
    // SAFETY: as in `take`; the box is taken out of its place, so that it is freed once.
    unsafe {
        value(context);
        let place = ffi::sqlite3_aggregate_context(context, 0).cast::<*mut Sum>();
        if let Some(place) = place.as_mut() {
            let sum = std::mem::replace(place, std::ptr::null_mut());
            if !sum.is_null() {
                drop(Box::from_raw(sum));
            }
        }
    }
}

/// A panic must not reach SQLite's code.
fn guarded(run: impl FnOnce() -> Outcome) -> Outcome {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Err(INTERNAL))
}

/// # Safety
/// The context must be that of a call under way.
unsafe fn answer(context: *mut ffi::sqlite3_context, name: &CStr, outcome: Outcome) {
    // SAFETY: by the contract; SQLite copies text and message.
    unsafe {
        match outcome {
            Ok(None) => ffi::sqlite3_result_null(context),
            Ok(Some(text)) => ffi::sqlite3_result_text64(
                context,
                text.as_ptr().cast(),
                text.len() as u64,
                ffi::SQLITE_TRANSIENT(),
                ffi::SQLITE_UTF8 as u8,
            ),
            Err(reason) => {
                let message = format!("{}: {reason}", name.to_string_lossy());
                let length = c_int::try_from(message.len()).unwrap_or(0);
                ffi::sqlite3_result_error(context, message.as_ptr().cast(), length);
            }
        }
    }
}

/// An argument as a number; none for NULL. A float of more than 15 digits is refused: it is not the number that was written.
///
/// # Safety
/// The value must live.
unsafe fn number(value: *mut ffi::sqlite3_value) -> Result<Option<Decimal>, &'static str> {
    // SAFETY: by the contract; the text is read by the type it has and copied before any other call.
    unsafe {
        match ffi::sqlite3_value_type(value) {
            ffi::SQLITE_NULL => Ok(None),
            ffi::SQLITE_INTEGER => Ok(Some(Decimal::from(ffi::sqlite3_value_int64(value)))),
            ffi::SQLITE_TEXT => {
                let data = ffi::sqlite3_value_text(value);
                let bytes = bytes(data.cast(), ffi::sqlite3_value_bytes(value));
                let number = std::str::from_utf8(bytes).ok().and_then(Decimal::parse);
                number.map(Some).ok_or(NO_NUMBER)
            }
            ffi::SQLITE_FLOAT => Numeric::from_float(ffi::sqlite3_value_double(value))
                .and_then(|number| Decimal::parse(&number.to_string()))
                .map(Some)
                .ok_or(NOT_EXACT),
            _ => Err(NO_NUMBER),
        }
    }
}

/// # Safety
/// `data` is null, or points to `length` bytes that live as long as `'a`.
unsafe fn bytes<'a>(data: *const c_void, length: c_int) -> &'a [u8] {
    if data.is_null() {
        return &[];
    }
    // SAFETY: by the contract.
    unsafe { std::slice::from_raw_parts(data.cast(), usize::try_from(length).unwrap_or(0)) }
}
