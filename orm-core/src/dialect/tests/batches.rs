//! The texts of flushes.

use super::*;

#[track_caller]
fn check(
    found: crate::error::Result<BatchText>,
    sql: &str,
    style: BatchStyle,
    returning: Returning,
) {
    let found = found.unwrap();
    assert_eq!(&*found.sql, sql);
    assert_eq!((found.style, found.returning), (style, returning));
}

const ROW: BatchStyle = BatchStyle::PerRow;
const ARRAYS: BatchStyle = BatchStyle::Arrays;
const TITLE: (&str, SqlType) = ("title", SqlType::VarChar(20));
const YEAR: (&str, SqlType) = ("year", SqlType::Integer);
const ID: (&str, SqlType) = ("id", SqlType::BigInt);

#[test]
fn inserts() {
    let shape = InsertShape {
        table: "books",
        columns: &[TITLE, YEAR],
        returning: &["id"],
        generated_key: Some("id"),
    };
    let sqlite = "INSERT INTO books (title, year) VALUES (?, ?)";
    check(
        SQLITE.insert_batch(&shape, 1),
        sqlite,
        ROW,
        Returning::RowId,
    );
    check(
        SQLITE.insert_batch(&shape, 9),
        sqlite,
        ROW,
        Returning::RowId,
    );
    check(
        POSTGRES.insert_batch(&shape, 1),
        "INSERT INTO books (title, year) VALUES ($1, $2) RETURNING id",
        ROW,
        Returning::Columns(1),
    );
    check(
        POSTGRES.insert_batch(&shape, 2),
        "INSERT INTO books (title, year) SELECT u.c0, u.c1 FROM UNNEST($1::TEXT[], $2::INTEGER[]) \
         WITH ORDINALITY AS u (c0, c1, n) ORDER BY u.n RETURNING id",
        ARRAYS,
        Returning::Columns(1),
    );
    let types = SQLITE.insert_batch(&shape, 2).unwrap().types;
    assert_eq!(*types, [SqlType::VarChar(20), SqlType::Integer]);
}

#[test]
fn inserts_that_read_other_columns_back() {
    let shape = InsertShape {
        table: "books",
        columns: &[YEAR],
        returning: &["id", "created"],
        generated_key: Some("id"),
    };
    check(
        SQLITE.insert_batch(&shape, 2),
        "INSERT INTO books (year) VALUES (?) RETURNING id, created",
        ROW,
        Returning::Columns(2),
    );
    let shape = InsertShape {
        returning: &[],
        ..shape
    };
    check(
        SQLITE.insert_batch(&shape, 2),
        "INSERT INTO books (year) VALUES (?)",
        ROW,
        Returning::Nothing,
    );
    check(
        POSTGRES.insert_batch(&shape, 2),
        "INSERT INTO books (year) SELECT u.c0 FROM UNNEST($1::INTEGER[]) WITH ORDINALITY AS u (c0, n) ORDER BY u.n",
        ARRAYS,
        Returning::Nothing,
    );
}

#[test]
fn inserts_without_columns() {
    let shape = InsertShape {
        table: "order",
        columns: &[],
        returning: &["id"],
        generated_key: Some("id"),
    };
    check(
        SQLITE.insert_batch(&shape, 3),
        "INSERT INTO \"order\" DEFAULT VALUES",
        ROW,
        Returning::RowId,
    );
    check(
        POSTGRES.insert_batch(&shape, 3),
        "INSERT INTO \"order\" DEFAULT VALUES RETURNING id",
        ROW,
        Returning::Columns(1),
    );
}

#[test]
fn updates() {
    let shape = UpdateShape {
        table: "books",
        set: &[TITLE, YEAR],
        keys: &[ID],
        guard: &[],
        returning: &[],
    };
    check(
        SQLITE.update_batch(&shape, 2),
        "UPDATE books SET title = ?, year = ? WHERE id = ?",
        ROW,
        Returning::Nothing,
    );
    check(
        POSTGRES.update_batch(&shape, 1),
        "UPDATE books SET title = $1, year = $2 WHERE id = $3",
        ROW,
        Returning::Nothing,
    );
    check(
        POSTGRES.update_batch(&shape, 2),
        "UPDATE books SET title = u.c0, year = u.c1 FROM UNNEST($1::TEXT[], $2::INTEGER[], $3::BIGINT[]) \
         AS u (c0, c1, k0) WHERE books.id = u.k0",
        ARRAYS,
        Returning::Nothing,
    );
    let shape = UpdateShape {
        table: "u",
        set: &[YEAR],
        keys: &[ID, TITLE],
        guard: &[],
        returning: &[],
    };
    check(
        POSTGRES.update_batch(&shape, 2),
        "UPDATE u SET year = v.c0 FROM UNNEST($1::INTEGER[], $2::BIGINT[], $3::TEXT[]) AS v (c0, k0, k1) \
         WHERE u.id = v.k0 AND u.title = v.k1",
        ARRAYS,
        Returning::Nothing,
    );
}

