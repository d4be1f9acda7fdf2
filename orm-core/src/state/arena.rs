//! One model's objects and their bookkeeping.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::identity_map::IdentityMap;
use super::instance::{Life, Meta};
use super::related::Related;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{
    Key, Model, ModelCriteria, ModelDescriptor, ModelKey as _, Place, Rows, Slots,
};

/// The objects of one model, in slots that never move.
pub(crate) struct Arena {
    pub(crate) descriptor: &'static ModelDescriptor,
    pub(crate) objects: Box<dyn Slots>,
    pub(crate) meta: Vec<Meta>,
    pub(crate) identity: IdentityMap,
    /// Slots that have been given up, and that nothing refers to; the last one is used first.
    free: Vec<u32>,
    /// Held by whoever tells new objects by their slots: meanwhile rows fill no slot again.
    watched: Arc<()>,
    /// The runs of slots that one result filled, in order; those of a single object are left out.
    results: Vec<Range<u32>>,
    /// The criteria that objects carry, of those that came by a query with its own.
    pub(super) carried: FxHashMap<u32, ModelCriteria>,
    /// The generation of new slots: beyond that of every handle given out before the arena was cleared.
    generation: u32,
}

impl Arena {
    pub(crate) fn new(descriptor: &'static ModelDescriptor) -> Self {
        Self {
            descriptor,
            objects: descriptor.model_type.slots(),
            meta: Vec::new(),
            identity: IdentityMap::default(),
            free: Vec::new(),
            watched: Arc::default(),
            results: Vec::new(),
            carried: FxHashMap::default(),
            generation: 0,
        }
    }

    /// Puts an object into a slot.
    ///
    /// # Errors
    /// `InvalidMapping` when the arena is of another model, or full.
    pub(crate) fn insert<T: Model>(&mut self, object: T, life: Life) -> Result<u32> {
        let objects = self.objects.as_any_mut().downcast_mut::<Vec<Option<T>>>();
        let objects = objects.ok_or_else(|| wrong_model(self.descriptor))?;
        if let Some(slot) = self.free.pop() {
            objects[slot as usize] = Some(object);
            let meta = &mut self.meta[slot as usize];
            *meta = Meta {
                generation: meta.generation,
                ..Meta::new(life)
            };
            return Ok(slot);
        }
        let slot = u32::try_from(objects.len()).map_err(|_| full())?;
        objects.push(Some(object));
        self.meta.push(Meta {
            generation: self.generation,
            ..Meta::new(life)
        });
        Ok(slot)
    }

    /// Whether there are slots that have been given up.
    pub(crate) fn has_room(&self) -> bool {
        !self.free.is_empty()
    }

    /// Puts objects in, in new slots at the end. If they are the first, and come in a list, the list becomes the arena's:
    /// then nothing is moved.
    ///
    /// # Errors
    /// `InvalidMapping` when the arena is of another model, `InvalidState` when it is full.
    pub(crate) fn extend<T: Model>(
        &mut self,
        new: impl Iterator<Item = T>,
        life: Life,
    ) -> Result<Range<u32>> {
        let objects = self.objects.as_any_mut().downcast_mut::<Vec<Option<T>>>();
        let objects = objects.ok_or_else(|| wrong_model(self.descriptor))?;
        let before = objects.len();
        if before == 0 {
            // In place, as the standard library does it for a list's own iterator.
            *objects = new.map(Some).collect();
        } else {
            objects.extend(new.map(Some));
        }
        let (Ok(first), Ok(end)) = (u32::try_from(before), u32::try_from(objects.len())) else {
            objects.truncate(before);
            return Err(full());
        };
        let generation = self.generation;
        self.meta.extend((first..end).map(|_| Meta {
            generation,
            ..Meta::new(life)
        }));
        Ok(first..end)
    }

    /// Puts new objects in, in new slots at the end.
    ///
    /// # Errors
    /// `InvalidMapping` when the objects are of another model.
    pub(crate) fn append(&mut self, rows: Box<dyn Rows>, life: Life) -> Result<Range<u32>> {
        let first = self.objects.count() as u32;
        let count = rows.count();
        let place = &mut |_| Place::Append;
        if !self.objects.absorb(rows, place, &mut Vec::new()) {
            return Err(wrong_model(self.descriptor));
        }
        let generation = self.generation;
        self.meta.extend((0..count).map(|_| Meta {
            generation,
            ..Meta::new(life)
        }));
        Ok(first..first + count as u32)
    }

