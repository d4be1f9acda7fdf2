//! The one error type of the library: opaque, one word wide, sorted by [`ErrorKind`].
//!
//! A program acts on the kind and on the names that the error carries (table, columns, constraint,
//! SQLSTATE); a person reads the message, which names the thing and says what to do.

mod code;
mod context;
mod kind;

use std::fmt;

pub use kind::ErrorKind;

/// The result of every fallible call of the library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, with the names a program needs to act on it.
///
/// The type is one word wide, so that `Result<T>` stays small on the hot paths.
pub struct Error(Box<context::Context>);

impl Error {
    /// A new error of `kind`. The message names the thing and says what to do; it holds no parameter values.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(context::Context::new(kind, message.into())))
    }

    /// The kind, to match on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether an integrity constraint was violated (unique, foreign key, not null, check, exclusion).
    pub fn is_integrity(&self) -> bool {
        self.0.kind.is_integrity()
    }

    /// Whether running the same transaction again on a fresh session may succeed.
    pub fn is_retryable(&self) -> bool {
        self.0.first_cause.unwrap_or(self.0.kind).is_retryable()
    }

    /// Whether the connection that reported this can no longer be used.
    pub fn is_disconnect(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connection | ErrorKind::CommitUnknown
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.debug(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn carries_names_and_code() {
        let error = Error::new(ErrorKind::ForeignKeyViolation, "no such author")
            .with_table("books")
            .with_columns(["author_id"])
            .with_constraint("fk_books_author_id");
        assert_eq!(error.table(), Some("books"));
        assert_eq!(error.columns(), ["author_id"]);
        assert_eq!(error.constraint(), Some("fk_books_author_id"));
        assert_eq!(
            error.to_string(),
            "[E102] foreign key violation: no such author (table books, columns author_id, constraint fk_books_author_id)"
        );
    }
}
