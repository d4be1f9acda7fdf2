//! Conditions that hold for all of a session: soft delete, tenants.

use super::load_defaults::Common;
use super::{Phase, Session, SessionOptions};
use crate::engine::{Engine, EngineBuilder};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Handle, Model, ModelCriteria, ModelDescriptor, RelationDescriptor};
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

    /// Leaves out the criteria of the engine ([`EngineBuilder::criteria`]); those of these options hold.
    #[must_use]
    pub fn without_engine_criteria(mut self) -> Self {
        self.free = true;
        self
    }
}

impl EngineBuilder {
    /// Adds a condition on the rows of a model, which holds for everything that goes through the engine: queries, streams and
    /// pages without a session, typed updates and deletes, what they load, transactions, and every session, as
    /// [`SessionOptions::criteria`] holds for one. `.without_criteria()` on a query or statement is the way out, and
    /// [`SessionOptions::without_engine_criteria`] for a session.
    ///
    /// A relationship to one whose foreign key cannot be NULL, and whose object is left out by criteria, says so when it
    /// is read (`Hidden`); it is not taken for none.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "articles")]
    /// # struct Article { #[orm(primary_key)] id: i64, deleted: bool }
    /// # async fn example() -> orm_core::Result<()> {
    /// let engine = Engine::builder("sqlite::memory:").criteria::<Article>(Article::deleted.eq(false)).connect().await?;
    /// let articles = engine.all(Article::select()).await?;
    /// let all = engine.all(Article::select().without_criteria()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn criteria<M: Model>(mut self, condition: impl Condition) -> Self {
        self.change_common(|common| common.criteria.add::<M>(condition));
        self
    }
}

impl Engine {
    /// Returns the criteria that hold for everything.
    pub(super) fn criteria(&self) -> &ModelCriteria {
        match self.above::<Common>() {
            Some(common) => &common.criteria,
            None => &ModelCriteria::NONE,
        }
    }
}

impl SessionOptions {
    /// With the criteria of the engine, unless these options leave them out.
    pub(super) fn within(mut self, engine: &Engine) -> Self {
        let common = engine.criteria();
        if !(self.free || common.is_empty()) {
            self.criteria = common.and(&self.criteria);
        }
        self
    }
}

impl Session {
    /// Refuses to tell of no object where criteria hide the one that the foreign key names.
    #[cold]
    pub(super) fn shows_none<P: Model>(
        &self,
        parent: Handle<P>,
        relation: &'static RelationDescriptor,
    ) -> Result<()> {
        let id = self.state.resolve(parent)?;
        if self.state.left_out(id, relation)? != Some(true) {
            return Ok(());
        }
        let (object, target) = (self.state.describe(id), (relation.target)().name);
        let message = format!(
            "{relation:?} of {object} is hidden: the criteria of its session, engine or query leave out the {target} that its \
             foreign key names; ask for it with {target}::select().without_criteria()"
        );
        let error = Error::new(ErrorKind::Hidden, message).with_object(object);
        Err(error.with_table((relation.model)().table))
    }

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
