//! Orphans: objects that were taken out of a relationship which cannot be without its parent.

use rustc_hash::FxHashSet;

use super::collect::{Need, withdraw};
use crate::error::Result;
use crate::mapping::{Key, ObjectId, RelationDescriptor};
use crate::state::{LetGo, Life, Slot, State};
use crate::types::Value;

/// Objects taken out of a `delete-orphan` relationship, and not put into another, are deleted; new ones are not inserted.
pub(super) fn doom(state: &mut State) -> Result<()> {
    let listed = state.touched.iter().chain(&state.pending).copied();
    let related: Vec<_> = match state.any_relation(|_| true) {
        true => listed
            .filter(|&id| state.meta(id).has_relations())
            .collect(),
        false => Vec::new(),
    };
    for id in related {
        if is_orphan(state, id)? {
            discard(state, id)?;
        }
    }
    // They are transient already; what was related to them and is no part of them lets go.
    for id in std::mem::take(&mut state.orphaned) {
        if state.any(id).is_ok() && state.meta(id).life == Life::Transient {
            withdraw(state, id)?;
        }
    }
    for left in state.let_go.clone() {
        if state.any(left.object).is_ok() && !is_taken_in(state, &left)? {
            discard(state, left.object)?;
        }
    }
    Ok(())
}

fn discard(state: &mut State, id: ObjectId) -> Result<()> {
    match state.meta(id).life {
        Life::Pending => withdraw(state, id),
        Life::Persistent => state.doom(id),
        _ => Ok(()),
    }
}

fn is_orphan(state: &State, id: ObjectId) -> Result<bool> {
    if state.meta(id).extra.is_none() {
        return Ok(false);
    }
    for (relation, one) in &state.meta(id).rare().anonymous {
        if one.changed && one.current.is_none() && relation.cascade.delete_orphan {
            return Ok(true);
        }
    }
    for (index, relation) in owning(state, id) {
        let parentless = state
            .to_one(id, Slot::Own(relation, index))
            .is_some_and(|one| one.changed && one.current.is_none());
        if parentless
            && let Some(inverse) = relation.link()?.inverse
            && (relation.target)().relations[inverse].cascade.delete_orphan
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an object that was let go is held again, by the same object or by another.
fn is_taken_in(state: &State, left: &LetGo) -> Result<bool> {
    let relation = left.relation;
    let gone = state.meta(left.holder).doomed;
    if !gone && state.any(left.holder).is_ok() && state.holds(left.holder, relation, left.object)? {
        return Ok(true);
    }
    if !relation.owns_key() {
        return Ok(state.links.in_order().iter().any(|change| {
            let (held, by) = match std::ptr::eq(change.relation, relation) {
                true => (change.remote, change.local),
                false => (change.local, change.remote),
            };
            change.added
                && change.table.table == relation.options.secondary.map_or("", |it| it.table)
                && held == left.object
                && !state.meta(by).doomed
        }));
    }
    let model = (relation.model)();
    for &id in state.touched.iter().chain(&state.pending) {
        if *state.descriptor(id) == *model
            && !state.meta(id).doomed
            && state.holds(id, relation, left.object)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The orphans that only the database knows: the rows that foreign keys referred to before they changed.
pub(super) fn unknown(
    state: &mut State,
    done: &mut FxHashSet<(ObjectId, usize)>,
) -> Result<Option<Need>> {
    let mut need: Option<(&'static RelationDescriptor, Need)> = None;
    let single = |relation: &RelationDescriptor| {
        relation.cascade.delete_orphan && relation.options.single_parent
    };
    if !state.any_relation(single) {
        return Ok(None);
    }
    for id in state.touched.clone() {
        for (index, relation) in owning(state, id) {
            if !single(relation)
                || done.contains(&(id, index))
                || need
                    .as_ref()
                    .is_some_and(|(other, _)| !std::ptr::eq(*other, relation))
            {
                continue;
            }
            let changed = state
                .to_one(id, Slot::Own(relation, index))
                .is_some_and(|one| one.changed);
            if state.meta(id).life != Life::Persistent || !changed {
                continue;
            }
            done.insert((id, index));
            let link = relation.link()?;
            let before = link.local.iter().map(|&column| state.stored(id, column));
            let before = before.collect::<Result<Vec<Value>>>()?;
            let target = (relation.target)();
            let Some(key) = Key::from_values(before.iter().map(Value::as_ref)) else {
                continue;
            };
            let held = (link.remote == target.primary_key)
                .then(|| state.find(target, &key))
                .flatten();
            if let Some(object) = held {
                state.let_go.push(LetGo {
                    relation,
                    holder: id,
                    object,
                });
                continue;
            }
            let (_, rows) = need.get_or_insert_with(|| {
                let none = Need::Rows {
                    relation,
                    holder: id,
                    columns: &link.remote,
                    keys: Vec::new(),
                };
                (relation, none)
            });
            if let Need::Rows { keys, .. } = rows {
                keys.push(before);
            }
        }
    }
    Ok(need.map(|(_, need)| need))
}

fn owning(
    state: &State,
    id: ObjectId,
) -> impl Iterator<Item = (usize, &'static RelationDescriptor)> + use<> {
    let relations = state.descriptor(id).relations.iter().enumerate();
    relations.filter(|(_, relation)| relation.owns_key() && !relation.options.view_only)
}
