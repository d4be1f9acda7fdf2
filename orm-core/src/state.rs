//! The objects of a session: identity map, life cycle, change tracking and the undo log. No SQL.

mod arena;
mod attach;
mod backref;
mod carried;
mod changes;
mod detach;
mod expire;
mod flushed;
mod forget;
mod history;
mod identity_map;
mod instance;
mod integers;
mod leave;
mod let_go;
mod link_changes;
mod links;
mod merging;
mod operation;
mod outside;
mod reconcile;
mod rekeyed;
mod related;
mod reopened;
mod replacing;
mod savepoint;
mod spelling;
mod switched;
mod tree;
mod undo;
mod view;
mod written;

use std::any::TypeId;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};

use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{
    AnyModel, Guard, Handle, Key, Model, ModelCriteria, ModelDescriptor, ObjectId, RawHandle,
    RelationDescriptor,
};

pub(crate) use arena::Arena;
pub(crate) use backref::{Known, Slot, position};
pub(crate) use carried::Extent;
pub use instance::Life;
pub(crate) use instance::Meta;
pub(crate) use let_go::LetGo;
pub(crate) use link_changes::LinkChange;
pub(crate) use operation::Operation;
pub(crate) use reconcile::check_writable;
pub(crate) use related::{Related, ToMany, ToOne};
pub(crate) use replacing::Replacement;
pub(crate) use tree::Tree;
pub(crate) use undo::Undo;

/// Everything a session knows of its objects.
pub(crate) struct State {
    session: u32,
    arenas: Vec<Arena>,
    by_type: FxHashMap<TypeId, u32>,
    /// New objects that the next flush inserts, in the order in which they were added.
    pub(crate) pending: Vec<ObjectId>,
    /// Persistent objects that the next flush deletes.
    pub(crate) doomed: Vec<ObjectId>,
    /// Persistent objects that have been borrowed mutably, or whose foreign key changed, since the last flush.
    pub(crate) touched: Vec<ObjectId>,
    /// Objects whose relationship fields the program may have assigned since the session last looked.
    loose: Vec<ObjectId>,
    /// Whether assignments are being taken over, so that nothing else happens between them.
    reconciling: bool,
    /// Who holds what by relationships of a single holder.
    holders: let_go::Holders,
    /// Collections that were assigned while unloaded: they have to be loaded before the net change is known.
    pub(crate) replacing: VecDeque<Replacement>,
    /// Changes of many-to-many pairs that the next flush writes.
    pub(crate) links: link_changes::Links,
    /// Objects taken out of relationships that delete their orphans from the side of one parent.
    pub(crate) let_go: Vec<LetGo>,
    /// New objects in relationships that no cascade has taken along.
    outside: Vec<outside::Outside>,
    /// Objects that were pending when they were taken out of what they were a part of.
    pub(crate) orphaned: Vec<ObjectId>,
    /// Objects whose foreign keys follow a key that changes, by the session's own hand.
    pub(crate) rekeyed: Vec<(ObjectId, &'static RelationDescriptor)>,
    /// How to get back to where the transaction began.
    pub(crate) undo: Vec<Undo>,
    /// The open savepoints, the outermost first.
    savepoints: Vec<savepoint::Mark>,
    /// Slots of objects that have left the session while steps back may name them.
    vacated: Vec<ObjectId>,
    /// The relationships whose foreign keys do not tell the parent here as they do in the database, by the child's side.
    folding: Vec<&'static RelationDescriptor>,
    /// The models of which the database compares some text otherwise than letter by letter.
    inexact: Vec<&'static ModelDescriptor>,
    /// Whether objects may hold what only this transaction wrote without a way back being known.
    distrusted: bool,
    /// Objects whose writes found other rows than were read: the next rollback expires them.
    pub(crate) refused: Vec<ObjectId>,
    /// Whether what is held was read in one transaction with what is written.
    pub(crate) isolated: bool,
    /// By what writes find their rows, where the session says it rather than the models.
    pub(crate) guard: Option<Guard>,
    /// An error of an operation that could not report it; the next one that can does.
    pub(crate) fault: Option<Error>,
    /// The criteria of the session.
    criteria: ModelCriteria,
}

impl State {
    pub(crate) fn new() -> Self {
        Self::within(ModelCriteria::NONE)
    }

