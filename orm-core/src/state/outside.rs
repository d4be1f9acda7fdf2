//! New objects that are in a relationship of the session's objects and are not to be inserted: no cascade took them along, or
//! they were taken out of what they are a part of.

use std::collections::HashSet;

use super::backref::{Known, position};
use super::{Life, State};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ObjectId, RelationDescriptor};

/// A transient object that the program put into a relationship.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outside {
    parent: ObjectId,
    relation: &'static RelationDescriptor,
    child: ObjectId,
}

impl Outside {
    /// Whether either of the two is among these.
    pub(super) fn concerns(&self, ids: &HashSet<ObjectId>) -> bool {
        ids.contains(&self.parent) || ids.contains(&self.child)
    }
}

impl State {
    /// Remembers a child that the flush would leave out, unless it is added meanwhile.
    pub(super) fn note_outside(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) {
        if self.meta(child).life == Life::Transient {
            self.outside.push(Outside {
                parent,
                relation,
                child,
            });
        }
    }

    /// Looks whether an object that is written, or stays, holds one that is left out.
    ///
    /// # Errors
    /// `InvalidState`, naming both.
    pub(crate) fn check_outside(&self) -> Result<()> {
        for &Outside {
            parent,
            relation,
            child,
        } in &self.outside
        {
            let left_out = self.any(child).is_ok()
                && self.any(parent).is_ok()
                && self.meta(child).life == Life::Transient
                && self.stays(parent);
            if left_out
                && self.known_parent(child, self.slot_of(relation)?)? == Known::Parent(Some(parent))
            {
                return Err(self.is_outside(parent, relation, child));
            }
        }
        Ok(())
    }

    #[cold]
    fn is_outside(
        &self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) -> Error {
        let (child, parent) = (self.describe(child), self.describe(parent));
        let message = format!(
            "{child} is in {relation:?} of {parent} and would not be inserted: it is transient, and nothing added it; add it to \
             the session, take it out, or give {relation:?} the cascade save-update"
        );
        Error::new(ErrorKind::InvalidState, message)
            .with_object(child)
            .with_table((relation.target)().table)
    }

    /// Makes an object that was taken out of what it is a part of transient, if it is pending, and with it those that are a
    /// part of it. What they know of each other stays, for when it is added again.
    pub(super) fn orphan(&mut self, id: ObjectId) -> Result<()> {
        let mut work = vec![id];
        while let Some(id) = work.pop() {
            if self.meta(id).life != Life::Pending {
                continue;
            }
            self.meta_mut(id).life = Life::Transient;
            // Most often it came last.
            if let Some(place) = self.pending.iter().rposition(|&other| other == id) {
                self.pending.remove(place);
            }
            self.links.forget(|other| other == id);
            self.orphaned.push(id);
            for relation in self.descriptor(id).relations {
                if relation.cascade.delete && !relation.options.view_only {
                    work.extend_from_slice(self.loaded(id, position(relation)));
                }
            }
        }
        Ok(())
    }
}
