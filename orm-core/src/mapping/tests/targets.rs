//! What a foreign key may refer to.

use super::metadata_error;
use crate::dialect::SQLITE;
use crate::mapping::Model;
use crate::schema::Metadata;

#[derive(crate::Model, Debug, Default)]
#[orm(table = "seats", unique(hall, label))]
struct Seat {
    #[orm(primary_key)]
    row: i32,
    #[orm(primary_key, unique)]
    number: i32,
    hall: i32,
    label: String,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "by_number")]
struct ByNumber {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Seat::number)]
    number: i32,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "by_row")]
struct ByRow {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Seat::row)]
    row: i32,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "by_key")]
struct ByKey {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Seat::number)]
    number: i32,
    #[orm(references = Seat::row)]
    row: i32,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "by_label")]
struct ByLabel {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Seat::label)]
    label: String,
}

fn created<M: Model>(table: usize) -> String {
    let metadata = Metadata::of::<M>().unwrap();
    metadata.create_statements(&SQLITE).unwrap()[table]
        .sql
        .to_string()
}

#[test]
fn a_unique_part_of_a_key() {
    assert_eq!(
        created::<ByNumber>(0),
        "CREATE TABLE IF NOT EXISTS seats (\n    row INTEGER NOT NULL,\n    number INTEGER NOT NULL,\n    \
         hall INTEGER NOT NULL,\n    label TEXT NOT NULL,\n    CONSTRAINT pk_seats PRIMARY KEY (row, number),\n    \
         CONSTRAINT uq_seats_number UNIQUE (number),\n    CONSTRAINT uq_seats_hall_label UNIQUE (hall, label)\n)"
    );
}

#[test]
fn a_whole_key_in_any_order() {
    let text = created::<ByKey>(1);
    assert!(
        text.contains("FOREIGN KEY (number, row) REFERENCES seats (number, row)"),
        "{text}"
    );
}

#[test]
fn parts_that_tell_no_rows_apart() {
    let says = "which is neither the primary key nor unique; reference the whole primary key, or put #[orm(unique)] on it";
    assert_eq!(
        metadata_error::<ByRow>(),
        format!("by_row.row references seats.row, {says}")
    );
    assert_eq!(
        metadata_error::<ByLabel>(),
        format!("by_label.label references seats.label, {says}")
    );
}
