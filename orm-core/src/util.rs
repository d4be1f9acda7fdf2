//! Small algorithms that know no SQL.

pub(crate) mod decimal;
pub(crate) mod topo;
