//! What the session knows of an object's relationships.

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
    pub(crate) items: Vec<ObjectId>,
}

impl ToMany {
    /// Takes an object out. It is there once, and most often children leave in order, from the one end or the other.
    pub(crate) fn take_out(&mut self, child: ObjectId) {
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
            *self = Self::Many(ToMany {
                loaded,
                items: Vec::new(),
            });
        }
        match self {
            Self::Many(many) => many,
            _ => unreachable!("the line above made it a collection"),
        }
    }
}
