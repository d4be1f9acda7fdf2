//! The parameters of a batch.

use super::plan::{Operation, Write};
use super::{defaults, sync};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ModelDescriptor, ObjectId};
use crate::state::State;
use crate::types::{SqlType, Value, ValueRef, Values};

impl Write {
    /// The values to send, row after row: the columns, then, for an update or a delete, the key and version by which the
    /// database knows the row. Called when every earlier batch has been applied, so that the parents have their keys.
    ///
    /// # Errors
    /// As [`sync::sync`]; `InvalidState` when a parent has no key yet.
    pub(crate) fn values(&self, state: &mut State) -> Result<Values> {
        let mut values = Values::default();
        self.values_of(&self.objects, state, &mut values)?;
        Ok(values)
    }

    /// The same of some of the batch's objects, appended to a list.
    ///
    /// # Errors
    /// As [`Write::values`].
    pub(crate) fn values_of(
        &self,
        objects: &[ObjectId],
        state: &mut State,
        values: &mut Values,
    ) -> Result<()> {
        let keys = &self.found_by();
        let width = self.columns.len()
            + if self.operation == Operation::Insert {
                0
            } else {
                keys.len()
            };
        values.reserve(width * objects.len());
        let defaults = match self.operation {
            Operation::Insert => defaults::by_program(self.descriptor),
            _ => Vec::new(),
        };
        let version = match self.operation {
            Operation::Insert => self.descriptor.on_write.version.as_ref(),
            _ => None,
        };
        let moments = self.moments();
        for &id in objects {
            if !defaults.is_empty() {
                defaults::fill(state, id, &defaults)?;
            }
            if self.operation != Operation::Delete && self.waits(state, id)? {
                return Err(waits(state, id));
            }
            if let Some(version) = version
                && let Some(next) = version.next
            {
                let first = next(None);
                state.any_mut(id)?.set(version.column, first.as_ref())?;
            }
            if !moments.is_empty() {
                settle_moments(state, id, &moments)?;
            }
            let object = state.any(id)?;
            if self.without.is_empty() {
                object.push_values(&self.columns, values);
            } else {
                for column in &self.columns {
                    if self.without.contains(column) {
                        values.push(ValueRef::Null);
                    } else {
                        object.push_values(&[*column], values);
                    }
                }
            }
            if self.operation != Operation::Insert {
                match state.meta(id).snapshot() {
                    Some(snapshot) => keys
                        .iter()
                        .for_each(|&key| values.push(snapshot[key].as_ref())),
                    None => object.push_values(keys, values),
                }
            }
        }
        Ok(())
    }

    /// The columns written that hold a time, which may be finer than the databases have it.
    fn moments(&self) -> Vec<usize> {
        let columns = self.columns.iter().copied();
        columns
            .filter(|&column| is_moment(self.descriptor, column))
            .collect()
    }

    /// Writes the keys of an object's parents into it; whether one that the batch needs has none yet.
    fn waits(&self, state: &mut State, id: ObjectId) -> Result<bool> {
        if self.clears() || !state.meta(id).has_relations() {
            return Ok(false);
        }
        let pending = sync::sync(state, id)?;
        let mut waiting = pending.columns.iter();
        Ok(pending.waits && waiting.any(|column| !self.without.contains(column)))
    }

    /// Makes the batch one that only takes references away.
    pub(super) fn only_clears(&mut self) {
        self.without = self.columns.clone();
        self.returning.clear();
    }

    /// Whether the batch only takes references away, from rows that are deleted next.
    pub(super) fn clears(&self) -> bool {
        self.operation == Operation::Update && !self.without.is_empty()
    }
}

#[inline]
fn is_moment(model: &ModelDescriptor, column: usize) -> bool {
    matches!(
        model.columns[column].sql_type,
        SqlType::Time | SqlType::Timestamp | SqlType::TimestampTz
    )
}

/// Gives a changed object its times as its row has them, also where they were assigned and are the same there.
pub(super) fn settle_times(state: &mut State, id: ObjectId) -> Result<()> {
    let model = state.descriptor(id);
    for column in 0..model.columns.len() {
        if is_moment(model, column) {
            settle_moments(state, id, &[column])?;
        }
    }
    Ok(())
}

/// Gives an object its times as the row will have them: in microseconds, a leap second as the next one, at no offset.
fn settle_moments(state: &mut State, id: ObjectId, columns: &[usize]) -> Result<()> {
    let object = state.any_mut(id)?;
    for &column in columns {
        let value = object.value(column);
        if !matches!(value, Value::Null | Value::Unloaded) {
            // What no column holds is refused when it is sent, with a better reason.
            let _fits = object.set(column, value.as_ref());
        }
    }
    Ok(())
}

#[cold]
fn waits(state: &State, id: ObjectId) -> Error {
    let object = state.describe(id);
    Error::new(
        ErrorKind::InvalidState,
        format!(
            "{object} has to be written before the parent it refers to; flush the parent first"
        ),
    )
    .with_object(object)
    .with_table(state.descriptor(id).table)
}
