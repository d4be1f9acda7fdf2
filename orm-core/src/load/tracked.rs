//! Loading a relationship of objects that a session holds.

use std::collections::{HashMap, HashSet};

use super::ByKey;
use crate::error::Result;
use crate::mapping::{Key, ObjectId, RelationDescriptor};
use crate::state::{Known, State, ToOne};

/// The rows that have to be read before `relation` is loaded for all of `parents`; `None` when nothing is missing.
/// What can be answered from memory is answered here.
pub(crate) fn prepare(
    state: &mut State,
    relation: &'static RelationDescriptor,
    parents: &[ObjectId],
) -> Result<Option<ByKey>> {
    let link = relation.link()?;
    let mut rows = ByKey::of(relation)?;
    let mut seen = HashSet::new();
    for &parent in parents {
        if !is_missing(state, relation, parent)? {
            continue;
        }
        let object = state.any(parent)?;
        if let Some(key) = state.key_of(parent, &link.local)
            && seen.insert(key)
        {
            rows.push(link.local.iter().map(|&column| object.value(column)));
        }
    }
    Ok((!rows.is_empty()).then_some(rows))
}

fn is_missing(
    state: &mut State,
    relation: &'static RelationDescriptor,
    parent: ObjectId,
) -> Result<bool> {
    if !relation.owns_key() {
        return Ok(state.members(parent, relation).is_none());
    }
    let slot = state.slot_of(relation)?;
    if state.to_one(parent, slot).is_some() {
        return Ok(false);
    }
    match state.known_parent(parent, slot)? {
        Known::Unknown => Ok(true),
        Known::Parent(current) => {
            state.set_to_one(
                parent,
                slot,
                ToOne {
                    current,
                    changed: false,
                },
            );
            Ok(false)
        }
    }
}

/// Gives the parents what was found for them; those that nothing was found for have none. Whose a row is, its own columns
/// tell, or `owners`.
pub(crate) fn finish(
    state: &mut State,
    relation: &'static RelationDescriptor,
    parents: &[ObjectId],
    found: &[ObjectId],
    owners: Option<Vec<Key>>,
) -> Result<()> {
    let link = relation.link()?;
    let mut by_key: HashMap<Key, Vec<ObjectId>> = HashMap::new();
    match owners {
        Some(owners) => {
            for (key, &child) in owners.into_iter().zip(found) {
                by_key.entry(key).or_default().push(child);
            }
        }
        None => {
            for &child in found {
                if let Some(key) = state.key_of(child, &link.remote) {
                    by_key.entry(key).or_default().push(child);
                }
            }
        }
    }
    for &parent in parents {
        if !is_missing(state, relation, parent)? {
            continue;
        }
        let children = state
            .key_of(parent, &link.local)
            .and_then(|key| by_key.get(&key));
        let children = children.map_or(&[][..], Vec::as_slice);
        if relation.owns_key() {
            let slot = state.slot_of(relation)?;
            state.set_to_one(
                parent,
                slot,
                ToOne {
                    current: children.first().copied(),
                    changed: false,
                },
            );
        } else {
            state.merge_loaded(parent, relation, children)?;
        }
    }
    Ok(())
}
