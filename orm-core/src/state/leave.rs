//! Objects that leave the session: nothing that stays behind may point at them.
//!
//! Both sides of a relationship know each other, so most of what points at an object is found from the object itself. Only
//! where one side is not loaded are the other model's objects looked through. Emptied slots are not used again before all
//! that is held has been looked through once, which happens the more rarely the more there is.

use std::collections::HashSet;

use super::backref::position;
use super::{Life, Related, State};
use crate::error::Result;
use crate::mapping::{Model, ObjectId};

impl State {
    /// The objects that leave the session with this one (`expunge`), itself first.
    pub(crate) fn leaving(&self, id: ObjectId) -> Vec<ObjectId> {
        self.along(id, |cascade| cascade.expunge, |_| true)
    }

    /// Takes an object out of the session, and with it those that are a part of it.
    ///
    /// # Errors
    /// `UnknownHandle` when it has been expunged; `InvalidMapping` when a relationship cannot be resolved.
    pub(crate) fn expunge<T: Model>(&mut self, id: ObjectId) -> Result<T> {
        self.reconcile();
        let leaving = self.leaving(id);
        let parts = match leaving.len() {
            1 => None,
            _ => Some(self.detach(id, false, |cascade| cascade.expunge)?),
        };
        self.part_with(&leaving)?;
        let object = self.take::<T>(id)?;
        for &part in &leaving {
            self.vacate(part);
        }
        let whole = parts.and_then(|rows| rows.into_any().downcast::<Vec<T>>().ok());
        Ok(whole.and_then(|mut rows| rows.pop()).unwrap_or(object))
    }

    fn take<T: Model>(&mut self, id: ObjectId) -> Result<T> {
        let descriptor = self.descriptor(id);
        self.arena_mut(id.arena)
            .objects
            .as_any_mut()
            .downcast_mut::<Vec<Option<T>>>()
            .and_then(|objects| objects.get_mut(id.slot as usize))
            .and_then(Option::take)
            .ok_or_else(|| super::expunged(descriptor, id))
    }

    /// Takes objects out of the identity map, the lists and the relationships of others. Their slots are still full.
    fn part_with(&mut self, leaving: &[ObjectId]) -> Result<()> {
        let gone: HashSet<_> = leaving.iter().copied().collect();
        let mut unsure = HashSet::new();
        for &id in leaving {
            self.part(id, &gone, &mut unsure)?;
            // The database knows the row by the key it had before unflushed changes.
            if let Some(key) = Self::key_from(&self.stored_key(id)?) {
                self.arena_mut(id.arena).identity.remove(&key, id.slot);
            }
        }
        for arena in unsure {
            for meta in &mut self.arena_mut(arena).meta {
                meta.part(&gone);
            }
        }
        let listed = |state: &Self, lists: fn(&super::Meta) -> bool| {
            leaving.iter().any(|&id| lists(state.meta(id)))
        };
        if listed(self, |meta| meta.life == Life::Pending) {
            self.pending.retain(|id| !gone.contains(id));
        }
        if listed(self, |meta| meta.doomed) {
            self.doomed.retain(|id| !gone.contains(id));
        }
        if listed(self, |meta| meta.touched) {
            self.touched.retain(|id| !gone.contains(id));
        }
        if !self.undo.is_empty() && listed(self, |meta| meta.life != Life::Pending) {
            // Should it be read again before a rollback, it is read with the changes that are rolled back.
            self.distrust();
        }
        self.loose.retain(|id| !gone.contains(id));
        self.links.forget(|id| gone.contains(&id));
        self.outside.retain(|it| !it.concerns(&gone));
        self.orphaned.retain(|id| !gone.contains(id));
        self.let_go
            .retain(|left| !gone.contains(&left.holder) && !gone.contains(&left.object));
        self.replacing
            .retain(|waiting| !gone.contains(&waiting.parent));
        for waiting in &mut self.replacing {
            waiting.children.retain(|child| !gone.contains(child));
        }
        Ok(())
    }

    /// Takes an object out of what its parents and children know. Where they are not known from here, their arenas are
    /// added to `unsure`.
    fn part(
        &mut self,
        id: ObjectId,
        gone: &HashSet<ObjectId>,
        unsure: &mut HashSet<u32>,
    ) -> Result<()> {
        let descriptor = self.descriptor(id);
        let mut known = Vec::new();
        for relation in descriptor.relations.iter().filter(|it| !it.owns_key()) {
            match self.meta(id).related(position(relation)) {
                Some(Related::Many(many)) if many.loaded => known.extend(many.items()),
                Some(Related::One(one)) => known.extend(one.current),
                _ if self.is_new(id) => known.extend(self.loaded(id, position(relation))),
                _ => unsure.extend(self.find_arena(((relation.target)().type_id)())),
            }
        }
        for (arena, held) in self.arenas() {
            for other in held.descriptor.relations {
                let here = (other.owns_key() || other.is_many_to_many())
                    && *(other.target)() == *descriptor;
                if here && other.link()?.inverse.is_none() {
                    // Its children or partners know it, but it does not know them.
                    unsure.insert(arena);
                }
            }
        }
        for (slot, side) in self.places(descriptor)? {
            known.extend(self.to_one(id, slot).and_then(|one| one.current));
            let Some(side) = side else { continue };
            let (model, values) = ((side.model)(), |column| self.stored(id, column));
            match (
                self.foreign_key(id, slot)?,
                self.foreign_key_in(slot, values)?,
            ) {
                (Some(now), Some(stored)) => {
                    let keys = [now, stored].into_iter().flatten();
                    known.extend(keys.filter_map(|key| self.find(model, &key)));
                }
                // Only a key that is the parent's primary key finds it.
                _ => unsure.extend(self.find_arena((model.type_id)())),
            }
        }
        for other in known {
            self.meta_mut(other).part(gone);
        }
        Ok(())
    }

