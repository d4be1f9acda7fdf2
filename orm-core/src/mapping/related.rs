//! The relationship fields of a struct: [`HasMany`], [`HasOne`], [`BelongsTo`].
//!
//! A field is *unloaded*, holds *owned* objects (plain values: new graphs, or trees loaded without a session), or
//! holds *handles* (objects of a session, assigned by the program). What a session knows of its objects'
//! relationships is kept by the session, not in the field: read it by `handle.relationship(&mut session).await`.

use std::fmt;

use super::{Handle, Model, RelationDescriptor};
use crate::error::{Error, ErrorKind, Result};

/// What a field holds: `O` as plain values, `H` as handles.
#[derive(Clone)]
pub(super) enum State<O, H> {
    Unloaded,
    Owned(O),
    Handles(H),
}

/// How much of the relationship it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    /// There may be more than what it holds.
    Part,
    /// There is an object, which criteria leave out.
    Hidden,
}

macro_rules! related {
    ($(#[$doc:meta])* $name:ident, $owned:ty, $handles:ty) => {
        $(#[$doc])*
        pub struct $name<T> {
            state: State<$owned, $handles>,
            relation: Option<&'static RelationDescriptor>,
            extent: Extent,
        }

        impl<T> $name<T> {
            fn new(state: State<$owned, $handles>) -> Self {
                Self { state, relation: None, extent: Extent::Whole }
            }

            /// An unloaded field that knows its name for messages; what the derive puts into an object read from a row.
            #[doc(hidden)]
            #[inline]
            pub fn unloaded(relation: &'static RelationDescriptor) -> Self {
                Self { state: State::Unloaded, relation: Some(relation), extent: Extent::Whole }
            }

            /// Whether the field holds nothing: it was neither loaded nor assigned. Not the same as empty.
            pub fn is_unloaded(&self) -> bool {
                matches!(self.state, State::Unloaded)
            }

            /// Whether it was loaded with a filter or a limit, so that there may be more than what it holds. Merged into a
            /// session, a part adds and changes objects, and takes none out.
            pub fn is_part(&self) -> bool {
                self.extent != Extent::Whole
            }

            pub(super) fn mark_part(&mut self) {
                self.extent = Extent::Part;
            }

            pub(super) fn take_state(&mut self) -> State<$owned, $handles> {
                std::mem::replace(&mut self.state, State::Unloaded)
            }

            #[cold]
            fn not_loaded(&self) -> Error {
                not_loaded(self.relation, matches!(self.state, State::Handles(_)))
            }
        }

        impl<T> Default for $name<T> {
            fn default() -> Self {
                Self::new(State::Unloaded)
            }
        }

        impl<T: Clone> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self { state: self.state.clone(), relation: self.relation, extent: self.extent }
            }
        }

        impl<T: PartialEq> PartialEq for $name<T> {
            fn eq(&self, other: &Self) -> bool {
                match (&self.state, &other.state) {
                    (State::Unloaded, State::Unloaded) => true,
                    (State::Owned(left), State::Owned(right)) => left == right,
                    (State::Handles(left), State::Handles(right)) => left == right,
                    _ => false,
                }
            }
        }

        impl<T: Eq> Eq for $name<T> {}

        impl<T: Model + fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.state {
                    State::Unloaded => f.write_str("<unloaded>"),
                    State::Owned(owned) => owned.fmt(f),
                    State::Handles(handles) => handles.fmt(f),
                }
            }
        }

        #[cfg(feature = "serde")]
        impl<T: serde::Serialize> serde::Serialize for $name<T> {
            /// Unloaded is `null`, so that it is never mistaken for empty; handles mean nothing outside their session.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match &self.state {
                    State::Unloaded => serializer.serialize_unit(),
                    State::Owned(owned) => owned.serialize(serializer),
                    State::Handles(_) => Err(serde::ser::Error::custom(
                        "the relationship holds handles of a session; detach the object or load it without a session",
                    )),
                }
            }
        }
    };
}

related! {
    /// The related objects whose foreign key is this object's key: one-to-many.
    ///
    /// Assign `vec![..].into()` or `[..].into()`, of new objects or of handles.
    HasMany, Vec<T>, Vec<Handle<T>>
}

related! {
    /// The related object whose foreign key is this object's key: one-to-one.
    ///
    /// Assign a new object or a handle by `.into()`, or [`HasOne::none`].
    HasOne, Option<Box<T>>, Handle<T>
}

related! {
    /// The object that this object's foreign key refers to: many-to-one.
    ///
    /// Assign a new object or a handle by `.into()`, or [`BelongsTo::none`].
    BelongsTo, Option<Box<T>>, Handle<T>
}

