//! What a load with a filter or limit found of a relationship.
//!
//! It is kept apart from the relationship itself, which stays unloaded: whoever reads the relationship is shown the
//! view, and whoever writes (flush, cascades, replacement) does not take it for the whole.

use std::collections::HashSet;
use std::sync::Arc;

use super::backref::{Known, position};
use super::{Life, Related, State};
use crate::error::Result;
use crate::mapping::{LoadPolicy, ObjectId, RawHandle, RelationDescriptor};

/// What was found, by handles: an object may leave the session.
pub(crate) type View = (usize, Box<[RawHandle]>);

impl State {
    /// Shows these as a relationship of an object from now on.
    pub(crate) fn set_view(
        &mut self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
        found: &[ObjectId],
    ) {
        let handles = found.iter().map(|&other| self.raw(other)).collect();
        let index = position(relation);
        self.drop_view(id, index);
        self.meta_mut(id).rare_mut().views.push((index, handles));
    }

    /// Shows the relationship itself again.
    pub(crate) fn drop_view(&mut self, id: ObjectId, relation: usize) {
        if let Some(rare) = self.meta_mut(id).held_rare() {
            rare.views.retain(|(index, _)| *index != relation);
        }
    }

    pub(super) fn take_from_view(&mut self, id: ObjectId, relation: usize, other: ObjectId) {
        let Some(rare) = self.meta_mut(id).held_rare() else {
            return;
        };
        if let Some((_, view)) = rare.views.iter_mut().find(|(it, _)| *it == relation) {
            *view = view
                .iter()
                .filter(|it| it.object != other)
                .copied()
                .collect();
        }
    }

    #[inline]
    pub(crate) fn has_view(&self, id: ObjectId, relation: usize) -> bool {
        self.meta(id).has_view(relation)
    }

    /// Whether what is shown of a relationship has an object: it was there, and nobody has taken it out since.
    pub(super) fn shows(
        &self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
        other: ObjectId,
    ) -> bool {
        let (index, other) = (position(relation), self.raw(other));
        let mut views = self.meta(id).rare().views.iter();
        views.any(|(it, view)| *it == index && view.contains(&other))
    }

    /// What is shown of a relationship, with what the program changed since; `None` when it has no view.
    pub(crate) fn view(
        &self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<Option<Vec<ObjectId>>> {
        let index = position(relation);
        let mut views = self.meta(id).rare().views.iter();
        let Some((_, view)) = views.find(|(it, _)| *it == index) else {
            return Ok(None);
        };
        let mut shown = Vec::with_capacity(view.len());
        for raw in view {
            let held = self.resolve_raw(*raw, (relation.target)());
            let Ok(other) = held else { continue };
            if matches!(self.meta(other).life, Life::Persistent | Life::Pending)
                && self.still_here(id, relation, other)?
            {
                shown.push(other);
            }
        }
        let added: &[ObjectId] = match self.meta(id).related(index) {
            Some(Related::Many(many)) => many.items(),
            _ => &[],
        };
        let held: HashSet<_> = shown.iter().copied().collect();
        shown.extend(added.iter().filter(|other| !held.contains(other)));
        Ok(Some(shown))
    }

    /// Whether an object that was found in a relationship has not been taken out since.
    fn still_here(
        &self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
        other: ObjectId,
    ) -> Result<bool> {
        if relation.owns_key() || relation.is_many_to_many() {
            return Ok(true);
        }
        let slot = self.slot_of(relation)?;
        Ok(match self.to_one(other, slot) {
            Some(one) => one.current == Some(id),
            None => match self.known_parent(other, slot)? {
                Known::Parent(parent) => parent == Some(id),
                Known::Unknown => true,
            },
        })
    }

    /// The options that an object remembers.
    pub(crate) fn policy(&self, id: ObjectId) -> Option<&Arc<LoadPolicy>> {
        self.meta(id).extra.as_ref()?.policy.as_ref()
    }

    /// Objects remember how their relationships are to be loaded.
    pub(crate) fn remember_policy(&mut self, ids: &[ObjectId], policy: &Arc<LoadPolicy>) {
        for &id in ids {
            self.meta_mut(id).extra_mut().policy = Some(Arc::clone(policy));
        }
    }

    /// Whether a relationship is loaded, as opposed to known by the key of its object.
    pub(crate) fn is_loaded(&self, id: ObjectId, relation: &'static RelationDescriptor) -> bool {
        let index = position(relation);
        match self.meta(id).related(index) {
            Some(Related::Many(many)) if many.loaded => true,
            Some(Related::One(_)) => true,
            _ => self.is_new(id) || self.has_view(id, index),
        }
    }
}
