//! The old values by which a guarded write finds its row, beside the key and the version.

use super::plan::{Operation, Step, Write};
use crate::mapping::{Guard, ObjectId};
use crate::state::State;
use crate::types::{SqlType, Value};

/// The columns whose old values find the row: those that an update changes, all for a delete; none where nothing is guarded.
#[inline]
pub(super) fn columns(
    state: &State,
    id: ObjectId,
    operation: Operation,
    changed: &[usize],
) -> Vec<usize> {
    let model = state.descriptor(id);
    match state.guard.unwrap_or(model.on_write.guard) {
        Guard::Key => Vec::new(),
        Guard::Changed => guarded(state, id, operation, changed),
    }
}

#[cold]
fn guarded(state: &State, id: ObjectId, operation: Operation, changed: &[usize]) -> Vec<usize> {
    let model = state.descriptor(id);
    let version = model.on_write.version.as_ref().map(|it| it.column);
    let outdated = &state.meta(id).rare().expired;
    let comparable = |&column: &usize| {
        let known = &model.columns[column];
        known.is_stored()
            && known.generated_as.is_none()
            && known.sql_type != SqlType::Json
            && !known.primary_key
            && version != Some(column)
            && !outdated.contains(&column)
            && !matches!(state.stored(id, column), Ok(Value::Unloaded) | Err(_))
    };
    match operation {
        Operation::Insert => Vec::new(),
        Operation::Update => changed.iter().copied().filter(comparable).collect(),
        Operation::Delete => (0..model.columns.len()).filter(comparable).collect(),
    }
}

/// A flush that changes keys, or takes references away before rows are deleted, changes foreign keys before the statements
/// that are guarded by them: they are not compared then.
pub(super) fn but_references<'a>(steps: impl Iterator<Item = &'a mut Step>) {
    let mut writes: Vec<&mut Write> = steps
        .filter_map(|step| match step {
            Step::Rows(write) => Some(&mut **write),
            Step::Links(_) => None,
        })
        .collect();
    let moves = |write: &Write| {
        let keys = write.descriptor.primary_key;
        write.clears()
            || write.operation == Operation::Update
                && write.columns.iter().any(|column| keys.contains(column))
    };
    if writes.iter().any(|write| moves(write)) {
        for write in &mut writes {
            let columns = write.descriptor.columns;
            write
                .guard
                .retain(|&column| columns[column].references.is_none());
        }
    }
}