    /// As [`Arena::absorb`], of one row alone.
    ///
    /// # Errors
    /// As [`Arena::absorb`].
    pub(crate) fn absorb_one<T: Model>(&mut self, object: T, overwrite: bool) -> Result<u32> {
        let objects = self.objects.as_any_mut().downcast_mut::<Vec<Option<T>>>();
        let objects = objects.ok_or_else(|| wrong_model(self.descriptor))?;
        let next = objects.len() as u32;
        let key = object.key().to_key();
        let unwatched = Arc::strong_count(&self.watched) == 1;
        let reused = self.free.last().copied().filter(|_| unwatched);
        if let Some(slot) = self.identity.get_or_insert(key, reused.unwrap_or(next)) {
            self.absorb(Box::new(vec![object]), overwrite)?;
            return Ok(slot);
        }
        if let Some(slot) = reused {
            self.free.pop();
            objects[slot as usize] = Some(object);
            self.meta[slot as usize].begin_anew();
            return Ok(slot);
        }
        objects.push(Some(object));
        self.meta.push(Meta {
            generation: self.generation,
            ..Meta::new(Life::Persistent)
        });
        Ok(next)
    }

    /// Puts loaded rows in and gives the slot of each: the object in hand wins, unless it is expired or `overwrite`.
    ///
    /// # Errors
    /// `InvalidMapping` when the rows are of another model.
    pub(crate) fn absorb(&mut self, rows: Box<dyn Rows>, overwrite: bool) -> Result<Vec<u32>> {
        self.absorb_each(rows, |_| overwrite)
    }

    /// As [`Arena::absorb`], where it is said for each slot whether it is overwritten.
    ///
    /// # Errors
    /// As [`Arena::absorb`].
    pub(crate) fn absorb_each(
        &mut self,
        rows: Box<dyn Rows>,
        mut overwrite: impl FnMut(u32) -> bool,
    ) -> Result<Vec<u32>> {
        let mut slots = Vec::with_capacity(rows.count());
        let Self {
            descriptor,
            objects,
            meta,
            identity,
            results,
            generation,
            free,
            watched,
            ..
        } = self;
        let mut none = Vec::new();
        let room = match Arc::strong_count(watched) {
            1 => free,
            _ => &mut none,
        };
        let mut reused: Vec<Range<u32>> = Vec::new();
        meta.reserve(rows.count());
        identity.expect(rows.count());
        let first = objects.count() as u32;
        let mut next = first;
        let deferred = descriptor.columns.iter().any(|column| column.deferred);
        let mut filled = Vec::new();
        let mut place = |key: Key| {
            let slot = room.last().copied().unwrap_or(next);
            if let Some(slot) = identity.get_or_insert(key, slot) {
                slots.push(slot);
                let overwrite = overwrite(slot);
                let held = &mut meta[slot as usize];
                // A change made since it was expired is not lost: the row is read again after the flush.
                let outdated = held.expired && held.snapshot().is_none();
                if !(outdated || overwrite) {
                    return match deferred {
                        true => Place::Fill(slot),
                        false => Place::Discard,
                    };
                }
                let some = held.take_expired();
                held.reloaded(overwrite);
                if !(overwrite || some.is_empty()) {
                    return Place::Columns(slot, some);
                }
                return Place::Slot(slot);
            }
            if let Some(slot) = room.pop() {
                slots.push(slot);
                meta[slot as usize].begin_anew();
                in_runs(&mut reused, slot);
                return Place::Slot(slot);
            }
            meta.push(Meta {
                generation: *generation,
                ..Meta::new(Life::Persistent)
            });
            slots.push(next);
            next += 1;
            Place::Append
        };
        if objects.absorb(rows, &mut place, &mut filled) {
            for (slot, column) in filled {
                if let Some(extra) = &mut meta[slot as usize].extra
                    && let Some(snapshot) = &mut extra.snapshot
                    && let Some(object) = objects.get(slot)
                {
                    snapshot[column] = object.value(column);
                }
            }
            for run in reused {
                insert_run(results, run);
            }
            if next - first > 1 {
                results.push(first..next);
            }
            Ok(slots)
        } else {
            Err(wrong_model(descriptor))
        }
    }

