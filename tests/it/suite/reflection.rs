//! Tables that were made by hand, as the inspector sees them.

use orm_core::prelude::*;
use orm_core::reflect::Inspector;
use orm_core::schema::{ReferenceAction, Table};
use orm_core::types::SqlType;

use crate::harness::{Backend, both};

fn indexes(table: &Table) -> Vec<(String, String, bool)> {
    let mut found: Vec<_> = table
        .indexes
        .iter()
        .map(|index| {
            (
                index.name.as_deref().unwrap_or_default().to_owned(),
                index.columns.join(", "),
                index.unique,
            )
        })
        .collect();
    found.sort_unstable();
    found
}

both! {
    /// A key has the order of its declaration, and a foreign key pairs its columns as it says.
    async fn keys_of_several_columns(db: Db) {
        let engine = db.engine().await;
        engine.execute(text("CREATE TABLE seats (label TEXT, number INTEGER, hall BIGINT, PRIMARY KEY (hall, number), UNIQUE (label, hall))")).await?;
        engine
            .execute(text(
                "CREATE TABLE bookings (id INTEGER PRIMARY KEY, seat INTEGER NOT NULL, place BIGINT NOT NULL, before INTEGER, \
                 FOREIGN KEY (seat, place) REFERENCES seats (number, hall) ON DELETE CASCADE ON UPDATE RESTRICT, \
                 FOREIGN KEY (before) REFERENCES bookings ON DELETE SET NULL)",
            ))
            .await?;
        let inspector = Inspector::new(&engine);
        let seats = inspector.table("seats").await?;
        assert_eq!(seats.primary_key.as_ref().unwrap().columns, ["hall", "number"]);
        assert_eq!(seats.uniques.iter().map(|unique| unique.columns.join(", ")).collect::<Vec<_>>(), ["label, hall"]);
        let nullable: Vec<_> = seats.columns.iter().map(|column| (column.name.as_ref(), column.nullable, column.generated)).collect();
        assert_eq!(nullable, [("label", true, false), ("number", false, false), ("hall", false, false)]);
        assert!(seats.indexes.is_empty(), "those of the constraints are no indexes of their own: {:?}", seats.indexes);

        let bookings = inspector.table("bookings").await?;
        let keys: Vec<_> = bookings
            .foreign_keys
            .iter()
            .map(|key| (key.columns.join(", "), key.table.name.to_string(), key.references.join(", "), key.on_delete, key.on_update))
            .collect();
        assert_eq!(
            keys,
            [
                ("seat, place".into(), "seats".into(), "number, hall".into(), ReferenceAction::Cascade, ReferenceAction::Restrict),
                ("before".into(), "bookings".into(), "id".into(), ReferenceAction::SetNull, ReferenceAction::NoAction),
            ]
        );
    }

    /// An index of an expression, or of a part of the rows, is not taken for one of whole columns.
    async fn only_indexes_of_columns(db: Db) {
        let engine = db.engine().await;
        engine.execute(text("CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, year INTEGER)")).await?;
        for sql in [
            "CREATE INDEX plain ON books (year, title)",
            "CREATE UNIQUE INDEX alone ON books (title)",
            "CREATE UNIQUE INDEX part ON books (year) WHERE title IS NULL",
            "CREATE UNIQUE INDEX computed ON books (lower(title), year)",
        ] {
            engine.execute(text(sql)).await?;
        }
        let mut expected = vec![("alone".to_owned(), "title".to_owned(), true), ("plain".to_owned(), "year, title".to_owned(), false)];
        if db.backend() == Backend::Postgres {
            engine.execute(text("CREATE INDEX wide ON books (title) INCLUDE (year)")).await?;
            expected.push(("wide".to_owned(), "title".to_owned(), false));
        }
        assert_eq!(indexes(&Inspector::new(&engine).table("books").await?), expected);
    }

    /// Names that need quotes, types, and what cannot be read.
    async fn names_and_types(db: Db) {
        let engine = db.engine().await;
        let bytes = match db.backend() {
            Backend::Sqlite => "BLOB",
            Backend::Postgres => "BYTEA",
        };
        let sql = format!(
            "CREATE TABLE \"Odd 'Table\" (\"select\" INT PRIMARY KEY, b BOOLEAN, s SMALLINT, l BIGINT, d DOUBLE PRECISION, \
             v VARCHAR(20), t TEXT, y {bytes})"
        );
        engine.execute(orm_core::sql::text_unchecked(sql)).await?;
        let inspector = Inspector::new(&engine);
        assert_eq!(inspector.table_names().await?, ["Odd 'Table"]);
        let table = inspector.table("Odd 'Table").await?;
        assert!(!table.columns[0].generated, "INT is not INTEGER: nothing numbers it");
        let types: Vec<_> = table.columns.iter().map(|column| (column.name.as_ref(), column.sql_type)).collect();
        assert_eq!(
            types,
            [
                ("select", SqlType::Integer),
                ("b", SqlType::Bool),
                ("s", SqlType::SmallInt),
                ("l", SqlType::BigInt),
                ("d", SqlType::Double),
                ("v", SqlType::VarChar(20)),
                ("t", SqlType::Text),
                ("y", SqlType::Bytes),
            ]
        );
        engine.execute(text("CREATE TABLE strange (id INTEGER PRIMARY KEY, span INTERVAL)")).await?;
        let error = inspector.table("strange").await.unwrap_err();
        assert_eq!((error.kind(), error.columns()), (ErrorKind::Unsupported, &["span".to_owned()][..]));
    }

    /// A foreign key to a table of another schema is an error that names both tables, and never a key to the table of that name
    /// in this one; keys within the schema are read as before.
    async fn tables_of_other_schemas(db: Db) {
        let engine = db.engine().await;
        if db.backend() == Backend::Sqlite {
            // A foreign key of SQLite stays within its file.
            let refused = engine.execute(text("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES other.parent)")).await;
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::Syntax);
            return Ok(());
        }
        for sql in [
            "CREATE SCHEMA other",
            "CREATE TABLE other.parent (id BIGINT PRIMARY KEY)",
            "CREATE TABLE parent (id BIGINT PRIMARY KEY)",
            "CREATE TABLE near (id BIGINT PRIMARY KEY, parent BIGINT REFERENCES parent)",
            "CREATE TABLE child (id BIGINT PRIMARY KEY, near BIGINT REFERENCES near, parent BIGINT CONSTRAINT far REFERENCES other.parent)",
        ] {
            engine.execute(text(sql)).await?;
        }
        let inspector = Inspector::new(&engine);
        assert_eq!(inspector.table("near").await?.foreign_keys[0].table.name, "parent");
        let refused = inspector.table("child").await.unwrap_err();
        assert_eq!((refused.kind(), refused.table(), refused.constraint()), (ErrorKind::Unsupported, Some("child"), Some("far")));
        assert_eq!(
            refused.message(),
            "child.parent references other.parent, a table of another schema, which cannot be reflected yet; describe child by a \
             model instead"
        );
        let refused = inspector.metadata().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
    }
}
