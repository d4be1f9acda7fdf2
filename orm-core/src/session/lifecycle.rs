//! What becomes of the objects held: states, deletion, expunging.

use super::Session;
use crate::error::{Error, ErrorKind, Result};
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

    /// Takes an object out of the session and gives it to the program as a plain value; nothing is written. The
    /// objects that its loaded relationships with the cascade `expunge` hold leave the session too, and come along in its
    /// fields.
    ///
    /// # Errors
    /// `UnknownHandle` as [`Session::try_get`]; `InvalidState` when the object is a part of itself.
    pub fn expunge<T: Model>(&mut self, handle: Handle<T>) -> Result<T> {
        self.recover();
        let id = self.state.resolve(handle)?;
        self.state.expunge(id)
    }

    /// Takes every object out of the session; all handles are stale from now on. The transaction stays open, and what was
    /// not flushed is not written.
    pub fn expunge_all(&mut self) {
        self.recover();
        self.state.expunge_all();
    }

    /// Takes every object out of the session and rolls back the transaction, if one is open. The session can be used
    /// again.
    ///
    /// # Errors
    /// As [`Session::rollback`]; the objects are gone all the same.
    #[doc(alias = "reset")]
    pub async fn close(&mut self) -> Result<()> {
        self.allow("close the session", false)?;
        self.expunge_all();
        self.rollback().await
    }

    /// A copy of an object as a plain value: its columns, and what is loaded of its relationships, to any depth. The object
    /// stays in the session; [`Session::expunge`] takes it out.
    ///
    /// The other side of the relationship by which an object is reached is left unloaded, since it leads back. A plain
    /// value is no shared object: what is reached by two ways is there twice.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "authors")]
    /// # struct Author { #[orm(primary_key)] id: i64, #[orm(back_populates = author)] books: HasMany<Book> }
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "books")]
    /// # struct Book {
    /// #     #[orm(primary_key)] id: i64, title: String,
    /// #     #[orm(references = Author::id)] author_id: i64,
    /// #     #[orm(back_populates = books)] author: BelongsTo<Author>,
    /// # }
    /// # async fn example(session: &mut Session) -> orm_core::Result<()> {
    /// let author = session.one(Author::select().with(Author::books)).await?;
    /// let plain: Author = session.detach(author)?;
    /// println!("{} books", plain.books.get()?.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidState` when an object is reached from itself, naming the relationships on the way; `UnknownHandle` as
    /// [`Session::try_get`].
    pub fn detach<T: Model>(&mut self, handle: Handle<T>) -> Result<T> {
        self.recover();
        self.state.reconcile();
        let id = self.state.resolve(handle)?;
        let rows = self.state.detach(id, true, |_| true)?;
        let rows = rows.into_any().downcast::<Vec<T>>().ok();
        rows.and_then(|mut rows| rows.pop()).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidMapping,
                format!("the objects of {:?} are of another type", T::descriptor()),
            )
        })
    }
}
