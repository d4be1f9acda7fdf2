//! Orphans and delete cascades: what else has to go, or to let go.

use std::collections::HashSet;

use crate::error::Result;
use crate::mapping::{ObjectId, PassiveDeletes, RelationDescriptor};
use crate::state::{Life, Slot, State, position};

/// A relationship that has to be loaded before the flush can be planned.
#[derive(Debug)]
pub(crate) struct Need {
    pub(crate) relation: &'static RelationDescriptor,
    pub(crate) parents: Vec<ObjectId>,
}

/// The cascades of one flush, carried on each time a [`Need`] has been met.
#[derive(Debug, Default)]
pub(crate) struct Cascades {
    done: HashSet<(ObjectId, usize)>,
}

impl Cascades {
    /// Carries the cascades as far as the loaded relationships allow; what they need loaded, or `None` at the end.
    pub(crate) fn advance(&mut self, state: &mut State) -> Result<Option<Need>> {
        doom_orphans(state)?;
        let mut need: Option<Need> = None;
        let mut index = 0;
        // The list grows while deletes cascade.
        while let Some(&id) = state.doomed.get(index) {
            index += 1;
            for relation in state.descriptor(id).relations {
                if relation.owns_key() || self.done.contains(&(id, position(relation))) {
                    continue;
                }
                let options = relation.options;
                // Rows of a table between two models go by the key of the one that is deleted.
                if options.view_only
                    || options.passive_deletes == PassiveDeletes::All
                    || (relation.is_many_to_many() && !relation.cascade.delete)
                {
                    continue;
                }
                match state.members(id, relation) {
                    Some(children) => {
                        self.done.insert((id, position(relation)));
                        release(state, relation, &children)?;
                    }
                    None if options.passive_deletes == PassiveDeletes::Unloaded => {}
                    None => match &mut need {
                        None => {
                            need = Some(Need {
                                relation,
                                parents: vec![id],
                            })
                        }
                        Some(need) if std::ptr::eq(need.relation, relation) => {
                            need.parents.push(id)
                        }
                        Some(_) => {}
                    },
                }
            }
        }
        Ok(need)
    }
}

/// The children of a parent that is to be deleted: deleted too, or left without a parent.
fn release(
    state: &mut State,
    relation: &'static RelationDescriptor,
    children: &[ObjectId],
) -> Result<()> {
    if relation.is_many_to_many() {
        for &child in children {
            match state.meta(child).life {
                Life::Persistent => state.doom(child)?,
                Life::Pending => withdraw(state, child)?,
                _ => {}
            }
        }
        return Ok(());
    }
    let slot = state.slot_of(relation)?;
    for &child in children {
        match state.meta(child).life {
            Life::Persistent if relation.cascade.delete => state.doom(child)?,
            Life::Persistent if !state.meta(child).doomed => state.set_parent(child, slot, None)?,
            Life::Pending if relation.cascade.delete => withdraw(state, child)?,
            Life::Pending => state.set_parent(child, slot, None)?,
            _ => {}
        }
    }
    Ok(())
}

/// A new object that is not to be inserted after all, and with it the new objects that it would have taken along in a
/// deletion; others are left without a parent. It leaves the collections of those that stay.
fn withdraw(state: &mut State, id: ObjectId) -> Result<()> {
    let mut work = vec![id];
    while let Some(id) = work.pop() {
        state.unpend(id);
        state.links.forget(|other| other == id);
        state.leave_parents(id)?;
        state.leave_partners(&[id]);
        for relation in state.descriptor(id).relations {
            if relation.owns_key() || relation.is_many_to_many() || relation.options.view_only {
                continue;
            }
            let slot = state.slot_of(relation)?;
            for child in state.members(id, relation).unwrap_or_default() {
                match state.meta(child).life {
                    Life::Pending if relation.cascade.delete => work.push(child),
                    Life::Pending => state.set_parent(child, slot, None)?,
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

/// Objects taken out of a `delete-orphan` relationship, and not put into another, are deleted; new ones are not inserted.
fn doom_orphans(state: &mut State) -> Result<()> {
    let listed = state.touched.iter().chain(&state.pending).copied();
    let related: Vec<_> = listed
        .filter(|&id| state.meta(id).extra.is_some())
        .collect();
    for id in related {
        if is_orphan(state, id)? {
            match state.meta(id).life {
                Life::Pending => withdraw(state, id)?,
                Life::Persistent => state.doom(id)?,
                _ => {}
            }
        }
    }
    Ok(())
}

fn is_orphan(state: &State, id: ObjectId) -> Result<bool> {
    let Some(extra) = &state.meta(id).extra else {
        return Ok(false);
    };
    for (relation, one) in &extra.anonymous {
        if one.changed && one.current.is_none() && relation.cascade.delete_orphan {
            return Ok(true);
        }
    }
    for (index, relation) in state
        .descriptor(id)
        .relations
        .iter()
        .enumerate()
        .filter(|(_, relation)| relation.owns_key())
    {
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
