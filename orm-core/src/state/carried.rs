//! Criteria of queries that their objects carry into later loads. They lie beside the objects: most came without.

use std::sync::Arc;

use super::{Related, State};
use crate::error::Result;
use crate::mapping::{ModelCriteria, ObjectId, RelationDescriptor};

/// How many slots the models of a session had at some time: objects in later ones are newer.
#[derive(Debug)]
pub(crate) struct Extent(Box<[(u32, Arc<()>)]>);

impl Extent {
    /// Whether an object has come since.
    pub(crate) fn is_before(&self, id: ObjectId) -> bool {
        let slots = self.0.get(id.arena as usize);
        slots.is_none_or(|(slots, _)| id.slot >= *slots)
    }
}

impl State {
    /// What is held now. As long as it is, rows fill no slot again that was given up.
    pub(crate) fn extent(&self) -> Extent {
        let arenas = self.arenas();
        Extent(
            arenas
                .map(|(_, it)| (it.meta.len() as u32, it.watch()))
                .collect(),
        )
    }

    /// The criteria that an object carries.
    pub(crate) fn carried(&self, id: ObjectId) -> Option<&ModelCriteria> {
        self.arena(id.arena).carried.get(&id.slot)
    }

    /// Whether a relationship to one, which shows none, has an object that criteria leave out: its key names one. Then it
    /// says whether the key always does.
    pub(crate) fn left_out(
        &self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<Option<bool>> {
        if !relation.owns_key() || relation.options.filter.is_some() || self.is_new(id) {
            return Ok(None);
        }
        let table = (relation.target)().table;
        let concern = |criteria: &ModelCriteria| criteria.concern(table);
        if !(concern(&self.criteria) || self.carried(id).is_some_and(concern)) {
            return Ok(None);
        }
        let assigned = self.meta(id).related(super::backref::position(relation));
        if matches!(assigned, Some(Related::One(one)) if one.changed) {
            return Ok(None);
        }
        relation.left_out(self.any(id)?)
    }

    /// Objects carry criteria from now on. One without relationships has nothing to load by them.
    pub(crate) fn carry(
        &mut self,
        ids: impl IntoIterator<Item = ObjectId>,
        criteria: &ModelCriteria,
    ) {
        for id in ids {
            let arena = self.arena_mut(id.arena);
            if !arena.descriptor.relations.is_empty() {
                arena.carried.insert(id.slot, criteria.clone());
            }
        }
    }

    /// Whether two objects carry the criteria of one query, or none.
    pub(crate) fn carry_alike(&self, one: ObjectId, other: ObjectId) -> bool {
        match (self.carried(one), self.carried(other)) {
            (Some(one), Some(other)) => one.is_same(other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}
