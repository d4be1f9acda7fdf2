//! The little that the engine reads from, or writes into, SQL text.

use crate::dialect::Compiled;
use crate::error::{Error, ErrorKind, Result};

/// A name between quotes, as both databases write them.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Refuses transaction control sent as a plain statement: the engine would not know of it, and a transaction nobody
/// knows of would get into the pool.
pub(super) fn refuse_control(sql: &str) -> Result<()> {
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
    let sql = skip_comments(sql);
    let end = sql
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(sql.len());
    let word = &sql[..end];
    if WORDS
        .iter()
        .any(|control| control.eq_ignore_ascii_case(word))
    {
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
pub(super) fn may_alter(statement: &Compiled) -> bool {
    let operation = &*statement.summary.operation;
    match operation {
        "INSERT" | "UPDATE" | "DELETE" | "SELECT" => return false,
        _ => {}
    }
    // The summary does not know every word.
    let sql = match operation {
        "TEXT" => skip_comments(&statement.sql),
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

/// The text from its first word on.
fn skip_comments(mut sql: &str) -> &str {
    loop {
        sql = sql.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if let Some(rest) = sql.strip_prefix("--") {
            sql = rest.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(rest) = sql.strip_prefix("/*") {
            sql = rest.split_once("*/").map_or("", |(_, rest)| rest);
        } else {
            return sql;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_is_refused() {
        for sql in [
            "begin",
            "  COMMIT;",
            "-- x\n/* y */ Rollback",
            ";start transaction",
        ] {
            assert_eq!(
                refuse_control(sql).unwrap_err().kind(),
                ErrorKind::InvalidQuery,
                "{sql}"
            );
        }
        for sql in [
            "SELECT 1",
            "beginning",
            "INSERT INTO \"begin\" VALUES (1)",
            "",
        ] {
            refuse_control(sql).unwrap();
        }
    }

    #[test]
    fn names_are_quoted() {
        assert_eq!(quote("a\"b"), "\"a\"\"b\"");
    }
}
