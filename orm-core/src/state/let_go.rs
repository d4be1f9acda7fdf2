//! Relationships that belong to one object only, from the side that may be held by many: `single_parent`.
//!
//! An object in such a relationship can be the orphan of its one holder, so what is taken out is remembered until the
//! flush asks whether anyone took it in again.

use rustc_hash::FxHashMap;

use super::backref::{Known, Slot, position};
use super::{Life, State};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ObjectId, RelationDescriptor};

/// An object that was taken out of a relationship with delete-orphan, from the side of its one holder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LetGo {
    pub(crate) relation: &'static RelationDescriptor,
    pub(crate) holder: ObjectId,
    pub(crate) object: ObjectId,
}

/// Who holds what by relationships of a single holder, as a hint: whoever is noted may have let go since.
#[derive(Debug, Default)]
pub(super) struct Holders {
    last: FxHashMap<(usize, ObjectId), ObjectId>,
    /// How many objects have been looked at, by relationship, and how many of those to look at again; forgotten when
    /// anything may have happened but that objects were added, borrowed and assigned.
    noted: FxHashMap<usize, (u32, usize)>,
    /// Objects that have been borrowed since they may have been looked at.
    again: Vec<ObjectId>,
}

fn mark(relation: &'static RelationDescriptor) -> usize {
    std::ptr::from_ref(relation) as usize
}

impl Holders {
    pub(super) fn note(
        &mut self,
        relation: &'static RelationDescriptor,
        object: ObjectId,
        holder: ObjectId,
    ) {
        self.last.insert((mark(relation), object), holder);
    }

    fn of(&self, relation: &'static RelationDescriptor, object: ObjectId) -> Option<ObjectId> {
        self.last.get(&(mark(relation), object)).copied()
    }

    /// The objects of an arena of `count` that are to be looked at, since they are new or have been borrowed.
    fn to_note(
        &self,
        relation: &'static RelationDescriptor,
        arena: u32,
        count: u32,
    ) -> Vec<ObjectId> {
        let (noted, again) = self.noted.get(&mark(relation)).copied().unwrap_or((0, 0));
        let again = self.again[again..].iter().copied();
        let again = again.filter(|id| id.arena == arena && id.slot < noted);
        let new = (noted..count).map(|slot| ObjectId { arena, slot });
        again.chain(new).collect()
    }

    fn noted(&mut self, relation: &'static RelationDescriptor, count: u32) {
        let again = self.again.len();
        self.noted.insert(mark(relation), (count, again));
    }

    pub(super) fn borrowed(&mut self, id: ObjectId) {
        if !self.noted.is_empty() {
            self.again.push(id);
        }
    }

    pub(super) fn look_anew(&mut self) {
        self.noted.clear();
        self.again.clear();
    }
}

impl State {
    /// Remembers an object that is taken out of a relationship, if it may be an orphan by that: a new one is transient at once.
    pub(super) fn let_go(
        &mut self,
        holder: ObjectId,
        relation: &'static RelationDescriptor,
        object: ObjectId,
        instead: Option<ObjectId>,
    ) -> Result<()> {
        if relation.cascade.delete_orphan
            && relation.options.single_parent
            && instead != Some(object)
        {
            self.let_go.push(LetGo {
                relation,
                holder,
                object,
            });
            self.orphan(object)?;
        }
        Ok(())
    }

    /// An object may be in a `single_parent` relationship of one object only.
    ///
    /// # Errors
    /// `InvalidState` when another object is known to hold it.
    pub(super) fn check_single(
        &mut self,
        holder: ObjectId,
        relation: &'static RelationDescriptor,
        object: ObjectId,
    ) -> Result<()> {
        if !relation.options.single_parent {
            return Ok(());
        }
        let Some(arena) = self.find_arena(((relation.model)().type_id)()) else {
            return Ok(());
        };
        // A new object has no key by which a row could refer to it, so that whoever holds it was noted.
        if !(relation.owns_key() && self.is_new(object)) {
            self.note_holders(relation, arena)?;
        }
        let Some(other) = self.holders.of(relation, object) else {
            return Ok(());
        };
        if other != holder && self.holds_now(other, relation, object)? {
            return Err(self.held_already(relation, object, other));
        }
        // Who was noted holds it no longer, or is the one who is to hold it; before him there may have been another.
        for slot in 0..self.arena(arena).meta.len() as u32 {
            let other = ObjectId { arena, slot };
            if other != holder && self.holds_now(other, relation, object)? {
                return Err(self.held_already(relation, object, other));
            }
        }
        Ok(())
    }

