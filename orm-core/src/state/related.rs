//! What the session knows of an object's relationships.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::mapping::{ModelDescriptor, ObjectId};

/// The relationships of one object, by position; none until one is loaded or assigned.
#[derive(Debug, Default)]
pub(crate) enum Relations {
    #[default]
    None,
    /// Most models have few, which lie here and take no memory of their own; a place too many stays unloaded.
    Few([Related; 2]),
    Many(Box<[Related]>),
}

impl Relations {
    /// All of a model, unloaded.
    pub(super) fn of(descriptor: &'static ModelDescriptor) -> Self {
        match descriptor.relations.len() {
            0..=2 => Self::Few(Default::default()),
            count => Self::Many((0..count).map(|_| Related::Unloaded).collect()),
        }
    }
}

impl Deref for Relations {
    type Target = [Related];

    #[inline]
    fn deref(&self) -> &[Related] {
        match self {
            Self::None => &[],
            Self::Few(few) => few,
            Self::Many(many) => many,
        }
    }
}

impl DerefMut for Relations {
    #[inline]
    fn deref_mut(&mut self) -> &mut [Related] {
        match self {
            Self::None => &mut [],
            Self::Few(few) => few,
            Self::Many(many) => many,
        }
    }
}

/// One relationship of one object.
#[derive(Debug, Clone, Default)]
pub(crate) enum Related {
    /// Not known. A new object's relationship to many is empty instead.
    #[default]
    Unloaded,
    /// At most one object.
    One(ToOne),
    /// Many objects.
    Many(ToMany),
}

/// A relationship to at most one object, as known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ToOne {
    pub(crate) current: Option<ObjectId>,
    /// The foreign key has to be written from `current` at the next flush.
    pub(crate) changed: bool,
}

/// A relationship to many objects.
#[derive(Debug, Clone, Default)]
pub(crate) struct ToMany {
    /// Whether `items` is the whole collection; otherwise it holds what was added before it was loaded.
    pub(crate) loaded: bool,
    items: Items,
}

/// The objects of a collection.
#[derive(Debug, Clone)]
enum Items {
    /// A part of what one load found for many, from the one place to the other; until it is changed.
    Found(Arc<Vec<ObjectId>>, u32, u32),
    Own(Vec<ObjectId>),
    Large(Box<Large>),
}

/// So many objects that looking for one by one would be felt.
#[derive(Debug, Clone)]
struct Large {
    list: Vec<ObjectId>,
    /// The same as a set.
    set: FxHashSet<ObjectId>,
}

impl Default for Items {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl Items {
    fn into_list(self) -> Vec<ObjectId> {
        match self {
            Self::Found(all, begin, end) => all[begin as usize..end as usize].to_vec(),
            Self::Own(list) => list,
            Self::Large(large) => large.list,
        }
    }
}

impl Large {
    fn new(list: Vec<ObjectId>) -> Self {
        let set = list.iter().copied().collect();
        Self { list, set }
    }

    fn insert(&mut self, child: ObjectId) -> bool {
        let new = self.set.insert(child);
        if new {
            self.list.push(child);
        }
        new
    }
}

impl ToMany {
    /// Collections of more objects than this get a set beside the list.
    const LARGE: usize = 32;

    pub(crate) fn new(loaded: bool, items: Vec<ObjectId>) -> Self {
        let items = Items::Own(items);
        Self { loaded, items }
    }

    /// A loaded collection of what stands between two places of what was found for many.
    pub(super) fn found(all: &Arc<Vec<ObjectId>>, places: std::ops::Range<u32>) -> Self {
        Self {
            loaded: true,
            items: Items::Found(Arc::clone(all), places.start, places.end),
        }
    }

    pub(crate) fn items(&self) -> &[ObjectId] {
        match &self.items {
            Items::Found(all, begin, end) => &all[*begin as usize..*end as usize],
            Items::Own(list) => list,
            Items::Large(large) => &large.list,
        }
    }

    /// Puts an object in at the end, unless it is there; whether it was not.
    pub(crate) fn insert(&mut self, child: ObjectId) -> bool {
        if let Items::Large(large) = &mut self.items {
            return large.insert(child);
        }
        let mut list = std::mem::take(&mut self.items).into_list();
        if list.len() > Self::LARGE {
            let mut large = Box::new(Large::new(list));
            let new = large.insert(child);
            self.items = Items::Large(large);
            return new;
        }
        let new = !list.contains(&child);
        if new {
            list.push(child);
        }
        self.items = Items::Own(list);
        new
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&ObjectId) -> bool) {
        let mut list = std::mem::take(&mut self.items).into_list();
        list.retain(keep);
        self.items = Items::Own(list);
    }

    /// Takes an object out.
    pub(crate) fn take_out(&mut self, child: ObjectId) {
        if let Items::Large(large) = &mut self.items {
            if large.set.remove(&child) {
                take_out(&mut large.list, child);
            }
            return;
        }
        let mut list = std::mem::take(&mut self.items).into_list();
        take_out(&mut list, child);
        self.items = Items::Own(list);
    }
}

/// Takes an object out. It is there once, and most often children leave in order, from the one end or the other.
fn take_out(list: &mut Vec<ObjectId>, child: ObjectId) {
    if list.last() == Some(&child) {
        list.pop();
    } else if let Some(place) = list.iter().position(|&other| other == child) {
        list.remove(place);
    }
}

impl Related {
    pub(crate) fn one(&self) -> Option<ToOne> {
        match self {
            Self::One(one) => Some(*one),
            _ => None,
        }
    }

    pub(crate) fn many(&self) -> Option<&ToMany> {
        match self {
            Self::Many(many) => Some(many),
            _ => None,
        }
    }

    /// The collection, to change; an unloaded one is begun.
    pub(crate) fn many_mut(&mut self, loaded: bool) -> &mut ToMany {
        if !matches!(self, Self::Many(_)) {
            *self = Self::Many(ToMany::new(loaded, Vec::new()));
        }
        match self {
            Self::Many(many) => many,
            _ => unreachable!("the line above made it a collection"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Items, Related, Relations, ToMany};
    use crate::mapping::ObjectId;

    #[test]
    fn every_object_with_a_loaded_relationship_has_them() {
        assert_eq!((size_of::<Related>(), size_of::<Relations>()), (32, 64));
    }

    #[test]
    fn large_collections_hold_an_object_once() {
        let id = |slot| ObjectId { arena: 0, slot };
        let mut many = ToMany::new(true, Vec::new());
        let count = 4 * ToMany::LARGE as u32;
        assert!((0..count).all(|slot| many.insert(id(slot))));
        assert!((0..count).all(|slot| !many.insert(id(slot))));
        assert!(matches!(many.items, Items::Large(_)));
        assert_eq!(many.items().len() as u32, count);
        many.take_out(id(5));
        many.take_out(id(5));
        assert!(many.insert(id(5)) && !many.insert(id(6)));
        many.retain(|other| *other != id(6));
        assert!(many.insert(id(6)));
        assert_eq!(many.items().len() as u32, count);
    }

    #[test]
    fn what_is_changed_is_its_own() {
        let id = |slot| ObjectId { arena: 0, slot };
        let all = Arc::new((0..5).map(id).collect());
        let mut many = ToMany::found(&all, 1..3);
        let other = ToMany::found(&all, 3..5);
        assert_eq!(many.items(), [id(1), id(2)]);
        many.take_out(id(2));
        assert!(many.insert(id(7)) && !many.insert(id(1)));
        assert_eq!(many.items(), [id(1), id(7)]);
        assert_eq!(other.items(), [id(3), id(4)]);
    }
}
