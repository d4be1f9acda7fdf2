//! The little that the engine reads from, or writes into, SQL text.

use super::Backend;
use crate::dialect::Compiled;
use crate::error::{Error, ErrorKind, Result};

/// A name between quotes, as both databases write them.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Refuses transaction control sent as a plain statement, said to read or not: the engine would not know of it, and a
/// transaction nobody knows of would get into the pool.
#[inline]
pub(super) fn refuse_control(sql: &str, backend: Backend) -> Result<()> {
    // What the library writes itself begins with one of these, and no control does.
    match sql.as_bytes() {
        [b'S', b'E', ..] | [b'W' | b'I' | b'U' | b'D' | b'V', ..] => Ok(()),
        _ => refuse_words(sql, backend),
    }
}

#[cold]
fn refuse_words(sql: &str, backend: Backend) -> Result<()> {
    const WORDS: &[&str] = &[
        "BEGIN",
        "START",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT",
        "RELEASE",
    ];
    let sql = skip_to_word(sql, backend);
    let (word, rest) = first_word(sql);
    let is = |word: &str, other: &&str| word.eq_ignore_ascii_case(other);
    let prepares = is(word, &"PREPARE") && {
        let (next, _) = first_word(skip_to_word(rest, backend));
        is(next, &"TRANSACTION")
    };
    if prepares || WORDS.iter().any(|control| is(word, control)) {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!(
                "{} cannot be sent as a statement; use begin, commit, rollback and savepoints of engine, transaction \
                 or session",
                word.to_ascii_uppercase()
            ),
        )
        .with_sql(sql));
    }
    Ok(())
}

/// Whether a statement may change the schema, or which tables its names stand for.
pub(super) fn may_alter(statement: &Compiled, backend: Backend) -> bool {
    let operation = &*statement.summary.operation;
    match operation {
        "INSERT" | "UPDATE" | "DELETE" | "SELECT" => return false,
        _ => {}
    }
    // The summary does not know every word.
    let sql = match operation {
        "TEXT" => skip_to_word(&statement.sql, backend),
        _ => operation,
    };
    let end = sql.find(|c: char| !c.is_ascii_alphabetic());
    let word = &sql[..end.unwrap_or(sql.len())];
    let is = |other: &&str| other.eq_ignore_ascii_case(word);
    if is(&"SET") {
        return statement.sql.contains("search_path");
    }
    const WORDS: [&str; 8] = [
        "CREATE", "ALTER", "DROP", "DO", "CALL", "IMPORT", "RESET", "DISCARD",
    ];
    WORDS.iter().any(is)
}

fn first_word(sql: &str) -> (&str, &str) {
    let end = sql.find(|c: char| !c.is_ascii_alphabetic());
    sql.split_at(end.unwrap_or(sql.len()))
}

/// The text from its first word on: behind whitespace, byte order marks, empty statements and comments, as this database
/// reads them.
fn skip_to_word(mut sql: &str, backend: Backend) -> &str {
    let postgres = matches!(backend, Backend::Postgres);
    loop {
        sql = sql.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ';' | '\u{feff}'));
        if let Some(rest) = sql.strip_prefix("--") {
            let end = rest.find(|c| c == '\n' || (postgres && c == '\r'));
            sql = end.map_or("", |end| &rest[end..]);
        } else if let Some(rest) = sql.strip_prefix("/*") {
            sql = behind_comment(rest, postgres);
        } else {
            return sql;
        }
    }
}

/// What follows a comment that has begun; comments in comments count where they `nest`.
fn behind_comment(mut rest: &str, nest: bool) -> &str {
    let mut depth = 1_usize;
    while depth > 0 {
        let Some(close) = rest.find("*/") else {
            return "";
        };
        match rest.find("/*").filter(|open| nest && *open < close) {
            Some(open) => (depth, rest) = (depth + 1, &rest[open + 2..]),
            None => (depth, rest) = (depth - 1, &rest[close + 2..]),
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_is_refused() {
        use Backend::{Postgres, Sqlite};
        let refused = |sql: &str, backend| {
            let refused = refuse_control(sql, backend);
            refused.is_err_and(|error| error.kind() == ErrorKind::InvalidQuery)
        };
        for sql in [
            "begin",
            "  COMMIT;",
            "-- x\n/* y */ Rollback",
            ";start transaction",
            "\u{feff}COMMIT",
            "\u{feff} ; \u{feff}/**/;; end",
            "Savepoint a",
            "\tRELEASE a",
            "/*/ x */commit",
            "PREPARE /* x */ transaction 'a'",
            "abort",
        ] {
            assert!(refused(sql, Sqlite) && refused(sql, Postgres), "{sql}");
        }
        for sql in [
            "SELECT 1",
            "select 1",
            "beginning",
            "INSERT INTO \"begin\" VALUES (1)",
            "PREPARE p AS SELECT 1",
            "/* COMMIT */ SELECT 1",
            "/* open",
            "-- COMMIT",
            "",
        ] {
            assert!(!refused(sql, Sqlite) && !refused(sql, Postgres), "{sql}");
        }
        // Each database reads comments in its own way.
        let nested = "/* /* */ */ COMMIT";
        assert!(refused(nested, Postgres) && !refused(nested, Sqlite));
        let open = "/* /* */ COMMIT";
        assert!(refused(open, Sqlite) && !refused(open, Postgres));
        let line = "-- x\rCOMMIT";
        assert!(refused(line, Postgres) && !refused(line, Sqlite));
    }

    #[test]
    fn names_are_quoted() {
        assert_eq!(quote("a\"b"), "\"a\"\"b\"");
    }
}
