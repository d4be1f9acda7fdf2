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
    /// How many objects have been looked at, by relationship; forgotten when anything but an assignment may have happened.
    noted: FxHashMap<usize, u32>,
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

    fn noted(&mut self, relation: &'static RelationDescriptor, count: u32) {
        self.noted.insert(mark(relation), count);
    }

    fn noted_up_to(&self, relation: &'static RelationDescriptor) -> u32 {
        self.noted.get(&mark(relation)).copied().unwrap_or(0)
    }

    pub(super) fn look_anew(&mut self) {
        self.noted.clear();
    }
}

impl State {
    /// Remembers an object that is taken out of a relationship, if it may be an orphan by that.
    pub(super) fn let_go(
        &mut self,
        holder: ObjectId,
        relation: &'static RelationDescriptor,
        object: ObjectId,
    ) {
        if relation.cascade.delete_orphan && relation.options.single_parent {
            self.let_go.push(LetGo {
                relation,
                holder,
                object,
            });
        }
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
        let slots = self.holders.noted_up_to(relation)..count;
        let index = position(relation);
        for slot in slots {
            let holder = ObjectId { arena, slot };
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
