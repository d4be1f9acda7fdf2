//! Giving up what memory knows of relationships where it may no longer be so.

use super::State;
use super::backref::{Slot, position};
use super::related::{Related, ToMany};
use crate::error::Result;
use crate::mapping::{Key, ModelDescriptor, ObjectId, RelationDescriptor};
use crate::types::Value;

/// Where objects of a model keep a parent, and the parent's side of it.
pub(super) type Place = (Slot, Option<&'static RelationDescriptor>);

/// The columns of the child that hold its parent's key.
pub(super) fn foreign_columns(slot: Slot) -> Result<&'static [usize]> {
    Ok(match slot {
        Slot::Own(relation, _) => &relation.link()?.local,
        Slot::Anonymous(relation) => &relation.link()?.remote,
    })
}

/// The values of the foreign key.
fn foreign_values(state: &State, id: ObjectId, slot: Slot) -> Result<Vec<Value>> {
    let object = state.any(id)?;
    let foreign = foreign_columns(slot)?.iter();
    Ok(foreign.map(|&column| object.value(column)).collect())
}

impl State {
    /// All the places where objects of a model keep a parent.
    pub(super) fn places(&self, model: &'static ModelDescriptor) -> Result<Vec<Place>> {
        let mut places = Vec::new();
        for relation in model.relations.iter().filter(|other| other.owns_key()) {
            let slot = self.slot_of(relation)?;
            places.push((slot, Self::parent_side(slot)?));
        }
        for (_, arena) in self.arenas() {
            for relation in arena.descriptor.relations {
                if !relation.owns_key()
                    && !relation.is_many_to_many()
                    && *(relation.target)() == *model
                    && relation.link()?.inverse.is_none()
                {
                    places.push((Slot::Anonymous(relation), Some(relation)));
                }
            }
        }
        Ok(places)
    }

    /// What the row of an object says of its parents: for each place the values of the foreign key.
    pub(super) fn references(&self, id: ObjectId) -> Result<Vec<(Place, Vec<Value>)>> {
        let places = self.places(self.descriptor(id))?;
        let object = self.any(id)?;
        places
            .into_iter()
            .map(|place| {
                let foreign = foreign_columns(place.0)?.iter();
                Ok((place, foreign.map(|&column| object.value(column)).collect()))
            })
            .collect()
    }

    /// The row of an object changed, not through a relationship: where its foreign key is another than `before`, neither
    /// its own side is known nor those of the parents that it left and joined. Parents that `keep` say what they say.
    pub(super) fn forget_moved(
        &mut self,
        id: ObjectId,
        before: Vec<(Place, Vec<Value>)>,
        keep: &dyn Fn(&Self, ObjectId) -> bool,
    ) -> Result<()> {
        for ((place, old), (_, new)) in before.into_iter().zip(self.references(id)?) {
            if old == new {
                continue;
            }
            if !keep(self, id) {
                self.forget_parent(id, place.0);
            }
            self.forget_side_of(place, &old, keep)?;
            self.forget_side_of(place, &new, keep)?;
        }
        Ok(())
    }

    /// The row of an object came or went, not through a relationship: the sides of its parents are not known.
    pub(super) fn forget_parents_sides(
        &mut self,
        id: ObjectId,
        keep: &dyn Fn(&Self, ObjectId) -> bool,
    ) -> Result<()> {
        for (place, values) in self.references(id)? {
            self.forget_side_of(place, &values, keep)?;
        }
        Ok(())
    }

    /// Unloads the side of the parents, as far as they are held, that a foreign key with these values refers to.
    fn forget_side_of(
        &mut self,
        (slot, side): Place,
        values: &[Value],
        keep: &dyn Fn(&Self, ObjectId) -> bool,
    ) -> Result<()> {
        let Some(side) = side else { return Ok(()) };
        let Some(arena) = self.find_arena(((side.model)().type_id)()) else {
            return Ok(());
        };
        let foreign = foreign_columns(slot)?;
        let value = |column| {
            let place = foreign.iter().position(|&other| other == column);
            Ok(place.map_or(Value::Null, |place| values[place].clone()))
        };
        let parents: Vec<_> = match self.foreign_key_in(slot, value)? {
            Some(key) => key
                .and_then(|key| self.find((side.model)(), &key))
                .into_iter()
                .collect(),
            // The key is not the parent's primary key, so they have to be looked for.
            None => {
                let keys = &side.link()?.local;
                let held =
                    (0..self.arena(arena).meta.len() as u32).map(|slot| ObjectId { arena, slot });
                // As keys, since decimals of different scales are one number.
                let wanted = Key::from_values(values.iter().map(Value::as_ref));
                held.filter(|&parent| {
                    self.any(parent).is_ok_and(|object| {
                        let own: Vec<_> = keys.iter().map(|&key| object.value(key)).collect();
                        wanted.is_some()
                            && Key::from_values(own.iter().map(Value::as_ref)) == wanted
                    })
                })
                .collect()
            }
        };
        for parent in parents {
            if !keep(self, parent) {
                self.forget_side(parent, side, slot);
            }
        }
        Ok(())
    }

