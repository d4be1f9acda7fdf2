//! Takes over what the program assigned to relationship fields, before anyone reads a relationship.
//!
//! A plain field cannot report its own assignment. So a mutable borrow puts the object on a list, and every
//! operation that reads or writes relationships begins by emptying that list: no program can see the difference.

use super::{Life, State};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Assigned, ObjectId, RelationDescriptor, RelationKind, Strategy};

impl State {
    pub(crate) fn loosen(&mut self, id: ObjectId) {
        if self.descriptor(id).relations.is_empty() || self.meta(id).loose {
            return;
        }
        self.meta_mut(id).loose = true;
        self.loose.push(id);
        self.holders.borrowed(id);
    }

    /// Takes over every assignment. An error (a handle of another session) is kept and reported by the next operation
    /// that can report it, so that nothing is lost silently.
    pub(crate) fn reconcile(&mut self) {
        self.take_in();
        self.holders.look_anew();
    }

    /// Whether every assignment is taken over, and none of them failed or has to be compared with what is loaded first.
    #[inline]
    pub(crate) fn is_taken_over(&self) -> bool {
        self.loose.is_empty() && self.fault.is_none() && self.replacing.is_empty()
    }

    /// The same where nothing is done after it but to take in more objects.
    pub(crate) fn take_in(&mut self) {
        if self.loose.is_empty() {
            return;
        }
        self.reconciling = true;
        while !self.loose.is_empty() {
            for id in std::mem::take(&mut self.loose) {
                self.meta_mut(id).loose = false;
                if let Err(error) = self.take_over(id) {
                    self.fault.get_or_insert(error);
                }
            }
        }
        self.reconciling = false;
    }

    /// Anything may happen to the objects from here on.
    pub(crate) fn look_anew(&mut self) {
        self.holders.look_anew();
    }

    fn take_over(&mut self, id: ObjectId) -> Result<()> {
        let mut result = Ok(());
        // Every field is emptied, also after an error: what stayed behind would come to light long after it was given up.
        for relation in self.descriptor(id).relations {
            let assigned = relation.field.take(self.any_mut(id)?.as_any_mut());
            result = result.and(self.take_over_field(id, relation, assigned));
        }
        result
    }

    fn take_over_field(
        &mut self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
        assigned: Assigned,
    ) -> Result<()> {
        // What is related to an object that is not to be inserted waits with it.
        let save = relation.cascade.save_update && self.meta(id).life != Life::Transient;
        let related = match assigned {
            Assigned::Nothing => return Ok(()),
            Assigned::Handles(handles) => {
                let target = (relation.target)();
                let related = handles
                    .into_iter()
                    .map(|raw| self.resolve_raw(raw, target))
                    .collect::<Result<Vec<_>>>()?;
                for &other in &related {
                    if save && self.meta(other).life == Life::Transient {
                        self.add_again(other)?;
                    }
                }
                related
            }
            Assigned::Owned(rows) | Assigned::Part(rows) => {
                let life = if save { Life::Pending } else { Life::Transient };
                self.add_rows(rows, life)?
            }
        };
        self.note_assigned(id);
        self.assign(id, relation, related)
    }

    /// Makes `related` the whole of a relationship.
    pub(crate) fn assign(
        &mut self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
        related: Vec<ObjectId>,
    ) -> Result<()> {
        check_writable(relation)?;
        if relation.options.lazy == Strategy::WriteOnly && !self.is_new(id) {
            return Err(not_replaced(relation));
        }
        if relation.kind == RelationKind::BelongsTo {
            if let Some(&object) = related.first() {
                self.check_single(id, relation, object)?;
            }
            return self.change_parent(id, self.slot_of(relation)?, related.first().copied());
        }
        if relation.is_many_to_many() {
            if let Some(current) = self.members(id, relation) {
                if !self.replacing.is_empty() {
                    let kept = |child: &ObjectId| related.contains(child);
                    for &child in current.iter().filter(|child| !kept(child)) {
                        self.overrule_link(id, relation, child, false)?;
                    }
                    for &child in &related {
                        self.overrule_link(id, relation, child, true)?;
                    }
                }
                return self.replace(id, relation, &current, related);
            }
            self.replace_later(id, relation, related.clone())?;
            return related
                .into_iter()
                .try_for_each(|child| self.link(id, relation, child));
        }
        let slot = self.slot_of(relation)?;
        if let Some(current) = self.members(id, relation) {
            for &child in &related {
                self.overrule(child, slot, Some(id))?;
            }
            return self.replace(id, relation, &current, related);
        }
        // Both sides agree at once; what else was there leaves when it is known.
        self.replace_later(id, relation, related.clone())?;
        related
            .into_iter()
            .try_for_each(|child| self.change_parent(child, slot, Some(id)))
    }
}

/// Nothing is put into a relationship that is only read: it would never be written.
///
/// # Errors
/// `InvalidState` when the relationship is `view_only`.
pub(crate) fn check_writable(relation: &'static RelationDescriptor) -> Result<()> {
    if !relation.options.view_only {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidState,
        format!(
            "{relation:?} is view_only, so nothing can be put into it or taken out; change the relationship or column \
             that it shows"
        ),
    )
    .with_table((relation.model)().table))
}

#[cold]
fn not_replaced(relation: &'static RelationDescriptor) -> Error {
    Error::new(
        ErrorKind::InvalidState,
        format!(
            "{relation:?} is write_only, so it cannot be assigned as a whole, which would have to be loaded first; push and \
             remove single objects"
        ),
    )
    .with_table((relation.model)().table)
}
