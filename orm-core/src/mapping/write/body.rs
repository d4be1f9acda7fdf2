//! What INSERT, UPDATE and DELETE have in common: the statement behind the types, its checks and its texts.

use std::fmt;

use super::super::query::{SourceParts, add_ctes};
use super::super::{ModelCriteria, ModelDescriptor, RelationDescriptor};
use crate::dialect::{Compiled, Dialect, StatementCache};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::scope::{self, Fault};
use crate::sql::{BinaryOperator, Cte, Expr, FromItem, Item, Name, Refusal, Statement};

use super::Effect;

/// What a statement does to the rows that it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Makes them.
    Inserts,
    /// Makes or changes them.
    Upserts,
    /// Changes them.
    Updates,
    /// Deletes them.
    Deletes,
}

/// A statement behind its types.
pub(super) trait Body: fmt::Debug + Send + Sync {
    fn model(&self) -> &'static ModelDescriptor;

    /// What it does to its rows.
    fn change(&self) -> Change;

    /// What it does to them, in full.
    fn effect(&self) -> Effect<'_>;

    /// What was wrong when it was built.
    fn refused(&self) -> Option<&Refusal>;

    /// The common table expressions, what comes back, and what was wrong.
    fn parts(&mut self) -> (&mut Vec<Cte>, &mut Vec<Item>, &mut Option<Refusal>);

    /// The statement, whatever its length.
    fn statement(&self) -> Result<Statement>;

    /// The statements to send.
    fn statements(&self, _: &dyn Dialect) -> Result<Vec<Statement>> {
        Ok(vec![self.statement()?])
    }

    /// Whether it takes the criteria of a session.
    fn takes_criteria(&self) -> bool {
        false
    }

    /// What is said of a column of another table, where the statement itself does not read that.
    fn stranger(&self, other: &str, scope: &[Name]) -> Option<String>;
}

impl dyn Body + '_ {
    /// The statement, whatever its length.
    pub(super) fn whole(&self) -> Result<Statement> {
        self.ready()?;
        self.statement()
    }

    /// The text in one.
    pub(super) fn compile(&self, dialect: &dyn Dialect) -> Result<Compiled> {
        let statement = self.whole()?;
        self.check(&statement)?;
        dialect.compile(&statement)
    }

    /// The text as people read it.
    pub(super) fn pretty(&self, dialect: &dyn Dialect) -> Result<String> {
        let statement = self.whole()?;
        self.check(&statement)?;
        dialect.pretty(&statement)
    }

    /// The texts to send.
    pub(super) fn compile_all(&self, cache: &StatementCache) -> Result<Vec<Compiled>> {
        self.ready()?;
        let statements = self.statements(cache.dialect())?;
        let texts = statements
            .iter()
            .map(|statement| cache.compile(statement, || self.check(statement)));
        texts.collect()
    }

    /// As [`Self::compile_all`], with the criteria of a session, and with these columns of the model returned after everything
    /// else.
    pub(super) fn compile_returning(
        &self,
        cache: &StatementCache,
        criteria: &ModelCriteria,
        columns: &[usize],
    ) -> Result<Vec<Compiled>> {
        self.ready()?;
        let model = self.model();
        let mut statements = self.statements(cache.dialect())?;
        for statement in &mut statements {
            if self.takes_criteria() && !criteria.is_empty() {
                criteria.restrict_statement(statement);
            }
            let returning = match statement {
                Statement::Insert(insert) => &mut insert.returning,
                Statement::Update(update) => &mut update.returning,
                Statement::Delete(delete) => &mut delete.returning,
                _ => continue,
            };
            let names = columns.iter().map(|&column| model.columns[column].name);
            returning.extend(names.map(|name| Item::from(Expr::column(model.table, name))));
        }
        let texts = statements
            .iter()
            .map(|statement| cache.compile(statement, || self.check(statement)));
        texts.collect()
    }

    /// Takes in what comes with a common table expression.
    pub(super) fn with(&mut self, source: SourceParts) {
        let (with, _, refused) = self.parts();
        take_in(source, with, refused);
    }

    fn ready(&self) -> Result<()> {
        match self.refused() {
            None => Ok(()),
            Some(refusal) => Err(refusal.to_error().with_table(self.model().table)),
        }
    }

    /// Whether every name in the statement means something.
    fn check(&self, statement: &Statement) -> Result<()> {
        scope::check(statement).map_err(|fault| self.explain(*fault))
    }

    #[cold]
    fn explain(&self, fault: Fault) -> Error {
        let Fault::Table { table, scope } = &fault else {
            return fault.into_error(None);
        };
        let other = scope::plain_name(table);
        match self.stranger(other, scope) {
            Some(message) => Error::new(ErrorKind::InvalidQuery, message).with_table(other),
            None => fault.into_error(None),
        }
    }
}

