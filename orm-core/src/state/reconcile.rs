//! Takes over what the program assigned to relationship fields, before anyone reads a relationship.
//!
//! A plain field cannot report its own assignment. So a mutable borrow puts the object on a list, and every
//! operation that reads or writes relationships begins by emptying that list: no program can see the difference.

use super::{Life, Replacement, State};
use crate::error::Result;
use crate::mapping::{Assigned, ObjectId, RelationDescriptor, RelationKind};

impl State {
    pub(crate) fn loosen(&mut self, id: ObjectId) {
        if self.descriptor(id).relations.is_empty() || self.meta(id).loose {
            return;
        }
        self.meta_mut(id).loose = true;
        self.loose.push(id);
    }

    /// Takes over every assignment. An error (a handle of another session) is kept and reported by the next operation
    /// that can report it, so that nothing is lost silently.
    pub(crate) fn reconcile(&mut self) {
        while !self.loose.is_empty() {
            for id in std::mem::take(&mut self.loose) {
                self.meta_mut(id).loose = false;
                if let Err(error) = self.take_over(id) {
                    self.fault.get_or_insert(error);
                }
            }
        }
    }

    fn take_over(&mut self, id: ObjectId) -> Result<()> {
        for relation in self.descriptor(id).relations {
            let assigned = relation.field.take(self.any_mut(id)?.as_any_mut());
            let children = match assigned {
                Assigned::Nothing => continue,
                Assigned::Handles(handles) => {
                    let target = (relation.target)();
                    handles
                        .into_iter()
                        .map(|raw| self.resolve_raw(raw, target))
                        .collect::<Result<Vec<_>>>()?
                }
                Assigned::Owned(rows) => {
                    let life = if relation.cascade.save_update {
                        Life::Pending
                    } else {
                        Life::Transient
                    };
                    self.add_rows(rows, life)?
                }
            };
            self.assign(id, relation, children)?;
        }
        Ok(())
    }

    /// Makes `related` the whole of a relationship.
    pub(crate) fn assign(
        &mut self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
        related: Vec<ObjectId>,
    ) -> Result<()> {
        if relation.kind == RelationKind::BelongsTo {
            return self.set_parent(id, self.slot_of(relation)?, related.first().copied());
        }
        match self.members(id, relation) {
            Some(current) => self.replace(id, relation, &current, related),
            None => {
                self.replacing.push(Replacement {
                    parent: id,
                    relation,
                    children: related,
                });
                Ok(())
            }
        }
    }
}
