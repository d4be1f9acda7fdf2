//! The async core of the ORM: engine, session, SQL expression language, metadata, dialects.
//!
//! The modules are layers: each imports only the ones below it (see `ARCHITECTURE.md`).

pub mod dialect;
pub mod error;
mod load;
pub mod mapping;
pub mod schema;
pub mod sql;
mod state;
pub mod types;
mod unit_of_work;
mod util;

#[doc(hidden)]
pub mod __private;

pub use error::{Error, ErrorKind, Result};
