//! Life cycle and change tracking: new, touched, doomed, expired, expunged.

use super::backref::Slot;
use super::{Life, Operation, Related, State, Undo};
use crate::error::Result;
use crate::mapping::{ColumnSet, Handle, IntoNew, Model, New, ObjectId, RelationDescriptor, Rows};
use crate::types::Value;

impl State {
    /// Takes a new object in as pending.
    pub(crate) fn add<T: Model>(&mut self, new: New<T>) -> Result<ObjectId> {
        let arena = self.arena_of(T::descriptor());
        let slot = self.arena_mut(arena).insert(new.object, Life::Pending)?;
        let id = ObjectId { arena, slot };
        if !new.omitted.is_empty() {
            self.leave_out(id, new.unset, new.omitted);
        }
        self.pending.push(id);
        self.loosen(id);
        Ok(id)
    }

    /// Takes a new object in as transient: it waits until it is added.
    pub(crate) fn keep<T: Model>(&mut self, new: New<T>) -> Result<ObjectId> {
        let arena = self.arena_of(T::descriptor());
        let slot = self.arena_mut(arena).insert(new.object, Life::Transient)?;
        let id = ObjectId { arena, slot };
        if !new.omitted.is_empty() {
            self.leave_out(id, new.unset, new.omitted);
        }
        self.loosen(id);
        Ok(id)
    }

    /// Takes many new objects in as pending, each with what is in its relationships.
    pub(crate) fn add_all<N: IntoNew>(
        &mut self,
        new: impl Iterator<Item = N>,
    ) -> Result<Vec<Handle<N::Model>>> {
        let arena = self.arena_of(N::Model::descriptor());
        if self.arena(arena).has_room() {
            return new
                .map(|new| {
                    let id = self.add(new.into_new())?;
                    self.take_in();
                    Ok(self.handle(id))
                })
                .collect();
        }
        let mut unset = Vec::new();
        let objects = new.enumerate().map(|(index, new)| {
            let new = new.into_new();
            if !new.omitted.is_empty() {
                unset.push((index as u32, new.unset, new.omitted));
            }
            new.object
        });
        let slots = self.arena_mut(arena).extend(objects, Life::Pending)?;
        for (index, unset, omitted) in unset {
            let slot = slots.start + index;
            self.leave_out(ObjectId { arena, slot }, unset, omitted);
        }
        let ids = slots.map(|slot| ObjectId { arena, slot });
        self.pending.reserve(ids.len());
        let taken = ids.map(|id| {
            self.pending.push(id);
            self.loosen(id);
            self.take_in();
            self.handle(id)
        });
        Ok(taken.collect())
    }

    /// Keeps what the builder of a new object did not set: what is left to the database, and, where the object has a key by
    /// which it may take over a row, what stays as that row has it.
    fn leave_out(&mut self, id: ObjectId, unset: ColumnSet, omitted: ColumnSet) {
        if !unset.is_empty() {
            self.meta_mut(id).extra_mut().unset = unset;
        }
        let key = self.descriptor(id).generated_key();
        if key.is_none_or(|key| !self.is_unset_key(id, key)) {
            self.meta_mut(id).rare_mut().omitted = omitted;
        }
    }

    /// Takes new objects in that are in no list: whoever takes them inserts them at once.
    pub(crate) fn take_new<T: Model>(&mut self, rows: Vec<New<T>>) -> Result<Vec<ObjectId>> {
        let arena = self.arena_of(T::descriptor());
        let (objects, unset): (Vec<T>, Vec<_>) =
            rows.into_iter().map(|new| (new.object, new.unset)).unzip();
        let slots = self
            .arena_mut(arena)
            .append(Box::new(objects), Life::Transient)?;
        let ids: Vec<_> = slots.map(|slot| ObjectId { arena, slot }).collect();
        for (&id, unset) in ids.iter().zip(unset) {
            if !unset.is_empty() {
                self.meta_mut(id).extra_mut().unset = unset;
            }
        }
        Ok(ids)
    }

    /// Takes objects out again that nobody has seen, since they could not be inserted.
    pub(crate) fn discard(&mut self, ids: &[ObjectId]) {
        for &id in ids {
            self.vacate(id);
        }
    }

    /// Takes new objects in that were found in a relationship's field.
    pub(crate) fn add_rows(&mut self, rows: Box<dyn Rows>, life: Life) -> Result<Vec<ObjectId>> {
        let arena = self.arena_of(rows.descriptor());
        let slots = self.arena_mut(arena).append(rows, life)?;
        let ids: Vec<_> = slots.map(|slot| ObjectId { arena, slot }).collect();
        for &id in &ids {
            if life == Life::Pending {
                self.pending.push(id);
            }
            self.loosen(id);
        }
        Ok(ids)
    }

    /// Adds an object that the session owns already: a transient or deleted one becomes pending, a doomed one is spared.
    pub(crate) fn add_again(&mut self, id: ObjectId) -> Result<()> {
        let mut work = vec![id];
        while let Some(id) = work.pop() {
            let meta = self.meta_mut(id);
            if meta.doomed {
                meta.doomed = false;
                self.doomed.retain(|&other| other != id);
                continue;
            }
            match meta.life {
                Life::Transient | Life::Detached => {}
                Life::Deleted => {
                    // From here on its changes are those of a new object; a rollback brings back the deleted one.
                    let changed = meta.extra.as_mut().and_then(|extra| extra.snapshot.take());
                    let values = changed.unwrap_or_else(|| self.values(id));
                    self.undo.push(Undo::Revived(id, values));
                }
                Life::Pending | Life::Persistent => continue,
            }
            self.meta_mut(id).life = Life::Pending;
            self.pending.push(id);
            work.extend(self.reattach(id)?);
        }
        Ok(())
    }

