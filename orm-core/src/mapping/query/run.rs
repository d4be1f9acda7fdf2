//! What sessions, engines and transactions run.

use super::super::{Change, LoadOption, ModelDescriptor, Shape};
use crate::dialect::{Compiled, StatementCache};
use crate::error::Result;
use crate::sql;
use crate::types::Value;

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
    fn statement(&self) -> Option<(&sql::Select, &[(sql::Name, Value)])> {
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

    /// What it does to rows of a model that it gives; `None` when it reads them.
    #[doc(hidden)]
    fn change(&self) -> Option<(Change, &'static ModelDescriptor)> {
        None
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

    fn statement(&self) -> Option<(&sql::Select, &[(sql::Name, Value)])> {
        (**self).statement()
    }

    fn compile_all(&self, cache: &StatementCache) -> Result<Vec<Compiled>> {
        (**self).compile_all(cache)
    }

    fn change(&self) -> Option<(Change, &'static ModelDescriptor)> {
        (**self).change()
    }
}
