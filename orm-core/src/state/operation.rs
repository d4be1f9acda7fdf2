//! Which operation fits which state: the whole life cycle in one table.
//!
//! | | transient | pending | persistent | deleted | detached |
//! |---|---|---|---|---|---|
//! | add | pending | – | spared, if marked for deletion | pending | pending |
//! | delete | refused | refused | marked | – | refused |
//! | expire, refresh, load | refused | refused | done | refused | refused |
//! | set_sql | refused | done | done | refused | refused |
//! | expunge, detach, read, write | done | done | done | done | done |
//! | flush | – | persistent | deleted, if marked | – | – |
//! | commit | – | persistent | – | detached | – |
//! | rollback | – | transient | – | persistent | – |

use super::{Life, State};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::ObjectId;

/// An operation that does not fit every state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Delete,
    Expire,
    Refresh,
    Load,
    SetSql,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Expire => "expire",
            Self::Refresh => "refresh",
            Self::Load => "load deferred columns of",
            Self::SetSql => "set_sql of",
        }
    }

    fn fits(self, life: Life) -> bool {
        match life {
            Life::Persistent => true,
            // What is deleted need not be deleted.
            Life::Deleted => self == Self::Delete,
            Life::Pending => self == Self::SetSql,
            Life::Transient | Life::Detached => false,
        }
    }
}

impl State {
    /// Whether the operation fits the object's state.
    ///
    /// # Errors
    /// `InvalidState`, naming the operation, the object and its state.
    pub(crate) fn permit(&self, operation: Operation, id: ObjectId) -> Result<()> {
        let life = self.meta(id).life;
        if operation.fits(life) {
            return Ok(());
        }
        Err(self.refuse(operation, id, life))
    }

    #[cold]
    fn refuse(&self, operation: Operation, id: ObjectId, life: Life) -> Error {
        let cure = match life {
            Life::Pending => "flush it first, or expunge it",
            Life::Transient => "add it and flush it first",
            _ => "it is no longer in the database",
        };
        let object = self.describe(id);
        let operation = operation.name();
        Error::new(
            ErrorKind::InvalidState,
            format!("cannot {operation} {object}: it is {life}; {cure}"),
        )
        .with_object(object)
        .with_table(self.descriptor(id).table)
    }
}