    /// The related objects of one that is added again: they come along, children are its children again, and it is
    /// its parents' child again.
    fn reattach(&mut self, id: ObjectId) -> Result<Vec<ObjectId>> {
        let mut along = Vec::new();
        for (index, relation) in self.descriptor(id).relations.iter().enumerate() {
            let related: Vec<_> = match self.meta(id).related(index) {
                Some(Related::One(one)) => one.current.into_iter().collect(),
                Some(Related::Many(many)) => many.items().to_vec(),
                _ => continue,
            };
            if relation.options.view_only {
                continue;
            }
            if relation.is_many_to_many() {
                self.link_again(id, relation, &related)?;
            } else {
                self.relate_again(id, relation, &related)?;
            }
            if !(relation.cascade.save_update || relation.owns_key()) {
                for &other in &related {
                    self.note_outside(id, relation, other);
                }
            }
            if relation.cascade.save_update {
                along.extend(
                    related
                        .into_iter()
                        .filter(|&other| self.meta(other).life == Life::Transient),
                );
            }
        }
        let anonymous = self.meta(id).rare().anonymous.clone();
        for (relation, one) in anonymous {
            if let Some(parent) = one.current {
                self.join(parent, relation, Slot::Anonymous(relation), id)?;
            }
        }
        Ok(along)
    }

    /// Children are an object's children again, and it is its parents' child again.
    fn relate_again(
        &mut self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
        related: &[ObjectId],
    ) -> Result<()> {
        let slot = self.slot_of(relation)?;
        for &other in related {
            if !relation.owns_key() {
                self.set_parent(other, slot, Some(id))?;
            } else if let Some(side) = Self::parent_side(slot)? {
                self.join(other, side, slot, id)?;
            }
        }
        Ok(())
    }

    /// Remembers the columns of an object before they change, where anyone will ask: of a persistent one for the flush, of
    /// a deleted one for a rollback, of a new one when it leaves columns to the database.
    pub(crate) fn touch(&mut self, id: ObjectId) {
        let meta = self.meta(id);
        let remembered = match meta.life {
            Life::Persistent => meta.touched && meta.snapshot().is_some(),
            Life::Deleted => meta.snapshot().is_some(),
            // What a new object leaves to the database is told from what is set after all.
            Life::Pending | Life::Transient => meta.extra.as_ref().is_none_or(|extra| {
                let says_all = extra.unset.is_empty() && meta.rare().omitted.is_empty();
                says_all || extra.snapshot.is_some()
            }),
            Life::Detached => true,
        };
        if remembered {
            return;
        }
        let snapshot = self.values(id);
        let meta = self.meta_mut(id);
        meta.extra_mut().snapshot = Some(snapshot);
        if meta.life == Life::Persistent && !meta.touched {
            meta.touched = true;
            let expired = meta.expired;
            self.touched.push(id);
            if expired {
                self.note_reopened(id);
            }
        }
    }

    pub(super) fn values(&self, id: ObjectId) -> Box<[Value]> {
        let Ok(object) = self.any(id) else {
            return Box::default();
        };
        (0..self.descriptor(id).columns.len())
            .map(|column| object.value(column))
            .collect()
    }

    /// The columns that differ from the database, by position.
    pub(crate) fn changed_columns(&self, id: ObjectId) -> impl Iterator<Item = usize> {
        let object = self.any(id).ok();
        let columns = self.descriptor(id).columns;
        let snapshot = self
            .meta(id)
            .snapshot()
            .unwrap_or_default()
            .iter()
            .enumerate();
        snapshot.filter_map(move |(column, value)| {
            let written = columns[column].is_written();
            (written && !object?.same(column, value)).then_some(column)
        })
    }

    /// A column that nothing but the database or a query sets, and that the program has assigned.
    #[cold]
    pub(crate) fn assigned_in_vain(&self, id: ObjectId) -> Option<usize> {
        let (object, snapshot) = (self.any(id).ok()?, self.meta(id).snapshot()?);
        let columns = self.descriptor(id).columns.iter().zip(snapshot).enumerate();
        let mut vain = columns.filter(|(_, (column, _))| !column.is_written());
        // What is unloaded is so by the session.
        let differs = |&(index, (_, before)): &(usize, (_, &Value))| {
            !object.same(index, before) && object.value(index) != Value::Unloaded
        };
        vain.find(differs).map(|(index, _)| index)
    }

    /// Marks an object for deletion at the next flush. A deleted object stays deleted.
    ///
    /// # Errors
    /// `InvalidState` when the object is not in the database.
    pub(crate) fn doom(&mut self, id: ObjectId) -> Result<()> {
        self.permit(Operation::Delete, id)?;
        let meta = self.meta_mut(id);
        if meta.life == Life::Persistent && !meta.doomed {
            meta.doomed = true;
            let reopened = meta.expired && !meta.touched;
            self.doomed.push(id);
            if reopened {
                self.note_reopened(id);
            }
        }
        Ok(())
    }

    pub(crate) fn all_ids(&self) -> impl Iterator<Item = ObjectId> {
        self.arenas().flat_map(|(arena, held)| {
            (0..held.meta.len() as u32)
                .filter(|&slot| held.objects.get(slot).is_some())
                .map(move |slot| ObjectId { arena, slot })
        })
    }
}
