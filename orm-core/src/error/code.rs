//! The stable code of each kind, by which `docs/errors.md` explains it.

use super::{Error, ErrorKind};

impl ErrorKind {
    /// The stable code, for example `"E102"`. It heads every message and every section of `docs/errors.md`.
    pub fn code(self) -> &'static str {
        match self {
            Self::UniqueViolation => "E101",
            Self::ForeignKeyViolation => "E102",
            Self::NotNullViolation => "E103",
            Self::CheckViolation => "E104",
            Self::ExclusionViolation => "E105",
            Self::StaleData => "E201",
            Self::NotLoaded => "E202",
            Self::NotFound => "E203",
            Self::MultipleRows => "E204",
            Self::UnknownHandle => "E205",
            Self::InvalidState => "E206",
            Self::TooManyRows => "E207",
            Self::Hidden => "E208",
            Self::InvalidQuery => "E301",
            Self::InvalidMapping => "E302",
            Self::Decode => "E303",
            Self::Encode => "E304",
            Self::InvalidCursor => "E305",
            Self::SerializationFailure => "E401",
            Self::Deadlock => "E402",
            Self::Busy => "E403",
            Self::Timeout => "E404",
            Self::Connection => "E501",
            Self::CommitUnknown => "E502",
            Self::TransactionAborted => "E503",
            Self::Configuration => "E504",
            Self::PendingRollback => "E505",
            Self::UndefinedObject => "E601",
            Self::Syntax => "E602",
            Self::InvalidData => "E603",
            Self::Unsupported => "E604",
            Self::TypeMismatch => "E605",
            Self::StorageFull => "E606",
            Self::ReadOnlyDatabase => "E607",
            Self::CorruptDatabase => "E608",
            Self::FileMoved => "E609",
            Self::StorageFailure => "E610",
            Self::Database => "E699",
        }
    }
}

impl Error {
    /// The stable code of this error's kind; `docs/errors.md` has a section for each.
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }
}
