//! Dropping tables whose rows hold each other.

use super::*;
use crate::schema::{Column, ForeignKey, Metadata, PrimaryKey, ReferenceAction, Table};

/// A table with a reference to each of these.
fn table(name: &'static str, parents: &[(&'static str, ReferenceAction)]) -> Table {
    let mut table = Table::new(name);
    table.columns = vec![Column::new("id", SqlType::BigInt)];
    table.primary_key = Some(PrimaryKey {
        name: None,
        columns: vec!["id".into()],
    });
    for &(parent, on_delete) in parents {
        let column = format!("{parent}_id");
        table
            .columns
            .push(Column::new(column.clone(), SqlType::BigInt));
        table.foreign_keys.push(ForeignKey {
            name: None,
            columns: vec![column.into()],
            table: TableRef::new(parent),
            references: vec!["id".into()],
            on_delete,
            on_update: ReferenceAction::NoAction,
        });
    }
    table
}

#[track_caller]
fn drops(tables: impl IntoIterator<Item = Table>, sqlite: &[&str], postgres: &[&str]) {
    let mut metadata = Metadata::new();
    for table in tables {
        metadata.add(table).unwrap();
    }
    for (dialect, expected) in [(&SQLITE as &dyn Dialect, sqlite), (&POSTGRES, postgres)] {
        let statements = metadata.drop_statements(dialect).unwrap();
        let texts: Vec<_> = statements.iter().map(|statement| &*statement.sql).collect();
        assert_eq!(texts, expected, "on {}", dialect.name());
    }
}

#[test]
fn a_ring() {
    use ReferenceAction::NoAction;
    drops(
        [
            table("a", &[("b", NoAction)]),
            table("b", &[("a", NoAction)]),
        ],
        &[
            "PRAGMA defer_foreign_keys = ON",
            "DROP TABLE IF EXISTS b",
            "DROP TABLE IF EXISTS a",
        ],
        &[
            "ALTER TABLE IF EXISTS a DROP CONSTRAINT IF EXISTS fk_a_b_id",
            "ALTER TABLE IF EXISTS b DROP CONSTRAINT IF EXISTS fk_b_a_id",
            "DROP TABLE IF EXISTS b",
            "DROP TABLE IF EXISTS a",
        ],
    );
}

#[test]
fn a_table_that_restricts_itself() {
    let drop = "DROP TABLE IF EXISTS a";
    drops(
        [table("a", &[("a", ReferenceAction::Restrict)])],
        &["PRAGMA defer_foreign_keys = ON", drop],
        &[drop],
    );
    drops(
        [table("a", &[("a", ReferenceAction::Cascade)])],
        &[drop],
        &[drop],
    );
}
