//! SQLite by its C interface, on a connection that sqlx has opened and lent for life.
//!
//! The `unsafe` code lives in seven files of this folder: `direct` (the handle), `statement` (prepare, bind, step), `row`
//! (read), `cursor`, `watch`, `decimal` and `collation` (functions that SQLite calls). What they offer is safe to call,
//! except for `Statement::bind`, whose contract the units of `work` keep.

mod cache;
mod collation;
mod cursor;
mod decimal;
mod direct;
mod json;
mod open;
mod row;
mod statement;
mod watch;
mod work;

pub(crate) use cursor::CursorWork;
pub(crate) use direct::SqliteDriver;
pub(crate) use open::SqliteTarget;
pub(crate) use watch::Stopper;
pub(crate) use work::{BatchWork, Control, Limit, Progress, Query, Work};
