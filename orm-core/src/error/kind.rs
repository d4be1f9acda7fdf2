//! The kinds of error: what a program matches on.

use std::fmt;

/// The kind of an [`Error`](crate::Error). Every kind has a page in `docs/errors.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A UNIQUE or PRIMARY KEY constraint was violated.
    UniqueViolation,
    /// A FOREIGN KEY constraint was violated.
    ForeignKeyViolation,
    /// A NOT NULL constraint was violated.
    NotNullViolation,
    /// A CHECK constraint was violated.
    CheckViolation,
    /// An exclusion constraint was violated (PostgreSQL).
    ExclusionViolation,
    /// A row that was to be changed or deleted is gone, or has another version.
    StaleData,
    /// A relationship or deferred column was read that has not been loaded.
    NotLoaded,
    /// One row was required and none was found.
    NotFound,
    /// One row was required and several were found.
    MultipleRows,
    /// A query gave more rows than the engine's cap.
    TooManyRows,
    /// The object of a relationship is left out by criteria: it is there, and is not to be seen.
    Hidden,
    /// A handle is of another session, or its object has been expunged.
    UnknownHandle,
    /// The operation does not fit the object's state (for example deleting a pending object).
    InvalidState,
    /// A query cannot be built: a table out of scope, a missing join, wrong parameters.
    InvalidQuery,
    /// The mapping or metadata is contradictory: an ambiguous relationship, an unknown table.
    InvalidMapping,
    /// The place of a page was changed on its way, or belongs to another query.
    InvalidCursor,
    /// A value could not be read from a row.
    Decode,
    /// A value cannot be sent to the database.
    Encode,
    /// The database could not serialize concurrent transactions; try again.
    SerializationFailure,
    /// The database broke a deadlock by failing this transaction; try again.
    Deadlock,
    /// The database is locked by another writer (SQLite) or the lock is not available; try again.
    Busy,
    /// A time limit passed: waiting for a connection, a lock or a statement.
    Timeout,
    /// The connection could not be opened or was lost.
    Connection,
    /// The connection was lost while COMMIT was under way: the transaction may or may not have been committed.
    CommitUnknown,
    /// The transaction was aborted by an earlier error and can only be rolled back.
    TransactionAborted,
    /// The session's transaction ended without its program's word: nothing is sent until `rollback()` takes note of it.
    PendingRollback,
    /// The engine's configuration is wrong: URL, option, unknown parameter.
    Configuration,
    /// A table, view or column that the statement names does not exist.
    UndefinedObject,
    /// The statement is not valid SQL for this database.
    Syntax,
    /// A value is outside of what the column's type can hold.
    InvalidData,
    /// A value or expression is of another type than its place wants.
    TypeMismatch,
    /// The database's disk is full, or it has reached its largest size.
    StorageFull,
    /// The database was opened to be read only, or its file may not be written.
    ReadOnlyDatabase,
    /// What is stored cannot be understood: the file is damaged, or is no database.
    CorruptDatabase,
    /// The file of the database was deleted, moved or replaced while it was open (SQLite).
    FileMoved,
    /// Reading or writing the database's files failed.
    StorageFailure,
    /// The database lacks a named capability that was asked for.
    Unsupported,
    /// The database refused for another reason; see the code and the message.
    Database,
}

impl ErrorKind {
    /// Every kind, in the order of their codes.
    pub const ALL: &'static [Self] = &[
        Self::UniqueViolation,
        Self::ForeignKeyViolation,
        Self::NotNullViolation,
        Self::CheckViolation,
        Self::ExclusionViolation,
        Self::StaleData,
        Self::NotLoaded,
        Self::NotFound,
        Self::MultipleRows,
        Self::UnknownHandle,
        Self::InvalidState,
        Self::TooManyRows,
        Self::Hidden,
        Self::InvalidQuery,
        Self::InvalidMapping,
        Self::Decode,
        Self::Encode,
        Self::InvalidCursor,
        Self::SerializationFailure,
        Self::Deadlock,
        Self::Busy,
        Self::Timeout,
        Self::Connection,
        Self::CommitUnknown,
        Self::TransactionAborted,
        Self::Configuration,
        Self::PendingRollback,
        Self::UndefinedObject,
        Self::Syntax,
        Self::InvalidData,
        Self::Unsupported,
        Self::TypeMismatch,
        Self::StorageFull,
        Self::ReadOnlyDatabase,
        Self::CorruptDatabase,
        Self::FileMoved,
        Self::StorageFailure,
        Self::Database,
    ];

    /// Whether this is a violated integrity constraint.
    pub fn is_integrity(self) -> bool {
        matches!(
            self,
            Self::UniqueViolation
                | Self::ForeignKeyViolation
                | Self::NotNullViolation
                | Self::CheckViolation
                | Self::ExclusionViolation
        )
    }

    /// Whether running the transaction again may succeed.
    pub fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::SerializationFailure | Self::Deadlock | Self::Busy
        )
    }

    /// The kind in words, as messages begin.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UniqueViolation => "unique violation",
            Self::ForeignKeyViolation => "foreign key violation",
            Self::NotNullViolation => "not null violation",
            Self::CheckViolation => "check violation",
            Self::ExclusionViolation => "exclusion violation",
            Self::StaleData => "stale data",
            Self::NotLoaded => "not loaded",
            Self::NotFound => "not found",
            Self::MultipleRows => "multiple rows",
            Self::TooManyRows => "too many rows",
            Self::Hidden => "hidden",
            Self::UnknownHandle => "unknown handle",
            Self::InvalidState => "invalid state",
            Self::InvalidQuery => "invalid query",
            Self::InvalidMapping => "invalid mapping",
            Self::InvalidCursor => "invalid page cursor",
            Self::Decode => "cannot decode",
            Self::Encode => "cannot encode",
            Self::SerializationFailure => "serialization failure",
            Self::Deadlock => "deadlock",
            Self::Busy => "database busy",
            Self::Timeout => "timeout",
            Self::Connection => "connection error",
            Self::CommitUnknown => "commit outcome unknown",
            Self::TransactionAborted => "transaction aborted",
            Self::PendingRollback => "rollback pending",
            Self::Configuration => "configuration error",
            Self::UndefinedObject => "undefined object",
            Self::Syntax => "syntax error",
            Self::InvalidData => "invalid data",
            Self::TypeMismatch => "type mismatch",
            Self::Unsupported => "not supported by this database",
            Self::StorageFull => "storage full",
            Self::ReadOnlyDatabase => "read-only database",
            Self::CorruptDatabase => "corrupt database",
            Self::FileMoved => "database file moved",
            Self::StorageFailure => "storage failure",
            Self::Database => "database error",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
