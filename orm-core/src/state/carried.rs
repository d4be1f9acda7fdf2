//! Criteria of queries that their objects carry into later loads. They lie beside the objects: most came without.

use super::State;
use crate::mapping::{ModelCriteria, ObjectId};

/// How many slots the models of a session had at some time: objects in later ones are newer.
#[derive(Debug)]
pub(crate) struct Extent(Box<[u32]>);

impl Extent {
    /// Whether an object has come since.
    pub(crate) fn is_before(&self, id: ObjectId) -> bool {
        let slots = self.0.get(id.arena as usize);
        slots.is_none_or(|&slots| id.slot >= slots)
    }
}

impl State {
    /// What is held now. Rows that are loaded never fill a slot again that was given up.
    pub(crate) fn extent(&self) -> Extent {
        Extent(self.arenas().map(|(_, it)| it.meta.len() as u32).collect())
    }

    /// The criteria that an object carries.
    pub(crate) fn carried(&self, id: ObjectId) -> Option<&ModelCriteria> {
        self.arena(id.arena).carried.get(&id.slot)
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
