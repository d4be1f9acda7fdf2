//! What becomes of the objects held: states, deletion, expiry, expunging.

use super::Session;
use crate::error::Result;
use crate::mapping::{Handle, Model};
use crate::state::Life;

impl Session {
    /// The object of a handle.
    ///
    /// # Errors
    /// `UnknownHandle` when the handle is of another session, or its object has been expunged.
    pub fn try_get<T: Model>(&self, handle: Handle<T>) -> Result<&T> {
        self.state.object(handle)
    }

    /// The object of a handle, to change.
    ///
    /// # Errors
    /// As [`Session::try_get`].
    pub fn try_get_mut<T: Model>(&mut self, handle: Handle<T>) -> Result<&mut T> {
        self.state.object_mut(handle)
    }

    /// Where the object is in its life cycle.
    ///
    /// # Errors
    /// As [`Session::try_get`].
    pub fn life<T: Model>(&self, handle: Handle<T>) -> Result<Life> {
        Ok(self.state.meta(self.state.resolve(handle)?).life)
    }

    /// Whether the session holds the object as new or persistent.
    pub fn contains<T: Model>(&self, handle: Handle<T>) -> bool {
        self.life(handle)
            .is_ok_and(|life| matches!(life, Life::Pending | Life::Persistent))
    }

    /// Whether the next flush inserts the object.
    pub fn is_new<T: Model>(&self, handle: Handle<T>) -> bool {
        self.life(handle).is_ok_and(|life| life == Life::Pending)
    }

    /// Whether the next flush deletes the object.
    pub fn is_deleted<T: Model>(&self, handle: Handle<T>) -> bool {
        self.state
            .resolve(handle)
            .is_ok_and(|id| self.state.meta(id).doomed)
    }

    /// Whether a column of a persistent object differs from the database; setting a value back is no change.
    ///
    /// # Errors
    /// As [`Session::try_get`].
    pub fn is_modified<T: Model>(&self, handle: Handle<T>) -> Result<bool> {
        let id = self.state.resolve(handle)?;
        Ok(self.state.changed_columns(id).next().is_some())
    }

    /// How many persistent objects the identity map holds.
    pub fn held(&self) -> usize {
        self.state
            .arenas()
            .map(|(_, arena)| arena.identity.len())
            .sum()
    }

    /// Marks an object to be deleted at the next flush; what happens to related objects is said by their relationships.
    /// Sends nothing.
    ///
    /// # Errors
    /// `InvalidState` when the object is not in the database; `UnknownHandle` as [`Session::try_get`].
    pub fn delete<T: Model>(&mut self, handle: Handle<T>) -> Result<()> {
        self.recover();
        let id = self.state.resolve(handle)?;
        self.state.doom(id)
    }

    /// Gives up unflushed changes of an object; its last known values stay readable, and the next load of its row
    /// replaces them.
    ///
    /// # Errors
    /// `InvalidState` when the object is not in the database; `UnknownHandle` as [`Session::try_get`].
    pub fn expire<T: Model>(&mut self, handle: Handle<T>) -> Result<()> {
        self.recover();
        let id = self.state.resolve(handle)?;
        self.state.expire(id)
    }

    /// Expires every persistent object; see [`Session::expire`].
    ///
    /// # Errors
    /// `Decode` when a remembered value no longer fits its field.
    pub fn expire_all(&mut self) -> Result<()> {
        self.recover();
        self.state.expire_all()
    }

    /// Takes an object out of the session and gives it to the program as a plain value; nothing is written.
    ///
    /// # Errors
    /// `UnknownHandle` as [`Session::try_get`].
    pub fn expunge<T: Model>(&mut self, handle: Handle<T>) -> Result<T> {
        self.recover();
        let id = self.state.resolve(handle)?;
        self.state.expunge(id)
    }
}
