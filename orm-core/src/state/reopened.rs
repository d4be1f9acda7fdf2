//! Assignments to expired objects. The last known values stay readable, so that assigning one of them again shows in no
//! comparison: each mutable borrow that changed nothing may have done it, and the row tells where that matters.

use super::backref::Slot;
use super::forget::foreign_columns;
use super::{Life, State, ToOne, Undo};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{AnyModel, Guard, ModelDescriptor, ObjectId};
use crate::types::Value;

/// What the program did with an object since it was expired.
#[derive(Debug, Default)]
pub(crate) struct Reopened {
    /// The columns at the last mutable borrow, if there was one.
    values: Option<Box<[Value]>>,
    /// How many borrows before that changed no column.
    silent: usize,
    /// How many relationships were assigned by their fields.
    relations: usize,
}

impl State {
    /// The program borrows an expired object to change it.
    #[cold]
    pub(super) fn reopen(&mut self, id: ObjectId) {
        let values = self.values(id);
        // What was changed before it was expired is written as it was to be.
        if let Some(rare) = self.meta_mut(id).held_rare()
            && let Some(reopened) = &mut rare.reopened
        {
            reopened.silent += usize::from(reopened.values.as_ref() == Some(&values));
            reopened.values = Some(values);
        }
    }

    /// From here on changes of an expired object are noted.
    #[cold]
    pub(super) fn note_reopened(&mut self, id: ObjectId) {
        self.meta_mut(id).rare_mut().reopened = Some(Reopened::default());
    }

    /// A relationship was assigned by its field.
    pub(super) fn note_assigned(&mut self, id: ObjectId) {
        if self.meta(id).expired
            && let Some(rare) = self.meta_mut(id).held_rare()
            && let Some(reopened) = &mut rare.reopened
        {
            reopened.relations += 1;
        }
    }

    /// Whether the row of an object may refer to another parent than is known.
    #[cold]
    pub(super) fn is_unsure(&self, id: ObjectId, slot: Slot) -> Result<bool> {
        let stored = self.meta(id).life == Life::Persistent;
        Ok(stored && self.is_outdated(id, foreign_columns(slot)?))
    }

    /// Whether a column of these was expired.
    pub(crate) fn is_outdated(&self, id: ObjectId, columns: &[usize]) -> bool {
        let meta = self.meta(id);
        let some = &meta.rare().expired;
        meta.expired && (some.is_empty() || columns.iter().any(|column| some.contains(column)))
    }

    /// The parent that was last known is assigned again, to what may have another one now.
    #[cold]
    pub(super) fn set_parent_again(
        &mut self,
        child: ObjectId,
        slot: Slot,
        parent: Option<ObjectId>,
    ) -> Result<()> {
        self.touch(child);
        match slot {
            Slot::Own(_, index) => self.note_related(child, index),
            Slot::Anonymous(_) => self.undo.push(Undo::Anonymous(child)),
        }
        let (current, changed) = (parent, true);
        self.set_to_one(child, slot, ToOne { current, changed });
        Ok(())
    }

    /// The foreign keys of the relationships that were assigned.
    fn assigned_keys(&self, id: ObjectId) -> Result<Vec<usize>> {
        let own = self.descriptor(id).relations.iter().enumerate();
        let own = own.filter(|(_, relation)| relation.owns_key());
        let own = own.map(|(index, relation)| Slot::Own(relation, index));
        let anonymous = self.meta(id).rare().anonymous.iter();
        let slots = own.chain(anonymous.map(|&(relation, _)| Slot::Anonymous(relation)));
        let mut columns = Vec::new();
        for slot in slots {
            if self.to_one(id, slot).is_some_and(|one| one.changed) {
                columns.extend_from_slice(foreign_columns(slot)?);
            }
        }
        Ok(columns)
    }

    /// Whether objects are to be written that have been expired.
    #[inline]
    pub(crate) fn writes_expired(&self) -> bool {
        let mut written = self.touched.iter().chain(&self.doomed);
        written.any(|&id| self.meta(id).expired)
    }

    /// The objects to be written whose rows have to be read first.
    pub(crate) fn to_read_first(&self) -> Vec<ObjectId> {
        let touched = self.touched.iter();
        let untouched = |id: &&ObjectId| !self.meta(**id).touched;
        let doomed = self.doomed.iter().filter(untouched);
        let written = touched.chain(doomed).copied();
        written.filter(|&id| self.is_read_first(id)).collect()
    }

    fn is_read_first(&self, id: ObjectId) -> bool {
        let meta = self.meta(id);
        if meta.life != Life::Persistent || !meta.expired || meta.rare().reopened.is_none() {
            return false;
        }
        let compared = self.descriptor(id).on_write.version.is_some() || self.is_guarded(id);
        let earlier = self.isolated || meta.rare().refused;
        compared || !meta.doomed && (earlier || self.is_silent(id))
    }