    /// Takes everything out of the session.
    pub(crate) fn expunge_all(&mut self) {
        for arena in &mut self.arenas {
            arena.clear();
        }
        self.pending.clear();
        self.doomed.clear();
        self.touched.clear();
        self.loose.clear();
        self.replacing.clear();
        self.links.clear();
        self.let_go.clear();
        self.outside.clear();
        self.orphaned.clear();
        self.holders = super::let_go::Holders::default();
        self.vacated.clear();
        self.fault = None;
        if !self.undo.is_empty() {
            self.undo.clear();
            self.savepoints_begin_anew();
            self.distrust();
        }
    }

    /// Empties the slot of an object that leaves the session.
    pub(super) fn vacate(&mut self, id: ObjectId) {
        self.arena_mut(id.arena).remove(id.slot);
        self.vacated.push(id);
        let held: usize = self.arenas().map(|(_, arena)| arena.meta.len()).sum();
        if self.undo.is_empty() && self.vacated.len() > 64 + held / 4 {
            self.reuse_slots();
        }
    }

    /// Lets emptied slots be used again, once nothing points at them.
    fn reuse_slots(&mut self) {
        let gone: HashSet<_> = self.vacated.drain(..).collect();
        for arena in &mut self.arenas {
            for meta in &mut arena.meta {
                meta.part(&gone);
            }
        }
        let mut slots: Vec<Vec<u32>> = vec![Vec::new(); self.arenas.len()];
        for id in gone {
            slots[id.arena as usize].push(id.slot);
        }
        for (arena, slots) in self.arenas.iter_mut().zip(slots) {
            if !slots.is_empty() {
                arena.reuse(slots);
            }
        }
    }
}

impl super::Meta {
    /// Takes objects that leave the session out of the relationships.
    fn part(&mut self, gone: &HashSet<ObjectId>) {
        let new = matches!(self.life, Life::Pending | Life::Transient);
        let left = |one: Option<ObjectId>| one.is_some_and(|id| gone.contains(&id));
        if let Some(rare) = self.held_rare() {
            rare.anonymous.retain(|(_, one)| !left(one.current));
        }
        let Some(extra) = &mut self.extra else { return };
        for related in extra.related.iter_mut() {
            match related {
                Related::One(one) if left(one.current) => *related = Related::Unloaded,
                Related::Many(many) if many.items().iter().any(|&id| left(Some(id))) => {
                    many.retain(|&id| !left(Some(id)));
                    // Their rows are still there, so the collection is no longer the whole of it.
                    many.loaded &= new;
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(crate::Model, Debug, Clone, Default)]
    #[orm(table = "notes")]
    struct Note {
        #[orm(primary_key)]
        id: i64,
    }

    /// Rows that are loaded fill the slots of objects that were expunged, in runs, unless somebody tells new objects by
    /// their slots meanwhile.
    #[test]
    fn rows_fill_what_was_given_up() {
        let mut state = State::new();
        let arena = state.arena_of(Note::descriptor());
        let load = |state: &mut State, keys: std::ops::Range<i64>| {
            let rows: Vec<Note> = keys.map(|id| Note { id }).collect();
            state
                .arena_mut(arena)
                .absorb(Box::new(rows), false)
                .unwrap()
        };
        let kept = load(&mut state, 0..3)[1];
        for round in 1..200 {
            let slots = load(&mut state, round * 100..round * 100 + 100);
            let siblings = |&slot: &u32| state.arena(arena).siblings(slot);
            let runs: Vec<_> = slots.iter().filter_map(siblings).collect();
            assert!(runs.len() > 80, "{runs:?}");
            assert!(runs.into_iter().flatten().all(|slot| slots.contains(&slot)));
            for slot in slots {
                state.expunge::<Note>(ObjectId { arena, slot }).unwrap();
            }
        }
        let held = state.arena(arena);
        assert!(held.meta.len() < 400, "{}", held.meta.len());
        assert_eq!(held.identity.get(&crate::mapping::Key::Int(1)), Some(kept));

        let before = state.extent();
        let count = state.arena(arena).meta.len() as u32;
        let slots = load(&mut state, 50_000..50_010);
        assert_eq!(slots, (count..count + 10).collect::<Vec<_>>());
        assert!(
            slots
                .into_iter()
                .all(|slot| before.is_before(ObjectId { arena, slot }))
        );
        drop(before);
        assert!(
            load(&mut state, 60_000..60_010)
                .into_iter()
                .all(|slot| slot < count)
        );
        assert!(
            state
                .arena_mut(arena)
                .absorb_one(Note { id: 70_000 }, false)
                .unwrap()
                < count
        );
    }
}