#[cold]
fn not_loaded(relation: Option<&'static RelationDescriptor>, handles: bool) -> Error {
    let name = relation.map_or_else(
        || "the relationship".to_owned(),
        |relation| format!("{relation:?}"),
    );
    let message = if handles {
        format!("{name} holds handles of a session; read it by its accessor on the handle")
    } else {
        match relation {
            Some(relation) => format!(
                "{name} is not loaded; ask for it with .with({}::{}) in the query, or read it by handle.{}(&mut session).await",
                (relation.model)().name,
                relation.name,
                relation.name,
            ),
            None => format!(
                "{name} was neither assigned nor loaded; assign it, or load the object with .with(..)"
            ),
        }
    };
    let error = Error::new(ErrorKind::NotLoaded, message);
    match relation {
        Some(relation) => error.with_table((relation.model)().table),
        None => error,
    }
}

#[cold]
fn hidden(relation: Option<&'static RelationDescriptor>) -> Error {
    let (name, target) = match relation {
        Some(relation) => (format!("{relation:?}"), (relation.target)().name),
        None => ("the relationship".to_owned(), "Model"),
    };
    let message = format!(
        "{name} is hidden: criteria leave out the {target} that its foreign key names; ask for it with \
         {target}::select().without_criteria()"
    );
    let error = Error::new(ErrorKind::Hidden, message);
    match relation {
        Some(relation) => error.with_table((relation.model)().table),
        None => error,
    }
}

impl<T> HasMany<T> {
    /// The related objects, where they are plain values.
    ///
    /// # Errors
    /// `NotLoaded` when the field is unloaded, or holds handles; the message names the relationship.
    pub fn get(&self) -> Result<&[T]> {
        match &self.state {
            State::Owned(owned) => Ok(owned),
            _ => Err(self.not_loaded()),
        }
    }

    /// The related objects, where they are plain values, to change.
    ///
    /// # Errors
    /// As [`HasMany::get`].
    pub fn get_mut(&mut self) -> Result<&mut Vec<T>> {
        if !matches!(self.state, State::Owned(_)) {
            return Err(self.not_loaded());
        }
        match &mut self.state {
            State::Owned(owned) => Ok(owned),
            _ => Err(not_loaded(self.relation, false)),
        }
    }
}

macro_rules! to_one {
    ($name:ident) => {
        impl<T> $name<T> {
            /// No related object: known to be none, unlike an unloaded field.
            pub fn none() -> Self {
                Self::new(State::Owned(None))
            }

            /// The related object, where it is a plain value; `None` when there is none.
            ///
            /// # Errors
            /// `NotLoaded` when the field is unloaded, or holds a handle; `Hidden` when criteria leave its object out. The
            /// message names the relationship.
            pub fn get(&self) -> Result<Option<&T>> {
                match &self.state {
                    State::Owned(None) if self.extent == Extent::Hidden => {
                        Err(hidden(self.relation))
                    }
                    State::Owned(owned) => Ok(owned.as_deref()),
                    _ => Err(self.not_loaded()),
                }
            }

            pub(super) fn mark_hidden(
                &mut self,
                relation: &'static RelationDescriptor,
                required: bool,
            ) {
                if matches!(self.state, State::Owned(None)) {
                    self.extent = if required {
                        Extent::Hidden
                    } else {
                        Extent::Part
                    };
                    self.relation = Some(relation);
                }
            }
        }

        impl<T: Model> From<T> for $name<T> {
            fn from(object: T) -> Self {
                Self::new(State::Owned(Some(Box::new(object))))
            }
        }

        impl<T: Model> From<Handle<T>> for $name<T> {
            fn from(handle: Handle<T>) -> Self {
                Self::new(State::Handles(handle))
            }
        }

        impl<T: Model> From<Option<Handle<T>>> for $name<T> {
            fn from(handle: Option<Handle<T>>) -> Self {
                handle.map_or_else(Self::none, Self::from)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for $name<T> {
            /// `null` is unloaded.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Option::<Box<T>>::deserialize(deserializer).map(|object| {
                    object.map_or_else(Self::default, |object| {
                        Self::new(State::Owned(Some(object)))
                    })
                })
            }
        }
    };
}

to_one!(HasOne);
to_one!(BelongsTo);

impl<T: Model> From<Vec<T>> for HasMany<T> {
    fn from(objects: Vec<T>) -> Self {
        Self::new(State::Owned(objects))
    }
}

impl<T: Model, const N: usize> From<[T; N]> for HasMany<T> {
    fn from(objects: [T; N]) -> Self {
        Self::new(State::Owned(objects.into()))
    }
}

impl<T: Model> From<Vec<Handle<T>>> for HasMany<T> {
    fn from(handles: Vec<Handle<T>>) -> Self {
        Self::new(State::Handles(handles))
    }
}

impl<T: Model, const N: usize> From<[Handle<T>; N]> for HasMany<T> {
    fn from(handles: [Handle<T>; N]) -> Self {
        Self::new(State::Handles(handles.into()))
    }
}

#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for HasMany<T> {
    /// `null` is unloaded.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<Vec<T>>::deserialize(deserializer).map(|objects| {
            objects.map_or_else(Self::default, |objects| Self::new(State::Owned(objects)))
        })
    }
}