    /// Notes who holds what by a relationship, as far as that has not been done since the session last looked at what was
    /// assigned.
    fn note_holders(&mut self, relation: &'static RelationDescriptor, arena: u32) -> Result<()> {
        let count = self.arena(arena).meta.len() as u32;
        let index = position(relation);
        for holder in self.holders.to_note(relation, arena, count) {
            let held = match relation.owns_key() {
                _ if self.any(holder).is_err() => continue,
                true => match self.known_parent(holder, Slot::Own(relation, index))? {
                    Known::Parent(parent) => parent.into_iter().collect(),
                    Known::Unknown => continue,
                },
                false => self.loaded(holder, index).to_vec(),
            };
            for object in held {
                self.holders.note(relation, object, holder);
            }
        }
        if self.reconciling {
            self.holders.noted(relation, count);
        }
        Ok(())
    }

    fn holds_now(
        &self,
        holder: ObjectId,
        relation: &'static RelationDescriptor,
        object: ObjectId,
    ) -> Result<bool> {
        Ok(self.any(holder).is_ok()
            && matches!(self.meta(holder).life, Life::Pending | Life::Persistent)
            && self.holds(holder, relation, object)?)
    }

    /// Whether an object is known to hold another by a relationship that is its foreign key's, or many-to-many.
    pub(crate) fn holds(
        &self,
        holder: ObjectId,
        relation: &'static RelationDescriptor,
        object: ObjectId,
    ) -> Result<bool> {
        let index = position(relation);
        if relation.owns_key() {
            let known = self.known_parent(holder, Slot::Own(relation, index))?;
            return Ok(known == Known::Parent(Some(object)));
        }
        Ok(self.loaded(holder, index).contains(&object))
    }

    #[cold]
    fn held_already(
        &self,
        relation: &'static RelationDescriptor,
        object: ObjectId,
        other: ObjectId,
    ) -> Error {
        let (object, other) = (self.describe(object), self.describe(other));
        Error::new(
            ErrorKind::InvalidState,
            format!(
                "{object} is in {relation:?} of {other} already, and {relation:?} is single_parent; take it out there first"
            ),
        )
        .with_object(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::{BelongsTo, Handle};

    #[derive(crate::Model, Debug, Clone, Default)]
    #[orm(table = "owners")]
    struct Owner {
        #[orm(primary_key)]
        id: i64,
        #[orm(references = Pet::id)]
        pet_id: Option<i64>,
        #[orm(cascade = "all, delete-orphan", single_parent)]
        pet: BelongsTo<Pet>,
    }

    #[derive(crate::Model, Debug, Clone, Default)]
    #[orm(table = "pets")]
    struct Pet {
        #[orm(primary_key)]
        id: i64,
    }

    fn owner(pet: Handle<Pet>) -> Owner {
        Owner {
            pet: pet.into(),
            ..Default::default()
        }
    }

    /// Objects that are added one by one are looked at once each; one that is borrowed meanwhile is looked at again.
    #[test]
    fn no_object_is_looked_at_for_every_other() {
        let mut state = State::new();
        let arena = state.arena_of(<Pet as crate::Model>::descriptor());
        let pets: Vec<Pet> = (1..=50).map(|id| Pet { id }).collect();
        let slots = state.arena_mut(arena).absorb(Box::new(pets), false);
        let pets: Vec<Handle<Pet>> = slots
            .unwrap()
            .into_iter()
            .map(|slot| state.handle(ObjectId { arena, slot }))
            .collect();
        let relation = &<Owner as crate::Model>::descriptor().relations[0];
        let mut owners = state
            .add_all(pets[..20].iter().map(|&pet| owner(pet)))
            .unwrap();
        let left = |state: &State, owner: Handle<Owner>| {
            let arena = Handle::raw(owner).object.arena;
            let count = state.arena(arena).meta.len() as u32;
            state.holders.to_note(relation, arena, count).len()
        };
        assert_eq!(left(&state, owners[0]), 0);
        for &pet in &pets[20..40] {
            owners.extend(state.add_all([owner(pet)].into_iter()).unwrap());
            assert_eq!(left(&state, owners[0]), 0);
        }
        assert!(state.fault.is_none());
        // By its foreign key, which no assignment tells of.
        let last = state.add_all([Owner::default()].into_iter()).unwrap()[0];
        state.add_all([owner(pets[48])].into_iter()).unwrap();
        assert_eq!((left(&state, last), state.fault.is_none()), (0, true));
        state.object_mut(last).unwrap().pet_id = Some(45);
        assert_eq!(left(&state, last), 1);
        for pet in [pets[7], pets[44]] {
            state.add_all([owner(pet)].into_iter()).unwrap();
            let fault = state.fault.take().expect("the pet is another's");
            assert_eq!(fault.kind(), ErrorKind::InvalidState);
        }
        state.reconcile();
        assert!(left(&state, last) > 40);
    }
}
