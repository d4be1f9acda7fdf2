//! Which objects have to be updated, by which columns, and when.

use super::plan::{Operation, Write, Writes};
use super::sync;
use crate::error::Result;
use crate::mapping::{ModelDescriptor, ObjectId, Version};
use crate::state::{Life, State};
use crate::types::Value;

/// The updates, by when they can be sent.
#[derive(Default)]
pub(super) struct Updates {
    /// Those that give up a unique value, which another row may take in the same flush.
    pub(super) clearing: Writes,
    pub(super) plain: Writes,
    /// Those that refer to a row which is inserted first.
    pub(super) waiting: Writes,
}

/// Plans the update of an object that was touched, if anything changed.
pub(super) fn plan_update(
    state: &mut State,
    id: ObjectId,
    columns: &mut Vec<usize>,
    updates: &mut Updates,
) -> Result<()> {
    let meta = state.meta(id);
    if meta.life != Life::Persistent || meta.doomed {
        return Ok(());
    }
    let pending = sync::sync(state, id)?;
    let descriptor = state.descriptor(id);
    if let Some(version) = &descriptor.on_write.version
        && (version.next.is_some() || descriptor.is_server_version(version.column))
    {
        keep_version(state, id, version)?;
    }
    columns.clear();
    columns.extend(state.changed_columns(id));
    if !pending.columns.is_empty() {
        columns.extend(&pending.columns);
        columns.sort_unstable();
        columns.dedup();
    }
    let computed = state.computed(id);
    if columns.is_empty() && computed.is_empty() {
        state.untouch(id);
        // What the relationships say is what the row says already: from now on a key set by hand counts.
        sync::settle(state, id);
        return Ok(());
    }
    add_updated(state, id, descriptor, columns)?;
    let target = if pending.waits {
        &mut updates.waiting
    } else if gives_up_unique(state, id, columns)? {
        &mut updates.clearing
    } else {
        &mut updates.plain
    };
    if computed.is_empty() {
        target.push(id, Operation::Update, descriptor, columns);
        return Ok(());
    }
    columns.retain(|column| computed.iter().all(|other| other.column != *column));
    let mut returning: Vec<usize> = computed.iter().map(|computed| computed.column).collect();
    let set: Vec<usize> = columns.iter().chain(&returning).copied().collect();
    returning.extend(descriptor.returned_by_update(&set));
    let write = Write {
        operation: Operation::Update,
        descriptor,
        columns: columns.clone(),
        returning,
        objects: vec![id],
        without: Vec::new(),
        computed,
    };
    target.0.push((id.arena, write));
    Ok(())
}

/// The version is the session's, or the database's: what the program made of it counts for nothing.
fn keep_version(state: &mut State, id: ObjectId, version: &Version) -> Result<()> {
    let Some(snapshot) = state.meta(id).snapshot() else {
        return Ok(());
    };
    let stored = snapshot[version.column].clone();
    state.any_mut(id)?.set(version.column, stored.as_ref())
}

/// Adds what changes because anything does: the version, and the columns with a default of their own.
fn add_updated(
    state: &mut State,
    id: ObjectId,
    descriptor: &ModelDescriptor,
    columns: &mut Vec<usize>,
) -> Result<()> {
    if descriptor.on_write.version.is_none() && descriptor.on_write.defaults.is_empty() {
        return Ok(());
    }
    for default in descriptor.on_write.defaults {
        if !columns.contains(&default.column) {
            state
                .any_mut(id)?
                .set(default.column, (default.value)().as_ref())?;
            columns.push(default.column);
        }
    }
    if let Some(version) = &descriptor.on_write.version
        && let Some(next) = version.next
    {
        let object = state.any_mut(id)?;
        let next = next(Some(&object.value(version.column)));
        object.set(version.column, next.as_ref())?;
        columns.push(version.column);
    }
    columns.sort_unstable();
    columns.dedup();
    Ok(())
}

/// Whether a unique value becomes NULL: one that was replaced in a one-to-one link, most often.
fn gives_up_unique(state: &State, id: ObjectId, columns: &[usize]) -> Result<bool> {
    let descriptor = state.descriptor(id);
    let object = state.any(id)?;
    Ok(columns.iter().any(|&column| {
        let known = &descriptor.columns[column];
        let unique = known.unique
            || descriptor
                .indexes
                .iter()
                .any(|index| index.unique && index.columns.contains(&known.name));
        unique && object.value(column) == Value::Null
    }))
}