#[test]
fn deletes() {
    let shape = DeleteShape {
        table: "books",
        keys: &[ID],
        guard: &[],
    };
    check(
        SQLITE.delete_batch(&shape, 2),
        "DELETE FROM books WHERE id = ?",
        ROW,
        Returning::Nothing,
    );
    check(
        POSTGRES.delete_batch(&shape, 1),
        "DELETE FROM books WHERE id = $1",
        ROW,
        Returning::Nothing,
    );
    check(
        POSTGRES.delete_batch(&shape, 2),
        "DELETE FROM books WHERE id = ANY($1::BIGINT[])",
        ARRAYS,
        Returning::Nothing,
    );
    let shape = DeleteShape {
        table: "books",
        keys: &[ID, TITLE],
        guard: &[],
    };
    check(
        SQLITE.delete_batch(&shape, 2),
        "DELETE FROM books WHERE id = ? AND title = ?",
        ROW,
        Returning::Nothing,
    );
    check(
        POSTGRES.delete_batch(&shape, 2),
        "DELETE FROM books USING UNNEST($1::BIGINT[], $2::TEXT[]) AS u (k0, k1) WHERE books.id = u.k0 AND books.title = u.k1",
        ARRAYS,
        Returning::Nothing,
    );
}

#[test]
fn nothing_reaches_every_row_by_accident() {
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES] {
        for count in [1, 2] {
            let update = UpdateShape {
                table: "books",
                set: &[YEAR],
                keys: &[],
                guard: &[],
                returning: &[],
            };
            assert!(dialect.update_batch(&update, count).is_err());
            let delete = DeleteShape {
                table: "books",
                keys: &[],
                guard: &[],
            };
            assert!(dialect.delete_batch(&delete, count).is_err());
            let update = UpdateShape {
                table: "books",
                set: &[],
                keys: &[ID],
                guard: &[],
                returning: &[],
            };
            assert_eq!(
                dialect.update_batch(&update, count).unwrap_err().table(),
                Some("books")
            );
        }
    }
}

/// An array among the items of another would be taken apart, so it travels as text; SQLite has none.
#[test]
fn arrays_in_columns() {
    let tags = ("tags", SqlType::Array(&SqlType::Text));
    let insert = InsertShape {
        table: "books",
        columns: &[tags, YEAR],
        returning: &[],
        generated_key: None,
    };
    check(
        POSTGRES.insert_batch(&insert, 1),
        "INSERT INTO books (tags, year) VALUES ($1, $2)",
        ROW,
        Returning::Nothing,
    );
    check(
        POSTGRES.insert_batch(&insert, 2),
        "INSERT INTO books (tags, year) SELECT u.c0::TEXT[], u.c1 FROM UNNEST($1::TEXT[], $2::INTEGER[]) \
         WITH ORDINALITY AS u (c0, c1, n) ORDER BY u.n",
        ARRAYS,
        Returning::Nothing,
    );
    let update = UpdateShape {
        table: "books",
        set: &[tags],
        keys: &[ID],
        guard: &[],
        returning: &[],
    };
    check(
        POSTGRES.update_batch(&update, 2),
        "UPDATE books SET tags = u.c0::TEXT[] FROM UNNEST($1::TEXT[], $2::BIGINT[]) AS u (c0, k0) WHERE books.id = u.k0",
        ARRAYS,
        Returning::Nothing,
    );
    for refused in [
        SQLITE.insert_batch(&insert, 2),
        SQLITE.update_batch(&update, 1),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(
            (error.table(), error.columns()),
            (Some("books"), &["tags".to_owned()][..])
        );
    }
}

/// Rows come back in any order from one statement for many, so each has its number in front.
#[test]
fn updates_that_read_back() {
    let shape = UpdateShape {
        table: "u",
        set: &[YEAR],
        keys: &[ID],
        guard: &[],
        returning: &["total", "order"],
    };
    let one = "UPDATE u SET year = ? WHERE id = ? RETURNING total, \"order\"";
    assert_eq!(&*SQLITE.update_batch(&shape, 9).unwrap().sql, one);
    let text = POSTGRES.update_batch(&shape, 1).unwrap();
    assert_eq!(
        &*text.sql,
        "UPDATE u SET year = $1 WHERE id = $2 RETURNING total, \"order\""
    );
    let text = POSTGRES.update_batch(&shape, 9).unwrap();
    assert_eq!(
        &*text.sql,
        "UPDATE u SET year = v.c0 FROM UNNEST($1::INTEGER[], $2::BIGINT[]) WITH ORDINALITY AS v (c0, k0, n) \
         WHERE u.id = v.k0 RETURNING v.n, u.total, u.\"order\""
    );
    assert_eq!(text.returning, Returning::Columns(3));
}
