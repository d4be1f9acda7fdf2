//! PostgreSQL's catalogue: `pg_catalog`.

use super::read::{KeyColumn, foreign_keys, grouped, rows, sql_type};
use crate::engine::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, Computed, Index, PrimaryKey, ReferenceAction, Table, Unique};
use crate::sql::Expr;
use crate::types::SqlType;

pub(super) async fn table_names(connection: &mut Connection) -> Result<Vec<String>> {
    let sql = "SELECT relname::TEXT FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p') \
               AND relnamespace = current_schema()::regnamespace ORDER BY relname";
    rows(connection, sql, &[], |row| row.get(0)).await
}

pub(super) async fn table(connection: &mut Connection, name: &str) -> Result<Table> {
    let mut table = Table::new(name.to_owned());
    let columns = rows(
        connection,
        "SELECT a.attname::TEXT, format_type(a.atttypid, a.atttypmod), a.attnotnull, \
                a.attidentity != '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', FALSE), \
                CASE WHEN a.attgenerated != '' THEN pg_get_expr(d.adbin, d.adrelid) END, a.attgenerated = 's' \
         FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE a.attrelid = (quote_ident(current_schema()) || '.' || quote_ident($1::TEXT))::regclass \
           AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        &[name],
        |row| {
            Ok((
                row.get::<String>(0)?,
                row.get::<String>(1)?,
                row.get::<bool>(2)?,
                row.get::<bool>(3)?,
                (row.get::<Option<String>>(4)?, row.get::<bool>(5)?),
            ))
        },
    )
    .await?;
    for (column, type_name, not_null, generated, (expression, stored)) in columns {
        let sql_type = match type_name.as_str() {
            "real" => SqlType::Real,
            "real[]" => SqlType::Array(&SqlType::Real),
            // On SQLite a column of this name holds floats.
            numeric if numeric.starts_with("numeric") && numeric.ends_with("[]") => {
                SqlType::Array(&SqlType::Decimal)
            }
            numeric if numeric.starts_with("numeric") => SqlType::Decimal,
            other => sql_type(name, &column, other)?,
        };
        let mut column = Column::new(column, sql_type);
        column.nullable = !not_null;
        column.generated = generated;
        column.computed = expression.map(|sql| Computed {
            stored,
            ..Computed::stored(Expr::Text(without_parentheses(&sql).to_owned().into()))
        });
        table.columns.push(column);
    }
    let constraints = rows(
        connection,
        "SELECT c.conname::TEXT, c.contype::TEXT, a.attname::TEXT, coalesce(t.relname::TEXT, ''), \
                coalesce(f.attname::TEXT, ''), c.confdeltype::TEXT, c.confupdtype::TEXT, \
                CASE WHEN t.relnamespace != current_schema()::regnamespace THEN t.relnamespace::regnamespace::TEXT END \
         FROM pg_catalog.pg_constraint c \
         CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (attnum, fattnum, n) \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum \
         LEFT JOIN pg_catalog.pg_class t ON t.oid = c.confrelid \
         LEFT JOIN pg_catalog.pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = k.fattnum \
         WHERE c.conrelid = (quote_ident(current_schema()) || '.' || quote_ident($1::TEXT))::regclass \
           AND c.contype IN ('p', 'u', 'f') ORDER BY c.oid, k.n",
        &[name],
        |row| {
            let kind: String = row.get(1)?;
            let column = KeyColumn {
                constraint: row.get(0)?,
                name: Some(row.get(0)?),
                column: row.get(2)?,
                table: row.get(3)?,
                references: row.get(4)?,
                on_delete: action(&row.get::<String>(5)?),
                on_update: action(&row.get::<String>(6)?),
            };
            Ok((kind, column, row.get::<Option<String>>(7)?))
        },
    )
    .await?;
    let mut foreign = constraints.iter();
    if let Some((_, key, Some(schema))) = foreign.find(|(_, _, schema)| schema.is_some()) {
        return Err(other_schema(name, key, schema));
    }
    let (references, own): (Vec<_>, Vec<_>) =
        constraints.into_iter().partition(|(kind, ..)| kind == "f");
    table.foreign_keys = foreign_keys(
        references
            .into_iter()
            .map(|(_, column, _)| column)
            .collect(),
    );
    let own = own
        .into_iter()
        .map(|(kind, column, _)| ((kind, column.constraint), column.column))
        .collect();
    for ((kind, constraint), columns) in grouped(own) {
        let constraint = Some(constraint.into());
        if kind == "p" {
            table.primary_key = Some(PrimaryKey {
                name: constraint,
                columns,
            });
        } else {
            table.uniques.push(Unique {
                name: constraint,
                columns,
            });
        }
    }
    let indexes = rows(
        connection,
        "SELECT i.relname::TEXT, x.indisunique, a.attname::TEXT FROM pg_catalog.pg_index x \
         JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid \
         CROSS JOIN LATERAL unnest(x.indkey::INT2[]) WITH ORDINALITY AS k (attnum, n) \
         JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum \
         WHERE x.indrelid = (quote_ident(current_schema()) || '.' || quote_ident($1::TEXT))::regclass \
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x')) \
           AND x.indpred IS NULL AND x.indexprs IS NULL AND k.n <= x.indnkeyatts ORDER BY i.oid, k.n",
        &[name],
        |row| Ok(((row.get::<String>(0)?, row.get::<bool>(1)?), row.get::<String>(2)?)),
    )
    .await?;
    for ((index, unique), columns) in grouped(indexes) {
        let found = Index::new(columns).named(index);
        table
            .indexes
            .push(if unique { found.unique() } else { found });
    }
    Ok(table)
}

/// A foreign key that a table of the default schema cannot be described with: without the schema it would name another table.
#[cold]
fn other_schema(table: &str, key: &KeyColumn, schema: &str) -> Error {
    let (column, target, constraint) = (&key.column, &key.table, &key.constraint);
    Error::new(
        ErrorKind::Unsupported,
        format!(
            "{table}.{column} references {schema}.{target}, a table of another schema, which cannot be reflected yet; describe \
             {table} by a model instead"
        ),
    )
    .with_table(table)
    .with_columns([column.as_str()])
    .with_constraint(constraint)
}

/// `(price * 2)`, as the catalogue writes it, is `price * 2`.
fn without_parentheses(sql: &str) -> &str {
    let inner = sql.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let mut depth = 0_i32;
    let balanced = |it: &&str| {
        it.bytes().all(|byte| {
            depth += match byte {
                b'(' => 1,
                b')' => -1,
                _ => 0,
            };
            depth >= 0
        })
    };
    inner.filter(balanced).unwrap_or(sql)
}

fn action(code: &str) -> ReferenceAction {
    match code {
        "r" => ReferenceAction::Restrict,
        "c" => ReferenceAction::Cascade,
        "n" => ReferenceAction::SetNull,
        "d" => ReferenceAction::SetDefault,
        _ => ReferenceAction::NoAction,
    }
}
