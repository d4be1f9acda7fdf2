//! What can be run as a query.

use std::borrow::Cow;

use super::super::{Effect, LoadOption, Shape};
use crate::dialect::{Compiled, StatementCache};
use crate::error::Result;
use crate::sql;
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

    /// The statement and the values of its named parameters, where more can be read along with its rows.
    #[doc(hidden)]
    fn statement(&self) -> Option<Said<'_>> {
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

    /// What it does to rows of a model; `None` when it reads them, or that is not known.
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

    fn statement(&self) -> Option<Said<'_>> {
        (**self).statement()
    }

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