    /// The slots of the objects that came with the same result as this one, if it did not come alone.
    pub(crate) fn siblings(&self, slot: u32) -> Option<Range<u32>> {
        let index = self.results.partition_point(|run| run.end <= slot);
        let run = self.results.get(index)?;
        run.contains(&slot).then(|| run.clone())
    }

    /// Empties a slot; handles to it are known to be stale from now on.
    pub(crate) fn remove(&mut self, slot: u32) {
        self.objects.clear(slot);
        if !self.carried.is_empty() {
            self.carried.remove(&slot);
        }
        let meta = &mut self.meta[slot as usize];
        *meta = Meta {
            generation: meta.generation.wrapping_add(1),
            ..Meta::new(Life::Detached)
        };
    }

    /// Gives up every object, and the memory they took; handles to them are known to be stale from now on.
    pub(crate) fn clear(&mut self) {
        let last = self.meta.iter().map(|meta| meta.generation).max();
        self.generation = last.unwrap_or(self.generation).wrapping_add(1);
        self.objects = self.descriptor.model_type.slots();
        self.meta = Vec::new();
        self.identity = IdentityMap::default();
        self.free.clear();
        self.results.clear();
        self.carried.clear();
    }

    /// Lets emptied slots be used again: nothing refers to them any more.
    pub(crate) fn reuse(&mut self, slots: impl IntoIterator<Item = u32>) {
        self.free.extend(slots);
        // In order, so that what one result brings lies together.
        self.free.sort_unstable_by(|one, other| other.cmp(one));
        let (results, objects) = (&mut self.results, &self.objects);
        results.retain(|run| run.clone().any(|slot| objects.get(slot).is_some()));
    }

    /// Keeps rows from filling slots again, as long as it is held.
    pub(crate) fn watch(&self) -> Arc<()> {
        Arc::clone(&self.watched)
    }
}

/// Adds a slot to runs of slots that follow each other.
#[cold]
fn in_runs(runs: &mut Vec<Range<u32>>, slot: u32) {
    match runs.last_mut() {
        Some(run) if run.end == slot => run.end += 1,
        _ => runs.push(slot..slot + 1),
    }
}

/// Puts a run of slots in its place, and out of those whose objects were there before.
#[cold]
fn insert_run(results: &mut Vec<Range<u32>>, run: Range<u32>) {
    let begin = results.partition_point(|old| old.end <= run.start);
    let end = results.partition_point(|old| old.start < run.end);
    let old = results.get(begin..end.max(begin)).unwrap_or_default();
    let before = old.first().map(|old| old.start..run.start);
    let after = old.last().map(|old| run.end..old.end);
    let parts = [before, Some(run), after].into_iter().flatten();
    let parts: Vec<_> = parts.filter(|part| part.start + 1 < part.end).collect();
    results.splice(begin..end.max(begin), parts);
}

impl Meta {
    /// The slot is filled again; handles to the object that was in it stay stale.
    fn begin_anew(&mut self) {
        *self = Self {
            generation: self.generation,
            ..Self::new(Life::Persistent)
        };
    }

    /// The columns that were expired, where it was not all of them; from now on none is.
    fn take_expired(&mut self) -> Vec<usize> {
        self.expired = false;
        let rare = self.held_rare();
        rare.map_or_else(Vec::new, |rare| {
            rare.refused = false;
            std::mem::take(&mut rare.expired)
        })
    }

    /// The row was read anew: its foreign keys may say something else. What was put into its collections since it was
    /// expired still counts; with `overwrite` only what was put there before they were loaded.
    fn reloaded(&mut self, overwrite: bool) {
        if let Some(rare) = self.held_rare() {
            rare.anonymous.retain(|(_, one)| one.changed && !overwrite);
            rare.views.clear();
        }
        let Some(extra) = &mut self.extra else { return };
        extra.snapshot = None;
        for related in extra.related.iter_mut() {
            let holds = match related {
                Related::One(one) => one.changed && !overwrite,
                Related::Many(many) => !(many.loaded && overwrite),
                Related::Unloaded => true,
            };
            if !holds {
                *related = Related::Unloaded;
            }
        }
    }
}

#[cold]
fn full() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "a session holds at most 4,294,967,295 objects of a model; expunge some",
    )
}

#[cold]
fn wrong_model(descriptor: &'static ModelDescriptor) -> Error {
    Error::new(
        ErrorKind::InvalidMapping,
        format!("the rows or objects are not of model {}", descriptor.name),
    )
}
