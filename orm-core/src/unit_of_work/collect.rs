//! Delete cascades: what else has to go, or to let go.

use rustc_hash::FxHashSet;

use super::{keys, orphans};
use crate::error::Result;
use crate::mapping::{ModelCriteria, ObjectId, PassiveDeletes, RelationDescriptor};
use crate::state::{Known, LetGo, Life, State, position};
use crate::types::Value;

/// What has to be loaded before the flush can be planned.
#[derive(Debug)]
pub(crate) enum Need {
    /// A relationship.
    Related {
        relation: &'static RelationDescriptor,
        parents: Vec<ObjectId>,
    },
    /// The rows at the other end of a relationship that hold one of these keys in `columns`, given to
    /// [`Cascades::found`] then.
    Rows {
        relation: &'static RelationDescriptor,
        holder: ObjectId,
        columns: &'static [usize],
        keys: Vec<Vec<Value>>,
    },
}

/// The cascades of one flush, carried on each time a [`Need`] has been met.
#[derive(Debug, Default)]
pub(crate) struct Cascades {
    done: FxHashSet<(ObjectId, usize)>,
    /// The same of references whose old target has been looked for.
    left: FxHashSet<(ObjectId, usize)>,
    /// The same of keys that change.
    changed: FxHashSet<(ObjectId, usize)>,
    /// The conditions under which the program reads: what they hide has to go all the same.
    criteria: ModelCriteria,
    /// The relationships that have been asked for because of them.
    whole: FxHashSet<(ObjectId, usize)>,
}

impl Cascades {
    /// The cascades of a session that reads under conditions.
    pub(crate) fn within(criteria: ModelCriteria) -> Self {
        Self {
            criteria,
            ..Self::default()
        }
    }

    /// Whether what is loaded of a relationship may lack rows that a condition hides, and they have not been asked for.
    fn hides(&self, state: &State, id: ObjectId, relation: &'static RelationDescriptor) -> bool {
        !self.criteria.is_empty()
            && self.criteria.concern((relation.target)().table)
            && relation.options.passive_deletes == PassiveDeletes::No
            && !state.is_new(id)
            && !self.whole.contains(&(id, position(relation)))
            // Of at most one, what is there hides none.
            && (relation.is_many() || state.members(id, relation).is_none_or(|it| it.is_empty()))
    }

    /// Carries the cascades as far as the loaded relationships allow; what they need loaded, or `None` at the end.
    pub(crate) fn advance(&mut self, state: &mut State) -> Result<Option<Need>> {
        if let Some(need) = orphans::unknown(state, &mut self.left)? {
            return Ok(Some(need));
        }
        orphans::doom(state)?;
        let mut need: Option<(&'static RelationDescriptor, Vec<ObjectId>)> = None;
        let mut index = 0;
        // The list grows while deletes cascade.
        while let Some(&id) = state.doomed.get(index) {
            index += 1;
            // Its row is found, and what refers to it, by the values that the database has.
            state.drop_changes(id);
            for relation in state.descriptor(id).relations {
                if self.done.contains(&(id, position(relation))) || !concerns(relation) {
                    continue;
                }
                let related = if relation.owns_key() {
                    owner(state, id, relation)?
                } else if self.hides(state, id, relation) {
                    None
                } else {
                    state.members(id, relation)
                };
                match related {
                    Some(related) => {
                        self.done.insert((id, position(relation)));
                        release(state, relation, &related)?;
                    }
                    None if relation.options.passive_deletes == PassiveDeletes::Unloaded => {}
                    None => match &mut need {
                        None => need = Some((relation, vec![id])),
                        Some((other, parents)) if std::ptr::eq(*other, relation) => {
                            parents.push(id);
                        }
                        Some(_) => {}
                    },
                }
            }
        }
        if let Some((relation, parents)) = need {
            if !self.criteria.is_empty() {
                let asked = parents.iter().map(|&id| (id, position(relation)));
                self.whole.extend(asked);
            }
            return Ok(Some(Need::Related { relation, parents }));
        }
        keys::dependants(state, &mut self.changed)
    }

    /// The rows that a [`Need::Rows`] asked for.
    pub(crate) fn found(
        &mut self,
        state: &mut State,
        holder: ObjectId,
        relation: &'static RelationDescriptor,
        rows: &[ObjectId],
    ) -> Result<()> {
        if !relation.owns_key() {
            return keys::found(state, holder, relation, rows);
        }
        state.let_go.extend(rows.iter().map(|&object| LetGo {
            relation,
            holder,
            object,
        }));
        Ok(())
    }
}

/// Whether a deletion has to look at what an object holds by a relationship.
fn concerns(relation: &RelationDescriptor) -> bool {
    if relation.options.view_only || relation.options.passive_deletes == PassiveDeletes::All {
        return false;
    }
    // Rows of a table between two models go by the key of the one that is deleted, and what the object itself refers to
    // stays.
    relation.cascade.delete || !(relation.owns_key() || relation.is_many_to_many())
}

/// What an object refers to by a relationship, as far as it is known.
fn owner(
    state: &State,
    id: ObjectId,
    relation: &'static RelationDescriptor,
) -> Result<Option<Vec<ObjectId>>> {
    let slot = state.slot_of(relation)?;
    Ok(match state.known_parent(id, slot)? {
        Known::Parent(parent) => Some(parent.into_iter().collect()),
        Known::Unknown => None,
    })
}

/// What is related to an object that is to be deleted: deleted too, or left without a parent.
fn release(
    state: &mut State,
    relation: &'static RelationDescriptor,
    children: &[ObjectId],
) -> Result<()> {
    if relation.is_many_to_many() || relation.owns_key() {
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
pub(super) fn withdraw(state: &mut State, id: ObjectId) -> Result<()> {
    let mut work = vec![id];
    while let Some(id) = work.pop() {
        state.unpend(id);
        state.links.forget(|other| other == id);
        state.leave_parents(id)?;
        state.leave_partners(&[id]);
        for relation in state.descriptor(id).relations {
            if relation.is_many_to_many() || relation.options.view_only {
                continue;
            }
            if relation.owns_key() {
                if relation.cascade.delete {
                    let target = owner(state, id, relation)?.unwrap_or_default();
                    work.extend(
                        target
                            .into_iter()
                            .filter(|&it| state.meta(it).life == Life::Pending),
                    );
                }
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