    fn is_guarded(&self, id: ObjectId) -> bool {
        let model = self.descriptor(id).on_write.guard;
        self.guard.unwrap_or(model) == Guard::Changed
    }

    /// Whether a mutable borrow of an expired object changed nothing, and no relationship either.
    fn is_silent(&self, id: ObjectId) -> bool {
        let Some(reopened) = &self.meta(id).rare().reopened else {
            return false;
        };
        let last = reopened.values.as_ref();
        let silent = reopened.silent + usize::from(last.is_some_and(|it| *it == self.values(id)));
        silent > reopened.relations
    }

    /// The row of an object that was expired and then changed, read anew: what the program assigned is compared with it, what
    /// it did not is taken over.
    ///
    /// # Errors
    /// `StaleData` when it cannot be told what the program assigned, or when it was to see the row in one transaction.
    pub(crate) fn take_fresh(&mut self, id: ObjectId, row: &dyn AnyModel) -> Result<()> {
        let model = self.descriptor(id);
        let some = self.meta(id).rare().expired.clone();
        let keys = self.assigned_keys(id)?;
        let (mut assigned, mut others) = (Vec::new(), Vec::new());
        for (column, known) in model.columns.iter().enumerate() {
            let asked = some.is_empty() || some.contains(&column);
            if !asked || !known.is_stored() || known.primary_key {
                continue;
            }
            let stored = self.stored(id, column)?;
            if row.value(column) == Value::Unloaded || row.same(column, &stored) {
                continue;
            }
            let kept = self.any(id)?.same(column, &stored) && !keys.contains(&column);
            let list = match kept {
                true => &mut others,
                false => &mut assigned,
            };
            list.push(column);
        }
        let doomed = self.meta(id).doomed;
        if !doomed && self.is_silent(id) {
            let again: Vec<_> = others
                .iter()
                .copied()
                .filter(|&column| is_assigned(model, column))
                .collect();
            match again[..] {
                [] => {}
                [column] => {
                    others.retain(|&other| other != column);
                    assigned.push(column);
                }
                _ => return Err(self.stale_object(id, &again, UNCLEAR)),
            }
        }
        let version = model.on_write.version.as_ref().map(|it| it.column);
        let lost = version.filter(|version| others.contains(version));
        let earlier = self.isolated || self.meta(id).rare().refused;
        if doomed && earlier && self.is_guarded(id) {
            assigned.append(&mut others);
        }
        if earlier && (lost.is_some() || !assigned.is_empty()) {
            assigned.extend(lost);
            return Err(self.stale_object(id, &assigned, EARLIER));
        }
        self.renew(id, &others, row)?;
        let meta = self.meta_mut(id);
        meta.expired = false;
        if let Some(rare) = meta.held_rare() {
            rare.expired.clear();
            (rare.reopened, rare.refused) = (None, false);
        }
        if let Some(extra) = &mut meta.extra
            && let Some(snapshot) = &mut extra.snapshot
        {
            for column in assigned {
                snapshot[column] = row.value(column);
            }
        }
        Ok(())
    }

    /// The row of an object that was expired and then changed is gone.
    ///
    /// # Errors
    /// `StaleData` when no statement would find that out.
    pub(crate) fn found_none(&mut self, id: ObjectId) -> Result<()> {
        match self.meta(id).doomed || !self.is_silent(id) {
            true => Ok(()),
            false => Err(self.stale_object(id, &[], "its row is gone")),
        }
    }

    #[cold]
    fn stale_object(&mut self, id: ObjectId, columns: &[usize], why: &str) -> Error {
        self.refused.push(id);
        let model = self.descriptor(id);
        let names: Vec<_> = columns.iter().map(|&it| model.columns[it].name).collect();
        let object = self.describe(id);
        let list = match names.is_empty() {
            true => String::new(),
            false => format!(" ({})", names.join(", ")),
        };
        let message = format!("{object} was expired when it was changed, and {why}{list}");
        Error::new(ErrorKind::StaleData, message)
            .with_object(object)
            .with_table(model.table)
            .with_columns(names)
    }
}

const UNCLEAR: &str = "its row was changed in several columns meanwhile, of which the program may have assigned one again the \
                       value it had; refresh the object and assign again";
const EARLIER: &str = "its row was changed by another transaction since it was read; load it again in this transaction and \
                       do the change again";

/// Whether it is the program that assigns a column.
fn is_assigned(model: &ModelDescriptor, column: usize) -> bool {
    let known = &model.columns[column];
    let on_write = &model.on_write;
    known.is_written()
        && !known.server_on_update
        && on_write
            .version
            .as_ref()
            .is_none_or(|it| it.column != column)
        && on_write.defaults.iter().all(|it| it.column != column)
}
