//! Taking objects in.

use super::Session;
use crate::error::Result;
use crate::mapping::{Handle, IntoNew, Model, ObjectId, RelationDescriptor};
use crate::state::State;

/// What can be added to a session: a model's value, what its builder made, or a handle of an object that a rollback
/// made transient.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to a session",
    label = "not a model, builder result or handle",
    note = "add a struct with #[derive(Model)], what its builder's build() returns, or a Handle"
)]
pub trait Addable {
    /// The model.
    type Model: Model;

    /// Adds it.
    #[doc(hidden)]
    fn add_to(self, state: &mut Tracked<'_>) -> Result<ObjectId>;

    /// Takes it in without adding it: a new object is transient.
    #[doc(hidden)]
    fn keep_in(self, state: &mut Tracked<'_>) -> Result<ObjectId>;

    /// Adds many.
    #[doc(hidden)]
    fn add_all_to(
        objects: impl Iterator<Item = Self>,
        state: &mut Tracked<'_>,
    ) -> Result<Vec<Handle<Self::Model>>>
    where
        Self: Sized;
}

/// The session's objects, as seen by [`Addable`].
#[doc(hidden)]
pub struct Tracked<'a>(&'a mut State);

impl<N: IntoNew> Addable for N {
    type Model = N::Model;

    fn add_to(self, state: &mut Tracked<'_>) -> Result<ObjectId> {
        state.0.add(self.into_new())
    }

    fn keep_in(self, state: &mut Tracked<'_>) -> Result<ObjectId> {
        state.0.keep(self.into_new())
    }

    fn add_all_to(
        objects: impl Iterator<Item = Self>,
        state: &mut Tracked<'_>,
    ) -> Result<Vec<Handle<N::Model>>> {
        state.0.add_all(objects)
    }
}

impl<M: Model> Addable for Handle<M> {
    type Model = M;

    fn add_to(self, state: &mut Tracked<'_>) -> Result<ObjectId> {
        let id = state.0.resolve(self)?;
        state.0.add_again(id)?;
        Ok(id)
    }

    fn keep_in(self, state: &mut Tracked<'_>) -> Result<ObjectId> {
        state.0.resolve(self)
    }

    fn add_all_to(
        objects: impl Iterator<Item = Self>,
        state: &mut Tracked<'_>,
    ) -> Result<Vec<Self>> {
        let mut add = |handle: Self| {
            handle.add_to(state)?;
            state.0.take_in();
            Ok(handle)
        };
        objects.map(&mut add).collect()
    }
}

impl Session {
    /// Takes a new object in as pending: the next flush inserts it. The objects in its relationships come along.
    /// Sends nothing.
    ///
    /// A handle of an object that is transient after a rollback makes it pending again; a handle of an object marked for
    /// deletion takes the mark back.
    ///
    /// # Panics
    /// When it is given a handle that is not of this session, or when the session holds 2³² objects of the model.
    pub fn add<A: Addable>(&mut self, object: A) -> Handle<A::Model> {
        self.mend();
        match self.try_add(object) {
            Ok(id) => self.state.handle(id),
            Err(error) => panic!("{error}"),
        }
    }

    /// Takes many new objects in; see [`Session::add`].
    ///
    /// # Panics
    /// As [`Session::add`].
    pub fn add_all<A: Addable>(
        &mut self,
        objects: impl IntoIterator<Item = A>,
    ) -> Vec<Handle<A::Model>> {
        self.mend();
        match A::add_all_to(objects.into_iter(), &mut Tracked(&mut self.state)) {
            Ok(handles) => handles,
            Err(error) => panic!("{error}"),
        }
    }

    /// Takes in what is put into a relationship: it is added by the cascade save-update.
    pub(super) fn put<A: Addable>(
        &mut self,
        object: A,
        relation: &RelationDescriptor,
    ) -> Result<ObjectId> {
        if relation.cascade.save_update {
            return self.try_add(object);
        }
        let id = object.keep_in(&mut Tracked(&mut self.state))?;
        self.state.take_in();
        Ok(id)
    }

    pub(super) fn try_add<A: Addable>(&mut self, object: A) -> Result<ObjectId> {
        let id = object.add_to(&mut Tracked(&mut self.state))?;
        self.state.take_in();
        Ok(id)
    }
}
