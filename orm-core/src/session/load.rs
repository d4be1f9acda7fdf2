//! Loading relationships of objects held.

use super::Session;
use crate::error::Result;
use crate::load::{self, LinkedRows};
use crate::mapping::{LoadOption, ModelDescriptor, ObjectId, RelationDescriptor, Rows, Strategy};
use crate::state::Related;
use crate::types::{Row, RowSink};

/// Reads rows of one model.
pub(super) struct ModelRows(pub(super) Box<dyn Rows>);

impl ModelRows {
    pub(super) fn new(descriptor: &'static ModelDescriptor) -> Self {
        Self(descriptor.model_type.rows())
    }
}

impl RowSink for ModelRows {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        self.0.read(row, 0)
    }
}

impl Session {
    /// Loads a relationship for all of `parents` that lack it, with at most one statement.
    pub(super) async fn load_related(
        &mut self,
        relation: &'static RelationDescriptor,
        parents: &[ObjectId],
    ) -> Result<()> {
        let Some(rows) = load::prepare(&mut self.state, relation, parents)? else {
            return self.finish_load(relation, parents, None);
        };
        let (target, through) = (rows.target, rows.through);
        let statement = super::text::by_key(&self.engine, rows)?;
        if let Some(table) = through {
            let read = self.fetch(statement, LinkedRows::new(table)).await?;
            let found = self.absorb(target, read.rows, false)?;
            let owners = Some(read.owners);
            return load::finish(&mut self.state, relation, parents, &found, owners);
        }
        let read = self.fetch(statement, ModelRows::new(target)).await?;
        self.finish_load(relation, parents, Some(read.0))
    }

    fn finish_load(
        &mut self,
        relation: &'static RelationDescriptor,
        parents: &[ObjectId],
        rows: Option<Box<dyn Rows>>,
    ) -> Result<()> {
        let found = match rows {
            Some(rows) => self.absorb((relation.target)(), rows, false)?,
            None => Vec::new(),
        };
        load::finish(&mut self.state, relation, parents, &found, None)
    }

    pub(super) fn absorb(
        &mut self,
        descriptor: &'static ModelDescriptor,
        rows: Box<dyn Rows>,
        overwrite: bool,
    ) -> Result<Vec<ObjectId>> {
        let watch = self.watch();
        let arena = self.state.arena_of(descriptor);
        let slots = self.state.arena_mut(arena).absorb(rows, overwrite)?;
        self.notice(watch);
        Ok(slots
            .into_iter()
            .map(|slot| ObjectId { arena, slot })
            .collect())
    }

    /// Loads what a query asked for beside its objects.
    pub(super) async fn load_options(
        &mut self,
        options: &[LoadOption],
        parents: Vec<ObjectId>,
    ) -> Result<()> {
        let mut work: Vec<(&LoadOption, Vec<ObjectId>)> = options
            .iter()
            .map(|option| (option, parents.clone()))
            .collect();
        while let Some((option, parents)) = work.pop() {
            if option.strategy == Strategy::Lazy || parents.is_empty() {
                continue;
            }
            self.load_related(option.relation, &parents).await?;
            if !option.nested.is_empty() {
                let children = self.children(option.relation, &parents);
                work.extend(
                    option
                        .nested
                        .iter()
                        .map(|nested| (nested, children.clone())),
                );
            }
        }
        Ok(())
    }

    /// The distinct objects that a loaded relationship of `parents` holds.
    fn children(
        &self,
        relation: &'static RelationDescriptor,
        parents: &[ObjectId],
    ) -> Vec<ObjectId> {
        let index = crate::state::position(relation);
        let mut seen = std::collections::HashSet::new();
        let mut children = Vec::new();
        for &parent in parents {
            let related: &[ObjectId] = match self.state.meta(parent).related(index) {
                Some(Related::Many(many)) => many.items(),
                Some(Related::One(one)) => one.current.as_slice(),
                _ => &[],
            };
            children.extend(related.iter().copied().filter(|&child| seen.insert(child)));
        }
        children
    }
}
