//! What the session knows of an object's relationships.

use rustc_hash::FxHashSet;

use crate::mapping::ObjectId;

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
    items: Vec<ObjectId>,
    /// The same as a set, of collections so large that looking for an object one by one would be felt.
    set: Option<Box<FxHashSet<ObjectId>>>,
}

impl ToMany {
    /// Collections of more objects than this get a set beside the list.
    const LARGE: usize = 32;

    pub(crate) fn new(loaded: bool, items: Vec<ObjectId>) -> Self {
        Self {
            loaded,
            items,
            set: None,
        }
    }

    pub(crate) fn items(&self) -> &[ObjectId] {
        &self.items
    }

    /// Puts an object in at the end, unless it is there; whether it was not.
    pub(crate) fn insert(&mut self, child: ObjectId) -> bool {
        let new = if self.set.is_some() || self.items.len() > Self::LARGE {
            self.set
                .get_or_insert_with(|| Box::new(self.items.iter().copied().collect()))
                .insert(child)
        } else {
            !self.items.contains(&child)
        };
        if new {
            self.items.push(child);
        }
        new
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&ObjectId) -> bool) {
        self.items.retain(keep);
        self.set = None;
    }

    /// Takes an object out. It is there once, and most often children leave in order, from the one end or the other.
    pub(crate) fn take_out(&mut self, child: ObjectId) {
        if let Some(set) = &mut self.set
            && !set.remove(&child)
        {
            return;
        }
        if self.items.last() == Some(&child) {
            self.items.pop();
        } else if let Some(place) = self.items.iter().position(|&other| other == child) {
            self.items.remove(place);
        }
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
    use super::ToMany;
    use crate::mapping::ObjectId;

    #[test]
    fn large_collections_hold_an_object_once() {
        let id = |slot| ObjectId { arena: 0, slot };
        let mut many = ToMany::new(true, Vec::new());
        let count = 4 * ToMany::LARGE as u32;
        assert!((0..count).all(|slot| many.insert(id(slot))));
        assert!((0..count).all(|slot| !many.insert(id(slot))));
        assert!(many.set.is_some());
        assert_eq!(many.items().len() as u32, count);
        many.take_out(id(5));
        many.take_out(id(5));
        assert!(many.insert(id(5)) && !many.insert(id(6)));
        many.retain(|other| *other != id(6));
        assert!(many.insert(id(6)));
        assert_eq!(many.items().len() as u32, count);
    }
}
