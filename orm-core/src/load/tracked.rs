//! Loading a relationship of objects that a session holds.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::fetch::Parents;
use super::groups::Groups;
use super::plan::Step;
use super::rows::Found;
use crate::error::Result;
use crate::mapping::{ObjectId, RelationDescriptor};
use crate::state::{Known, Slot, State, ToOne, position};

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

/// What is looked at of each parent.
struct Look {
    relation: &'static RelationDescriptor,
    index: usize,
    /// Where the foreign key's object is kept, if the relationship has one.
    slot: Option<Slot>,
    part: bool,
    /// Whether the object by the key need not be shown.
    hides: bool,
    purpose: Purpose,
}

impl Look {
    fn new(state: &State, step: &Step, purpose: Purpose) -> Result<Self> {
        let relation = step.relation;
        Ok(Self {
            relation,
            index: position(relation),
            slot: match relation.owns_key() {
                true => Some(state.slot_of(relation)?),
                false => None,
            },
            part: step.is_part()?,
            hides: step.is_chosen() || relation.options.filter.is_some(),
            purpose,
        })
    }

    fn is_missing(&self, state: &mut State, parent: ObjectId) -> Result<bool> {
        let meta = state.meta(parent);
        if self.purpose == Purpose::Read && meta.has_view(self.index) {
            return Ok(false);
        }
        let Some(slot) = self.slot else {
            let hidden = self.purpose == Purpose::Hidden && !meta.is_new();
            return Ok(hidden || !meta.knows_members(self.index));
        };
        if state.to_one(parent, slot).is_some() {
            return Ok(false);
        }
        if self.hides {
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
}

/// The parents whose relationship has to be read; what can be answered from memory is answered here. `None` when nothing is
/// missing, not even for parents that have nothing for sure.
pub(crate) fn missing(
    state: &mut State,
    step: &Step,
    parents: &[ObjectId],
    purpose: Purpose,
) -> Result<Option<Parents>> {
    let link = step.relation.link()?;
    let look = Look::new(state, step, purpose)?;
    let mut missing = None;
    for (number, &parent) in (0_u32..).zip(parents) {
        if look.is_missing(state, parent)? {
            let missing = match &mut missing {
                Some(missing) => missing,
                none => none.insert(Parents::of(step)?),
            };
            missing.add(number, state.any(parent)?, &link.local);
        }
    }
    Ok(missing)
}

/// The objects found for each of many parents.
pub(crate) struct Shares {
    /// The list of each parent, by its place; none where that is its number.
    lists: Option<Vec<Option<u32>>>,
    groups: Groups<ObjectId>,
    /// Whether no list holds an object twice, for sure.
    distinct: bool,
}

impl Shares {
    /// Nothing for anybody.
    pub(crate) fn none(parents: usize) -> Self {
        let groups = Groups::new(0, &[], |id: ObjectId| id);
        Self::new(Some(vec![None; parents]), groups)
    }

    /// What was found by keys, `held` being the objects read; `keyed` are pairs of a key's number and the place of a parent
    /// that has it.
    pub(crate) fn by_key(
        parents: usize,
        keyed: &[(u32, u32)],
        found: &[(u32, u32)],
        held: &[ObjectId],
    ) -> Self {
        let mut lists = vec![None; parents];
        let mut keys = 0;
        for &(key, parent) in keyed {
            lists[parent as usize] = Some(key);
            keys = keys.max(key as usize + 1);
        }
        let groups = Groups::new(keys, found, |place| held[place as usize]);
        Self::new(Some(lists), groups)
    }

    /// What was found for parents by their numbers. One object may have several numbers, when it stands in several rows; it
    /// has what was found for all of them.
    pub(crate) fn by_number(
        parents: impl Iterator<Item = Option<ObjectId>> + Clone,
        mut found: Vec<(u32, u32)>,
        held: &[ObjectId],
    ) -> Self {
        let count = parents.clone().count();
        let all = parents.clone().all(|parent| parent.is_some());
        let lists = (!(all && parents.clone().is_sorted_by(|one, next| one < next))).then(|| {
            let mut firsts: FxHashMap<ObjectId, u32> = FxHashMap::default();
            let first = |(number, parent): (u32, Option<ObjectId>)| {
                parent.map(|parent| *firsts.entry(parent).or_insert(number))
            };
            (0..).zip(parents).map(first).collect::<Vec<_>>()
        });
        if let Some(lists) = &lists {
            found.retain_mut(|(number, _)| match lists[*number as usize] {
                Some(first) => {
                    *number = first;
                    true
                }
                None => false,
            });
        }
        let groups = Groups::new(count, &found, |place| held[place as usize]);
        Self::new(lists, groups)
    }

    fn new(lists: Option<Vec<Option<u32>>>, groups: Groups<ObjectId>) -> Self {
        Self {
            distinct: is_rising(groups.all()),
            lists,
            groups,
        }
    }

    /// The list of the parent at this place; `None` when nothing was found for it.
    #[inline]
    fn list(&self, place: usize) -> Option<u32> {
        match &self.lists {
            Some(lists) => lists[place],
            None => Some(place as u32),
        }
    }

    /// The objects found for the parent at this place, each once.
    #[inline]
    fn of(&self, place: usize) -> Cow<'_, [ObjectId]> {
        let list = self.list(place).map(|list| self.groups.of(list));
        let list = Cow::Borrowed(list.unwrap_or_default());
        match self.distinct {
            true => list,
            false => distinct(list),
        }
    }
}

/// Whether each is greater than the one before, as objects are that were read one after another.
fn is_rising(objects: &[ObjectId]) -> bool {
    objects.is_sorted_by(|one, next| one < next)
}

/// The objects, each once, in the order of their first appearance.
fn distinct(mut objects: Cow<'_, [ObjectId]>) -> Cow<'_, [ObjectId]> {
    if !is_rising(&objects) {
        let mut seen = FxHashSet::default();
        objects.to_mut().retain(|object| seen.insert(*object));
    }
    objects
}

/// Gives the parents what was found for them; those that nothing was found for have none. A parent without a place of its
/// own, being `None`, is passed over.
pub(crate) fn finish(
    state: &mut State,
    step: &Step,
    parents: impl IntoIterator<Item = Option<ObjectId>>,
    found: &Shares,
    purpose: Purpose,
) -> Result<()> {
    let look = Look::new(state, step, purpose)?;
    let merging = state.merging(look.relation)?;
    for (place, parent) in parents.into_iter().enumerate() {
        let Some(parent) = parent else { continue };
        if !look.is_missing(state, parent)? {
            continue;
        }
        let children = found.of(place);
        if look.part {
            state.set_view(parent, look.relation, &children);
        } else if let Some(slot) = look.slot {
            let current = children.first().copied();
            let changed = false;
            state.set_to_one(parent, slot, ToOne { current, changed });
        } else if let (Cow::Borrowed(_), Some(list)) = (&children, found.list(place)) {
            let groups = &found.groups;
            state.merge_one(&merging, parent, groups.all(), groups.places(list))?;
        } else {
            let own = Arc::new(children.into_owned());
            let places = 0..own.len() as u32;
            state.merge_one(&merging, parent, &own, places)?;
        }
    }
    Ok(())
}

/// Gives the parents what was joined to their rows: pairs of a parent's number and the place among `held`.
pub(crate) fn share(
    state: &mut State,
    step: &Step,
    parents: impl Iterator<Item = Option<ObjectId>> + Clone,
    found: Vec<(u32, u32)>,
    held: &[ObjectId],
) -> Result<()> {
    let shares = Shares::by_number(parents.clone(), found, held);
    finish(state, step, parents, &shares, Purpose::Read)
}

/// The objects that a relationship of `parents` shows, each once.
pub(crate) fn children(
    state: &State,
    relation: &'static RelationDescriptor,
    parents: &[ObjectId],
) -> Result<Vec<ObjectId>> {
    let index = position(relation);
    let mut children = Vec::new();
    for &parent in parents {
        if state.has_view(parent, index) {
            let view = state.view(parent, relation)?.unwrap_or_default();
            children.extend(view);
        } else {
            children.extend_from_slice(state.loaded(parent, index));
        }
    }
    Ok(distinct(Cow::Owned(children)).into_owned())
}

impl Found {
    /// The pairs alone.
    pub(crate) fn split(self) -> (Box<dyn crate::mapping::Rows>, Vec<(u32, u32)>) {
        (self.rows, self.pairs)
    }
}
