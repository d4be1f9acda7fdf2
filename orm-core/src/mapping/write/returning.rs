//! RETURNING: statements that change rows and are read like queries.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::super::query::Returns;
use super::super::{LoadOption, ModelCriteria, Query, Shape};
use super::Effect;
use super::body::{Body, Change};
use super::command::Command;
use crate::dialect::{Compiled, Dialect, StatementCache};
use crate::error::Result;
use crate::sql::{self, Name, Refusal, Statement};

/// An INSERT, UPDATE or DELETE whose rows come back as `S`; made by `returning`, run as a query is.
///
/// The order of the rows is the database's. In a session objects follow as they do when the statement is executed. Whole
/// objects are tracked: those that an UPDATE returns, held already or not, have the values of the rows; those that a DELETE
/// returns are deleted objects; an INSERT's are new to the session, but where rows are updated instead (`on_conflict`), an
/// object held already keeps its values unless [`populate_existing`](Self::populate_existing) is said.
///
/// In a common table expression (`cte("moved", statement)`) it changes rows beside another statement that reads what it
/// returns; SQLite has no such thing.
pub struct Returning<S> {
    body: Arc<dyn Body>,
    overwrite: bool,
    marker: PhantomData<fn() -> S>,
}

impl<S> Returning<S> {
    pub(super) fn new(body: impl Body + 'static) -> Self {
        Self {
            overwrite: body.change() == Change::Updates,
            body: Arc::new(body),
            marker: PhantomData,
        }
    }

    /// Gives objects that the session holds already the values of the rows, for an INSERT with `on_conflict` too.
    #[must_use]
    pub fn populate_existing(mut self) -> Self {
        self.overwrite = true;
        self
    }

    /// The text and parameters of the statement, without running it.
    ///
    /// # Errors
    /// `InvalidQuery` when the statement cannot be built; `Unsupported` when the database has no such statement.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Compiled> {
        self.body.compile(dialect)
    }

    /// The statement as people read it, with its values; nothing runs it.
    ///
    /// # Errors
    /// As [`Returning::to_sql`].
    pub fn pretty(&self, dialect: &dyn Dialect) -> Result<String> {
        self.body.pretty(dialect)
    }
}

impl<S: Shape> Query for Returning<S> {
    type Shape = S;

    fn compile(&self, cache: &StatementCache) -> Result<Compiled> {
        self.to_sql(cache.dialect())
    }

    fn compile_all(&self, cache: &StatementCache) -> Result<Vec<Compiled>> {
        self.body.compile_all(cache)
    }

    fn compile_within(
        &self,
        cache: &StatementCache,
        criteria: &ModelCriteria,
    ) -> Result<Vec<Compiled>> {
        self.body.compile_returning(cache, criteria, &[])
    }

    fn loads(&self) -> &[LoadOption] {
        &[]
    }

    fn overwrite(&self) -> bool {
        self.overwrite
    }

    fn effect(&self) -> Option<Effect<'_>> {
        Some(self.body.effect())
    }

    fn compile_returning(
        &self,
        cache: &StatementCache,
        criteria: &ModelCriteria,
        columns: &[usize],
    ) -> Result<Vec<Compiled>> {
        self.body.compile_returning(cache, criteria, columns)
    }
}

/// For the number of rows; the rows themselves are dropped.
impl<S> Command for Returning<S> {
    fn compile_all(&self, cache: &StatementCache) -> Result<Vec<Compiled>> {
        self.body.compile_all(cache)
    }

    fn compile_within(
        &self,
        cache: &StatementCache,
        criteria: &ModelCriteria,
    ) -> Result<Vec<Compiled>> {
        self.body.compile_returning(cache, criteria, &[])
    }

    fn effect(&self) -> Option<Effect<'_>> {
        Some(self.body.effect())
    }

    fn compile_returning(
        &self,
        cache: &StatementCache,
        criteria: &ModelCriteria,
        columns: &[usize],
    ) -> Result<Vec<Compiled>> {
        self.body.compile_returning(cache, criteria, columns)
    }
}

impl<S: Shape> Returns for Returning<S> {
    type Shape = S;

    fn into_rows(self) -> (Statement, Vec<Name>) {
        let statement = self.body.whole().unwrap_or_else(|error| {
            // It is told where the rows are read.
            let mut select = sql::Select::default();
            select.refuse(Refusal {
                kind: error.kind(),
                message: error.message().to_owned(),
            });
            select.into()
        });
        (statement, Vec::new())
    }
}

impl<S> Clone for Returning<S> {
    fn clone(&self) -> Self {
        Self {
            body: Arc::clone(&self.body),
            overwrite: self.overwrite,
            marker: PhantomData,
        }
    }
}

impl<S> fmt::Debug for Returning<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.body.fmt(f)
    }
}
