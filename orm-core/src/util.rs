//! Small algorithms that know no SQL.

pub(crate) mod base64;
pub(crate) mod decimal;
pub(crate) mod siphash;
pub(crate) mod topo;
