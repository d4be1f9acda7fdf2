//! The tables of codes, and the names read from messages.

use super::*;

#[test]
fn sqlite_codes_and_names() {
    #[rustfmt::skip]
    type Row = (i32, &'static str, ErrorKind, Option<&'static str>, &'static [&'static str], Option<&'static str>);
    let table: &[Row] = &[
        (
            2067,
            "UNIQUE constraint failed: t.a, t.b",
            ErrorKind::UniqueViolation,
            Some("t"),
            &["a", "b"],
            None,
        ),
        (
            2067,
            "UNIQUE constraint failed: index 'ix'",
            ErrorKind::UniqueViolation,
            None,
            &[],
            Some("ix"),
        ),
        (
            1555,
            "UNIQUE constraint failed: t.id",
            ErrorKind::UniqueViolation,
            Some("t"),
            &["id"],
            None,
        ),
        (
            787,
            "FOREIGN KEY constraint failed",
            ErrorKind::ForeignKeyViolation,
            None,
            &[],
            None,
        ),
        (
            1811,
            "FOREIGN KEY constraint failed",
            ErrorKind::ForeignKeyViolation,
            None,
            &[],
            None,
        ),
        (
            1811,
            "the month is closed",
            ErrorKind::Database,
            None,
            &[],
            None,
        ),
        (
            1299,
            "NOT NULL constraint failed: t.c",
            ErrorKind::NotNullViolation,
            Some("t"),
            &["c"],
            None,
        ),
        (
            275,
            "CHECK constraint failed: year_is_sane",
            ErrorKind::CheckViolation,
            None,
            &[],
            Some("year_is_sane"),
        ),
        (
            3091,
            "cannot store TEXT value in INTEGER column t.c",
            ErrorKind::TypeMismatch,
            None,
            &[],
            None,
        ),
        (5, "database is locked", ErrorKind::Busy, None, &[], None),
        (517, "database is locked", ErrorKind::Busy, None, &[], None),
        (
            6,
            "database table is locked",
            ErrorKind::Busy,
            None,
            &[],
            None,
        ),
        (
            14,
            "unable to open database file",
            ErrorKind::Connection,
            None,
            &[],
            None,
        ),
        (
            1,
            "no such table: ghosts",
            ErrorKind::UndefinedObject,
            Some("ghosts"),
            &[],
            None,
        ),
        (
            1,
            "no such column: g.x",
            ErrorKind::UndefinedObject,
            Some("g"),
            &["x"],
            None,
        ),
        (
            1,
            "table t has no column named y",
            ErrorKind::UndefinedObject,
            Some("t"),
            &["y"],
            None,
        ),
        (
            1,
            "near \"selec\": syntax error",
            ErrorKind::Syntax,
            None,
            &[],
            None,
        ),
        (
            1,
            "table t already exists",
            ErrorKind::Database,
            None,
            &[],
            None,
        ),
        (
            20,
            "datatype mismatch",
            ErrorKind::TypeMismatch,
            None,
            &[],
            None,
        ),
        (
            13,
            "database or disk is full",
            ErrorKind::StorageFull,
            None,
            &[],
            None,
        ),
        (
            8,
            "attempt to write a readonly database",
            ErrorKind::ReadOnlyDatabase,
            None,
            &[],
            None,
        ),
        (
            1032,
            "attempt to write a readonly database",
            ErrorKind::FileMoved,
            None,
            &[],
            None,
        ),
        (
            11,
            "database disk image is malformed",
            ErrorKind::CorruptDatabase,
            None,
            &[],
            None,
        ),
        (
            26,
            "file is not a database",
            ErrorKind::CorruptDatabase,
            None,
            &[],
            None,
        ),
        (
            266,
            "disk I/O error",
            ErrorKind::StorageFailure,
            None,
            &[],
            None,
        ),
    ];
    for (code, message, kind, table, columns, constraint) in table {
        let error = sqlite(*code, message);
        assert_eq!(error.kind(), *kind, "{code} {message}");
        assert_eq!(error.table(), *table, "{message}");
        assert_eq!(error.columns(), *columns, "{message}");
        assert_eq!(error.constraint(), *constraint, "{message}");
        assert_eq!(error.database_code(), Some(code.to_string().as_str()));
    }
}

#[test]
fn sqlstates() {
    #[rustfmt::skip]
    let table = [
        ("23505", ErrorKind::UniqueViolation),
        ("23503", ErrorKind::ForeignKeyViolation),
        ("23001", ErrorKind::ForeignKeyViolation),
        ("23502", ErrorKind::NotNullViolation),
        ("23514", ErrorKind::CheckViolation),
        ("23P01", ErrorKind::ExclusionViolation),
        ("40001", ErrorKind::SerializationFailure),
        ("40P01", ErrorKind::Deadlock),
        ("55P03", ErrorKind::Busy),
        ("57014", ErrorKind::Timeout),
        ("25P02", ErrorKind::TransactionAborted),
        ("42P01", ErrorKind::UndefinedObject),
        ("42703", ErrorKind::UndefinedObject),
        ("42601", ErrorKind::Syntax),
        ("42804", ErrorKind::TypeMismatch),
        ("42846", ErrorKind::TypeMismatch),
        ("42P18", ErrorKind::TypeMismatch),
        ("42883", ErrorKind::UndefinedObject),
        ("42P07", ErrorKind::Database),
        ("22003", ErrorKind::InvalidData),
        ("22P02", ErrorKind::InvalidData),
        ("08006", ErrorKind::Connection),
        ("57P01", ErrorKind::Connection),
        ("28P01", ErrorKind::Connection),
        ("0A000", ErrorKind::Unsupported),
        ("53100", ErrorKind::StorageFull),
        ("58030", ErrorKind::StorageFailure),
        ("XX001", ErrorKind::CorruptDatabase),
        ("XX000", ErrorKind::Database),
        ("", ErrorKind::Database),
    ];
    for (code, kind) in table {
        assert_eq!(sqlstate_kind(code), kind, "{code}");
    }
}

#[test]
fn values_stay_out() {
    assert_eq!(
        without_value("invalid input syntax for type integer: \"secret\""),
        "invalid input syntax for type integer"
    );
    assert_eq!(
        key_columns("Key (a, \"B\")=(1, secret) already exists."),
        Some(vec!["a", "B"])
    );
    assert_eq!(key_columns("Key (lower(name))=(x) already exists."), None);
}
