//! SQLite by its C interface, on a connection that sqlx has opened and lent for life.
//!
//! The `unsafe` code lives in nine files of this folder: `direct` (the handle), `statement` (prepare, bind, step), `row`
//! (read), `cursor`, `aside` (rows read ahead), `watch`, `checked`, `decimal` and `collation` (functions that SQLite
//! calls). What they offer is safe to call, except for `Statement::bind`, whose contract the units of `work` keep.

mod aside;
mod cache;
mod checked;
mod collation;
mod control;
mod cursor;
mod decimal;
mod direct;
mod json;
mod key;
mod open;
mod row;
mod statement;
mod watch;
mod work;

pub(crate) use control::Control;
pub(crate) use cursor::CursorWork;
pub(crate) use direct::SqliteDriver;
pub(crate) use open::SqliteTarget;
pub(crate) use watch::Stopper;
pub(crate) use work::{BatchWork, Limit, Progress, Query, Work};
