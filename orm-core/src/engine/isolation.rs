//! How a transaction begins.

/// The isolation level of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// All statements see what was committed before the transaction.
    RepeatableRead,
    /// As if transactions ran one after another. SQLite has this level only, and gives it for the others.
    Serializable,
}

impl Isolation {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}

/// The options of one transaction. The default writes, at the engine's isolation level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TransactionOptions {
    /// The isolation level; none means the session's, then the engine's, and none there the server's default.
    pub isolation: Option<Isolation>,
    /// Whether the transaction only reads: statements that write fail, and on SQLite other writers are not blocked.
    pub read_only: bool,
}
