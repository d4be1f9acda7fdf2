//! What an operation on an object does to the objects it is related to.

/// The cascades of one relationship; the default is save-update and merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cascade {
    /// Adding an object adds the related ones.
    pub save_update: bool,
    /// Merging an object merges the related ones.
    pub merge: bool,
    /// Expiring or refreshing an object expires the related ones.
    pub refresh_expire: bool,
    /// The related objects leave the session with the object.
    pub expunge: bool,
    /// Deleting an object deletes the related ones.
    pub delete: bool,
    /// Taking an object out of the relationship deletes it.
    pub delete_orphan: bool,
}

impl Cascade {
    /// No cascade at all.
    pub const NONE: Self = Self {
        save_update: false,
        merge: false,
        refresh_expire: false,
        expunge: false,
        delete: false,
        delete_orphan: false,
    };
    /// What a relationship has when nothing is said.
    pub const DEFAULT: Self = Self {
        save_update: true,
        merge: true,
        ..Self::NONE
    };
    /// Every cascade but delete-orphan.
    pub const ALL: Self = Self {
        save_update: true,
        merge: true,
        refresh_expire: true,
        expunge: true,
        delete: true,
        delete_orphan: false,
    };
    /// "all, delete-orphan": the related objects are a part of this one.
    pub const OWNED: Self = Self {
        delete_orphan: true,
        ..Self::ALL
    };
}

impl Default for Cascade {
    fn default() -> Self {
        Self::DEFAULT
    }
}