    /// The state of a session with criteria.
    pub(crate) fn within(criteria: ModelCriteria) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Self {
            session: NEXT.fetch_add(1, Ordering::Relaxed),
            arenas: Vec::new(),
            by_type: FxHashMap::default(),
            pending: Vec::new(),
            doomed: Vec::new(),
            touched: Vec::new(),
            loose: Vec::new(),
            reconciling: false,
            holders: let_go::Holders::default(),
            replacing: VecDeque::new(),
            links: link_changes::Links::default(),
            folding: Vec::new(),
            inexact: Vec::new(),
            let_go: Vec::new(),
            outside: Vec::new(),
            orphaned: Vec::new(),
            rekeyed: Vec::new(),
            undo: Vec::new(),
            savepoints: Vec::new(),
            vacated: Vec::new(),
            distrusted: false,
            refused: Vec::new(),
            isolated: false,
            guard: None,
            fault: None,
            criteria,
        }
    }

    /// The arena of a model, made at first use.
    pub(crate) fn arena_of(&mut self, descriptor: &'static ModelDescriptor) -> u32 {
        let arenas = &mut self.arenas;
        *self
            .by_type
            .entry((descriptor.type_id)())
            .or_insert_with(|| {
                arenas.push(Arena::new(descriptor));
                (arenas.len() - 1) as u32
            })
    }

    pub(crate) fn find_arena(&self, type_id: TypeId) -> Option<u32> {
        self.by_type.get(&type_id).copied()
    }

    pub(crate) fn arena(&self, arena: u32) -> &Arena {
        &self.arenas[arena as usize]
    }

    pub(crate) fn arena_mut(&mut self, arena: u32) -> &mut Arena {
        &mut self.arenas[arena as usize]
    }

    pub(crate) fn arenas(&self) -> impl Iterator<Item = (u32, &Arena)> {
        (0_u32..).zip(&self.arenas)
    }

    #[inline]
    pub(crate) fn meta(&self, id: ObjectId) -> &Meta {
        &self.arena(id.arena).meta[id.slot as usize]
    }

    #[inline]
    pub(crate) fn meta_mut(&mut self, id: ObjectId) -> &mut Meta {
        &mut self.arena_mut(id.arena).meta[id.slot as usize]
    }

