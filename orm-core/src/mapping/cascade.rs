//! What an operation on an object does to the objects it is related to.

/// The cascades of one relationship; the default is save-update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cascade {
    /// Adding the parent adds the related objects.
    pub save_update: bool,
    /// Deleting the parent deletes the related objects.
    pub delete: bool,
    /// Taking an object out of the relationship deletes it.
    pub delete_orphan: bool,
}

impl Cascade {
    /// `save-update`: what a relationship has when nothing is said.
    pub const DEFAULT: Self = Self {
        save_update: true,
        delete: false,
        delete_orphan: false,
    };
    /// No cascade at all.
    pub const NONE: Self = Self {
        save_update: false,
        delete: false,
        delete_orphan: false,
    };

    /// Whether merging the parent merges the related objects: with save-update, since both take them along.
    pub const fn merge(self) -> bool {
        self.save_update
    }

    /// Whether expiring or refreshing the parent expires the related objects: where they are a part of it, and are
    /// deleted with it.
    pub const fn refresh_expire(self) -> bool {
        self.delete
    }

    /// Whether the related objects leave the session with the parent: where they are a part of it, and are deleted with
    /// it.
    pub const fn expunge(self) -> bool {
        self.delete
    }
}

impl Default for Cascade {
    fn default() -> Self {
        Self::DEFAULT
    }
}
