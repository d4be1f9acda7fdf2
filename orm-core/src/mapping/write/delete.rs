//! DELETE.

use std::marker::PhantomData;

use super::super::query::SourceParts;
use super::super::{Entity, Model, ModelDescriptor, Relation, Source};
use super::Effect;
use super::body::{Body, Change, add_filter, link, statement, take_in};
use crate::error::Result;
use crate::sql::{self, Condition, Cte, Expr, Item, Name, Refusal, Statement, TableRef};

/// A DELETE from the table of `M`; begun by [`Model::delete`].
///
/// Without a filter it deletes every row, as the SQL would. No cascade of a relationship runs, but those of the database.
/// Objects whose rows it deleted are deleted objects of the session that runs it; what the database's cascades do to others
/// is seen when those are read anew.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// # use orm_core::prelude::*;
/// # async fn example(engine: Engine) -> orm_core::Result<()> {
/// #[derive(Model, Debug, Clone, Default)]
/// #[orm(table = "books")]
/// struct Book {
///     #[orm(primary_key)]
///     id: i64,
///     title: String,
///     year: i32,
/// }
///
/// let gone: Vec<String> = engine.all(Book::delete().filter(Book::year.lt(1900)).returning(Book::title)).await?;
/// # let _ = gone;
/// # Ok(())
/// # }
/// # }
/// ```
pub struct Delete<M> {
    body: DeleteBody,
    marker: PhantomData<fn() -> M>,
}

#[derive(Debug, Clone)]
struct DeleteBody {
    model: &'static ModelDescriptor,
    statement: sql::Delete,
    refused: Option<Refusal>,
    /// Whether it goes without the criteria of a session.
    free: bool,
}

impl<M: Model> Delete<M> {
    pub(in crate::mapping) fn new() -> Self {
        let model = M::descriptor();
        Self {
            body: DeleteBody {
                model,
                statement: sql::Delete::new(TableRef::new(model.table)),
                refused: None,
                free: false,
            },
            marker: PhantomData,
        }
    }

    /// Leaves out the criteria of the session that runs it
    /// ([`SessionOptions::criteria`](crate::session::SessionOptions::criteria)).
    #[must_use]
    pub fn without_criteria(mut self) -> Self {
        self.body.free = true;
        self
    }

    /// Adds a condition. All conditions must hold, so this can be called in a loop.
    #[must_use]
    pub fn filter(self, condition: impl Condition) -> Self {
        self.filter_untyped(condition.into_condition())
    }

    /// Adds a condition of the untyped layer.
    #[must_use]
    pub fn filter_untyped(mut self, condition: Expr) -> Self {
        add_filter(&mut self.body.statement.filter, condition);
        self
    }

    /// Reads from the table of `O` too, for conditions (`DELETE .. USING`; on SQLite, which has no such clause, the same is
    /// asked by `EXISTS`). Say in a filter which of its rows belong to a row that is deleted.
    #[must_use]
    pub fn using<O: Model>(self) -> Self {
        self.using_source(super::super::entity::<O>())
    }

    /// Reads from this too: an alias, a subquery, a common table expression.
    #[must_use]
    pub fn using_source(mut self, source: impl Source) -> Self {
        self.read(source.into_source());
        self
    }

    /// Reads from the table that a relationship leads to, from the row that belongs to the one that is deleted.
    #[must_use]
    pub fn join<C: Model, K>(mut self, relation: Relation<M, C, K>) -> Self {
        self.read(Entity::<C>::into_source(super::super::entity()));
        match link(relation.descriptor()) {
            Ok(condition) => self.filter_untyped(condition),
            Err(refusal) => {
                self.body.refused.get_or_insert(refusal);
                self
            }
        }
    }

    fn read(&mut self, source: SourceParts) {
        let DeleteBody {
            statement, refused, ..
        } = &mut self.body;
        let item = take_in(source, &mut statement.with, refused);
        statement.using.push(item);
    }
}

statement!(Delete);

impl Body for DeleteBody {
    fn model(&self) -> &'static ModelDescriptor {
        self.model
    }

    fn change(&self) -> Change {
        Change::Deletes
    }

    fn takes_criteria(&self) -> bool {
        !self.free
    }

    fn effect(&self) -> Effect<'_> {
        let statement = &self.statement;
        let mut effect = Effect::new(Change::Deletes, self.model);
        effect.free = self.free;
        effect.filter = statement.filter.as_ref();
        effect.alone = statement.using.is_empty() && statement.joins.is_empty();
        effect.writes_others = !statement.with.is_empty();
        effect
    }

    fn refused(&self) -> Option<&Refusal> {
        self.refused.as_ref()
    }

    fn parts(&mut self) -> (&mut Vec<Cte>, &mut Vec<Item>, &mut Option<Refusal>) {
        let statement = &mut self.statement;
        (
            &mut statement.with,
            &mut statement.returning,
            &mut self.refused,
        )
    }

    fn statement(&self) -> Result<Statement> {
        Ok(self.statement.clone().into())
    }

    fn stranger(&self, other: &str, scope: &[Name]) -> Option<String> {
        let own = self.model.table;
        scope.first().is_some_and(|first| first == own).then(|| {
            format!(
                "the delete from {own} uses a column of {other}, which it does not read; add .using::<..>() and a filter that \
                 links the two, or .join(..) a relationship that leads to {other}"
            )
        })
    }
}
