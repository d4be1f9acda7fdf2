//! Foreign keys.

use crate::sql::{Name, TableRef};

/// A FOREIGN KEY constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The constraint's name; by convention when it is not given.
    pub name: Option<Name>,
    /// The columns.
    pub columns: Vec<Name>,
    /// The table referenced.
    pub table: TableRef,
    /// The columns referenced, one for each.
    pub references: Vec<Name>,
    /// What the database does when the referenced row is deleted.
    pub on_delete: ReferenceAction,
    /// What the database does when the referenced key changes.
    pub on_update: ReferenceAction,
}

/// What the database does to a referencing row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReferenceAction {
    /// Refuse, at the end of the statement (`NO ACTION`, the default of SQL).
    #[default]
    NoAction,
    /// Refuse at once (`RESTRICT`).
    Restrict,
    /// Do the same to the referencing row (`CASCADE`).
    Cascade,
    /// Set the referencing columns to NULL (`SET NULL`).
    SetNull,
    /// Set the referencing columns to their defaults (`SET DEFAULT`).
    SetDefault,
}

impl ReferenceAction {
    /// Whether it only refuses, and writes nothing.
    pub const fn refuses(self) -> bool {
        matches!(self, Self::NoAction | Self::Restrict)
    }

    /// The action as SQL writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}
