//! What a database can do: one constant for each, a sentence for each flag.

use super::{BatchStyle, ReservedWords};

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
    /// What stands after the text of a point in time, which is in UTC: without it PostgreSQL would take the time for one of
    /// the connection's zone, and with it SQLite would sort 12:30:00 after 12:30:00.5.
    pub utc_suffix: &'static str,
    /// The longest identifier in bytes; PostgreSQL cuts longer ones without an error, so they are refused here.
    pub max_identifier_length: Option<usize>,
    /// The most parameters that one statement can have.
    pub max_parameters: usize,
    /// Whether a result can only be read piece by piece inside a transaction, so that a stream begins one.
    pub cursors_need_transaction: bool,
    /// Whether rows can be locked with `FOR UPDATE`; where they cannot, nothing is written, since SQLite's writers exclude
    /// each other anyway (a transaction that begins IMMEDIATE is the lock).
    pub row_locks: bool,
    /// Whether constraints can be added to a table that exists; where they cannot, foreign keys of a cycle stand inline,
    /// which such a database accepts in any order of tables.
    pub alter_constraints: bool,
    /// Whether a raw SELECT is known to write nothing and lock nothing; on PostgreSQL it may call a function that writes.
    pub selects_only_read: bool,
    /// Whether NULLs are ordered as if they were larger than every value, where an order does not say; if not, smaller.
    pub nulls_largest: bool,
    /// The statement that puts the check of foreign keys off to the end of the transaction, so that tables of a cycle can be
    /// dropped with their rows; where constraints can be dropped instead, none is needed.
    pub defer_foreign_keys: Option<&'static str>,
    /// Whether a float keeps the sign of zero and NaN can be stored; SQLite stores -0.0 as 0, and would store NaN as NULL, so
    /// that NaN is refused.
    pub all_floats: bool,
    /// Whether a generated column can be worked out each time it is read, and not stored.
    pub virtual_columns: bool,
    /// Whether OFFSET needs a LIMIT before it.
    pub offset_needs_limit: bool,
    /// Whether `ILIKE` exists; where it does not, `LIKE` takes ASCII letters of either case as equal, and no others.
    pub ilike: bool,
    /// Whether a backslash in a pattern of LIKE takes the meaning of the next character away when no ESCAPE is given.
    pub like_backslash: bool,
    /// Whether `sqrt`, `exp`, `ln` and `power` are there; SQLite has them only when it was built with them.
    pub math_functions: bool,
    /// How truth values are written: SQLite has 1 and 0, and a comparison where a condition stands.
    pub truth: Truth,
    /// The words of `IS DISTINCT FROM` and its opposite; SQLite's `IS` compares any two values.
    pub distinct_from: [&'static str; 2],
    /// Whether the type of a parameter that is NULL, or not given yet, follows only from what stands beside it, so that it
    /// is said where nothing does.
    pub infers_parameters: bool,
    /// Whether a list of rows can be searched as `(a, b) IN ((1, 2), (3, 4))`; SQLite takes rows from VALUES only.
    pub row_lists: bool,
    /// Whether a comparison can hold for ANY or ALL values of a query or an array; SQLite has only what IN can say.
    pub quantifiers: bool,
    /// Whether a search for words knows languages, and reads its words as web searches do; SQLite reads those of FTS5, and
    /// searches only the tables that were made for it.
    pub search_languages: bool,
    /// Whether regular expressions are known; SQLite has no function for them built in.
    pub regex: bool,
    /// Whether values and columns can be arrays; SQLite has only JSON lists, and a table with such a column is refused.
    pub arrays: bool,
    /// Whether JSON and arrays can be searched with `@>`, `<@` and `&&`; SQLite reads JSON only member by member.
    pub containment: bool,
    /// Whether aggregates over an ordered set (`WITHIN GROUP`) exist, as percentiles are.
    pub ordered_sets: bool,
    /// Whether a query in FROM can see what stands before it (`LATERAL`); functions can on both databases.
    pub lateral: bool,
    /// Whether the columns of a source in FROM can be named with its alias (`AS v (k, s)`); SQLite names them inside.
    pub source_columns: bool,
    /// Whether `DISTINCT ON` keeps one row for each value.
    pub distinct_on: bool,
    /// Whether an operand of UNION, INTERSECT and EXCEPT can stand in parentheses; where it cannot, it is a query in FROM.
    pub nested_operands: bool,
    /// Whether `INTERSECT ALL` and `EXCEPT ALL` count rows; SQLite has ALL for UNION only.
    pub counted_sets: bool,
    /// Whether a common table expression can write.
    pub writing_ctes: bool,
    /// Whether a conflict can be named by its constraint; SQLite knows the columns only.
    pub constraint_targets: bool,
    /// Whether ON CONFLICT after a query needs the query to have a WHERE, without which SQLite takes ON for a join's.
    pub conflict_needs_where: bool,
    /// Whether a row of defaults (`DEFAULT VALUES`) can have an ON CONFLICT.
    pub default_conflicts: bool,
    /// Whether DELETE can read from other tables (`USING`); where it cannot, it asks whether rows of them exist.
    pub delete_using: bool,
    /// Whether RETURNING can give columns of the other tables of an UPDATE or DELETE.
    pub returning_others: bool,
    /// The words that cannot be identifiers without quotes.
    pub reserved_words: &'static ReservedWords,
}

/// How truth values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// `true`, `false`.
    Words,
    /// `1`, `0`; as a condition `1 = 1`, `0 = 1`.
    Numbers,
}

impl Truth {
    /// A condition that always or never holds.
    pub(super) fn condition(self, value: bool) -> &'static str {
        match (self, value) {
            (Self::Words, true) => "true",
            (Self::Words, false) => "false",
            (Self::Numbers, true) => "1 = 1",
            (Self::Numbers, false) => "0 = 1",
        }
    }

    /// A truth value.
    pub(super) fn value(self, value: bool) -> &'static str {
        match (self, value) {
            (Self::Words, true) => "true",
            (Self::Words, false) => "false",
            (Self::Numbers, true) => "1",
            (Self::Numbers, false) => "0",
        }
    }
}

/// How parameters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholders {
    /// `?` for each, in order.
    Question,
    /// `$1`, `$2`, ...; one can stand in several places.
    Numbered,
}
