//! Many-to-many: pairs of objects, and which of them the next flush writes.
//!
//! A pair belongs to neither of its objects, so its change is kept once, whichever side the program changed. What
//! each object knows of its partners is kept with the object, as for any other relationship.

use rustc_hash::FxHashSet;

use super::backref::position;
use super::related::{Related, ToMany};
use super::{LinkChange, State};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ModelDescriptor, ObjectId, RelationDescriptor};

fn change(
    local: ObjectId,
    relation: &'static RelationDescriptor,
    remote: ObjectId,
    added: bool,
) -> Result<LinkChange> {
    let table = relation.link_table()?.ok_or_else(|| not_linked(relation))?;
    Ok(LinkChange {
        added,
        relation,
        table,
        local,
        remote,
        number: 0,
    })
}

impl State {
    /// Makes two objects a pair because the program said so: the last word counts, also against assignments that wait for
    /// their collections to be loaded.
    pub(crate) fn link(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) -> Result<()> {
        self.overrule_link(parent, relation, child, true)?;
        self.pair(parent, relation, child)
    }

    /// Parts two objects because the program said so; see [`State::link`].
    ///
    /// # Errors
    /// As [`State::unpair`].
    pub(crate) fn unlink(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) -> Result<()> {
        self.unpair(parent, relation, child)?;
        self.overrule_link(parent, relation, child, false)
    }

    /// Makes two objects a pair, on both sides. A pair that is there already stays one.
    pub(super) fn pair(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) -> Result<()> {
        let inverse = relation.inverse()?;
        self.check_single(parent, relation, child)?;
        if let Some(inverse) = inverse {
            self.check_single(child, inverse, parent)?;
        }
        // Unless it is to be taken away, a pair that a part shows is nothing to write.
        let added = change(parent, relation, child, true)?;
        if self.is_shown(parent, relation, child, inverse) && self.links.added(&added).is_none() {
            return Ok(());
        }
        let here = self.enter(parent, relation, child);
        let there = inverse.is_none_or(|inverse| self.enter(child, inverse, parent));
        // One side may not know yet what the other does.
        if here && there {
            self.links.change(added);
        }
        Ok(())
    }

    /// Whether a part of either side shows that two objects are a pair, and no whole collection says that they are not.
    fn is_shown(
        &self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
        inverse: Option<&'static RelationDescriptor>,
    ) -> bool {
        let there = inverse.map(|inverse| (child, inverse, parent));
        let mut sides = std::iter::once((parent, relation, child)).chain(there);
        let shows = |(id, side, other)| self.shows(id, side, other);
        let lacks = |(id, side, other): (ObjectId, _, _)| {
            let index = position(side);
            self.meta(id).knows_members(index) && !self.loaded(id, index).contains(&other)
        };
        sides.clone().any(shows) && !sides.any(lacks)
    }

    /// Parts two objects, on both sides. Of objects whose pairs are not loaded the program is believed.
    ///
    /// # Errors
    /// `InvalidState` when they are known not to be a pair.
    pub(super) fn unpair(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) -> Result<()> {
        let inverse = relation.inverse()?;
        let mut sides = vec![(parent, relation, child)];
        sides.extend(inverse.map(|inverse| (child, inverse, parent)));
        let absent = sides.iter().any(|&(id, side, other)| {
            self.members(id, side)
                .is_some_and(|held| !held.contains(&other))
        });
        if absent {
            return Err(self.not_in(parent, relation, child));
        }
        for (id, side, other) in sides {
            let index = position(side);
            self.note_related(id, index);
            self.let_go(id, side, other, None)?;
            if let Some(many) = self.many_held(id, index) {
                many.take_out(other);
            }
            self.take_from_view(id, index, other);
        }
        self.links.change(change(parent, relation, child, false)?);
        Ok(())
    }

    #[cold]
    pub(crate) fn not_in(
        &self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) -> Error {
        let (child, parent) = (self.describe(child), self.describe(parent));
        Error::new(
            ErrorKind::InvalidState,
            format!("{child} is not in {relation:?} of {parent}"),
        )
        .with_object(child)
    }

    fn many_held(&mut self, id: ObjectId, index: usize) -> Option<&mut ToMany> {
        match self.meta_mut(id).extra.as_mut()?.related.get_mut(index) {
            Some(Related::Many(many)) => Some(many),
            _ => None,
        }
    }

    /// Puts an object into the collection of another; whether it was not there.
    fn enter(&mut self, id: ObjectId, side: &'static RelationDescriptor, other: ObjectId) -> bool {
        if side.options.single_parent {
            self.holders.note(side, other, id);
        }
        let index = position(side);
        let known = self.is_new(id);
        let descriptor = self.descriptor(id);
        let many = self
            .meta_mut(id)
            .related_mut(descriptor, index)
            .many_mut(known);
        let entered = many.insert(other);
        if entered {
            self.note_related(id, index);
        }
        entered
    }

    /// Assignments that wait for a collection to be loaded hear what the program said since.
    pub(super) fn overrule_link(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
        added: bool,
    ) -> Result<()> {
        if self.replacing.is_empty() {
            return Ok(());
        }
        let inverse = relation.inverse()?;
        for waiting in &mut self.replacing {
            let side = |side: &RelationDescriptor| std::ptr::eq(waiting.relation, side);
            let other = if waiting.parent == parent && side(relation) {
                child
            } else if waiting.parent == child && inverse.is_some_and(side) {
                parent
            } else {
                continue;
            };
            if !added {
                waiting.children.retain(|&child| child != other);
            } else if !waiting.children.contains(&other) {
                waiting.children.push(other);
            }
        }
        Ok(())
    }

