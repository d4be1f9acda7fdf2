//! What a reply means for the objects in memory. Every step is noted, so that a rollback finds the way back.

use std::collections::HashMap;

use super::plan::{Operation, Write};
use super::sync;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ColumnDescriptor, Key, ObjectId};
use crate::state::{Life, State, Undo};
use crate::types::{SqlType, ValueRef, Values};

impl Write {
    /// Applies the reply to the batch: `affected` rows, `returned` values in the order sent (`in_order`) or not.
    ///
    /// # Errors
    /// `StaleData` when an update matched fewer rows than it should; `Database` when an insert made fewer; `Decode` when
    /// what came back does not fit.
    pub(crate) fn apply(
        &self,
        state: &mut State,
        affected: u64,
        missed: Option<usize>,
        returned: &Values,
        in_order: bool,
    ) -> Result<()> {
        match self.operation {
            Operation::Insert => {
                if affected != self.objects.len() as u64 {
                    return Err(self.left_out(state, affected, missed));
                }
                self.inserted(state, returned, in_order)
            }
            Operation::Update => {
                self.updated(state, affected, missed)?;
                self.read_back(state, returned, in_order)
            }
            Operation::Delete => self.deleted(state, affected, missed),
        }
    }

    fn inserted(&self, state: &mut State, returned: &Values, in_order: bool) -> Result<()> {
        let width = self.returning.len();
        if returned.len() != width * self.objects.len() {
            return Err(self.left_out(state, (returned.len() / width.max(1)) as u64, None));
        }
        // In the order sent, each row is its own object's.
        let order = if width == 0 || in_order || self.objects.len() == 1 {
            None
        } else {
            Some(self.match_rows(state, returned)?)
        };
        if let Some(&first) = self.objects.first() {
            state
                .arena_mut(first.arena)
                .identity
                .expect(self.objects.len());
        }
        for (index, &id) in self.objects.iter().enumerate() {
            let object = state.any_mut(id)?;
            let row = order.as_ref().map_or(index, |order| order[index]);
            for (place, &column) in self.returning.iter().enumerate() {
                object.set(column, returned.get(row * width + place))?;
            }
            let key = object.identity();
            let arena = state.arena_mut(id.arena);
            arena.identity.insert(key, id.slot);
            let meta = &mut arena.meta[id.slot as usize];
            meta.life = Life::Persistent;
            if let Some(extra) = &mut meta.extra {
                extra.unset = crate::mapping::ColumnSet::EMPTY;
                extra.snapshot = None;
                if let Some(rare) = meta.held_rare() {
                    rare.computed.clear();
                    rare.omitted = crate::mapping::ColumnSet::EMPTY;
                }
                sync::settle_but(state, id, &self.without);
            }
            state.note_inserted(id);
        }
        let expired = self
            .descriptor
            .expired_by_insert(&self.columns, &self.returning);
        if !expired.is_empty() {
            for &id in &self.objects {
                state.outdated(id, &expired)?;
            }
        }
        state.inserted_by_hand(&self.objects)
    }

    /// For each object, which returned row is its own.
    ///
    /// A generated key grows in the order in which the rows were inserted, whatever the order they come back in; rows
    /// whose keys the program chose are found by these.
    fn match_rows(&self, state: &State, returned: &Values) -> Result<Vec<usize>> {
        let width = self.returning.len();
        let count = self.objects.len();
        let descriptor = self.descriptor;
        if descriptor.columns[self.returning[0]].generated {
            let mut order: Vec<_> = (0..count).collect();
            order.sort_by_key(|&row| Key::from_value(returned.get(row * width)));
            return Ok(order);
        }
        let keys = descriptor.primary_key.len();
        let rows: HashMap<_, _> = (0..count)
            .map(|row| {
                let values = (0..keys).map(|place| returned.get(row * width + place));
                (Key::from_values(values), row)
            })
            .collect();
        self.objects
            .iter()
            .map(|&id| {
                let key = state.any(id)?.identity();
                rows.get(&Some(key))
                    .copied()
                    .ok_or_else(|| self.rekeyed(state, id))
            })
            .collect()
    }

    fn updated(&self, state: &mut State, affected: u64, missed: Option<usize>) -> Result<()> {
        if affected != self.objects.len() as u64 {
            return Err(self.stale(state, affected, missed));
        }
        if self.clears() {
            return Ok(());
        }
        let columns = self.descriptor.columns;
        let moves = self
            .columns
            .iter()
            .any(|&column| columns[column].references.is_some());
        for &id in &self.objects {
            let meta = state.meta_mut(id);
            meta.touched = false;
            let snapshot = meta.extra.as_mut().and_then(|it| it.snapshot.take());
            if let Some(snapshot) = snapshot {
                state.rekey(id, &snapshot)?;
                if moves {
                    state.moved_by_hand(id, &snapshot)?;
                }
                state.undo.push(Undo::Updated(id, snapshot));
            }
            sync::settle(state, id);
        }
        Ok(())
    }