    /// A foreign key was written that no relationship had set: both sides follow it.
    pub(crate) fn moved_by_hand(&mut self, id: ObjectId, snapshot: &[Value]) -> Result<()> {
        for (place, new) in self.references(id)? {
            if self.to_one(id, place.0).is_some_and(|one| one.changed) {
                continue;
            }
            let old: Vec<_> = foreign_columns(place.0)?
                .iter()
                .map(|&column| snapshot[column].clone())
                .collect();
            if old != new {
                self.forget_parent(id, place.0);
                self.forget_side_of(place, &old, &|_, _| false)?;
                self.forget_side_of(place, &new, &|_, _| false)?;
            }
        }
        Ok(())
    }

    /// New rows whose foreign keys were set by hand: collections that are loaded lack them.
    pub(crate) fn inserted_by_hand(&mut self, ids: &[ObjectId]) -> Result<()> {
        let Some(&first) = ids.first() else {
            return Ok(());
        };
        for place in self.loaded_places(self.descriptor(first))? {
            for &id in ids {
                if self.to_one(id, place.0).is_none() {
                    let values = foreign_values(self, id, place.0)?;
                    self.forget_side_of(place, &values, &|_, _| false)?;
                }
            }
        }
        Ok(())
    }

    /// As [`State::inserted_by_hand`], of rows that are no objects of this session.
    pub(crate) fn inserted_apart(
        &mut self,
        model: &'static ModelDescriptor,
        apart: &Self,
        ids: &[ObjectId],
    ) -> Result<()> {
        for place in self.loaded_places(model)? {
            for &id in ids {
                let values = foreign_values(apart, id, place.0)?;
                self.forget_side_of(place, &values, &|_, _| false)?;
            }
        }
        Ok(())
    }

    /// A statement brought rows of a model, or wrote these columns of rows that are no objects here: collections that are
    /// loaded may lack them.
    pub(crate) fn rows_came(
        &mut self,
        model: &'static ModelDescriptor,
        written: Option<&[usize]>,
    ) -> Result<()> {
        for (slot, side) in self.loaded_places(model)? {
            let Some(side) = side else { continue };
            let foreign = foreign_columns(slot)?;
            if written.is_some_and(|written| !foreign.iter().any(|it| written.contains(it))) {
                continue;
            }
            let Some(arena) = self.find_arena(((side.model)().type_id)()) else {
                continue;
            };
            for parent in 0..self.arena(arena).meta.len() as u32 {
                let parent = ObjectId {
                    arena,
                    slot: parent,
                };
                self.forget_side(parent, side, slot);
            }
        }
        Ok(())
    }

    /// The places where objects of a model keep a parent, as far as a parent's side is loaded. Most often none is, and rows
    /// need not be looked at.
    fn loaded_places(&self, model: &'static ModelDescriptor) -> Result<Vec<Place>> {
        let mut places = self.places(model)?;
        places.retain(|(_, side)| {
            let Some(side) = side else { return false };
            let index = position(side);
            let arena = self.find_arena(((side.model)().type_id)());
            arena.is_some_and(|arena| {
                let mut held = self.arena(arena).meta.iter();
                held.any(|meta| !matches!(meta.related(index), None | Some(Related::Unloaded)))
            })
        });
        Ok(places)
    }

    /// What is known of relationships to objects of a model may no longer be so: their rows are not what they were.
    pub(super) fn forget_sides_to(&mut self, model: &'static ModelDescriptor) -> Result<()> {
        let mut sides = Vec::new();
        for (arena, held) in self.arenas() {
            let relations = held.descriptor.relations.iter();
            let here = relations.filter(|it| !it.owns_key() && *(it.target)() == *model);
            sides.extend(here.map(|relation| (arena, relation)));
        }
        for (arena, relation) in sides {
            for slot in 0..self.arena(arena).meta.len() as u32 {
                let id = ObjectId { arena, slot };
                let known = self.meta(id).related(position(relation));
                if !self.is_new(id) && !matches!(known, None | Some(Related::Unloaded)) {
                    self.forget_relation(id, relation)?;
                }
            }
        }
        Ok(())
    }

