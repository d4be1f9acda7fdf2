//! SQLite's catalogue: `sqlite_schema` and the pragma functions.

use super::definition;
use super::read::{KeyColumn, foreign_keys, grouped, rows, sql_type};
use crate::engine::Connection;
use crate::error::Result;
use crate::schema::{Column, Computed, Index, PrimaryKey, ReferenceAction, Table, Unique};
use crate::sql::{Expr, Name};

pub(super) async fn table_names(connection: &mut Connection) -> Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    rows(connection, sql, &[], |row| row.get(0)).await
}

pub(super) async fn table(connection: &mut Connection, name: &str) -> Result<Table> {
    let columns = rows(
        connection,
        // What is hidden is a column of a virtual table (1) or a generated one: not stored (2), or stored (3).
        "SELECT name, type, \"notnull\", pk, hidden, \
                CASE WHEN hidden > 1 THEN (SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?) END \
         FROM pragma_table_xinfo(?) WHERE hidden != 1 ORDER BY cid",
        &[name, name],
        |row| {
            Ok((
                row.get::<String>(0)?,
                row.get::<String>(1)?,
                row.get::<bool>(2)?,
                row.get::<i64>(3)?,
                (row.get::<i64>(4)?, row.get::<Option<String>>(5)?),
            ))
        },
    )
    .await?;
    let mut table = Table::new(name.to_owned());
    let mut key: Vec<(i64, Name)> = Vec::new();
    let mut row_id = None;
    for (column, type_name, not_null, position, (hidden, definition)) in columns {
        if position > 0 {
            key.push((position, column.clone().into()));
            if type_name.eq_ignore_ascii_case("INTEGER") {
                row_id = Some(table.columns.len());
            }
        }
        let sql_type = sql_type(name, &column, &type_name)?;
        let computed = definition.and_then(|it| definition::generated(&it, &column));
        let mut column = Column::new(column, sql_type);
        column.computed = computed.map(|sql| Computed {
            stored: hidden == 3,
            ..Computed::stored(Expr::Text(sql.into()))
        });
        table.columns.push(if not_null || position > 0 {
            column
        } else {
            column.nullable()
        });
    }
    key.sort();
    let columns: Vec<Name> = key.into_iter().map(|(_, column)| column).collect();
    // Exactly such a column is the row id, which SQLite numbers by itself.
    if let Some(index) = row_id.filter(|_| columns.len() == 1) {
        table.columns[index].generated = true;
    }
    table.primary_key = (!columns.is_empty()).then_some(PrimaryKey {
        name: None,
        columns,
    });
    let keys = rows(
        connection,
        // A key that names no columns refers to the primary key.
        "SELECT id, \"from\", \"table\", \
                coalesce(\"to\", (SELECT name FROM pragma_table_info(list.\"table\") WHERE pk = list.seq + 1)), on_delete, on_update \
         FROM pragma_foreign_key_list(?) AS list ORDER BY id DESC, seq",
        &[name],
        |row| {
            Ok(KeyColumn {
                constraint: row.get::<i64>(0)?.to_string(),
                name: None,
                column: row.get(1)?,
                table: row.get(2)?,
                references: row.get::<Option<String>>(3)?.unwrap_or_default(),
                on_delete: action(&row.get::<String>(4)?),
                on_update: action(&row.get::<String>(5)?),
            })
        },
    )
    .await?;
    table.foreign_keys = foreign_keys(keys);
    let indexes = rows(
        connection,
        "SELECT list.name, list.\"unique\", list.origin, info.name FROM pragma_index_list(?) AS list \
         JOIN pragma_index_info(list.name) AS info WHERE list.origin != 'pk' \
         AND NOT list.partial AND NOT EXISTS (SELECT 1 FROM pragma_index_info(list.name) AS part WHERE part.name IS NULL) \
         ORDER BY list.seq DESC, info.seqno",
        &[name],
        |row| Ok(((row.get::<String>(0)?, row.get::<bool>(1)?, row.get::<String>(2)?), row.get::<String>(3)?)),
    )
    .await?;
    for ((index, unique, origin), columns) in grouped(indexes) {
        if origin == "u" {
            table.uniques.push(Unique {
                name: None,
                columns,
            });
        } else {
            let found = Index::new(columns).named(index);
            table
                .indexes
                .push(if unique { found.unique() } else { found });
        }
    }
    Ok(table)
}

fn action(name: &str) -> ReferenceAction {
    match name {
        "RESTRICT" => ReferenceAction::Restrict,
        "CASCADE" => ReferenceAction::Cascade,
        "SET NULL" => ReferenceAction::SetNull,
        "SET DEFAULT" => ReferenceAction::SetDefault,
        _ => ReferenceAction::NoAction,
    }
}
