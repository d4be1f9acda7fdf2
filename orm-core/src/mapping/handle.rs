//! Handles: small `Copy` names of objects that a session owns.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use super::Model;

/// A typed name of an object that a session owns; read and write the object by `session[handle]`.
///
/// It has traits but no methods of its own, so that generated accessors never clash with it.
pub struct Handle<T> {
    raw: RawHandle,
    marker: PhantomData<fn() -> T>,
}

/// A handle without its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RawHandle {
    /// The session's number.
    pub session: u32,
    /// Which use of the slot this is; a slot that is used again has another.
    pub generation: u32,
    /// The place in the session.
    pub object: ObjectId,
}

/// The place of an object in its session: which arena, which slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ObjectId {
    /// The arena, one for each model in use, in the order of first use.
    pub arena: u32,
    /// The slot.
    pub slot: u32,
}

impl<T> Handle<T> {
    // Associated functions, not methods: a method would hide a relationship of the same name.
    pub(crate) fn from_raw(raw: RawHandle) -> Self {
        Self {
            raw,
            marker: PhantomData,
        }
    }

    pub(crate) fn raw(handle: Self) -> RawHandle {
        handle.raw
    }
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Handle<T> {}

impl<T> PartialEq for Handle<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<T> Eq for Handle<T> {}

impl<T> Hash for Handle<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl<T: Model> fmt::Debug for Handle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}#{} of session {}",
            T::descriptor().name,
            self.raw.object.slot,
            self.raw.session
        )
    }
}
