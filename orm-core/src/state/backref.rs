//! Both sides of a relationship agree at once.
//!
//! Whatever side the program changes, the change is one thing: a child gets another parent. [`State::set_parent`] is
//! the only place that does it, and it brings the parents' sides along.

use rustc_hash::FxHashSet;

use super::related::{Related, ToOne};
use super::{Life, State, Undo};
use crate::error::Result;
use crate::mapping::{Key, ObjectId, RelationDescriptor, RelationKind};
use crate::types::Value;

/// Where a child keeps its parent: in its own relationship, or, when only the parent's model declares one, beside it.
#[derive(Clone, Copy)]
pub(crate) enum Slot {
    Own(&'static RelationDescriptor, usize),
    Anonymous(&'static RelationDescriptor),
}

/// What is known of a child's parent without asking the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Known {
    Unknown,
    Parent(Option<ObjectId>),
}

pub(crate) fn position(relation: &'static RelationDescriptor) -> usize {
    (relation.model)()
        .relations
        .iter()
        .position(|other| std::ptr::eq(other, relation))
        .unwrap_or_default()
}

impl State {
    /// The child's side of a relationship, whichever side it is given by.
    pub(crate) fn slot_of(&self, relation: &'static RelationDescriptor) -> Result<Slot> {
        if relation.owns_key() {
            return Ok(Slot::Own(relation, position(relation)));
        }
        Ok(match relation.link()?.inverse {
            Some(index) => Slot::Own(&(relation.target)().relations[index], index),
            None => Slot::Anonymous(relation),
        })
    }

    /// The parent's side of a relationship, if its model declares one.
    pub(super) fn parent_side(slot: Slot) -> Result<Option<&'static RelationDescriptor>> {
        match slot {
            Slot::Anonymous(relation) => Ok(Some(relation)),
            Slot::Own(relation, _) => Ok(relation
                .link()?
                .inverse
                .map(|index| &(relation.target)().relations[index])),
        }
    }

    #[inline]
    pub(crate) fn to_one(&self, child: ObjectId, slot: Slot) -> Option<ToOne> {
        match slot {
            Slot::Own(_, index) => self.meta(child).related(index)?.one(),
            Slot::Anonymous(relation) => {
                let mut anonymous = self.meta(child).rare().anonymous.iter();
                anonymous
                    .find(|(other, _)| std::ptr::eq(*other, relation))
                    .map(|(_, one)| *one)
            }
        }
    }

    pub(crate) fn set_to_one(&mut self, child: ObjectId, slot: Slot, one: ToOne) {
        let descriptor = self.descriptor(child);
        match slot {
            Slot::Own(relation, index) => {
                if let Some(object) = one.current
                    && relation.options.single_parent
                {
                    self.holders.note(relation, object, child);
                }
                *self.meta_mut(child).related_mut(descriptor, index) = Related::One(one)
            }
            Slot::Anonymous(relation) => {
                let anonymous = &mut self.meta_mut(child).rare_mut().anonymous;
                match anonymous
                    .iter_mut()
                    .find(|(other, _)| std::ptr::eq(*other, relation))
                {
                    Some((_, held)) => *held = one,
                    None => anonymous.push((relation, one)),
                }
            }
        }
    }

    /// The key that a child's foreign key columns hold, in the order of the parent's primary key; the outer `None` when
    /// the foreign key does not refer to the primary key.
    pub(crate) fn foreign_key(&self, child: ObjectId, slot: Slot) -> Result<Option<Option<Key>>> {
        let object = self.any(child)?;
        self.foreign_key_in(slot, |column| Ok(object.value(column)))
    }

