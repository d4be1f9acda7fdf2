//! Reading the catalogues, and what both databases' answers have in common.

use std::borrow::Cow;

use crate::dialect::{Compiled, Summary};
use crate::engine::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{ForeignKey, ReferenceAction};
use crate::sql::{Name, TableRef};
use crate::types::{Row, RowSink, SqlType, Value};

/// Reads each row by a function.
struct Each<T>(Vec<T>, fn(&dyn Row) -> Result<T>);

impl<T: Send + 'static> RowSink for Each<T> {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        self.0.push((self.1)(row)?);
        Ok(())
    }
}

pub(super) async fn rows<T: Send + 'static>(
    connection: &mut Connection,
    sql: &'static str,
    binds: &[&str],
    read: fn(&dyn Row) -> Result<T>,
) -> Result<Vec<T>> {
    let found = connection.fetch(statement(sql, binds), Each(Vec::new(), read));
    Ok(found.await?.0)
}

/// As [`rows`], of what nobody has asked for.
pub(super) async fn unseen_rows<T: Send + 'static>(
    connection: &mut Connection,
    sql: &'static str,
    read: fn(&dyn Row) -> Result<T>,
) -> Result<Vec<T>> {
    let found = connection.fetch_unseen(statement(sql, &[]), Each(Vec::new(), read));
    Ok(found.await?.0)
}

fn statement(sql: &'static str, binds: &[&str]) -> Compiled {
    Compiled {
        sql: sql.into(),
        binds: binds
            .iter()
            .map(|&bind| Value::Text(bind.to_owned()))
            .collect(),
        summary: Summary {
            operation: Cow::Borrowed("SELECT"),
            table: None,
            reads: true,
        },
        layout: None,
    }
}

/// One column of a foreign key, as both databases list them.
pub(super) struct KeyColumn {
    pub(super) constraint: String,
    pub(super) name: Option<String>,
    pub(super) column: String,
    pub(super) table: String,
    pub(super) references: String,
    pub(super) on_delete: ReferenceAction,
    pub(super) on_update: ReferenceAction,
}

/// The foreign keys that these columns make, in the order of their first columns.
pub(super) fn foreign_keys(columns: Vec<KeyColumn>) -> Vec<ForeignKey> {
    let mut keys: Vec<(String, ForeignKey)> = Vec::new();
    for column in columns {
        let (name, references) = (Name::from(column.column), Name::from(column.references));
        match keys
            .iter_mut()
            .find(|(constraint, _)| *constraint == column.constraint)
        {
            Some((_, key)) => {
                key.columns.push(name);
                key.references.push(references);
            }
            None => keys.push((
                column.constraint,
                ForeignKey {
                    name: column.name.map(Name::from),
                    columns: vec![name],
                    table: TableRef::new(column.table),
                    references: vec![references],
                    on_delete: column.on_delete,
                    on_update: column.on_update,
                },
            )),
        }
    }
    keys.into_iter().map(|(_, key)| key).collect()
}

/// Lists of columns by the name of what they belong to, in the order of their first appearance.
pub(super) fn grouped<K: PartialEq>(columns: Vec<(K, String)>) -> Vec<(K, Vec<Name>)> {
    let mut groups: Vec<(K, Vec<Name>)> = Vec::new();
    for (key, column) in columns {
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, names)) => names.push(column.into()),
            None => groups.push((key, vec![column.into()])),
        }
    }
    groups
}

/// The portable type of a type's name.
pub(super) fn sql_type(table: &str, column: &str, name: &str) -> Result<SqlType> {
    let upper = name.to_ascii_uppercase();
    if let Some(element) = upper.strip_suffix("[]") {
        return array(table, column, name, sql_type(table, column, element)?);
    }
    // `TIMESTAMP(3) WITH TIME ZONE`
    let (base, length) = match upper.split_once('(') {
        Some((base, rest)) => {
            let (length, tail) = rest.split_once(')').unwrap_or((rest, ""));
            (format!("{}{tail}", base.trim_end()), length.parse().ok())
        }
        None => (upper, None),
    };
    Ok(match (base.as_str(), length) {
        ("BOOLEAN", _) => SqlType::Bool,
        ("SMALLINT", _) => SqlType::SmallInt,
        ("INTEGER" | "INT", _) => SqlType::Integer,
        ("BIGINT", _) => SqlType::BigInt,
        ("FLOAT", _) => SqlType::Real,
        ("REAL" | "DOUBLE PRECISION", _) => SqlType::Double,
        ("TEXT", _) => SqlType::Text,
        ("VARCHAR" | "CHARACTER VARYING", Some(length)) => SqlType::VarChar(length),
        ("VARCHAR" | "CHARACTER VARYING", None) => SqlType::Text,
        ("BLOB" | "BYTEA", _) => SqlType::Bytes,
        ("DATE" | "DATE_TEXT", _) => SqlType::Date,
        ("TIME" | "TIME_TEXT" | "TIME WITHOUT TIME ZONE", _) => SqlType::Time,
        ("TIMESTAMP" | "TIMESTAMP_TEXT" | "TIMESTAMP WITHOUT TIME ZONE", _) => SqlType::Timestamp,
        ("TIMESTAMPTZ_TEXT" | "TIMESTAMP WITH TIME ZONE", _) => SqlType::TimestampTz,
        ("DECIMAL_TEXT", _) => SqlType::Decimal,
        ("UUID" | "UUID_TEXT", _) => SqlType::Uuid,
        ("JSON" | "JSONB" | "JSON_TEXT", _) => SqlType::Json,
        _ => return Err(unknown(table, column, name)),
    })
}

/// The types of arrays live as long as the program, so there is one of each.
fn array(table: &str, column: &str, name: &str, element: SqlType) -> Result<SqlType> {
    static KNOWN: [SqlType; 15] = [
        SqlType::Bool,
        SqlType::SmallInt,
        SqlType::Integer,
        SqlType::BigInt,
        SqlType::Real,
        SqlType::Double,
        SqlType::Text,
        SqlType::Bytes,
        SqlType::Date,
        SqlType::Time,
        SqlType::Timestamp,
        SqlType::TimestampTz,
        SqlType::Decimal,
        SqlType::Uuid,
        SqlType::Json,
    ];
    let element = match element {
        SqlType::VarChar(_) => SqlType::Text,
        other => other,
    };
    let known = KNOWN.iter().find(|known| **known == element);
    known
        .map(SqlType::Array)
        .ok_or_else(|| unknown(table, column, name))
}

#[cold]
fn unknown(table: &str, column: &str, name: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("{table}.{column} is of type {name}, which cannot be reflected yet"),
    )
    .with_table(table)
    .with_columns([column])
}
