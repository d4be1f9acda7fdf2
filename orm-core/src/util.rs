//! Small algorithms that know no SQL.

pub(crate) mod topo;
