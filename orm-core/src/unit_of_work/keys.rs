//! Keys that change where the database does not change the rows that refer to them: `passive_updates = false`.

use rustc_hash::FxHashSet;

use super::collect::Need;
use super::plan::{Operation, Writes};
use super::sync;
use crate::error::Result;
use crate::mapping::{Key, ObjectId, ReferenceAction, RelationDescriptor};
use crate::state::{Life, State, ToOne};
use crate::types::Value;

/// The rows that refer to keys which are about to change, as far as the session has to change them: they are loaded, and
/// take over the key of their parent.
pub(super) fn dependants(
    state: &mut State,
    done: &mut FxHashSet<(ObjectId, usize)>,
) -> Result<Option<Need>> {
    if !state.any_relation(|relation| !relation.options.passive_updates) {
        return Ok(None);
    }
    let mut index = 0;
    while let Some(&id) = state.touched.get(index) {
        index += 1;
        let meta = state.meta(id);
        if meta.life != Life::Persistent || meta.doomed || meta.snapshot().is_none() {
            continue;
        }
        for (position, relation) in state.descriptor(id).relations.iter().enumerate() {
            if relation.options.passive_updates
                || relation.owns_key()
                || done.contains(&(id, position))
            {
                continue;
            }
            let link = relation.link()?;
            let before = link.local.iter().map(|&column| state.stored(id, column));
            let before = before.collect::<Result<Vec<Value>>>()?;
            let object = state.any(id)?;
            let mut columns = link.local.iter().zip(&before);
            if columns.all(|(&column, before)| object.same(column, before)) {
                continue;
            }
            done.insert((id, position));
            if follows_by_itself(relation)
                || Key::from_values(before.iter().map(Value::as_ref)).is_none()
            {
                continue;
            }
            return Ok(Some(Need::Rows {
                relation,
                holder: id,
                columns: &link.remote,
                keys: vec![before],
            }));
        }
    }
    Ok(None)
}

fn follows_by_itself(relation: &'static RelationDescriptor) -> bool {
    let Ok(link) = relation.link() else {
        return false;
    };
    link.remote.iter().all(|&column| {
        let reference = &(relation.target)().columns[column].references;
        reference
            .as_ref()
            .is_some_and(|reference| reference.on_update == ReferenceAction::Cascade)
    })
}

/// The rows that refer to a key which is about to change, unless the program has given them another parent since.
pub(super) fn found(
    state: &mut State,
    parent: ObjectId,
    relation: &'static RelationDescriptor,
    children: &[ObjectId],
) -> Result<()> {
    let slot = state.slot_of(relation)?;
    for &child in children {
        // Whatever becomes of it, its row refers to the old key until then.
        state.rekeyed.push((child, relation));
        let one = state.to_one(child, slot);
        let set_by_hand = relation.link()?.remote.iter().any(|&column| {
            let snapshot = state.meta(child).snapshot();
            let object = state.any(child);
            snapshot.is_some_and(|it| object.is_ok_and(|object| !object.same(column, &it[column])))
        });
        if set_by_hand || one.is_some_and(|one| one.changed || one.current != Some(parent)) {
            continue;
        }
        state.touch(child);
        let one = ToOne {
            current: Some(parent),
            changed: true,
        };
        state.set_to_one(child, slot, one);
        // Its own key may be a part of it, and then others follow it.
        sync::sync(state, child)?;
    }
    Ok(())
}

/// Takes the references away before the key changes, where they may be NULL: no row may refer to what is not there.
pub(super) fn loosen(state: &mut State) -> Result<Writes> {
    let mut writes = Writes::default();
    for (child, relation) in std::mem::take(&mut state.rekeyed) {
        let descriptor = state.descriptor(child);
        let columns = &relation.link()?.remote;
        let may_be_null = |&column: &usize| descriptor.columns[column].nullable;
        if columns.iter().all(may_be_null) {
            writes.push(child, Operation::Update, descriptor, columns);
        }
    }
    for (_, write) in &mut writes.0 {
        write.only_clears();
    }
    Ok(writes)
}
