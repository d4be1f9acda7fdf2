//! The row of a deleted object becomes that of a new one.

use super::{Life, State, Undo};
use crate::error::Result;
use crate::mapping::{ColumnSet, ObjectId};
use crate::types::Value;

impl State {
    /// Gives the row of `old`, which is to be deleted, to `new`, which has the same key. The columns `kept`, and those that
    /// the database works out, stay as the row has them.
    pub(crate) fn switch_row(
        &mut self,
        old: ObjectId,
        new: ObjectId,
        kept: ColumnSet,
    ) -> Result<()> {
        self.drop_changes(old);
        let stored = self.values(old);
        self.forget_identity(old);
        let meta = self.meta_mut(old);
        meta.life = Life::Deleted;
        meta.doomed = false;
        meta.touched = false;
        self.leave_parents(old)?;
        let own = self.values(new);
        if let Some(extra) = &mut self.meta_mut(new).extra {
            extra.unset = ColumnSet::EMPTY;
        }
        if let Some(rare) = self.meta_mut(new).held_rare() {
            rare.omitted = ColumnSet::EMPTY;
        }
        let columns = self.descriptor(new).columns;
        for (column, value) in stored.iter().enumerate() {
            let says_nothing = self.any(new)?.value(column) == Value::Unloaded;
            if kept.contains(column) || says_nothing || !columns[column].is_written() {
                self.any_mut(new)?.set(column, value.as_ref())?;
            }
        }
        // A rollback goes these steps from the last: the new object is transient, has its own values, and the old one
        // has the row.
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
