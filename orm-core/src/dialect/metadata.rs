//! The statements of a whole metadata in one dialect.

use super::{Compiled, Dialect, Summary};
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
    /// They belong into one transaction: where rows hold each other by a cycle of foreign keys that cannot be
    /// dropped, or by RESTRICT within one table, the check is put off to its end.
    ///
    /// # Errors
    /// As [`Metadata::create_statements`].
    pub fn drop_statements(&self, dialect: &dyn Dialect) -> Result<Vec<Compiled>> {
        let capabilities = dialect.capabilities();
        let mut statements = compile(&self.removal(capabilities.alter_constraints), dialect)?;
        let held = self.has_cycle() || self.restricts_itself();
        if let Some(sql) = capabilities.defer_foreign_keys.filter(|_| held) {
            let summary = Summary {
                operation: "PRAGMA".into(),
                table: None,
                reads: false,
            };
            statements.insert(
                0,
                Compiled {
                    sql: sql.into(),
                    binds: Vec::new(),
                    summary,
                    layout: None,
                },
            );
        }
        Ok(statements)
    }
}

fn compile(statements: &[Ddl], dialect: &dyn Dialect) -> Result<Vec<Compiled>> {
    statements
        .iter()
        .map(|ddl| dialect.compile_ddl(ddl))
        .collect()
}