    /// As [`State::foreign_key`], of a row whose columns hold `value`.
    pub(crate) fn foreign_key_in(
        &self,
        slot: Slot,
        value: impl Fn(usize) -> Result<Value>,
    ) -> Result<Option<Option<Key>>> {
        let (relation, link) = match slot {
            Slot::Own(relation, _) | Slot::Anonymous(relation) => (relation, relation.link()?),
        };
        let (parent, foreign, keys) = match slot {
            Slot::Own(..) => ((relation.target)(), &link.local, &link.remote),
            Slot::Anonymous(_) => ((relation.model)(), &link.remote, &link.local),
        };
        let find = |key| keys.iter().position(|column| column == key);
        if let [key] = parent.primary_key {
            // Of one column, as most: without a list.
            return match find(key) {
                Some(index) => Ok(Some(Key::from_value(value(foreign[index])?.as_ref()))),
                None => Ok(None),
            };
        }
        let mut values = Vec::with_capacity(parent.primary_key.len());
        for key in parent.primary_key {
            match find(key) {
                Some(index) => values.push(value(foreign[index])?),
                None => return Ok(None),
            }
        }
        Ok(Some(Key::from_values(values.iter().map(Value::as_ref))))
    }

    /// The child's parent as far as it is known: assigned, loaded, or found by key among the objects held.
    pub(crate) fn known_parent(&self, child: ObjectId, slot: Slot) -> Result<Known> {
        if let Some(one) = self.to_one(child, slot) {
            return Ok(Known::Parent(one.current));
        }
        let parent = match slot {
            Slot::Own(relation, _) => (relation.target)(),
            Slot::Anonymous(relation) => (relation.model)(),
        };
        Ok(match self.foreign_key(child, slot)? {
            None => Known::Unknown,
            Some(None) => Known::Parent(None),
            Some(Some(key)) => match self.find(parent, &key) {
                Some(id) => Known::Parent(Some(id)),
                None => Known::Unknown,
            },
        })
    }

    /// Gives a child another parent, on both sides, and marks its foreign key to be written.
    pub(crate) fn set_parent(
        &mut self,
        child: ObjectId,
        slot: Slot,
        parent: Option<ObjectId>,
    ) -> Result<()> {
        let old = self.known_parent(child, slot)?;
        let unsure = self.meta(child).expired && self.is_unsure(child, slot)?;
        if self
            .to_one(child, slot)
            .is_some_and(|one| one.current == parent && (one.changed || !unsure))
        {
            return Ok(());
        }
        if self.meta(child).life == Life::Persistent && old == Known::Parent(parent) {
            if unsure {
                return self.set_parent_again(child, slot, parent);
            }
            // The foreign key says so already: nothing is to be written, and the parent's side has it.
            self.set_to_one(
                child,
                slot,
                ToOne {
                    current: parent,
                    changed: false,
                },
            );
            return Ok(());
        }
        if let (Slot::Own(relation, _), Known::Parent(Some(old))) = (slot, old) {
            self.let_go(child, relation, old, parent)?;
        }
        self.touch(child);
        match slot {
            // A new object keeps its relationships when it becomes transient again.
            _ if self.is_new(child) => {}
            Slot::Own(_, index) => self.note_related(child, index),
            Slot::Anonymous(_) => self.undo.push(Undo::Anonymous(child)),
        }
        self.set_to_one(
            child,
            slot,
            ToOne {
                current: parent,
                changed: true,
            },
        );
        let Some(side) = Self::parent_side(slot)? else {
            return Ok(());
        };
        if let Known::Parent(Some(old)) = old
            && Some(old) != parent
        {
            self.leave(old, side, child);
        }
        match (parent, old) {
            (Some(parent), _) => self.join(parent, side, slot, child),
            (None, Known::Parent(Some(_))) if side.cascade.delete_orphan => self.orphan(child),
            _ => Ok(()),
        }
    }

    fn leave(&mut self, parent: ObjectId, side: &'static RelationDescriptor, child: ObjectId) {
        let index = position(side);
        self.note_related(parent, index);
        match self
            .meta_mut(parent)
            .extra
            .as_mut()
            .and_then(|extra| extra.related.get_mut(index))
        {
            Some(Related::Many(many)) => many.take_out(child),
            Some(Related::One(one)) if one.current == Some(child) => one.current = None,
            _ => {}
        }
    }

