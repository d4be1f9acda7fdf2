//! Names and order; the texts are tested with the dialects.

use super::{Column, Ddl, ForeignKey, Metadata, ReferenceAction, Table, naming};
use crate::error::ErrorKind;
use crate::sql::TableRef;
use crate::types::SqlType;

fn table(name: &'static str, parents: &[&'static str]) -> Table {
    let mut table = Table::new(name);
    table.columns.push(Column::new("id", SqlType::BigInt));
    table.foreign_keys = parents
        .iter()
        .map(|&parent| ForeignKey {
            name: None,
            columns: vec![format!("{parent}_id").into()],
            table: TableRef::new(parent),
            references: vec!["id".into()],
            on_delete: ReferenceAction::NoAction,
            on_update: ReferenceAction::NoAction,
        })
        .collect();
    table
}

fn metadata(tables: &[(&'static str, &[&'static str])]) -> Metadata {
    let mut metadata = Metadata::new();
    for (name, parents) in tables {
        metadata.add(table(name, parents)).unwrap();
    }
    metadata
}

fn names(statements: &[Ddl]) -> Vec<String> {
    let name = |ddl: &Ddl| match ddl {
        Ddl::CreateTable(create) => {
            let table = &create.table;
            format!("create {} ({} keys)", table.name, table.foreign_keys.len())
        }
        Ddl::DropTable(drop) => format!("drop {}", drop.table.name),
        Ddl::CreateIndex(create) => format!("index {}", create.table.name),
        Ddl::AddForeignKey(add) => format!("add {}.{}", add.table.name, add.foreign_key.columns[0]),
        Ddl::DropConstraint(drop) => format!("drop {}", drop.name),
    };
    statements.iter().map(name).collect()
}

#[test]
fn referenced_tables_come_first_and_ties_keep_their_order() {
    let metadata = metadata(&[
        ("b", &["z", "b"]),
        ("y", &[]),
        ("z", &[]),
        ("a", &["elsewhere"]),
    ]);
    let sorted: Vec<_> = metadata
        .sorted_tables()
        .iter()
        .map(|table| &*table.name)
        .collect();
    assert_eq!(sorted, ["y", "z", "b", "a"]);
    assert_eq!(
        names(&metadata.removal(true)),
        ["drop a", "drop b", "drop z", "drop y"]
    );
}

#[test]
fn only_the_foreign_keys_of_a_cycle_are_added_later() {
    let metadata = metadata(&[("a", &["b"]), ("b", &["a", "c"]), ("c", &[]), ("d", &["a"])]);
    assert_eq!(
        names(&metadata.creation(true)),
        [
            "create a (0 keys)",
            "create c (0 keys)",
            "create b (1 keys)",
            "create d (1 keys)",
            "add a.b_id",
            "add b.a_id"
        ]
    );
    assert_eq!(
        names(&metadata.creation(false)),
        [
            "create a (1 keys)",
            "create c (0 keys)",
            "create b (2 keys)",
            "create d (1 keys)"
        ]
    );
    assert_eq!(
        names(&metadata.removal(true)),
        [
            "drop fk_a_b_id",
            "drop fk_b_a_id",
            "drop d",
            "drop b",
            "drop c",
            "drop a"
        ]
    );
}

#[test]
fn two_tables_of_one_name_are_refused() {
    let mut metadata = metadata(&[("a", &[])]);
    let error = metadata.add(table("a", &[])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidMapping);
    assert_eq!(error.table(), Some("a"));
}

#[test]
fn long_names_are_cut_and_stay_distinct() {
    let long = "a".repeat(60);
    assert_eq!(
        naming::foreign_key("books", &["author_id", "tenant"]),
        "fk_books_author_id_tenant"
    );
    assert_eq!(
        naming::check("books", "year_is_sane"),
        "ck_books_year_is_sane"
    );
    let (one, other) = (naming::check(&long, "one"), naming::check(&long, "two"));
    assert_eq!(one.len(), 63);
    assert_ne!(one, other);
    assert_eq!(one, format!("ck_{}_{}", "a".repeat(51), &one[55..]));
    let multibyte = naming::primary_key(&"é".repeat(40));
    assert!(multibyte.len() <= 63);
}
