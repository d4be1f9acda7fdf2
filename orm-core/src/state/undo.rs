//! The way back: what a rollback does to the objects in memory.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Life, Related, State};
use crate::mapping::{ModelDescriptor, ObjectId};
use crate::types::Value;

/// One step back towards the beginning of the transaction.
#[derive(Debug)]
pub(crate) enum Undo {
    /// A flush inserted so many objects, whose slots follow that of the first.
    Inserted(ObjectId, u32),
    /// A flush updated the object; these were its columns.
    Updated(ObjectId, Box<[Value]>),
    /// A flush deleted the object.
    Deleted(ObjectId),
    /// An object that a flush had deleted was added again; these were its columns.
    Revived(ObjectId, Box<[Value]>),
    /// A relationship changed in memory, flushed or not.
    Related(ObjectId, usize),
    /// The parent of a relationship that only the parent's model declares changed in memory.
    Anonymous(ObjectId),
    /// An object that had been expired may have been read since a statement wrote its row.
    Reread(ObjectId),
    /// A statement wrote rows of a model: its objects from this slot on may have been read since.
    Read(ObjectId),
}

impl Undo {
    /// The object that it is about, if it is one.
    fn object(&self) -> Option<ObjectId> {
        Some(match self {
            Self::Updated(id, _)
            | Self::Deleted(id)
            | Self::Revived(id, _)
            | Self::Related(id, _)
            | Self::Anonymous(id)
            | Self::Reread(id) => *id,
            Self::Inserted(..) | Self::Read(_) => return None,
        })
    }

    /// The objects that it inserted.
    fn inserted(&self) -> impl DoubleEndedIterator<Item = ObjectId> + use<> {
        let (first, count) = match *self {
            Self::Inserted(first, count) => (first, count),
            _ => (ObjectId { arena: 0, slot: 0 }, 0),
        };
        let slots = first.slot..first.slot + count;
        slots.map(move |slot| ObjectId { slot, ..first })
    }
}

impl State {
    /// Takes the objects back to where they were when the transaction began: new ones are transient, deleted ones
    /// persistent, changed ones have their old values; relationships that changed are unloaded.
    pub(crate) fn roll_back(&mut self) {
        self.savepoints.clear();
        self.step_back_to(0);
        self.distrusted = false;
    }

    /// A statement of the program's own wrote: what is read from now on may be rolled back, and memory cannot tell.
    pub(crate) fn distrust(&mut self) {
        self.distrusted = true;
    }

    /// Gives up what is not flushed, and takes back all steps but the first `kept`.
    pub(super) fn step_back_to(&mut self, kept: usize) {
        // What was assigned to a field is given up too, or kept by a new object: left there, it would come to light later.
        self.reconcile();
        self.fault = None;
        self.replacing.clear();
        self.links.clear();
        self.let_go.clear();
        self.outside.clear();
        self.orphaned.clear();
        self.rekeyed.clear();
        for id in std::mem::take(&mut self.pending) {
            self.meta_mut(id).life = Life::Transient;
        }
        for id in std::mem::take(&mut self.doomed) {
            self.meta_mut(id).doomed = false;
        }
        for id in std::mem::take(&mut self.touched) {
            self.meta_mut(id).touched = false;
            self.drop_changes(id);
        }
        let steps = self.undo.split_off(kept);
        // Whether an object was new when they began: its first step tells.
        let mut born = FxHashMap::default();
        let mut restored = FxHashSet::default();
        for step in &steps {
            match step {
                Undo::Inserted(..) => {
                    for id in step.inserted() {
                        born.entry(id).or_insert(true);
                    }
                    continue;
                }
                Undo::Deleted(id) => {
                    restored.insert(id.arena);
                    born.entry(*id).or_insert(false)
                }
                Undo::Revived(id, _) => born.entry(*id).or_insert(false),
                _ => continue,
            };
        }
        // A transient object keeps its relationships, so that it can be added anew as it is.
        let keeps = |state: &Self, id: ObjectId| {
            born.get(&id)
                .copied()
                .unwrap_or_else(|| state.meta(id).life == Life::Transient)
        };
        for step in steps.into_iter().rev() {
            // The mapping's errors have been reported when the relationships were used.
            let _reported = self.step_back(step, &keeps);
        }
        for arena in restored {
            self.forget_partners_sides(self.arena(arena).descriptor, &keeps);
        }
        if self.distrusted {
            // Values that came from the objects' own fields fit them.
            let _fits = self.expire_all();
        }
        for id in std::mem::take(&mut self.refused) {
            if self.any(id).is_ok() && self.meta(id).life == Life::Persistent {
                let _fits = self.expire_one(id);
                self.meta_mut(id).rare_mut().refused = true;
            }
        }
    }

