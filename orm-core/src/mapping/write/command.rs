//! What `execute` takes.

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

    /// What it does to the rows of a model, where that is known.
    #[doc(hidden)]
    fn effect(&self) -> Option<Effect<'_>> {
        None
    }

    /// The texts to send, with these columns of the model returned after everything else.
    #[doc(hidden)]
    fn compile_returning(&self, cache: &StatementCache, _: &[usize]) -> Result<Vec<Compiled>> {
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

    fn effect(&self) -> Option<Effect<'_>> {
        (**self).effect()
    }

    fn compile_returning(
        &self,
        cache: &StatementCache,
        columns: &[usize],
    ) -> Result<Vec<Compiled>> {
        (**self).compile_returning(cache, columns)
    }
}
