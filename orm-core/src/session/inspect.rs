//! What a session holds and what of it has changed.

use std::fmt;

use super::{Life, Session};
use crate::error::Result;
use crate::mapping::{Handle, Model, ModelDescriptor, ObjectId, RawHandle};
use crate::types::Value;

/// A handle of an object of whatever model.
#[derive(Clone, Copy)]
pub struct AnyHandle {
    raw: RawHandle,
    descriptor: &'static ModelDescriptor,
}

impl AnyHandle {
    /// The model's name.
    pub fn model(&self) -> &'static str {
        self.descriptor.name
    }

    /// The handle, if the object is of model `T`.
    pub fn downcast<T: Model>(&self) -> Option<Handle<T>> {
        (*self.descriptor == *T::descriptor()).then(|| Handle::from_raw(self.raw))
    }
}

impl PartialEq for AnyHandle {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for AnyHandle {}

impl<T: Model> PartialEq<Handle<T>> for AnyHandle {
    fn eq(&self, other: &Handle<T>) -> bool {
        self.raw == Handle::raw(*other)
    }
}

impl fmt::Debug for AnyHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RawHandle {
            session, object, ..
        } = self.raw;
        write!(f, "{}#{} of session {session}", self.model(), object.slot)
    }
}

/// One change of an object that the next flush writes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// A column has another value than the row.
    #[non_exhaustive]
    Column {
        /// The field's name.
        field: &'static str,
        /// The row's value; `None` when there is no row yet.
        old: Option<Value>,
        /// The object's value.
        new: Value,
    },
    /// A relationship has other objects.
    #[non_exhaustive]
    Relation {
        /// The field's name.
        field: &'static str,
        /// What was put in, in the relationship's order.
        added: Vec<AnyHandle>,
        /// What was taken out, as far as the session holds it, in the order in which the session met it.
        removed: Vec<AnyHandle>,
    },
}

impl Change {
    /// The field's name.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Column { field, .. } | Self::Relation { field, .. } => field,
        }
    }
}

impl Session {
    /// Whether the next flush has something to write of the object: it is new, a column differs from the row, or a
    /// relationship has other objects. Setting a value back is no change.
    ///
    /// # Errors
    /// `UnknownHandle` as [`Session::try_get`]; `InvalidMapping` when a relationship does not match its other side.
    pub fn is_modified<T: Model>(&mut self, handle: Handle<T>) -> Result<bool> {
        self.recover();
        self.state.reconcile();
        let id = self.state.resolve(handle)?;
        match self.state.meta(id).life {
            Life::Pending => return Ok(true),
            Life::Persistent => {}
            Life::Transient | Life::Deleted | Life::Detached => return Ok(false),
        }
        if self.state.is_changed(id) {
            return Ok(true);
        }
        for relation in T::descriptor().relations {
            let moves = self.state.moves(id, relation)?;
            if !(moves.added.is_empty() && moves.removed.is_empty()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What of an object has changed since the last flush: first the columns, then the relationships, each in the order
    /// of the fields. Of an object without a row (transient, pending) every column is listed, without an old value; of
    /// one that has been deleted nothing.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # use orm_core::session::Change;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "users")]
    /// # struct User { #[orm(primary_key)] id: i64, name: String }
    /// # fn example(session: &mut Session, user: Handle<User>) -> orm_core::Result<()> {
    /// session[user].name = "new".into();
    /// for change in session.changes(user)? {
    ///     if let Change::Column { field, old, new, .. } = change {
    ///         println!("{field}: {old:?} -> {new:?}");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Session::is_modified`].
    #[doc(alias = "history")]
    pub fn changes<T: Model>(&mut self, handle: Handle<T>) -> Result<Vec<Change>> {
        self.recover();
        self.state.reconcile();
        self.changes_of(self.state.resolve(handle)?)
    }

    /// [`Session::changes`], when all that was assigned has been taken over.
    pub(super) fn changes_of(&self, id: ObjectId) -> Result<Vec<Change>> {
        let state = &self.state;
        let descriptor = state.descriptor(id);
        let object = state.any(id)?;
        let life = state.meta(id).life;
        let column = |column: usize, old| Change::Column {
            field: descriptor.columns[column].field,
            old,
            new: object.value(column),
        };
        let mut changes: Vec<_> = match life {
            Life::Transient | Life::Pending => (0..descriptor.columns.len())
                .map(|index| column(index, None))
                .collect(),
            Life::Persistent => {
                let row = state.meta(id).snapshot().unwrap_or_default();
                let changed = state.changed_columns(id);
                changed
                    .map(|index| column(index, Some(row[index].clone())))
                    .collect()
            }
            Life::Deleted | Life::Detached => return Ok(Vec::new()),
        };
        for relation in descriptor.relations {
            let moves = state.moves(id, relation)?;
            if !(moves.added.is_empty() && moves.removed.is_empty()) {
                changes.push(Change::Relation {
                    field: relation.name,
                    added: self.handles(&moves.added),
                    removed: self.handles(&moves.removed),
                });
            }
        }
        Ok(changes)
    }

    /// The objects that the next flush inserts, in the order in which they were added.
    #[doc(alias = "new")]
    pub fn new_objects(&mut self) -> Vec<AnyHandle> {
        self.recover();
        self.state.reconcile();
        self.handles(&self.state.pending)
    }

    /// The objects whose rows the next flush updates, in the order in which they were first changed. An object whose
    /// values were set back is not among them; nor is one that only others refer to differently.
    pub fn dirty(&mut self) -> Vec<AnyHandle> {
        self.recover();
        self.state.reconcile();
        let state = &self.state;
        let listed = state.touched.iter().copied();
        let changed = listed.filter(|&id| {
            let meta = state.meta(id);
            meta.life == Life::Persistent && !meta.doomed && state.is_changed(id)
        });
        self.handles(&changed.collect::<Vec<_>>())
    }

    /// The objects that the next flush deletes because the program said so, in that order; what their relationships take
    /// along is found out by the flush.
    pub fn deleted(&mut self) -> Vec<AnyHandle> {
        self.recover();
        self.handles(&self.state.doomed)
    }

    pub(super) fn handles(&self, ids: &[ObjectId]) -> Vec<AnyHandle> {
        let handle = |&id: &ObjectId| AnyHandle {
            raw: self.state.raw(id),
            descriptor: self.state.descriptor(id),
        };
        ids.iter().map(handle).collect()
    }
}