    fn step_back(
        &mut self,
        step: Undo,
        keeps: &dyn Fn(&Self, ObjectId) -> bool,
    ) -> crate::error::Result<()> {
        if step.object().is_some_and(|id| self.any(id).is_err()) {
            // It has left the session since.
            return Ok(());
        }
        match step {
            Undo::Inserted(..) => {
                for id in step.inserted().rev() {
                    // One that has left the session since has none of it.
                    if self.any(id).is_ok() {
                        self.forget_identity(id);
                        self.meta_mut(id).life = Life::Transient;
                        let _reported = self.forget_parents_sides(id, keeps);
                    }
                }
            }
            Undo::Updated(id, values) => {
                let before = self.references(id)?;
                self.forget_identity(id);
                self.restore(id, &values);
                self.remember_identity(id);
                self.forget_moved(id, before, keeps)?;
            }
            Undo::Deleted(id) => {
                self.drop_changes(id);
                self.meta_mut(id).life = Life::Persistent;
                self.remember_identity(id);
                let meta = self.meta_mut(id);
                if let Some(extra) = &mut meta.extra {
                    extra.related = Default::default();
                }
                if let Some(rare) = meta.held_rare() {
                    rare.anonymous.clear();
                    rare.views.clear();
                }
                self.forget_parents_sides(id, keeps)?;
            }
            Undo::Revived(id, values) => {
                self.restore(id, &values);
                self.meta_mut(id).life = Life::Deleted;
            }
            Undo::Related(id, relation) if !keeps(self, id) => {
                self.drop_view(id, relation);
                if let Some(related) = self
                    .meta_mut(id)
                    .extra
                    .as_mut()
                    .and_then(|extra| extra.related.get_mut(relation))
                {
                    *related = Related::Unloaded;
                }
            }
            Undo::Anonymous(id) if !keeps(self, id) => {
                if let Some(rare) = self.meta_mut(id).held_rare() {
                    rare.anonymous.clear();
                }
            }
            Undo::Reread(id) if self.meta(id).life == Life::Persistent => self.expire_one(id)?,
            Undo::Read(first) => self.expire_from(first)?,
            Undo::Related(..) | Undo::Anonymous(_) | Undo::Reread(_) => {}
        }
        Ok(())
    }

    pub(super) fn restore(&mut self, id: ObjectId, values: &[Value]) {
        if let Ok(object) = self.any_mut(id) {
            for (column, value) in values.iter().enumerate() {
                // A value that came from this very field fits it.
                let _fits = object.set(column, value.as_ref());
            }
        }
    }

    /// The objects of a model that the transaction has written and that are as said, each once.
    pub(crate) fn written(&self, model: &'static ModelDescriptor, life: Life) -> Vec<ObjectId> {
        let steps = self.undo.iter().flat_map(|step| {
            let one = match step {
                Undo::Updated(id, _) | Undo::Deleted(id) => Some(*id),
                _ => None,
            };
            step.inserted().chain(one)
        });
        let mut seen = FxHashSet::default();
        steps
            .filter(|&id| self.any(id).is_ok() && *self.descriptor(id) == *model)
            .filter(|&id| self.meta(id).life == life && seen.insert(id))
            .collect()
    }

    /// The transaction was committed: there is no way back, and what was deleted is detached.
    pub(crate) fn committed(&mut self) {
        self.savepoints.clear();
        for step in std::mem::take(&mut self.undo) {
            if let Undo::Deleted(id) = step
                && self.meta(id).life == Life::Deleted
            {
                let meta = self.meta_mut(id);
                meta.life = Life::Detached;
                if let Some(extra) = &mut meta.extra {
                    extra.snapshot = None;
                }
            }
        }
        self.distrusted = false;
    }

    pub(crate) fn remember_identity(&mut self, id: ObjectId) {
        if let Ok(key) = self.any(id).map(|object| object.identity()) {
            self.arena_mut(id.arena).identity.insert(key, id.slot);
        }
    }

    pub(crate) fn forget_identity(&mut self, id: ObjectId) {
        if let Ok(key) = self.any(id).map(|object| object.identity()) {
            self.arena_mut(id.arena).identity.remove(&key, id.slot);
        }
    }

    /// The object has been inserted.
    pub(crate) fn note_inserted(&mut self, id: ObjectId) {
        let began = self.savepoint_began();
        if let Some(Undo::Inserted(first, count)) = self.undo[began..].last_mut()
            && first.arena == id.arena
            && id.slot.checked_sub(first.slot) == Some(*count)
        {
            *count += 1;
        } else {
            self.undo.push(Undo::Inserted(id, 1));
        }
    }

    pub(crate) fn note_related(&mut self, id: ObjectId, relation: usize) {
        // The same relationship often changes many times in a row; one step back undoes them all.
        let since = &self.undo[self.savepoint_began()..];
        if !matches!(since.last(), Some(Undo::Related(last, which)) if (*last, *which) == (id, relation))
        {
            self.undo.push(Undo::Related(id, relation));
        }
    }
}
