//! What can be run as a query.

use std::borrow::Cow;

use super::super::{Effect, LoadOption, ModelCriteria, Shape};
use super::Select;
use crate::dialect::{Compiled, StatementCache};
use crate::error::Result;
use crate::sql::{self, Led};
use crate::types::Value;

/// A query's statement, and the values of its named parameters.
pub(crate) type Said<'a> = (Cow<'a, sql::Select>, &'a [(sql::Name, Value)]);

/// What can be run as a query.
pub trait Query {
    /// What a row is read as.
    type Shape: Shape;

    /// The statement, its text taken from the cache where its structure is known already.
    ///
    /// # Errors
    /// `InvalidQuery` when a table is out of scope, `InvalidMapping` when a relationship joined is broken.
    fn compile(&self, cache: &StatementCache) -> Result<Compiled>;

    /// The relationships to load beside the rows' objects.
    fn loads(&self) -> &[LoadOption];

    /// Whether objects held already get the values of the rows.
    fn overwrite(&self) -> bool;

    /// Its own criteria, which the objects in its rows carry.
    #[doc(hidden)]
    fn criteria(&self) -> Option<&ModelCriteria> {
        None
    }

    /// The statement and the values of its named parameters, where more can be read along with its rows; with the criteria
    /// of a session, unless it goes without.
    #[doc(hidden)]
    fn statement(&self, _: &ModelCriteria) -> Option<Said<'_>> {
        None
    }

    /// The texts to send, in one transaction if there are several.
    ///
    /// # Errors
    /// As [`Query::compile`].
    #[doc(hidden)]
    fn compile_all(&self, cache: &StatementCache) -> Result<Vec<Compiled>> {
        Ok(vec![self.compile(cache)?])
    }

    /// As [`Query::compile_all`], with the criteria of a session, unless it goes without.
    #[doc(hidden)]
    fn compile_within(&self, cache: &StatementCache, _: &ModelCriteria) -> Result<Vec<Compiled>> {
        self.compile_all(cache)
    }

    /// What it does to rows of a model; `None` when it reads them, or that is not known.
    #[doc(hidden)]
    fn effect(&self) -> Option<Effect<'_>> {
        None
    }

    /// As [`Query::compile_within`], with these columns of the model returned after everything else.
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

impl<Q: Query> Query for &Q {
    type Shape = Q::Shape;

    fn compile(&self, cache: &StatementCache) -> Result<Compiled> {
        (**self).compile(cache)
    }

    fn loads(&self) -> &[LoadOption] {
        (**self).loads()
    }

    fn overwrite(&self) -> bool {
        (**self).overwrite()
    }

    fn criteria(&self) -> Option<&ModelCriteria> {
        (**self).criteria()
    }

    fn statement(&self, criteria: &ModelCriteria) -> Option<Said<'_>> {
        (**self).statement(criteria)
    }

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

impl<S: Shape> Select<S> {
    /// The text of what is written in the query, which is all that most have.
    fn compile_written(&self, cache: &StatementCache) -> Result<Compiled> {
        if !self.body.binds.is_empty() {
            return self.to_sql(cache.dialect());
        }
        let compile = |led: &Led<'_>| cache.compile(led, || self.check_led(led));
        self.body.led(compile)
    }
}

impl<S: Shape> Query for Select<S> {
    type Shape = S;

    fn compile(&self, cache: &StatementCache) -> Result<Compiled> {
        match self.body.criteria() {
            None => self.compile_written(cache),
            Some(_) => self.restricted().compile_written(cache),
        }
    }

    fn compile_within(
        &self,
        cache: &StatementCache,
        criteria: &ModelCriteria,
    ) -> Result<Vec<Compiled>> {
        if criteria.is_empty() || self.body.is_free() {
            return self.compile_all(cache);
        }
        let mut restricted = self.clone();
        let body = restricted.body();
        body.keep_criteria();
        criteria.restrict(&mut body.statement);
        restricted.compile_all(cache)
    }

    fn loads(&self) -> &[LoadOption] {
        self.body.loads()
    }

    fn overwrite(&self) -> bool {
        self.body.populate_existing
    }

    fn criteria(&self) -> Option<&ModelCriteria> {
        self.body.criteria()
    }

    fn statement(&self, criteria: &ModelCriteria) -> Option<Said<'_>> {
        let mut statement = self.body.statement();
        if let Some(own) = self.body.criteria() {
            own.restrict(statement.to_mut());
        }
        if !(criteria.is_empty() || self.body.is_free()) {
            criteria.restrict(statement.to_mut());
        }
        Some((statement, &self.body.binds))
    }
}
