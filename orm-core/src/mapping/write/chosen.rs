//! What UPDATE and DELETE have in common: the rows that they are for, and what else they read to tell those.

use std::fmt;

use super::super::query::SourceParts;
use super::super::{ModelCriteria, ModelDescriptor, RelationDescriptor};
use super::Effect;
use super::body::{Body, Change, link, take_in};
use crate::error::Result;
use crate::sql::{Cte, Expr, FromItem, Item, Name, Refusal, Statement};

/// An UPDATE or a DELETE.
pub(super) trait Choosing: fmt::Debug + Clone + Send + Sync + Into<Statement> {
    /// What it does to its rows.
    const CHANGE: Change;
    /// What messages call it, before the name of its table.
    const CALLED: &'static str;
    /// The method that has it read another table.
    const READS: &'static str;

    /// Which rows; all of them when it is not given.
    fn filter(&mut self) -> &mut Option<Expr>;

    /// What else it reads from.
    fn sources(&mut self) -> &mut Vec<FromItem>;

    /// The common table expressions before it, and what comes back.
    fn ends(&mut self) -> (&mut Vec<Cte>, &mut Vec<Item>);

    /// What it does to them, in full.
    fn tell<'a>(&'a self, effect: &mut Effect<'a>);

    /// Whether it says enough to be run.
    fn ready(&self, model: &ModelDescriptor) -> Result<()>;
}

/// The statement behind the types.
#[derive(Debug, Clone)]
pub(super) struct Chosen<S> {
    pub(super) model: &'static ModelDescriptor,
    pub(super) statement: S,
    pub(super) refused: Option<Refusal>,
    /// Whether it goes without the criteria of a session.
    pub(super) free: bool,
    /// Its own criteria.
    pub(super) criteria: ModelCriteria,
}

impl<S: Choosing> Chosen<S> {
    pub(super) fn new(model: &'static ModelDescriptor, statement: S) -> Self {
        Self {
            model,
            statement,
            refused: None,
            free: false,
            criteria: ModelCriteria::default(),
        }
    }

    pub(super) fn add_filter(&mut self, condition: Expr) {
        let filter = self.statement.filter();
        *filter = Some(match filter.take() {
            None => condition,
            Some(filter) => filter.and(condition),
        });
    }

    pub(super) fn read(&mut self, source: SourceParts) {
        let (with, _) = self.statement.ends();
        let item = take_in(source, with, &mut self.refused);
        self.statement.sources().push(item);
    }

    /// Reads from what a relationship leads to.
    pub(super) fn join(&mut self, relation: &'static RelationDescriptor, target: SourceParts) {
        self.read(target);
        match link(relation) {
            Ok(condition) => self.add_filter(condition),
            Err(refusal) => {
                self.refused.get_or_insert(refusal);
            }
        }
    }
}

impl<S: Choosing> Body for Chosen<S> {
    fn model(&self) -> &'static ModelDescriptor {
        self.model
    }

    fn change(&self) -> Change {
        S::CHANGE
    }

    fn takes_criteria(&self) -> bool {
        !self.free
    }

    fn effect(&self) -> Effect<'_> {
        let mut effect = Effect::new(S::CHANGE, self.model);
        effect.free = self.free;
        effect.criteria = self.criteria.condition(self.model);
        self.statement.tell(&mut effect);
        effect
    }

    fn refused(&self) -> Option<&Refusal> {
        self.refused.as_ref()
    }

    fn parts(&mut self) -> (&mut Vec<Cte>, &mut Vec<Item>, &mut Option<Refusal>) {
        let (with, returning) = self.statement.ends();
        (with, returning, &mut self.refused)
    }

    fn statement(&self) -> Result<Statement> {
        self.statement.ready(self.model)?;
        let mut statement = self.statement.clone().into();
        if !self.criteria.is_empty() {
            self.criteria.restrict_statement(&mut statement);
        }
        Ok(statement)
    }

    fn stranger(&self, other: &str, scope: &[Name]) -> Option<String> {
        let (called, own, reads) = (S::CALLED, self.model.table, S::READS);
        scope.first().is_some_and(|first| first == own).then(|| {
            format!(
                "the {called} {own} uses a column of {other}, which it does not read; add {reads} and a filter that links \
                 the two, or .join(..) a relationship that leads to {other}"
            )
        })
    }
}

/// The methods that say which rows.
macro_rules! chosen {
    ($name:ident) => {
        impl<M: $crate::mapping::Model> $name<M> {
            /// Adds a condition on the rows of a model, wherever the statement reads or changes them; see
            /// [`Select::with_criteria`](crate::mapping::Select::with_criteria).
            #[must_use]
            pub fn with_criteria<C: $crate::mapping::Model>(
                mut self,
                condition: impl $crate::sql::Condition,
            ) -> Self {
                self.body.criteria.add::<C>(condition);
                self
            }

            /// Leaves out the criteria of the session that runs it
            /// ([`SessionOptions::criteria`](crate::session::SessionOptions::criteria)), and those given before.
            #[must_use]
            pub fn without_criteria(mut self) -> Self {
                self.body.free = true;
                self.body.criteria = $crate::mapping::ModelCriteria::default();
                self
            }

            /// With criteria that an object carries.
            pub(crate) fn carrying(
                mut self,
                criteria: Option<&$crate::mapping::ModelCriteria>,
            ) -> Self {
                if let Some(criteria) = criteria {
                    self.body.criteria = criteria.clone();
                }
                self
            }

            /// Adds a condition. All conditions must hold, so this can be called in a loop.
            #[must_use]
            pub fn filter(self, condition: impl $crate::sql::Condition) -> Self {
                self.filter_untyped(condition.into_condition())
            }

            /// Adds a condition of the untyped layer.
            #[must_use]
            pub fn filter_untyped(mut self, condition: $crate::sql::Expr) -> Self {
                self.body.add_filter(condition);
                self
            }

            /// Reads from the table that a relationship leads to, from the row that belongs to the one that is written.
            #[must_use]
            pub fn join<C: $crate::mapping::Model, K>(
                mut self,
                relation: $crate::mapping::Relation<M, C, K>,
            ) -> Self {
                let target = $crate::mapping::Source::into_source($crate::mapping::entity::<C>());
                self.body.join(relation.descriptor(), target);
                self
            }
        }
    };
}
pub(super) use chosen;
