//! What a flush would write of an object, as the program may want to see it.

use super::backref::{Slot, position};
use super::{Life, Related, State};
use crate::error::Result;
use crate::mapping::{ObjectId, RelationDescriptor};

/// What was put into a relationship, and what was taken out, since the last flush.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    pub(crate) added: Vec<ObjectId>,
    pub(crate) removed: Vec<ObjectId>,
}

impl State {
    /// Whether a flush would write columns of a persistent object, foreign keys set by its relationships among them.
    pub(crate) fn is_changed(&self, id: ObjectId) -> bool {
        self.changed_columns(id).next().is_some()
            || self.has_new_parent(id)
            || !self.computed(id).is_empty()
    }

    /// Whether a relationship of a persistent object gives it another foreign key than its row has.
    fn has_new_parent(&self, id: ObjectId) -> bool {
        if !self.meta(id).touched {
            return false;
        }
        let own = self.descriptor(id).relations.iter().enumerate();
        let own = own
            .filter(|(_, relation)| relation.owns_key())
            .map(|(index, relation)| Slot::Own(relation, index));
        let anonymous = self.meta(id).rare().anonymous.iter();
        let anonymous = anonymous.map(|(relation, _)| Slot::Anonymous(relation));
        own.chain(anonymous).any(|slot| {
            self.to_one(id, slot).is_some_and(|one| one.changed)
                && self.stored_parent(id, slot).is_ok_and(|stored| {
                    stored.is_none_or(|stored| self.parent_now(id, slot) != stored)
                })
        })
    }

    fn parent_now(&self, id: ObjectId, slot: Slot) -> Option<ObjectId> {
        self.to_one(id, slot).and_then(|one| one.current)
    }

    /// The parent that the row of a persistent object refers to: `None` when that is not known to the session.
    fn stored_parent(&self, id: ObjectId, slot: Slot) -> Result<Option<Option<ObjectId>>> {
        let snapshot = self.meta(id).snapshot();
        let object = self.any(id)?;
        let value = |column: usize| {
            Ok(snapshot.map_or_else(|| object.value(column), |row| row[column].clone()))
        };
        let parent = match slot {
            Slot::Own(relation, _) => (relation.target)(),
            Slot::Anonymous(relation) => (relation.model)(),
        };
        Ok(match self.foreign_key_in(slot, value)? {
            None => None,
            Some(None) => Some(None),
            Some(Some(key)) => self.find(parent, &key).map(Some),
        })
    }

    /// What changed in a relationship since the last flush. What was there before is told as far as the session holds it.
    pub(crate) fn moves(
        &self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<Moves> {
        let mut moves = Moves::default();
        if relation.is_many_to_many() {
            for (added, partner) in self.links.of(id, relation) {
                match added {
                    true => moves.added.push(partner),
                    false => moves.removed.push(partner),
                }
            }
            return Ok(moves);
        }
        let slot = self.slot_of(relation)?;
        if relation.owns_key() {
            let Some(one) = self.to_one(id, slot).filter(|one| one.changed) else {
                return Ok(moves);
            };
            let stored = match self.meta(id).life {
                Life::Persistent => self.stored_parent(id, slot)?.flatten(),
                _ => None,
            };
            if stored != one.current {
                moves.added.extend(one.current);
                moves.removed.extend(stored);
            }
            return Ok(moves);
        }
        let current: &[ObjectId] = match self.meta(id).related(position(relation)) {
            Some(Related::Many(many)) => many.items(),
            Some(Related::One(one)) => one.current.as_slice(),
            Some(Related::Unloaded) | None => &[],
        };
        for &child in current {
            let changed = self.to_one(child, slot).is_some_and(|one| one.changed);
            let was_here = self.meta(child).life == Life::Persistent
                && self.stored_parent(child, slot)? == Some(Some(id));
            if changed && !was_here {
                moves.added.push(child);
            }
        }
        // Who left is listed as touched, since its foreign key is to be written.
        for &child in &self.touched {
            if *self.descriptor(child) == *(relation.target)()
                && self.meta(child).life == Life::Persistent
                && self
                    .to_one(child, slot)
                    .is_some_and(|one| one.changed && one.current != Some(id))
                && self.stored_parent(child, slot)? == Some(Some(id))
            {
                moves.removed.push(child);
            }
        }
        moves.removed.sort_unstable();
        Ok(moves)
    }
}
