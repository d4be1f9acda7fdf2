//! The async core of the ORM: engine, session, SQL expression language, metadata, dialects.
//!
//! The modules are layers: each imports only the ones below it (see `ARCHITECTURE.md`).

pub mod dialect;
pub mod engine;
pub mod error;
pub mod mapping;
pub mod types;
mod util;

#[doc(hidden)]
pub mod __private;

pub use error::{Error, ErrorKind, Result};
