//! The row of a deleted object becomes that of a new one.

use super::{Life, State, Undo};
use crate::error::Result;
use crate::mapping::{ColumnSet, ObjectId};
use crate::types::Value;

impl State {
    /// Gives the row of `old`, which is to be deleted, to `new`, which has the same key.
    pub(crate) fn switch_row(&mut self, old: ObjectId, new: ObjectId) -> Result<()> {
        self.drop_changes(old);
        let stored = self.values(old);
        self.forget_identity(old);
        let meta = self.meta_mut(old);
        meta.life = Life::Deleted;
        meta.doomed = false;
        meta.touched = false;
        self.leave_parents(old)?;
        // What the new object leaves to the database stays as the row has it.
        let unset = match &mut self.meta_mut(new).extra {
            Some(extra) => std::mem::take(&mut extra.unset),
            None => ColumnSet::EMPTY,
        };
        for (column, value) in stored.iter().enumerate() {
            let object = self.any(new)?;
            let omittable = object.descriptor().columns[column].omittable;
            if unset.contains(column) || (omittable && object.value(column) == Value::Unloaded) {
                self.any_mut(new)?.set(column, value.as_ref())?;
            }
        }
        // A rollback goes these steps from the last: the new object is transient, has its own values, and the old one
        // has the row.
        let own = self.values(new);
        self.undo.push(Undo::Deleted(old));
        self.undo.push(Undo::Updated(new, own));
        self.note_inserted(new);
        let meta = self.meta_mut(new);
        meta.life = Life::Persistent;
        meta.touched = true;
        meta.extra_mut().snapshot = Some(stored);
        self.touched.push(new);
        self.remember_identity(new);
        self.inserted_by_hand(&[new])
    }
}
