//! What the catalog says of the columns whose type is none of the usual ones: enums, `char(n)`, `citext`, `inet`,
//! `json` and the like. It is asked once for an engine, when the first text is to be sent, and again after the schema was changed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::postgres::PgRow;
use sqlx::{Row as _, ValueRef as _};

/// Tells for each such column the table, the column, its type, and whether the table is found without its schema; then,
/// without tables, the types that the database's users made. A domain counts as what it is made of.
pub(super) const QUESTION: &str = "\
    SELECT c.relname::text, a.attname::text, \
    quote_ident(n.nspname) || '.' || quote_ident(b.typname), pg_table_is_visible(c.oid)::text \
    FROM pg_catalog.pg_attribute a \
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid \
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
    JOIN pg_catalog.pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END \
    JOIN pg_catalog.pg_namespace n ON n.oid = b.typnamespace \
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND a.attnum > 0 AND NOT a.attisdropped \
    AND b.oid NOT IN (16, 17, 20, 21, 23, 25, 26, 700, 701, 1000, 1001, 1005, 1007, 1009, 1015, 1016, 1021, \
    1022, 1043, 1082, 1083, 1114, 1115, 1182, 1183, 1184, 1185, 1231, 1700, 2950, 2951, 3802, 3807) \
    UNION ALL SELECT NULL, NULL, typname::text, NULL FROM pg_catalog.pg_type \
    WHERE oid >= 16384 AND typtype IN ('b', 'e', 'm', 'r') AND typcategory <> 'A'";

/// What the connections of an engine know of its database together.
#[derive(Debug)]
pub(crate) struct Catalog {
    /// Counts the changes of the schema; an answer to an older question is out of date.
    version: AtomicU64,
    known: Mutex<Arc<Known>>,
}

impl Catalog {
    pub(super) fn new() -> Self {
        Self {
            version: AtomicU64::new(1),
            known: Mutex::default(),
        }
    }

    #[inline]
    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::Relaxed)
    }

    /// Notes that the schema may be another from now on.
    pub(super) fn changed(&self) {
        self.version.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn share(&self, known: &Arc<Known>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(known);
    }
}

/// An answer of the catalog; nothing at first, which is older than every question.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) version: u64,
    columns: Vec<Column>,
    /// The names of the tables and of the types, each once.
    tables: Vec<Box<str>>,
    types: Vec<Box<str>>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    table: Box<str>,
    name: Box<str>,
    /// With its schema, and without a length: a cast to `char(3)` would cut what is too long.
    sql_type: Box<str>,
    visible: bool,
}

impl Known {
    pub(super) fn new(version: u64, rows: &[PgRow]) -> Self {
        let mut known = Self {
            version,
            ..Self::default()
        };
        for row in rows {
            let text = |index: usize| {
                let value = row.try_get_raw(index).ok()?;
                if value.is_null() {
                    return None;
                }
                value.as_str().ok().map(Box::<str>::from)
            };
            match (text(0), text(1), text(2)) {
                (Some(table), Some(name), Some(sql_type)) => {
                    known.tables.push(table.clone());
                    known.columns.push(Column {
                        table,
                        name,
                        sql_type,
                        visible: text(3).as_deref() == Some("true"),
                    });
                }
                (_, _, Some(sql_type)) => known.types.push(sql_type),
                _ => {}
            }
        }
        known.columns.sort_unstable();
        for names in [&mut known.tables, &mut known.types] {
            names.sort_unstable();
            names.dedup();
        }
        known
    }

    /// Whether both answers say the same.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.columns == other.columns && self.types == other.types
    }

    /// Whether a text names a table that has such a column; it may say so of more texts, never of fewer.
    pub(super) fn concerns(&self, sql: &str) -> bool {
        self.tables.iter().any(|name| sql.contains(&**name))
    }

    /// Whether a text may give rows of a type that the database's users made.
    pub(super) fn may_give(&self, sql: &str) -> bool {
        self.concerns(sql) || self.types.iter().any(|name| sql.contains(&**name))
    }

    /// The type of a column of a table, where it is none of the usual ones.
    pub(super) fn column(&self, table: &str, name: &str) -> Option<&str> {
        let mut columns = self.columns.iter();
        let column = columns.find(|it| it.visible && &*it.table == table && &*it.name == name)?;
        Some(&column.sql_type)
    }

    /// The type of a column in a text that calls its table by another name, where there is no doubt.
    pub(super) fn column_in(&self, sql: &str, label: &str, name: &str) -> Option<&str> {
        if self.tables.iter().any(|table| &**table == label) {
            return self.column(label, name);
        }
        let mut types = self
            .columns
            .iter()
            .filter(|it| it.visible && &*it.name == name && sql.contains(&*it.table))
            .map(|it| &*it.sql_type);
        let first = types.next()?;
        types.all(|other| other == first).then_some(first)
    }
}
