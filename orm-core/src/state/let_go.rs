//! Relationships that belong to one object only, from the side that may be held by many: `single_parent`.
//!
//! An object in such a relationship can be the orphan of its one holder, so what is taken out is remembered until the
//! flush asks whether anyone took it in again.

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
        &self,
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
        for slot in 0..self.arena(arena).meta.len() as u32 {
            let other = ObjectId { arena, slot };
            if other != holder
                && self.any(other).is_ok()
                && matches!(self.meta(other).life, Life::Pending | Life::Persistent)
                && self.holds(other, relation, object)?
            {
                return Err(self.held_already(relation, object, other));
            }
        }
        Ok(())
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
