//! The parameters of a batch.

use super::plan::{Operation, Write};
use super::sync;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::ObjectId;
use crate::state::State;
use crate::types::Values;

impl Write {
    /// The values to send, row after row: the columns, then, for an update or a delete, the key and version by which the
    /// database knows the row. Called when every earlier batch has been applied, so that the parents have their keys.
    ///
    /// # Errors
    /// As [`sync::sync`]; `InvalidState` when a parent has no key yet.
    pub(crate) fn values(&self, state: &mut State) -> Result<Values> {
        let keys = &self.descriptor.guard();
        let width = self.columns.len()
            + if self.operation == Operation::Insert {
                0
            } else {
                keys.len()
            };
        let mut values = Values::with_capacity(width * self.objects.len());
        for &id in &self.objects {
            if self.operation != Operation::Delete && sync::sync(state, id)?.waits {
                return Err(waits(state, id));
            }
            if self.operation == Operation::Insert
                && let Some(version) = &self.descriptor.version
            {
                let first = (version.next)(None);
                state.any_mut(id)?.set(version.column, first.as_ref())?;
            }
            let object = state.any(id)?;
            object.push_values(&self.columns, &mut values);
            if self.operation != Operation::Insert {
                match state.meta(id).snapshot() {
                    Some(snapshot) => keys
                        .iter()
                        .for_each(|&key| values.push(snapshot[key].as_ref())),
                    None => object.push_values(keys, &mut values),
                }
            }
        }
        Ok(values)
    }
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