    /// Puts what the database says of a collection together with what the program changed meanwhile.
    pub(crate) fn merge_links(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        found: &[ObjectId],
    ) -> Result<()> {
        let mut held = FxHashSet::default();
        let mut items = Vec::with_capacity(found.len());
        for &child in found {
            let change = change(parent, relation, child, false)?;
            match self.links.added(&change) {
                Some(false) => continue,
                // The row is there already, so there is nothing to write.
                Some(true) => self.links.change(change),
                None => {}
            }
            if held.insert(child) {
                items.push(child);
            }
        }
        let index = position(relation);
        let queued = match self.many_held(parent, index) {
            Some(queued) => queued.items().to_vec(),
            // The collection was given up since, but not the changes.
            None => self.links.added_to(parent, relation),
        };
        items.extend(queued.into_iter().filter(|&child| held.insert(child)));
        self.set_collection(parent, relation, items);
        Ok(())
    }

    /// The whole of a collection, loaded.
    pub(crate) fn set_collection(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        items: Vec<ObjectId>,
    ) {
        let descriptor = self.descriptor(parent);
        self.drop_view(parent, position(relation));
        let related = self
            .meta_mut(parent)
            .related_mut(descriptor, position(relation));
        *related = Related::Many(ToMany::new(true, items));
    }

    /// An object that is added again is paired again with all that it holds.
    pub(super) fn link_again(
        &mut self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
        partners: &[ObjectId],
    ) -> Result<()> {
        let inverse = relation.inverse()?;
        for &other in partners {
            if let Some(inverse) = inverse {
                self.enter(other, inverse, id);
            }
            let change = change(id, relation, other, true)?;
            if self.links.added(&change).is_none() {
                self.links.change(change);
            }
        }
        Ok(())
    }

    /// Gives up the unflushed pairs of an object, and what it knows of its partners.
    pub(super) fn forget_links(
        &mut self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<()> {
        let inverse = relation.inverse()?;
        let changes = if self.links.is_empty() {
            Vec::new()
        } else {
            self.links.in_order()
        };
        for change in changes {
            let other = match (change.local == id, change.remote == id) {
                (true, _) => change.remote,
                (_, true) => change.local,
                _ => continue,
            };
            if !std::ptr::eq(change.relation, relation) && !change.is_inverse(relation) {
                continue;
            }
            self.links.remove(&change);
            let Some(inverse) = inverse else { continue };
            let index = position(inverse);
            if let Some(many) = self.many_held(other, index) {
                many.take_out(id);
                // What was to go is still there, and only the database knows where in the order.
                many.loaded &= change.added;
            }
        }
        let index = position(relation);
        if let Some(extra) = &mut self.meta_mut(id).extra
            && let Some(related) = extra.related.get_mut(index)
        {
            *related = Related::Unloaded;
        }
        Ok(())
    }

    /// Rows of a model are there again, and with them their pairs: collections that were loaded meanwhile lack them. Those
    /// of objects that `keep` say what they say.
    pub(super) fn forget_partners_sides(
        &mut self,
        model: &'static ModelDescriptor,
        keep: &dyn Fn(&Self, ObjectId) -> bool,
    ) {
        for arena in 0..self.arenas.len() {
            let descriptor = self.arenas[arena].descriptor;
            let sides = descriptor.relations.iter().enumerate();
            for (index, _) in sides.filter(|(_, relation)| {
                relation.is_many_to_many() && *(relation.target)() == *model
            }) {
                for slot in 0..self.arenas[arena].meta.len() {
                    let id = ObjectId {
                        arena: arena as u32,
                        slot: slot as u32,
                    };
                    let loaded = self.many_held(id, index).is_some();
                    if loaded && !keep(self, id) {
                        *self.meta_mut(id).related_mut(descriptor, index) = Related::Unloaded;
                    }
                }
            }
        }
    }

    /// Objects that are deleted, or not to be inserted after all, leave the collections of their partners.
    pub(crate) fn leave_partners(&mut self, ids: &[ObjectId]) {
        let Some(&first) = ids.first() else { return };
        let model = self.descriptor(first);
        let mut gone = None;
        for arena in 0..self.arenas.len() {
            let descriptor = self.arenas[arena].descriptor;
            let sides = descriptor.relations.iter().enumerate();
            for (index, _) in sides.filter(|(_, relation)| {
                relation.is_many_to_many() && *(relation.target)() == *model
            }) {
                let gone: &FxHashSet<_> = gone.get_or_insert_with(|| ids.iter().copied().collect());
                for slot in 0..self.arenas[arena].meta.len() {
                    let id = ObjectId {
                        arena: arena as u32,
                        slot: slot as u32,
                    };
                    let alive = self.stays(id) && !gone.contains(&id);
                    let Some(Related::Many(many)) = self.meta(id).related(index) else {
                        continue;
                    };
                    if !alive || !many.items().iter().any(|item| gone.contains(item)) {
                        continue;
                    }
                    self.note_related(id, index);
                    if let Some(many) = self.many_held(id, index) {
                        many.retain(|item| !gone.contains(item));
                    }
                }
            }
        }
    }
}

#[cold]
fn not_linked(relation: &'static RelationDescriptor) -> Error {
    Error::new(
        ErrorKind::InvalidMapping,
        format!("{relation:?} has no table between its models"),
    )
    .with_table((relation.model)().table)
}
