//! Reading a relationship of one object: from memory, or by the strategy that holds for it.

use std::panic::Location;

use super::Session;
use super::load::Fresh;
use super::n_plus_one::Lazy;
use crate::error::{Error, ErrorKind, Result};
use crate::load::{Plan, Step, never_read};
use crate::mapping::{Handle, Model, ObjectId, RelationDescriptor, Strategy};
use crate::state::{Known, Life, Related, ToOne, position};

impl Session {
    /// The objects of a relationship that is loaded, in a session that has nothing to do before they are read. Most reads find
    /// that, and need no future.
    #[inline]
    pub(super) fn held_related<P: Model>(
        &self,
        parent: Handle<P>,
        relation: &'static RelationDescriptor,
    ) -> Option<&[ObjectId]> {
        let reads = relation.options.lazy != Strategy::WriteOnly;
        if !(reads && self.is_whole() && self.state.is_taken_over()) {
            return None;
        }
        let parent = self.state.resolve(parent).ok()?;
        match self.state.meta(parent).related(position(relation))? {
            Related::One(one) => Some(one.current.as_slice()),
            Related::Many(many) if many.loaded => Some(many.items()),
            _ => None,
        }
    }

    /// The related objects, loaded if need be. Only a load flushes first: what is known costs nothing.
    pub(super) async fn read_related(
        &mut self,
        parent: Result<ObjectId>,
        relation: &'static RelationDescriptor,
        location: &'static Location<'static>,
    ) -> Result<Vec<ObjectId>> {
        let parent = parent?;
        if relation.options.lazy == Strategy::WriteOnly {
            return Err(never_read(relation));
        }
        self.settle().await?;
        if self.state.is_loaded(parent, relation) {
            return Ok(self.shown(parent, relation)?.unwrap_or_default());
        }
        // What is known is read far more often than loaded: the load's state is not to lie in every such future.
        Box::pin(self.find_related(parent, relation, location)).await
    }

    async fn find_related(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        location: &'static Location<'static>,
    ) -> Result<Vec<ObjectId>> {
        let step = Box::new(self.lazy_step(parent, relation)?);
        if step.strategy == Strategy::Raise {
            return Err(self.not_to_be_loaded(parent, relation, step.strategy));
        }
        if step.criteria.is_none()
            && let Some(related) = self.shown(parent, relation)?
        {
            self.keep_found(parent, relation, &related)?;
            return Ok(related);
        }
        if step.strategy == Strategy::RaiseOnSql {
            return Err(self.not_to_be_loaded(parent, relation, step.strategy));
        }
        if step.strategy != Strategy::Batch {
            self.note_lazy_load(Lazy::Related(relation), parent, location)?;
        }
        self.before_query().await?;
        let parents = match step.strategy {
            Strategy::Batch => self.siblings(parent),
            _ => vec![parent],
        };
        let carried = step.plan.carried();
        let fresh = &mut Fresh::since(carried.map(|_| self.state.extent()));
        let more = self.load_step(step, &parents, (None, None), fresh).await?;
        if more.is_some() {
            Box::pin(self.load_plans(more, fresh)).await?;
        }
        Ok(self.shown(parent, relation)?.unwrap_or_default())
    }

    /// All related objects, whatever a load has shown of them.
    pub(super) async fn read_whole(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<Vec<ObjectId>> {
        self.settle().await?;
        if let Some(members) = self.state.members(parent, relation) {
            return Ok(members);
        }
        self.before_query().await?;
        self.load_related(relation, &[parent]).await?;
        Ok(self.state.members(parent, relation).unwrap_or_default())
    }

    /// How a relationship of an object is loaded when it is asked for.
    fn lazy_step(&self, parent: ObjectId, relation: &'static RelationDescriptor) -> Result<Step> {
        let defaults = self.defaults_for(parent);
        let plan = match self.state.policy(parent) {
            Some(policy) => Plan::remembered(std::sync::Arc::clone(policy), defaults),
            None => Plan::new(self.state.descriptor(parent), &[], defaults),
        };
        plan.step(relation)
    }

    /// The objects that came with the same result, and load under the same criteria.
    fn siblings(&self, id: ObjectId) -> Vec<ObjectId> {
        let Some(slots) = self.state.arena(id.arena).siblings(id.slot) else {
            return vec![id];
        };
        let arena = id.arena;
        slots
            .map(|slot| ObjectId { arena, slot })
            .filter(|&other| self.state.meta(other).life == Life::Persistent)
            .filter(|&other| self.state.carry_alike(id, other))
            .collect()
    }

    /// What was found by its key counts as loaded from here on.
    fn keep_found(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        related: &[ObjectId],
    ) -> Result<()> {
        if !relation.owns_key() || self.state.meta(parent).touched {
            return Ok(());
        }
        let slot = self.state.slot_of(relation)?;
        if self.state.to_one(parent, slot).is_none() {
            let one = ToOne {
                current: related.first().copied(),
                changed: false,
            };
            self.state.set_to_one(parent, slot, one);
        }
        Ok(())
    }

    /// What is known of a relationship.
    fn shown(
        &self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<Option<Vec<ObjectId>>> {
        if relation.owns_key() {
            if let Some(Related::One(one)) = self.state.meta(id).related(position(relation)) {
                return Ok(Some(one.current.into_iter().collect()));
            }
            if let Some(view) = self.state.view(id, relation)? {
                return Ok(Some(view));
            }
            if relation.options.filter.is_some() {
                // Whether the object that the key names is one of those has to be asked.
                return Ok(None);
            }
            return Ok(
                match self.state.known_parent(id, self.state.slot_of(relation)?)? {
                    Known::Parent(parent) => Some(parent.into_iter().collect()),
                    Known::Unknown => None,
                },
            );
        }
        match self.state.members(id, relation) {
            Some(members) => Ok(Some(members)),
            None => self.state.view(id, relation),
        }
    }

    #[cold]
    fn not_to_be_loaded(
        &self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
        strategy: Strategy,
    ) -> Error {
        let object = self.state.describe(id);
        let (model, name) = ((relation.model)().name, relation.name);
        Error::new(
            ErrorKind::NotLoaded,
            format!(
                "{relation:?} of {object} is not loaded, and is not to be loaded when it is asked for ({}); load it with the \
                 query: .with({model}::{name})",
                strategy.name()
            ),
        )
        .with_object(object)
        .with_table((relation.model)().table)
    }
}
