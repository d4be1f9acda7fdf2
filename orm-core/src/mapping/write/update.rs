//! UPDATE.

use std::marker::PhantomData;

use super::super::query::SourceParts;
use super::super::{Entity, Model, ModelDescriptor, Relation, Source};
use super::Effect;
use super::assignment::{Assignments, list};
use super::body::{Body, Change, add_filter, link, statement, take_in};
use super::rows::not_written;
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{self, Condition, Cte, Expr, Item, Name, Refusal, Statement, TableRef};

/// An UPDATE of the table of `M`; begun by [`Model::update`].
///
/// Without a filter it changes every row, as the SQL would. Objects of the session that runs it follow. A version column
/// is not counted on, and an `on_update` value not set, unless the statement says so.
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
///     price: i32,
///     year: i32,
/// }
///
/// let cheaper = Book::update().set(Book::price.to(Book::price / 2)).filter(Book::year.lt(2000));
/// let changed: u64 = engine.execute(cheaper).await?;
/// # let _ = changed;
/// # Ok(())
/// # }
/// # }
/// ```
pub struct Update<M> {
    body: UpdateBody,
    marker: PhantomData<fn() -> M>,
}

#[derive(Debug, Clone)]
struct UpdateBody {
    model: &'static ModelDescriptor,
    statement: sql::Update,
    refused: Option<Refusal>,
    /// Whether it goes without the criteria of a session.
    free: bool,
}

impl<M: Model> Update<M> {
    pub(in crate::mapping) fn new() -> Self {
        let model = M::descriptor();
        Self {
            body: UpdateBody {
                model,
                statement: sql::Update::new(TableRef::new(model.table)),
                refused: None,
                free: false,
            },
            marker: PhantomData,
        }
    }

    /// Sets columns; several calls add up.
    #[must_use]
    pub fn set(mut self, assignments: impl Assignments<M>) -> Self {
        let UpdateBody {
            model,
            statement,
            refused,
            ..
        } = &mut self.body;
        for (column, value) in list(assignments) {
            let name = Name::Borrowed(model.columns[column].name);
            if !model.columns[column].is_written() {
                refused.get_or_insert_with(|| not_written(model, column));
            }
            if statement.set.iter().any(|(known, _)| *known == name) {
                let message = format!(
                    "the update of {} sets {name} twice; set it once",
                    model.table
                );
                refused.get_or_insert_with(|| Refusal::query(message));
            }
            statement.set.push((name, value));
        }
        self
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

    /// Reads from the table of `O` too, for values and conditions (`UPDATE .. FROM`). Say in a filter which of its rows
    /// belong to a row that is changed; if there are several, which of them counts is the database's choice.
    #[must_use]
    pub fn from<O: Model>(self) -> Self {
        self.from_source(super::super::entity::<O>())
    }

    /// Reads from this too: an alias, a subquery, a common table expression.
    #[must_use]
    pub fn from_source(mut self, source: impl Source) -> Self {
        self.read(source.into_source());
        self
    }

    /// Reads from the table that a relationship leads to, from the row that belongs to the one that is changed.
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
        let UpdateBody {
            statement, refused, ..
        } = &mut self.body;
        let item = take_in(source, &mut statement.with, refused);
        statement.from.push(item);
    }
}

statement!(Update);

impl Body for UpdateBody {
    fn model(&self) -> &'static ModelDescriptor {
        self.model
    }

    fn change(&self) -> Change {
        Change::Updates
    }

    fn takes_criteria(&self) -> bool {
        !self.free
    }

    fn effect(&self) -> Effect<'_> {
        let statement = &self.statement;
        let mut effect = Effect::new(Change::Updates, self.model);
        effect.free = self.free;
        effect.filter = statement.filter.as_ref();
        effect.alone = statement.from.is_empty() && statement.joins.is_empty();
        effect.writes_others = !statement.with.is_empty();
        effect.sets(&statement.set);
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
        let table = self.model.table;
        if self.statement.set.is_empty() {
            let message = format!("the update of {table} sets no column; add .set(..)");
            return Err(Error::new(ErrorKind::InvalidQuery, message).with_table(table));
        }
        Ok(self.statement.clone().into())
    }

    fn stranger(&self, other: &str, scope: &[Name]) -> Option<String> {
        let own = self.model.table;
        scope.first().is_some_and(|first| first == own).then(|| {
            format!(
                "the update of {own} uses a column of {other}, which it does not read; add .from::<..>() and a filter that \
                 links the two, or .join(..) a relationship that leads to {other}"
            )
        })
    }
}
