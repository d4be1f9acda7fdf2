//! Everything that generated code may name. Not public API: it may change in any release.

pub use crate::error::{Error, ErrorKind, Result};
pub use crate::mapping::obligation::*;
pub use crate::mapping::*;
pub use crate::session::{Session, ToMany, ToOne};
pub use crate::types::*;

/// Plans the next flush and sends nothing; how many batches it has. For the benches, which measure the planner alone.
///
/// # Errors
/// As the flush, before anything is sent; `InvalidState` when a relationship has to be loaded first.
pub fn planned(session: &mut Session) -> Result<usize> {
    session.plan_only()
}