    pub(super) fn join(
        &mut self,
        parent: ObjectId,
        side: &'static RelationDescriptor,
        slot: Slot,
        child: ObjectId,
    ) -> Result<()> {
        // The child's own side takes no new object in (recorded: CAS-06); one that was taken out of its parent while pending
        // was added by the program, and is not to be left out without a word.
        if !side.cascade.save_update || self.orphaned.contains(&child) {
            self.note_outside(parent, side, child);
        }
        let index = position(side);
        self.note_related(parent, index);
        let known = self.is_new(parent);
        let descriptor = self.descriptor(parent);
        if side.kind == RelationKind::HasMany {
            let many = self
                .meta_mut(parent)
                .related_mut(descriptor, index)
                .many_mut(known);
            // A child that is known to be here only by its key is in a loaded collection already.
            many.insert(child);
            return Ok(());
        }
        let held = self.meta(parent).related(index).and_then(Related::one);
        if held.is_none() && !known {
            // The child that is to be replaced is only known to the database.
            return self.replace_later(parent, side, vec![child]);
        }
        let one = ToOne {
            current: Some(child),
            changed: false,
        };
        *self.meta_mut(parent).related_mut(descriptor, index) = Related::One(one);
        match held.and_then(|one| one.current) {
            Some(old) if old != child => self.set_parent(old, slot, None),
            _ => Ok(()),
        }
    }

    /// Relates two objects by a relationship of the first that is not its foreign key's, on both sides.
    pub(super) fn relate(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) -> Result<()> {
        if relation.is_many_to_many() {
            return self.pair(parent, relation, child);
        }
        self.set_parent(child, self.slot_of(relation)?, Some(parent))
    }

    /// The opposite of [`State::relate`].
    pub(super) fn unrelate(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        child: ObjectId,
    ) -> Result<()> {
        if relation.is_many_to_many() {
            return self.unpair(parent, relation, child);
        }
        self.set_parent(child, self.slot_of(relation)?, None)
    }

    #[inline]
    pub(crate) fn is_new(&self, id: ObjectId) -> bool {
        self.meta(id).is_new()
    }

    /// The objects of a relationship to many or one as seen from the parent, if they are known.
    pub(crate) fn members(
        &self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
    ) -> Option<Vec<ObjectId>> {
        match self.meta(parent).related(position(relation)) {
            Some(Related::Many(many)) if many.loaded => Some(many.items().to_vec()),
            Some(Related::One(one)) => Some(one.current.into_iter().collect()),
            Some(Related::Unloaded) | None if self.is_new(parent) => Some(Vec::new()),
            _ => None,
        }
    }

    /// Makes `wanted` the children of `parent`, which are `current` now: only the difference changes anything.
    pub(crate) fn replace(
        &mut self,
        parent: ObjectId,
        relation: &'static RelationDescriptor,
        current: &[ObjectId],
        mut wanted: Vec<ObjectId>,
    ) -> Result<()> {
        let mut keep = FxHashSet::default();
        wanted.retain(|&child| keep.insert(child));
        for &child in current.iter().filter(|child| !keep.contains(child)) {
            self.unrelate(parent, relation, child)?;
        }
        for &child in &wanted {
            self.relate(parent, relation, child)?;
        }
        let index = position(relation);
        self.note_related(parent, index);
        let descriptor = self.descriptor(parent);
        self.drop_view(parent, index);
        let related = self.meta_mut(parent).related_mut(descriptor, index);
        *related = if relation.is_many() {
            Related::Many(super::ToMany::new(true, wanted))
        } else {
            Related::One(ToOne {
                current: wanted.first().copied(),
                changed: false,
            })
        };
        Ok(())
    }
}
