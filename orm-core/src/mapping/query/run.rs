//! Queries as what is run.

use super::super::{Change, Criteria, LoadOption, ModelDescriptor, Shape};
use super::{Query, Select};
use crate::dialect::{Compiled, StatementCache};
use crate::error::Result;
use crate::sql::Lead;

impl<S: Shape> Query for Select<S> {
    type Shape = S;

    fn compile(&self, cache: &StatementCache) -> Result<Compiled> {
        if !self.body.binds.is_empty() {
            return self.to_sql(cache.dialect());
        }
        // No two descriptors have one address, and none ever changes.
        let lead = self
            .body
            .whole
            .filter(|_| !self.body.chosen)
            .map(|model| Lead {
                address: std::ptr::from_ref(model).addr(),
                columns: model.columns.len(),
            });
        cache.compile(&(&self.body.statement, lead), || self.check())
    }

    fn compile_within(&self, cache: &StatementCache, criteria: &Criteria) -> Result<Vec<Compiled>> {
        if self.body.free || criteria.is_empty() {
            return self.compile_all(cache);
        }
        let mut restricted = self.clone();
        criteria.restrict(&mut restricted.body().statement);
        restricted.compile_all(cache)
    }

    fn loads(&self) -> &[LoadOption] {
        &self.body.loads
    }

    fn overwrite(&self) -> bool {
        self.body.populate_existing
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

    fn compile_all(&self, cache: &StatementCache) -> Result<Vec<Compiled>> {
        (**self).compile_all(cache)
    }

    fn compile_within(&self, cache: &StatementCache, criteria: &Criteria) -> Result<Vec<Compiled>> {
        (**self).compile_within(cache, criteria)
    }

    fn change(&self) -> Option<(Change, &'static ModelDescriptor)> {
        (**self).change()
    }
}
