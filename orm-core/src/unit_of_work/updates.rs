//! Which objects have to be updated, by which columns, and when.

use std::collections::HashMap;

use super::plan::{Operation, Write, Writes};
use super::{emit, guard, sync};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{AnyModel, Key, ModelDescriptor, ObjectId, Version};
use crate::state::{Life, State};
use crate::types::Value;
use crate::util::topo;

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
    if descriptor.has_made_columns()
        && let Some(column) = state.assigned_in_vain(id)
    {
        return Err(in_vain(state, id, column));
    }
    emit::settle_times(state, id)?;
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
    // What changes by itself is not what the program saw.
    let guard = guard::columns(state, id, Operation::Update, columns);
    add_updated(state, id, descriptor, columns)?;
    let target = if pending.waits {
        &mut updates.waiting
    } else if gives_up_unique(state, id, columns)? {
        &mut updates.clearing
    } else {
        &mut updates.plain
    };
    if computed.is_empty() {
        target.push_guarded(id, Operation::Update, descriptor, columns, guard);
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
        in_turn: false,
        guard,
        computed,
    };
    target.0.push((id.arena, write));
    Ok(())
}

#[cold]
fn in_vain(state: &State, id: ObjectId, column: usize) -> Error {
    let (object, descriptor) = (state.describe(id), state.descriptor(id));
    let known = &descriptor.columns[column];
    let message = format!(
        "{}.{} of {object} has been assigned, and {}; assign the columns that it is made of",
        descriptor.table,
        known.name,
        known.refusal()
    );
    Error::new(ErrorKind::InvalidState, message)
        .with_object(object)
        .with_table(descriptor.table)
        .with_columns([known.name])
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
    Ok(columns
        .iter()
        .any(|&column| is_unique(descriptor, column) && object.value(column) == Value::Null))
}

fn is_unique(descriptor: &ModelDescriptor, column: usize) -> bool {
    let known = &descriptor.columns[column];
    let mut indexes = descriptor.indexes.iter();
    known.unique
        || known.primary_key
        || indexes.any(|index| index.unique && index.columns.contains(&known.name))
}

/// The rows in the order of the keys by which the database knows them.
pub(super) fn in_order(state: &State, mut write: Write) -> Write {
    let moves = write.operation == Operation::Update
        && write
            .columns
            .iter()
            .any(|it| write.descriptor.primary_key.contains(it));
    let key = |id: &ObjectId| match state.meta(*id).snapshot().filter(|_| moves) {
        Some(snapshot) => {
            let columns = write.descriptor.primary_key.iter();
            Key::from_values(columns.map(|&column| snapshot[column].as_ref()))
        }
        None => state.any(*id).ok().map(AnyModel::identity),
    };
    if !write.objects.is_sorted_by_key(key) {
        let mut objects = std::mem::take(&mut write.objects);
        objects.sort_by_cached_key(key);
        write.objects = objects;
    }
    write.in_turn = take_over(state, &mut write);
    write
}

/// Puts a row that gives up a unique value before the one that takes it; whether there is one. In one statement for all of
/// them the database may come to the one that takes it first.
fn take_over(state: &State, write: &mut Write) -> bool {
    if write.operation != Operation::Update || write.objects.len() < 2 || !write.without.is_empty()
    {
        return false;
    }
    let mut edges = Vec::new();
    for &column in &write.columns {
        if !is_unique(write.descriptor, column) {
            continue;
        }
        let olds = write.objects.iter().enumerate().filter_map(|(giver, &id)| {
            let old = state.meta(id).snapshot()?.get(column)?;
            Some((Key::from_value(old.as_ref())?, giver))
        });
        let olds: HashMap<Key, usize> = olds.collect();
        for (taker, &id) in write.objects.iter().enumerate() {
            let new = state.any(id).ok().map(|object| object.value(column));
            let new = new.and_then(|value| Key::from_value(value.as_ref()));
            let giver = new.and_then(|key| olds.get(&key).copied());
            edges.extend(giver.filter(|&it| it != taker).map(|giver| (giver, taker)));
        }
    }
    if edges.is_empty() {
        return false;
    }
    // What goes round in a circle no order can write: the database says so.
    if edges.iter().any(|(giver, taker)| giver > taker)
        && let Ok(order) = topo::sort(write.objects.len(), &edges)
    {
        write.objects = order
            .into_iter()
            .map(|index| write.objects[index])
            .collect();
    }
    true
}
