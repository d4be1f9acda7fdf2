//! Everything that generated code may name. Not public API: it may change in any release.

pub use crate::error::{Error, ErrorKind, Result};
pub use crate::mapping::obligation::*;
pub use crate::mapping::*;
pub use crate::session::{Session, ToMany, ToOne};
pub use crate::types::*;
