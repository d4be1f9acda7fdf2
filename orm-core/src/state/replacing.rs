//! Collections that were assigned while they were not loaded: what they held has to be read before the net change is
//! known, and until then the program may go on changing them.

use super::State;
use std::collections::HashSet;

use super::backref::Slot;
use crate::error::Result;
use crate::mapping::{ObjectId, RelationDescriptor};

/// A relationship that was assigned while it was not loaded, and what is to be the whole of it.
#[derive(Debug, Clone)]
pub(crate) struct Replacement {
    pub(crate) parent: ObjectId,
    pub(crate) relation: &'static RelationDescriptor,
    pub(crate) children: Vec<ObjectId>,
}

impl State {
    /// The assignment that waits for a parent's relationship to be loaded.
    fn replacement(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Option<&mut Replacement> {
        self.replacing
            .iter_mut()
            .find(|waiting| waiting.parent == parent && std::ptr::eq(waiting.relation, relation))
    }

    /// Keeps an assignment until the relationship is loaded. What an earlier one put there, and this one does not, is out.
    pub(super) fn replace_later(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        children: Vec<ObjectId>,
    ) -> Result<()> {
        let Some(waiting) = self.replacement(parent, relation) else {
            self.replacing.push_back(Replacement {
                parent,
                relation,
                children,
            });
            return Ok(());
        };
        let keep: HashSet<_> = children.iter().copied().collect();
        let before = std::mem::replace(&mut waiting.children, children);
        for child in before.into_iter().filter(|child| !keep.contains(child)) {
            self.unrelate(parent, relation, child)?;
            if relation.is_many_to_many() {
                self.overrule_link(parent, relation, child, false)?;
            }
        }
        Ok(())
    }

    /// Gives a child another parent because the program said so: the last word counts, also against collections that
    /// were assigned before and wait to be loaded.
    pub(crate) fn change_parent(
        &mut self,
        child: ObjectId,
        slot: Slot,
        parent: Option<ObjectId>,
    ) -> Result<()> {
        self.overrule(child, slot, parent)?;
        self.set_parent(child, slot, parent)
    }

    /// Takes a child out of the assignments that wait for other parents, and puts it into that of `parent`.
    pub(super) fn overrule(
        &mut self,
        child: ObjectId,
        slot: Slot,
        parent: Option<ObjectId>,
    ) -> Result<()> {
        if self.replacing.is_empty() {
            return Ok(());
        }
        let Some(side) = Self::parent_side(slot)? else {
            return Ok(());
        };
        for waiting in &mut self.replacing {
            if !std::ptr::eq(waiting.relation, side) {
                continue;
            }
            if Some(waiting.parent) != parent {
                waiting.children.retain(|&other| other != child);
            } else if side.is_many() && !waiting.children.contains(&child) {
                waiting.children.push(child);
            }
        }
        Ok(())
    }
}
