//! Keys that the database finds equal though they are not the same: the row may have been given another spelling of its key
//! by others, and its object follows.

use super::State;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{AnyModel, Key, ModelDescriptor, ObjectId};

impl State {
    /// A row was found by a key. Where an object with that key is held, it is the row's, and takes the row's key.
    ///
    /// # Errors
    /// `InvalidState` when another object has the row's key already.
    pub(crate) fn found_by(
        &mut self,
        model: &'static ModelDescriptor,
        asked: &Key,
        row: &dyn AnyModel,
    ) -> Result<()> {
        match self.find(model, asked) {
            Some(id) if row.identity() != *asked => self.spell(id, asked, row),
            _ => Ok(()),
        }
    }

    #[cold]
    fn spell(&mut self, id: ObjectId, asked: &Key, row: &dyn AnyModel) -> Result<()> {
        let key = row.identity();
        let model = row.descriptor();
        if self.find(model, &key).is_some() {
            let name = self.describe(id);
            let message = format!(
                "the row of {name} has the key {key} now, which another object of the session has; expunge one of them"
            );
            return Err(Error::new(ErrorKind::InvalidState, message)
                .with_object(name)
                .with_table(model.table));
        }
        let identity = &mut self.arena_mut(id.arena).identity;
        identity.remove(asked, id.slot);
        identity.insert(key, id.slot);
        for &column in model.primary_key {
            let value = row.value(column);
            if let Some(snapshot) = self
                .meta_mut(id)
                .extra
                .as_mut()
                .and_then(|it| it.snapshot.as_mut())
            {
                snapshot[column] = value.clone();
            }
            self.any_mut(id)?.set(column, value.as_ref())?;
        }
        Ok(())
    }
}
