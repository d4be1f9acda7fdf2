//! What `execute` takes.

use super::super::ModelCriteria;
use super::Effect;
use crate::dialect::{Compiled, StatementCache};
use crate::error::Result;
use crate::sql::Text;

/// A statement that is run for what it does: INSERT, UPDATE, DELETE, raw SQL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a statement to execute",
    label = "expected an insert, update, delete or `text(..)`",
    note = "a query is run by `all`, `one`, `first` or `scalar`"
)]
pub trait Command {
    /// The texts to send, in one transaction if there are several.
    ///
    /// # Errors
    /// `InvalidQuery` when the statement cannot be built; `Unsupported` when the database has no such statement.
    fn compile_all(&self, cache: &StatementCache) -> Result<Vec<Compiled>>;

    /// As [`Command::compile_all`], with the criteria of a session, unless it goes without.
    #[doc(hidden)]
    fn compile_within(&self, cache: &StatementCache, _: &ModelCriteria) -> Result<Vec<Compiled>> {
        self.compile_all(cache)
    }

    /// What it does to the rows of a model, where that is known.
    #[doc(hidden)]
    fn effect(&self) -> Option<Effect<'_>> {
        None
    }

    /// As [`Command::compile_within`], with these columns of the model returned after everything else.
    #[doc(hidden)]
    fn compile_returning(
        &self,
        cache: &StatementCache,
        _: &ModelCriteria,
        _: &[usize],
    ) -> Result<Vec<Compiled>> {
        self.compile_all(cache)
    }
}

impl Command for Text {
    fn compile_all(&self, cache: &StatementCache) -> Result<Vec<Compiled>> {
        Ok(vec![cache.text(self)?])
    }
}

impl<C: Command> Command for &C {
    fn compile_all(&self, cache: &StatementCache) -> Result<Vec<Compiled>> {
        (**self).compile_all(cache)
    }

    fn compile_within(
        &self,
        cache: &StatementCache,
        criteria: &ModelCriteria,
    ) -> Result<Vec<Compiled>> {
        (**self).compile_within(cache, criteria)
    }

    fn effect(&self) -> Option<Effect<'_>> {
        (**self).effect()
    }

    fn compile_returning(
        &self,
        cache: &StatementCache,
        criteria: &ModelCriteria,
        columns: &[usize],
    ) -> Result<Vec<Compiled>> {
        (**self).compile_returning(cache, criteria, columns)
    }
}
