//! What a database can do: one constant for each, a sentence for each flag.

use super::BatchStyle;

/// What a database can do. Shared code asks these, never for the database's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// How the rows of a flush travel: a statement run for each row, or arrays in one statement.
    pub batch: BatchStyle,
    /// How parameters are written.
    pub placeholders: Placeholders,
    /// Whether the error of a violated foreign key names the constraint; SQLite only says that one was violated.
    pub names_foreign_keys: bool,
    /// The longest identifier in bytes; PostgreSQL cuts longer ones without an error, so they are refused here.
    pub max_identifier_length: Option<usize>,
    /// The most parameters that one statement can have.
    pub max_parameters: usize,
    /// Whether rows can be locked with `FOR UPDATE`; where they cannot, nothing is written, since SQLite's writers exclude
    /// each other anyway (a transaction that begins IMMEDIATE is the lock).
    pub row_locks: bool,
    /// Whether constraints can be added to a table that exists; where they cannot, foreign keys of a cycle stand inline,
    /// which such a database accepts in any order of tables.
    pub alter_constraints: bool,
    /// Whether a raw SELECT is known to write nothing and lock nothing; on PostgreSQL it may call a function that writes.
    pub selects_only_read: bool,
    /// The statement that puts the check of foreign keys off to the end of the transaction, so that tables of a cycle can be
    /// dropped with their rows; where constraints can be dropped instead, none is needed.
    pub defer_foreign_keys: Option<&'static str>,
    /// Whether a float keeps the sign of zero and NaN can be stored; SQLite stores -0.0 as 0, and would store NaN as NULL, so
    /// that NaN is refused.
    pub all_floats: bool,
    /// Whether OFFSET needs a LIMIT before it.
    pub offset_needs_limit: bool,
    /// Whether `ILIKE` exists; where it does not, `LIKE` takes ASCII letters of either case as equal.
    pub ilike: bool,
    /// Whether a column can hold a list of values; where it cannot, a table with such a column is refused.
    pub arrays: bool,
    /// Whether `SUM` of 64-bit integers and `AVG` of integers give NUMERIC, and are cast to what the program reads.
    pub numeric_aggregates: bool,
    /// Whether a schema name can stand before a table's.
    pub schemas: bool,
    /// The words that cannot be identifiers without quotes, sorted.
    pub reserved_words: &'static [&'static str],
}

/// How parameters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholders {
    /// `?` for each, in order.
    Question,
    /// `$1`, `$2`, ...; one can stand in several places.
    Numbered,
}