    pub(crate) fn descriptor(&self, id: ObjectId) -> &'static ModelDescriptor {
        self.arena(id.arena).descriptor
    }

    /// Whether any model that the session has met has such a relationship.
    pub(crate) fn any_relation(&self, such: impl Fn(&RelationDescriptor) -> bool) -> bool {
        let mut models = self.arenas.iter().map(|arena| arena.descriptor);
        models.any(|model| model.relations.iter().any(&such))
    }

    /// The object without its type.
    ///
    /// # Errors
    /// `UnknownHandle` when it has been expunged.
    pub(crate) fn any(&self, id: ObjectId) -> Result<&dyn AnyModel> {
        let arena = self.arena(id.arena);
        arena
            .objects
            .get(id.slot)
            .ok_or_else(|| expunged(arena.descriptor, id))
    }

    /// The object without its type, to change; the caller answers for history.
    pub(crate) fn any_mut(&mut self, id: ObjectId) -> Result<&mut dyn AnyModel> {
        let arena = self.arena_mut(id.arena);
        let descriptor = arena.descriptor;
        arena
            .objects
            .get_mut(id.slot)
            .ok_or_else(|| expunged(descriptor, id))
    }

    /// A handle of an object of this session.
    pub(crate) fn handle<T>(&self, id: ObjectId) -> Handle<T> {
        Handle::from_raw(self.raw(id))
    }

    pub(crate) fn raw(&self, id: ObjectId) -> RawHandle {
        RawHandle {
            session: self.session,
            generation: self.meta(id).generation,
            object: id,
        }
    }

    /// Where a handle points.
    ///
    /// # Errors
    /// `UnknownHandle` when it is of another session, or its object has been expunged.
    #[inline]
    pub(crate) fn resolve_raw(
        &self,
        raw: RawHandle,
        descriptor: &'static ModelDescriptor,
    ) -> Result<ObjectId> {
        let id = raw.object;
        if raw.session != self.session {
            return Err(self.foreign(raw, descriptor));
        }
        let current = self
            .arenas
            .get(id.arena as usize)
            .and_then(|arena| arena.meta.get(id.slot as usize));
        if current.is_some_and(|meta| meta.generation == raw.generation) {
            return Ok(id);
        }
        Err(expunged(descriptor, id))
    }

    #[cold]
    fn foreign(&self, raw: RawHandle, descriptor: &'static ModelDescriptor) -> Error {
        Error::new(
            ErrorKind::UnknownHandle,
            format!(
                "{}#{} belongs to session {}, not to session {}; use a handle that this session returned",
                descriptor.name, raw.object.slot, raw.session, self.session
            ),
        )
    }

    #[inline]
    pub(crate) fn resolve<T: Model>(&self, handle: Handle<T>) -> Result<ObjectId> {
        self.resolve_raw(Handle::raw(handle), T::descriptor())
    }

    /// The object of a handle.
    #[inline]
    pub(crate) fn object<T: Model>(&self, handle: Handle<T>) -> Result<&T> {
        let id = self.resolve(handle)?;
        self.arena(id.arena)
            .objects
            .as_any()
            .downcast_ref::<Vec<Option<T>>>()
            .and_then(|objects| objects.get(id.slot as usize))
            .and_then(Option::as_ref)
            .ok_or_else(|| expunged(T::descriptor(), id))
    }

    /// The object of a handle, to change: its columns are remembered first.
    pub(crate) fn object_mut<T: Model>(&mut self, handle: Handle<T>) -> Result<&mut T> {
        let id = self.resolve(handle)?;
        self.touch(id);
        if self.meta(id).expired {
            self.reopen(id);
        }
        self.loosen(id);
        self.arena_mut(id.arena)
            .objects
            .as_any_mut()
            .downcast_mut::<Vec<Option<T>>>()
            .and_then(|objects| objects.get_mut(id.slot as usize))
            .and_then(Option::as_mut)
            .ok_or_else(|| expunged(T::descriptor(), id))
    }

    /// The object with this key, if the session holds it as persistent.
    #[inline]
    pub(crate) fn find(&self, descriptor: &'static ModelDescriptor, key: &Key) -> Option<ObjectId> {
        let arena = self.find_arena((descriptor.type_id)())?;
        let slot = self.arena(arena).identity.get(key)?;
        Some(ObjectId { arena, slot })
    }

    /// `Author(3)`, for messages.
    pub(crate) fn describe(&self, id: ObjectId) -> String {
        let name = self.descriptor(id).name;
        match (self.meta(id).life, self.any(id)) {
            (Life::Pending | Life::Transient, _) | (_, Err(_)) => {
                format!("{name}#{} (new)", id.slot)
            }
            (_, Ok(object)) => format!("{name}({})", object.identity()),
        }
    }
}

#[cold]
fn expunged(descriptor: &'static ModelDescriptor, id: ObjectId) -> Error {
    Error::new(
        ErrorKind::UnknownHandle,
        format!(
            "{}#{} has been expunged from the session; get or add it again for a new handle",
            descriptor.name, id.slot
        ),
    )
}
