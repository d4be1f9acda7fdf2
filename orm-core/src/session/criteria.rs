//! Conditions that hold for all of a session: soft delete, tenants.

use super::{Phase, Session, SessionOptions};
use crate::error::Result;
use crate::mapping::{Model, ModelCriteria, ModelDescriptor};
use crate::sql::Condition;

impl SessionOptions {
    /// Adds a condition on the rows of a model, which every statement of the session keeps: queries, with the model
    /// anywhere in them, `get` from the database, relationships, eager and lazy, and the updates and deletes given to
    /// `execute`. `.without_criteria()` on a query or statement is the way out;
    /// [`Select::with_criteria`](crate::mapping::Select::with_criteria) gives one query its own.
    ///
    /// Objects that the session holds are held: `get` finds them by their key. What a flush writes, `refresh`, `merge` and
    /// raw SQL know nothing of criteria, nor do the objects that a program adds.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "books")]
    /// # struct Book { #[orm(primary_key)] id: i64, tenant: i64, deleted: bool }
    /// # async fn example(engine: Engine, tenant: i64) -> orm_core::Result<()> {
    /// let options = SessionOptions::default()
    ///     .criteria::<Book>(Book::tenant.eq(tenant))
    ///     .criteria::<Book>(Book::deleted.eq(false));
    /// let mut session = engine.session_with(options);
    /// let books = session.all(Book::select()).await?;
    /// let all = session.all(Book::select().without_criteria()).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn criteria<M: Model>(mut self, condition: impl Condition) -> Self {
        self.criteria.add::<M>(condition);
        self
    }
}

impl Session {
    /// The criteria for reads of a model's rows: a flush sees every row.
    pub(super) fn criteria_on(&self, model: &'static ModelDescriptor) -> Option<ModelCriteria> {
        let criteria = &self.options.criteria;
        let concerned = self.phase != Phase::Writing && criteria.concern(model.table);
        concerned.then(|| criteria.clone())
    }

    /// The texts of a query of the program's.
    pub(super) fn compile(
        &self,
        query: &impl crate::mapping::Query,
    ) -> Result<Vec<crate::dialect::Compiled>> {
        query.compile_within(self.engine.statement_cache(), &self.options.criteria)
    }
}
