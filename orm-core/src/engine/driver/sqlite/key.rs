//! Whether SQLite numbers the rows of a table by the key that a model counts on.
//!
//! It does so for a column that is another name of the row id, and no other: `INTEGER PRIMARY KEY`, in these words. The key of
//! a new row of any other column is NULL, whatever the row id is.
#![allow(unsafe_code, reason = "parameters are bound in place")]

use super::direct::Db;
use super::statement::{Statement, Step};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Row as _, Value, ValueRef};

/// The type of the column where it is part of the key, how many columns the key has, and whether an index is the key, which
/// is so where the row id is not.
const ASK: &str = "SELECT (SELECT type FROM pragma_table_xinfo(?1) WHERE name = ?2 COLLATE NOCASE AND pk > 0), \
     (SELECT count(*) FROM pragma_table_xinfo(?1) WHERE pk > 0), \
     EXISTS (SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk')";

/// Checks that the database numbers rows by this column.
///
/// # Errors
/// `InvalidMapping` that says what the column lacks.
#[cold]
pub(super) fn check(db: Db, table: &str, column: &str) -> Result<()> {
    if ["rowid", "oid", "_rowid_"]
        .iter()
        .any(|name| column.eq_ignore_ascii_case(name))
    {
        return Ok(());
    }
    let mut statement = Statement::prepare(db, ASK)?;
    let names = [
        Value::Text(table.to_owned()),
        Value::Text(column.to_owned()),
    ];
    // SAFETY: the names live, in place, until the statement is reset below.
    unsafe { statement.bind(&names)? };
    let found = match statement.step() {
        Step::Row => {
            let columns = statement.columns();
            let row = statement.row(columns);
            let declared = match row.value(0)? {
                ValueRef::Text(declared) => Some(declared.to_owned()),
                _ => None,
            };
            Ok((declared, row.value(1)?.to_owned(), row.value(2)?.to_owned()))
        }
        Step::Done => return Ok(()),
        Step::Failed(code) => Err(db.error(code)),
    };
    statement.reset();
    let (declared, width, index) = found?;
    let lacks = match declared {
        None => "it is no primary key of the table".to_owned(),
        Some(_) if width != Value::I64(1) => "it is one of several columns of the key".to_owned(),
        Some(declared) if !declared.eq_ignore_ascii_case("INTEGER") => {
            format!("it is declared {declared} PRIMARY KEY")
        }
        Some(_) if index != Value::I64(0) => "another index is its key".to_owned(),
        Some(_) => return Ok(()),
    };
    Err(Error::new(
        ErrorKind::InvalidMapping,
        format!(
            "{table}.{column} was given no value, and SQLite makes none up: {lacks}, and only INTEGER PRIMARY KEY is numbered; \
             declare it so, or give each object its key, for instance by #[orm(default = ..)]"
        ),
    )
    .with_table(table)
    .with_columns([column]))
}
