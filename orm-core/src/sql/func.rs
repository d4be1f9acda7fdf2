//! SQL functions with known types: `func::count(Book::id)`.
//!
//! What a function gives can be NULL when one of its arguments can, unless it says otherwise. A function that is not here is
//! called by its name with [`call_named`], [`aggregate_named`] or [`window_named`].

mod aggregate;
mod choice;
#[cfg(feature = "json")]
mod json;
mod named;
mod number;
mod text;
#[cfg(feature = "chrono")]
mod time;
mod value;
mod window;

pub use aggregate::{
    array_agg, avg, bool_and, bool_or, count, count_all, count_distinct, max, min, mode,
    percentile_cont, percentile_disc, string_agg, sum,
};
pub use choice::{Case, CaseOf, case, case_of, coalesce, coalesce_all, greatest, least, null_if};
#[cfg(feature = "json")]
pub use json::{json_agg, json_array_length, json_object_agg};
pub use named::{aggregate_named, call_named, table_named, window_named};
pub use number::{abs, bit_not, bit_xor, ceil, exp, floor, ln, power, random, round, sign, sqrt};
pub use text::{
    concat, concat_ws, left, length, lower, ltrim, position, replace, rtrim, substr, substr_from,
    trim, upper,
};
#[cfg(feature = "chrono")]
pub use time::{Moment, Temporal, current_date, current_time, extract, now, truncate};
pub use value::{LiteralValue, literal, null, value};
pub use window::{
    cume_dist, dense_rank, first_value, lag, lag_or, last_value, lead, lead_or, nth_value, ntile,
    percent_rank, rank, row_number,
};

use super::{Aggregate, Expr, Function, Typed};

fn call<T>(name: &'static str, arguments: Vec<Expr>) -> Typed<T> {
    Typed::new(Expr::known(name, arguments))
}

fn aggregate<T>(name: &'static str, arguments: Vec<Expr>) -> Aggregate<T> {
    Aggregate::new(Function::known(name, arguments))
}
