//! Loading a relationship of objects that a session holds.

use rustc_hash::{FxHashMap, FxHashSet};

use super::fetch::Parents;
use super::plan::Step;
use super::rows::Found;
use crate::error::Result;
use crate::mapping::{ObjectId, RelationDescriptor};
use crate::state::{Known, State, ToOne, position};

/// Who asks for a relationship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The program, which may be shown a part.
    Read,
    /// A flush, which needs the whole.
    Write,
    /// A flush of a session that may have read the whole without what its criteria hide.
    Hidden,
}

/// The parents whose relationship has to be read; what can be answered from memory is answered here.
pub(crate) fn missing(
    state: &mut State,
    step: &Step,
    parents: &[ObjectId],
    purpose: Purpose,
) -> Result<Parents> {
    let link = step.relation.link()?;
    let mut missing = Parents::of(step)?;
    for (number, &parent) in (0_u32..).zip(parents) {
        if is_missing(state, step, parent, purpose)? {
            missing.add(number, state.any(parent)?, &link.local);
        }
    }
    Ok(missing)
}

fn is_missing(state: &mut State, step: &Step, parent: ObjectId, purpose: Purpose) -> Result<bool> {
    let relation = step.relation;
    if purpose == Purpose::Read && state.has_view(parent, position(relation)) {
        return Ok(false);
    }
    if !relation.owns_key() {
        let hidden = purpose == Purpose::Hidden && !state.is_new(parent);
        return Ok(hidden || state.members(parent, relation).is_none());
    }
    let slot = state.slot_of(relation)?;
    if state.to_one(parent, slot).is_some() {
        return Ok(false);
    }
    if is_part(step) || relation.options.filter.is_some() {
        // That there is an object by the key does not say that it is shown.
        return Ok(true);
    }
    match state.known_parent(parent, slot)? {
        Known::Unknown => Ok(true),
        Known::Parent(current) => {
            let changed = false;
            state.set_to_one(parent, slot, ToOne { current, changed });
            Ok(false)
        }
    }
}

/// Whether what a step finds is not for sure the whole relationship.
pub(crate) fn is_part(step: &Step) -> bool {
    step.criteria.is_some() || step.joined_as.is_some()
}

/// The objects found for each parent, `held` being the objects read, and `parents` those of each number. One object may
/// have several numbers, when it stands in several rows; it has its children once all the same.
pub(crate) fn by_parent(
    found: &[(u32, u32)],
    held: &[ObjectId],
    mut parents: impl FnMut(u32, &mut dyn FnMut(ObjectId)),
) -> FxHashMap<ObjectId, Vec<ObjectId>> {
    let mut children: FxHashMap<ObjectId, Vec<ObjectId>> = FxHashMap::default();
    let mut pairs = FxHashSet::default();
    pairs.reserve(found.len());
    for &(number, place) in found {
        let child = held[place as usize];
        parents(number, &mut |parent| {
            if pairs.insert((parent, child)) {
                children.entry(parent).or_default().push(child);
            }
        });
    }
    children
}

/// Gives the parents what was found for them; those that nothing was found for have none.
pub(crate) fn finish(
    state: &mut State,
    step: &Step,
    parents: &[ObjectId],
    found: &FxHashMap<ObjectId, Vec<ObjectId>>,
    purpose: Purpose,
) -> Result<()> {
    let relation = step.relation;
    for &parent in parents {
        if !is_missing(state, step, parent, purpose)? {
            continue;
        }
        let children = found.get(&parent).map_or(&[][..], Vec::as_slice);
        if is_part(step) {
            state.set_view(parent, relation, children);
        } else if relation.owns_key() {
            let slot = state.slot_of(relation)?;
            let current = children.first().copied();
            let changed = false;
            state.set_to_one(parent, slot, ToOne { current, changed });
        } else {
            state.merge_loaded(parent, relation, children)?;
        }
    }
    Ok(())
}

/// The objects that a relationship of `parents` shows, each once.
pub(crate) fn children(
    state: &State,
    relation: &'static RelationDescriptor,
    parents: &[ObjectId],
) -> Result<Vec<ObjectId>> {
    let index = position(relation);
    let mut seen = FxHashSet::default();
    let mut children = Vec::new();
    for &parent in parents {
        if state.has_view(parent, index) {
            let view = state.view(parent, relation)?.unwrap_or_default();
            children.extend(view.into_iter().filter(|&child| seen.insert(child)));
            continue;
        }
        let held = state.loaded(parent, index).iter().copied();
        children.extend(held.filter(|&child| seen.insert(child)));
    }
    Ok(children)
}

impl Found {
    /// The pairs alone.
    pub(crate) fn split(self) -> (Box<dyn crate::mapping::Rows>, Vec<(u32, u32)>) {
        (self.rows, self.pairs)
    }
}