    /// Forgets everything that is known of an object's relationships and its unflushed changes: it is where the database
    /// has it. What other objects said of themselves stays.
    pub(super) fn forget_relationships(&mut self, id: ObjectId) -> Result<()> {
        let mut moved = false;
        for (slot, side) in self.places(self.descriptor(id))? {
            moved |= self.move_back(id, slot, side);
        }
        self.drop_changes(id);
        if moved {
            self.forget_parents_sides(id, &|_, _| false)?;
        }
        for relation in self.descriptor(id).relations {
            if relation.is_many_to_many() {
                self.forget_links(id, relation)?;
            }
        }
        if self.meta(id).extra.is_none() {
            return Ok(());
        }
        for (index, relation) in self.descriptor(id).relations.iter().enumerate() {
            if relation.is_many_to_many() {
                continue;
            }
            if relation.owns_key() {
                self.forget_parent(id, Slot::Own(relation, index));
            } else {
                self.forget_side(id, relation, self.slot_of(relation)?);
            }
        }
        if let Some(rare) = self.meta_mut(id).held_rare() {
            rare.anonymous.clear();
            rare.views.clear();
        }
        Ok(())
    }

    /// As [`State::forget_relationships`], of one relationship.
    pub(super) fn forget_relation(
        &mut self,
        id: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Result<()> {
        self.drop_view(id, position(relation));
        if relation.is_many_to_many() {
            return self.forget_links(id, relation);
        }
        let slot = self.slot_of(relation)?;
        if !relation.owns_key() {
            self.forget_side(id, relation, slot);
            return Ok(());
        }
        let side = Self::parent_side(slot)?;
        let moved = self.move_back(id, slot, side);
        self.forget_parent(id, slot);
        if moved {
            let stored = foreign_columns(slot)?.iter();
            let stored: Vec<_> = stored
                .map(|&column| self.stored(id, column))
                .collect::<Result<_>>()?;
            self.forget_side_of((slot, side), &stored, &|_, _| false)?;
        }
        Ok(())
    }

    /// Takes an object out of the side of a parent that no flush has written yet; whether there was one.
    fn move_back(
        &mut self,
        id: ObjectId,
        slot: Slot,
        side: Option<&'static RelationDescriptor>,
    ) -> bool {
        let Some(one) = self.to_one(id, slot).filter(|one| one.changed) else {
            return false;
        };
        if let (Some(side), Some(parent)) = (side, one.current) {
            self.drop_from_side(parent, side, id);
        }
        side.is_some()
    }

    fn forget_parent(&mut self, id: ObjectId, slot: Slot) {
        let meta = self.meta_mut(id);
        match slot {
            Slot::Own(_, index) => {
                if let Some(extra) = &mut meta.extra
                    && let Some(related) = extra.related.get_mut(index)
                {
                    *related = Related::Unloaded;
                }
            }
            Slot::Anonymous(relation) => {
                if let Some(rare) = meta.held_rare() {
                    rare.anonymous
                        .retain(|(other, _)| !std::ptr::eq(*other, relation));
                }
            }
        }
    }

    /// Unloads a parent's side, but for what the program put there and no flush has written yet.
    fn forget_side(&mut self, parent: ObjectId, side: &'static RelationDescriptor, slot: Slot) {
        let index = position(side);
        let queued: Vec<_> = match self.meta(parent).related(index) {
            Some(Related::Many(many)) => many.items().to_vec(),
            Some(Related::One(one)) => one.current.into_iter().collect(),
            Some(Related::Unloaded) | None => return,
        };
        // A new parent has nothing but what the program put there.
        if self.is_new(parent) {
            return;
        }
        let queued: Vec<_> = queued
            .into_iter()
            .filter(|&child| {
                self.to_one(child, slot)
                    .is_some_and(|one| one.changed && one.current == Some(parent))
            })
            .collect();
        let kept = match queued.first() {
            None => Related::Unloaded,
            Some(_) if side.is_many() => Related::Many(ToMany::new(false, queued)),
            Some(_) => return,
        };
        *self.meta_mut(parent).related_mut((side.model)(), index) = kept;
    }

    fn drop_from_side(
        &mut self,
        parent: ObjectId,
        side: &'static RelationDescriptor,
        child: ObjectId,
    ) {
        let related = self
            .meta_mut(parent)
            .related_mut((side.model)(), position(side));
        match related {
            Related::Many(many) => many.take_out(child),
            Related::One(one) if one.current == Some(child) => *related = Related::Unloaded,
            _ => {}
        }
    }
}
