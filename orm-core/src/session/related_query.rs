//! The rows of a relationship of one object as a query.

use super::Session;
use super::query::none;
use crate::error::{Error, ErrorKind, Result};
use crate::load::Folding;
use crate::mapping::{
    Entity, Model, ObjectId, RelationDescriptor, Select, entity_select, with_parent,
    with_parent_row,
};
use crate::sql::{Expr, Function};
use crate::types::{FromValue, Row, RowSink};

impl Session {
    /// The rows of a relationship of one object, as a query, in the relationship's order.
    pub(super) fn related_query<C: Model>(
        &self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<Select<Entity<C>>> {
        let mut query = C::select()
            .filter_untyped(self.related_rows(parent, relation)?)
            .carrying(self.state.carried(parent));
        let target = (relation.target)();
        for term in relation.order_by {
            query = query.order_by(term.term(target));
        }
        Ok(query)
    }

    /// The condition that a row of the target is related to an object.
    pub(super) fn related_rows(
        &self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<Expr> {
        self.has_rows(parent, relation)?;
        let object = self.state.any(parent)?;
        match self.engine.text_rules() {
            Some(rules) if Folding::of(relation, &rules)?.is_some() => {
                with_parent_row(relation, object)
            }
            _ => with_parent(relation, object),
        }
    }

    /// # Errors
    /// `InvalidState` when the object is not in the database, so that nothing can refer to it.
    pub(super) fn has_rows(
        &self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<()> {
        if self.state.is_new(parent) {
            let name = self.state.describe(parent);
            return Err(Error::new(
                ErrorKind::InvalidState,
                format!("{name} is not in the database yet, so {relation:?} has no rows to query; flush first"),
            )
            .with_object(name));
        }
        Ok(())
    }

    /// How many rows a query has.
    pub(super) async fn count<M: Model>(&mut self, query: Select<Entity<M>>) -> Result<i64> {
        let mut statement = entity_select(M::descriptor());
        statement.filter = query.into_statement().filter;
        statement.items = vec![Expr::Function(Box::new(Function::count_all())).into()];
        self.options.criteria.restrict(&mut statement);
        let statement = self.engine.dialect().compile_select(&statement)?;
        self.fetch(statement, First::<i64>(None))
            .await?
            .0
            .ok_or_else(none)
    }
}

/// Reads the first column of the first row.
struct First<T>(Option<T>);

impl<T: FromValue + Send + 'static> RowSink for First<T> {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        if self.0.is_none() {
            self.0 = Some(row.get(0)?);
        }
        Ok(())
    }
}
