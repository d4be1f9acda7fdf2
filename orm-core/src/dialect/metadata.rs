//! The statements of a whole metadata in one dialect.

use super::{Compiled, Dialect};
use crate::error::Result;
use crate::schema::{Ddl, Metadata};

impl Metadata {
    /// The statements that create every table and index that is not there yet, in the order in which they must run.
    ///
    /// # Errors
    /// `InvalidQuery` when a name cannot be written.
    pub fn create_statements(&self, dialect: &dyn Dialect) -> Result<Vec<Compiled>> {
        let alter = dialect.capabilities().alter_constraints;
        compile(&self.creation(alter), dialect)
    }

    /// The statements that drop every table that is there, in the order in which they must run.
    ///
    /// On SQLite dropping a table deletes its rows first, which a foreign key of a cycle can refuse: there, rows that
    /// reference each other in a ring have to be deleted before, or enforcement be off.
    ///
    /// # Errors
    /// As [`Metadata::create_statements`].
    pub fn drop_statements(&self, dialect: &dyn Dialect) -> Result<Vec<Compiled>> {
        let alter = dialect.capabilities().alter_constraints;
        compile(&self.removal(alter), dialect)
    }
}

fn compile(statements: &[Ddl], dialect: &dyn Dialect) -> Result<Vec<Compiled>> {
    statements
        .iter()
        .map(|ddl| dialect.compile_ddl(ddl))
        .collect()
}