/// Takes in what comes with a source; gives what stands in FROM.
pub(super) fn take_in(
    source: SourceParts,
    with: &mut Vec<Cte>,
    refused: &mut Option<Refusal>,
) -> FromItem {
    let known = add_ctes(with, source.with).err();
    if let Some(refusal) = known.or(source.refused) {
        refused.get_or_insert(refusal);
    }
    source.item
}

/// The condition that links the two ends of a relationship.
pub(super) fn link(relation: &'static RelationDescriptor) -> std::result::Result<Expr, Refusal> {
    let (model, target) = ((relation.model)(), (relation.target)());
    if model == target {
        return Err(Refusal::query(format!(
            "{relation:?} leads back to {}, whose two rows need two names; read from an alias: \
             .from_source(&alias::<{}>(\"..\"))",
            model.table, model.name
        )));
    }
    let link = relation.link().map_err(|error| Refusal {
        kind: error.kind(),
        message: error.message().to_owned(),
    })?;
    let pairs = link.local.iter().zip(&link.remote);
    Ok(pairs
        .map(|(&local, &remote)| {
            let local = Expr::column(model.table, model.columns[local].name);
            let remote = Expr::column(target.table, target.columns[remote].name);
            Expr::binary(BinaryOperator::Eq, local, remote)
        })
        .fold(Expr::constant(true), Expr::and))
}

/// The methods that the three statements have in common.
macro_rules! statement {
    ($name:ident) => {
        impl<M: $crate::mapping::Model> $name<M> {
            /// Puts a common table expression in front of the statement, for subqueries to read. What is read directly
            /// (`from_source`, `from_select`) brings its own.
            #[must_use]
            pub fn with_cte<S>(mut self, cte: &$crate::mapping::Cte<S>) -> Self {
                let body: &mut dyn $crate::mapping::write::body::Body = &mut self.body;
                body.with($crate::mapping::Source::into_source(cte));
                self
            }

            /// Has the rows come back: columns, expressions, tuples, whole objects (`entity::<..>()`). The statement is then run
            /// as a query is, by `all`, `one` and the like; this is its last part.
            pub fn returning<C: $crate::mapping::Selectable>(
                mut self,
                columns: C,
            ) -> $crate::mapping::Returning<C::Shape> {
                let items = $crate::mapping::selectable::items(columns);
                *$crate::mapping::write::body::Body::parts(&mut self.body).1 = items;
                $crate::mapping::Returning::new(self.body)
            }

            /// The text and parameters of the statement, without running it.
            ///
            /// # Errors
            /// `InvalidQuery` when the statement cannot be built; `Unsupported` when the database has no such statement.
            pub fn to_sql(
                &self,
                dialect: &dyn $crate::dialect::Dialect,
            ) -> $crate::error::Result<$crate::dialect::Compiled> {
                let body: &dyn $crate::mapping::write::body::Body = &self.body;
                body.compile(dialect)
            }

            /// The statement as people read it, with its values; nothing runs it.
            ///
            /// # Errors
            /// As [`to_sql`](Self::to_sql).
            pub fn pretty(
                &self,
                dialect: &dyn $crate::dialect::Dialect,
            ) -> $crate::error::Result<String> {
                let body: &dyn $crate::mapping::write::body::Body = &self.body;
                body.pretty(dialect)
            }
        }

        impl<M: $crate::mapping::Model> $crate::mapping::Command for $name<M> {
            fn compile_all(
                &self,
                cache: &$crate::dialect::StatementCache,
            ) -> $crate::error::Result<Vec<$crate::dialect::Compiled>> {
                let body: &dyn $crate::mapping::write::body::Body = &self.body;
                body.compile_all(cache)
            }

            fn compile_within(
                &self,
                cache: &$crate::dialect::StatementCache,
                criteria: &$crate::mapping::ModelCriteria,
            ) -> $crate::error::Result<Vec<$crate::dialect::Compiled>> {
                let body: &dyn $crate::mapping::write::body::Body = &self.body;
                body.compile_returning(cache, criteria, &[])
            }

            fn effect(&self) -> Option<$crate::mapping::Effect<'_>> {
                Some($crate::mapping::write::body::Body::effect(&self.body))
            }

            fn compile_returning(
                &self,
                cache: &$crate::dialect::StatementCache,
                criteria: &$crate::mapping::ModelCriteria,
                columns: &[usize],
            ) -> $crate::error::Result<Vec<$crate::dialect::Compiled>> {
                let body: &dyn $crate::mapping::write::body::Body = &self.body;
                body.compile_returning(cache, criteria, columns)
            }
        }

        impl<M> Clone for $name<M> {
            fn clone(&self) -> Self {
                Self {
                    body: self.body.clone(),
                    marker: std::marker::PhantomData,
                }
            }
        }

        impl<M> std::fmt::Debug for $name<M> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.body, f)
            }
        }
    };
}
pub(super) use statement;
