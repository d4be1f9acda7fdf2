//! Small algorithms that know no SQL.

pub(crate) mod decimal;
pub(crate) mod seeded;
pub(crate) mod topo;
