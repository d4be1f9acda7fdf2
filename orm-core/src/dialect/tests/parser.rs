//! A parser that others wrote reads every text that the tests expect.

use sqlparser::dialect::{PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::*;

/// What the parser does not know, although the database does.
const UNKNOWN: &[(&str, &str)] = &[
    (" IS ?", "SQLite's IS compares any two values"),
    (" IS NOT ?", "the same"),
    (" IS b", "the same"),
    (" IS NOT b", "the same"),
    (" IS 1", "the same"),
    (" IS 0", "the same"),
    (" IS NOT 1", "the same"),
    (" IS NOT 0", "the same"),
    (" << ?", "SQLite shifts integers"),
    (" >> ?", "the same"),
    (" EXCLUDE TIES", "both databases leave rows out of frames"),
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