    /// What the database worked out is the object's value from now on; what did not come back is expired. Rows that are not
    /// in the order sent have their number, from 1, in front.
    fn read_back(&self, state: &mut State, returned: &Values, in_order: bool) -> Result<()> {
        if self.clears() {
            return Ok(());
        }
        let numbers = usize::from(!in_order);
        let width = self.returning.len() + numbers;
        if !self.returning.is_empty() {
            for row in 0..returned.len() / width {
                let place = match returned.get(row * width) {
                    ValueRef::I64(number) if !in_order => usize::try_from(number).ok(),
                    _ => Some(row + 1),
                };
                let Some(&id) = place.and_then(|it| self.objects.get(it.checked_sub(1)?)) else {
                    continue;
                };
                let object = state.any_mut(id)?;
                let first = row * width + numbers;
                for (place, &column) in self.returning.iter().enumerate() {
                    object.set(column, returned.get(first + place))?;
                }
            }
        }
        if !self.computed.is_empty() {
            for &id in &self.objects {
                if let Some(rare) = state.meta_mut(id).held_rare() {
                    rare.computed.clear();
                }
            }
        }
        if !self.descriptor.has_followers() {
            return Ok(());
        }
        let set: Vec<usize> = self.computed.iter().map(|it| it.column).collect();
        let set = [&self.columns[..], &set].concat();
        let expired = self.descriptor.expired_by_update(&set);
        if !expired.is_empty() {
            for &id in &self.objects {
                state.outdated(id, &expired)?;
            }
        }
        Ok(())
    }

    fn deleted(&self, state: &mut State, affected: u64, missed: Option<usize>) -> Result<()> {
        if self.one_each() && affected != self.objects.len() as u64 {
            return Err(self.stale(state, affected, missed));
        }
        for &id in &self.objects {
            state.row_deleted(id)?;
        }
        state.leave_partners(&self.objects);
        Ok(())
    }

    #[cold]
    fn stale(&self, state: &mut State, affected: u64, missed: Option<usize>) -> Error {
        // Which of them it is not always comes with the reply, and the next read of the others costs little.
        state.refused.extend_from_slice(&self.objects);
        let table = self.descriptor.table;
        let gone = missed
            .or((self.objects.len() == 1).then_some(0))
            .map(|index| state.describe(self.objects[index]));
        let what = match self.operation {
            Operation::Delete => "a DELETE",
            _ => "an UPDATE",
        };
        let message = format!(
            "{what} of {} rows of {table} matched {affected}: a row was deleted or changed by another transaction; \
             reload the objects and try again",
            self.objects.len()
        );
        let error = Error::new(ErrorKind::StaleData, message).with_table(table);
        match gone {
            Some(object) => error.with_object(object),
            None => error,
        }
    }

    /// A trigger or rule left rows out, and which objects have none cannot be told from the others' keys.
    #[cold]
    fn left_out(&self, state: &State, affected: u64, missed: Option<usize>) -> Error {
        let table = self.descriptor.table;
        let message = format!(
            "an INSERT of {} rows into {table} inserted {affected}: a trigger or a rule of the table left rows out without \
             an error; let it raise one, or do not add the objects",
            self.objects.len()
        );
        let error = Error::new(ErrorKind::Database, message).with_table(table);
        let one = (self.objects.len() == 1).then_some(0);
        match missed.or(one).and_then(|index| self.object(index)) {
            Some(id) => error.with_object(state.describe(id)),
            None => error,
        }
    }

    #[cold]
    fn rekeyed(&self, state: &State, id: ObjectId) -> Error {
        let table = self.descriptor.table;
        let message = format!(
            "no row that an INSERT into {table} gave back has the key that was sent: a trigger or a rule of the table \
             changed it; let the database generate the key, or leave it as it is"
        );
        Error::new(ErrorKind::Database, message)
            .with_table(table)
            .with_object(state.describe(id))
    }

    /// The key that the database is to make up for each row, where it is.
    pub(crate) fn generated_key(&self) -> Option<&'static str> {
        let key = self
            .descriptor
            .generated_key()
            .filter(|_| self.operation == Operation::Insert)?;
        let read_back = self.returning.contains(&key);
        read_back.then(|| self.descriptor.columns[key].name)
    }

    /// Whether each row sent must change one: an insert whose keys or defaults come back must, an update, and what is
    /// guarded by a version.
    pub(crate) fn one_each(&self) -> bool {
        match self.operation {
            Operation::Insert => !self.returning.is_empty(),
            Operation::Update => true,
            Operation::Delete => {
                self.descriptor.on_write.version.is_some() || !self.guard.is_empty()
            }
        }
    }

    /// Whether nothing in the reply can ask for the batch to be taken back: it is for one row, which it has changed or not,
    /// and nothing comes back but a key that fits.
    pub(super) fn stands_alone(&self) -> bool {
        let columns = self.descriptor.columns;
        let fits = |column: usize| {
            columns[column].generated && columns[column].sql_type == SqlType::BigInt
        };
        let comes_back = || {
            self.computed.is_empty()
                && columns.iter().all(ColumnDescriptor::is_stored)
                && self.returning.iter().all(|&column| fits(column))
        };
        self.objects.len() == 1 && (self.operation == Operation::Delete || comes_back())
    }

    /// The object at `index` of the batch, for messages.
    pub(crate) fn object(&self, index: usize) -> Option<ObjectId> {
        self.objects.get(index).copied()
    }
}
