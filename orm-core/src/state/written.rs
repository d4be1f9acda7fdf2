//! Objects whose rows a statement of the program's own has written and returned. Every step is noted, so that a rollback
//! finds the way back.

use super::{Life, State, Undo};
use crate::error::Result;
use crate::mapping::ObjectId;
use crate::types::Value;

impl State {
    /// The object is about to take the values that the open transaction gave its row.
    pub(crate) fn rewriting(&mut self, id: ObjectId) -> Result<()> {
        let before: Box<[Value]> = match self.meta(id).snapshot() {
            Some(snapshot) => snapshot.into(),
            None => {
                let object = self.any(id)?;
                let columns = 0..self.descriptor(id).columns.len();
                columns.map(|column| object.value(column)).collect()
            }
        };
        self.undo.push(Undo::Updated(id, before));
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

    /// The same, outside of a flush, which may have been about to write the object.
    pub(crate) fn row_deleted_by_hand(&mut self, id: ObjectId) -> Result<()> {
        self.doomed.retain(|&other| other != id);
        self.touched.retain(|&other| other != id);
        self.row_deleted(id)
    }
}
