//! Objects whose rows a statement of the program's own has written. Every step is noted, so that a rollback finds the way
//! back.

use super::{Life, State, Undo};
use crate::error::Result;
use crate::mapping::{AttributeList, Change, ModelDescriptor, ObjectId, ReferenceAction};
use crate::types::Value;

impl State {
    /// The persistent objects of a model.
    pub(crate) fn held(&self, model: &'static ModelDescriptor) -> Vec<ObjectId> {
        let Some(arena) = self.find_arena((model.type_id)()) else {
            return Vec::new();
        };
        let slots = 0..self.arena(arena).meta.len() as u32;
        let ids = slots.map(|slot| ObjectId { arena, slot });
        ids.filter(|&id| self.meta(id).life == Life::Persistent)
            .collect()
    }

    /// A statement writes rows of a model: what is read of them from now on may be rolled back. Objects held already that
    /// it concerns are told one by one, if it is not said here that any may be.
    pub(crate) fn model_written(
        &mut self,
        model: &'static ModelDescriptor,
        change: Change,
        all: bool,
    ) {
        let arena = self.arena_of(model);
        if !all && change != Change::Inserts {
            // The next load gives these the values of the open transaction.
            let expired = self
                .held(model)
                .into_iter()
                .filter(|&id| self.meta(id).expired);
            let steps: Vec<_> = expired.map(Undo::Reread).collect();
            self.undo.extend(steps);
        }
        let from = match all {
            true => 0,
            false => self.arena(arena).meta.len() as u32,
        };
        let step = ObjectId { arena, slot: from };
        // Many statements in a row need one step back.
        let since = &self.undo[self.savepoint_began()..];
        let covered = |last: &ObjectId| last.arena == arena && last.slot <= from;
        if !matches!(since.last(), Some(Undo::Read(last)) if covered(last)) {
            self.undo.push(Undo::Read(step));
        }
    }

    /// Rows of a model have been deleted: the database may have deleted, or taken the reference from, rows that referred to
    /// them, so that their objects are read anew. Unflushed changes are kept.
    pub(crate) fn referrers_written(&mut self, model: &'static ModelDescriptor) -> Result<()> {
        let mut models = vec![model];
        let mut next = 0;
        while let Some(&parent) = models.get(next) {
            next += 1;
            let refers = |child: &ModelDescriptor, only: fn(ReferenceAction) -> bool| {
                let references = child.columns.iter().filter_map(|it| it.references.as_ref());
                let mut references = references.filter(|it| *(it.model)() == *parent);
                references.any(|it| only(it.on_delete))
            };
            let arenas = self.arenas().map(|(_, arena)| arena.descriptor);
            let written: Vec<_> = arenas
                .filter(|child| refers(child, |action| !action.refuses()))
                .collect();
            for child in written {
                for id in self.held(child) {
                    if !self.is_changed(id) {
                        self.expire_one(id)?;
                    }
                }
                let deletes = refers(child, |action| action == ReferenceAction::Cascade);
                if deletes && !models.contains(&child) {
                    models.push(child);
                }
            }
        }
        Ok(())
    }

    /// What was read of a model since a statement wrote its rows is read anew.
    pub(super) fn expire_from(&mut self, first: ObjectId) -> Result<()> {
        let slots = first.slot..self.arena(first.arena).meta.len() as u32;
        for slot in slots {
            let id = ObjectId { slot, ..first };
            if self.meta(id).life == Life::Persistent {
                self.expire_one(id)?;
            }
        }
        self.forget_sides_to(self.arena(first.arena).descriptor)
    }

    /// The object is about to take the values that the open transaction gave its row.
    pub(crate) fn rewriting(&mut self, id: ObjectId) -> Result<()> {
        let before = self.row(id)?;
        self.undo.push(Undo::Updated(id, before));
        Ok(())
    }

    /// The row of a persistent object, as far as is known: without its unflushed changes.
    fn row(&self, id: ObjectId) -> Result<Box<[Value]>> {
        self.any(id)?;
        Ok(match self.meta(id).snapshot() {
            Some(snapshot) => snapshot.into(),
            None => self.values(id),
        })
    }

    /// The value that the row of a persistent object has in a column; `None` when it has been expired.
    pub(crate) fn known(&self, id: ObjectId, column: usize) -> Option<Value> {
        let meta = self.meta(id);
        if meta.expired {
            let some = &meta.rare().expired;
            if some.is_empty() || some.contains(&column) {
                return None;
            }
        }
        let value = self.stored(id, column).ok()?;
        (value != Value::Unloaded).then_some(value)
    }

    /// The row of an object has been given new values in some columns, unknown ones where there is none. Changes of other
    /// columns are kept, and so is what the program set in these: the next flush writes it.
    pub(crate) fn row_updated_by_hand(
        &mut self,
        id: ObjectId,
        values: &[(usize, Option<Value>)],
    ) -> Result<()> {
        self.rewriting(id)?;
        let before = self.row(id)?;
        let mut unknown = Vec::new();
        self.reread(id, |state| {
            for (column, value) in values {
                let changed = !state.any(id)?.same(*column, &before[*column]);
                let taken = match value {
                    Some(value) => state.take_value(id, *column, value, changed).is_ok(),
                    None => false,
                };
                if !(taken || changed) {
                    unknown.push(*column);
                }
            }
            Ok(())
        })?;
        self.rekey(id, &before)?;
        if unknown.is_empty() {
            return Ok(());
        }
        let list = AttributeList {
            columns: unknown,
            relations: Vec::new(),
        };
        self.expire_only(id, &list)
    }

    fn take_value(
        &mut self,
        id: ObjectId,
        column: usize,
        value: &Value,
        changed: bool,
    ) -> Result<()> {
        let object = self.any_mut(id)?;
        let mine = object.value(column);
        object.set(column, value.as_ref())?;
        // As the field's type has it, whatever type the database gave it back in.
        let value = object.value(column);
        if changed {
            object.set(column, mine.as_ref())?;
        }
        if let Some(extra) = &mut self.meta_mut(id).extra
            && let Some(snapshot) = &mut extra.snapshot
        {
            snapshot[column] = value;
        }
        Ok(())
    }

    /// The row of the object has been deleted.
    pub(crate) fn row_deleted(&mut self, id: ObjectId) -> Result<()> {
        // Its last values are the database's, and by that key the identity is forgotten.
        self.drop_changes(id);
        self.undo.push(Undo::Deleted(id));
        self.forget_identity(id);
        let meta = self.meta_mut(id);
        meta.life = Life::Deleted;
        meta.doomed = false;
        meta.touched = false;
        self.leave_parents(id)
    }

    /// The same of many objects, outside of a flush, which may have been about to write them.
    pub(crate) fn rows_deleted_by_hand(&mut self, ids: &[ObjectId]) -> Result<()> {
        let gone = |state: &Self, id: ObjectId| state.meta(id).life == Life::Persistent;
        let ids: Vec<_> = ids.iter().copied().filter(|&id| gone(self, id)).collect();
        for &id in &ids {
            self.row_deleted(id)?;
        }
        let (arenas, lists) = (&self.arenas, [&mut self.doomed, &mut self.touched]);
        for list in lists {
            list.retain(|id| {
                arenas[id.arena as usize].meta[id.slot as usize].life != Life::Deleted
            });
        }
        self.leave_partners(&ids);
        Ok(())
    }
}
