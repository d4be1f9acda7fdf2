//! What the session knows of one object besides its values.

use std::fmt;
use std::sync::Arc;

use super::related::{Related, Relations};
use super::reopened::Reopened;
use super::view::View;
use crate::mapping::{ColumnSet, Computed, LoadPolicy, ModelDescriptor, RelationDescriptor};
use crate::types::Value;

/// The life cycle of an object, as in SQLAlchemy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Life {
    /// Not in the database and not to be inserted: a new object after a rollback. Add it anew to insert it.
    Transient,
    /// New; the next flush inserts it.
    Pending,
    /// In the database, as far as this session knows.
    Persistent,
    /// Deleted by a flush in the open transaction.
    Deleted,
    /// Deleted, and the deletion committed; its last values stay readable.
    Detached,
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transient => "transient",
            Self::Pending => "pending",
            Self::Persistent => "persistent",
            Self::Deleted => "deleted",
            Self::Detached => "detached",
        })
    }
}

/// The bookkeeping of one object; kept small, since every loaded object has one.
#[derive(Debug)]
pub(crate) struct Meta {
    pub(crate) generation: u32,
    pub(crate) life: Life,
    /// Its columns may differ from the database; it is in the list of touched objects.
    pub(crate) touched: bool,
    /// Its relationship fields may have been assigned; it is in the list of loose objects.
    pub(crate) loose: bool,
    /// The next load of its row replaces its values.
    pub(crate) expired: bool,
    /// The next flush deletes it.
    pub(crate) doomed: bool,
    /// What few objects have.
    pub(crate) extra: Option<Box<Extra>>,
}

/// What only changed objects, and those with loaded relationships, have. Every object with a loaded collection has one, so
/// what is seldom needed is kept out of it.
#[derive(Debug, Default)]
pub(crate) struct Extra {
    /// The columns as they are in the database, taken at the first mutable borrow.
    pub(crate) snapshot: Option<Box<[Value]>>,
    /// The relationships, by position; empty until one is loaded or assigned.
    pub(crate) related: Relations,
    /// The columns that a new object leaves to the database.
    pub(crate) unset: ColumnSet,
    /// How the relationships are to be loaded, where the query said so.
    pub(crate) policy: Option<Arc<LoadPolicy>>,
    rare: Option<Box<Rare>>,
}

/// What few even of those objects have.
#[derive(Debug, Default)]
pub(crate) struct Rare {
    /// The parents of relationships that only the parent's model declares.
    pub(crate) anonymous: Vec<(&'static RelationDescriptor, super::ToOne)>,
    /// The columns that the next load of the row replaces, where it is not all of them.
    pub(crate) expired: Vec<usize>,
    /// Whether it was expired since a write of it was refused: it is to be read by the program before it is written.
    pub(crate) refused: bool,
    /// What the program did with the object since it was expired.
    pub(crate) reopened: Option<Reopened>,
    /// The columns whose values the database works out at the next flush.
    pub(crate) computed: Vec<Computed>,
    /// What loads with a filter or limit found.
    pub(crate) views: Vec<View>,
    /// The columns of a new object with a key of its own that its builder did not set.
    pub(crate) omitted: ColumnSet,
}

impl Rare {
    const NONE: &Self = &Self {
        anonymous: Vec::new(),
        expired: Vec::new(),
        refused: false,
        reopened: None,
        computed: Vec::new(),
        views: Vec::new(),
        omitted: ColumnSet::EMPTY,
    };
}

impl Meta {
    pub(crate) fn new(life: Life) -> Self {
        Self {
            generation: 0,
            life,
            touched: false,
            loose: false,
            expired: false,
            doomed: false,
            extra: None,
        }
    }

    /// Whether the next load of its row replaces all of its values.
    pub(crate) fn is_expired_whole(&self) -> bool {
        self.expired && self.rare().expired.is_empty()
    }

    pub(crate) fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// What few objects have; all of it empty where this one has none.
    #[inline]
    pub(crate) fn rare(&self) -> &Rare {
        let rare = self.extra.as_ref().and_then(|extra| extra.rare.as_deref());
        rare.unwrap_or(Rare::NONE)
    }

    /// The same, to add to it.
    pub(crate) fn rare_mut(&mut self) -> &mut Rare {
        self.extra_mut().rare.get_or_insert_default()
    }

    /// The same, to take from it; `None` where there is none.
    pub(crate) fn held_rare(&mut self) -> Option<&mut Rare> {
        self.extra.as_mut()?.rare.as_deref_mut()
    }

    pub(crate) fn snapshot(&self) -> Option<&[Value]> {
        self.extra.as_ref()?.snapshot.as_deref()
    }

    /// Whether anything is known of its relationships, but for what its foreign keys say.
    #[inline]
    pub(crate) fn has_relations(&self) -> bool {
        let extra = self.extra.as_ref();
        extra.is_some_and(|extra| !extra.related.is_empty()) || !self.rare().anonymous.is_empty()
    }

    #[inline]
    pub(crate) fn related(&self, relation: usize) -> Option<&Related> {
        self.extra.as_ref()?.related.get(relation)
    }

    /// Whether nothing says that the database is to fill or work out columns of it.
    #[inline]
    pub(crate) fn leaves_nothing(&self) -> bool {
        let extra = self.extra.as_ref();
        extra.is_none_or(|extra| extra.unset.is_empty()) && self.rare().computed.is_empty()
    }

    /// Whether it is not in the database yet.
    #[inline]
    pub(crate) fn is_new(&self) -> bool {
        matches!(self.life, Life::Pending | Life::Transient)
    }

    /// Whether [`State::members`](super::State::members) knows the objects of a relationship.
    #[inline]
    pub(crate) fn knows_members(&self, relation: usize) -> bool {
        match self.related(relation) {
            Some(Related::Many(many)) => many.loaded,
            Some(Related::One(_)) => true,
            Some(Related::Unloaded) | None => self.is_new(),
        }
    }

    /// Whether a part of a relationship is shown in its place.
    #[inline]
    pub(crate) fn has_view(&self, relation: usize) -> bool {
        let mut views = self.rare().views.iter();
        views.any(|(index, _)| *index == relation)
    }

    /// The relationship at `relation`, to change.
    pub(crate) fn related_mut(
        &mut self,
        descriptor: &'static ModelDescriptor,
        relation: usize,
    ) -> &mut Related {
        let related = &mut self.extra_mut().related;
        if related.is_empty() {
            *related = Relations::of(descriptor);
        }
        &mut related[relation]
    }
}

#[cfg(test)]
mod tests {
    use super::{Extra, Meta};

    #[test]
    fn what_loaded_objects_have_is_small() {
        assert_eq!(size_of::<Meta>(), 24);
        // The largest that allocators hand out quickly, by glibc's measure.
        assert!(size_of::<Extra>() <= 120);
    }
}
