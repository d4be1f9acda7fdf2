//! Locks on the rows that a query reads.

use super::Name;

/// A lock on the rows read, kept until the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Lock {
    /// What others can still do.
    pub strength: LockStrength,
    /// The tables, by the names that columns call them by, whose rows are locked; all when there are none.
    pub of: Vec<Name>,
    /// What happens when others hold a lock already.
    pub wait: LockWait,
}

/// What others can still do with a locked row; only PostgreSQL tells the four apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockStrength {
    /// `FOR UPDATE`: nothing but read.
    Update,
    /// `FOR NO KEY UPDATE`: refer to it.
    NoKeyUpdate,
    /// `FOR SHARE`: lock it in the same way.
    Share,
    /// `FOR KEY SHARE`: change all but its key.
    KeyShare,
}

/// What happens when others hold a lock already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockWait {
    /// The query waits.
    Wait,
    /// The query fails.
    NoWait,
    /// The row is left out.
    SkipLocked,
}

impl Lock {
    /// A lock on the rows of all tables; the query waits for others.
    pub fn new(strength: LockStrength) -> Self {
        Self {
            strength,
            of: Vec::new(),
            wait: LockWait::Wait,
        }
    }
}
