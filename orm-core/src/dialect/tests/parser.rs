//! A parser that others wrote reads every text that the tests expect.

use sqlparser::dialect::{PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::*;

/// What the parser does not know, although the database does.
const UNKNOWN: &[(&str, &str)] = &[
    (" IS ?", "SQLite's IS compares any two values"),
    (" IS NOT ?", "SQLite's IS"),
    (" IS NOT b", "SQLite's IS"),
    (" IS NOT c", "SQLite's IS"),
    (" IS NOT 0", "SQLite's IS"),
    (" IS NOT 1", "SQLite's IS"),
    (" IS b", "SQLite's IS"),
    (" IS 0", "SQLite's IS"),
    (" IS 1", "SQLite's IS"),
    (" IS (b = c)", "SQLite's IS"),
    (" << ", "shifts are known for other dialects only"),
    (" >> ", "shifts"),
    (") WHERE active DO", "the condition of a partial index"),
    (
        " AS NOT MATERIALIZED ",
        "MATERIALIZED is known without NOT, and on PostgreSQL only",
    ),
    (" KEY UPDATE", "two of the four locks"),
    (" KEY SHARE", "the other"),
    (" EXCLUDE ", "what a frame leaves out"),
    ("DEFAULT VALUES ON", "a conflict of a row of defaults"),
];

#[track_caller]
pub(super) fn accepts(dialect: &dyn Dialect, sql: &str) {
    if UNKNOWN.iter().any(|(part, _reason)| sql.contains(part)) {
        return;
    }
    let parsed = match dialect.capabilities().placeholders {
        crate::dialect::Placeholders::Question => Parser::parse_sql(&SQLiteDialect {}, sql),
        crate::dialect::Placeholders::Numbered => Parser::parse_sql(&PostgreSqlDialect {}, sql),
    };
    match parsed {
        Ok(statements) => assert_eq!(statements.len(), 1, "{sql}"),
        Err(error) => panic!("{error}: {sql}"),
    }
}
