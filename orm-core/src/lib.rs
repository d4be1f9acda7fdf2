//! The async core of the ORM: engine, session, SQL expression language, metadata, dialects.
//!
//! The modules are layers: each imports only the ones below it (see `ARCHITECTURE.md`).

#[cfg(test)]
extern crate self as orm_core;

pub mod dialect;
pub mod engine;
pub mod error;
mod load;
pub mod mapping;
pub mod prelude;
pub mod reflect;
pub mod schema;
pub mod session;
pub mod sql;
mod state;
pub mod types;
mod unit_of_work;
mod util;

#[doc(hidden)]
pub mod __private;

pub use error::{Error, ErrorKind, Result};
pub use mapping::Model;
pub use types::DbEnum;

#[cfg(feature = "derive")]
pub use orm_derive::{DbEnum, FromRow, Model};
