//! The engine on both databases. PostgreSQL's tests are left out, audibly, where there is none.

mod cancel;
mod common;
mod dialects;
mod idle;
mod postgres;
mod server;
mod spans;
mod sqlite;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Connection, Engine};
use crate::dialect::{Batch, BatchStyle, Compiled, Returning, Summary};
use crate::error::Result;
use crate::types::{Row, RowSink, SqlType, Value};

/// A statement from plain text.
pub(super) fn sql(text: &str, binds: impl Into<Vec<Value>>) -> Compiled {
    let operation = text.split(' ').next().unwrap_or_default().to_owned();
    Compiled {
        sql: text.into(),
        binds: binds.into(),
        summary: Summary {
            reads: operation == "SELECT",
            operation: operation.into(),
            table: None,
        },
        layout: None,
    }
}

/// A batch that is sent row by row.
pub(super) fn per_row(
    text: &str,
    types: &[SqlType],
    rows: Vec<Value>,
    returning: Returning,
) -> Batch {
    let Compiled { sql, summary, .. } = sql(text, []);
    Batch {
        sql,
        columns: [].into(),
        types: types.into(),
        count: rows.len() / types.len(),
        rows: rows.iter().collect(),
        style: BatchStyle::PerRow,
        returning,
        one_each: false,
        generated_key: None,
        summary,
        room: Default::default(),
    }
}

/// Keeps every row.
#[derive(Default)]
pub(super) struct Rows(pub(super) Vec<Vec<Value>>);

impl RowSink for Rows {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        let values = (0..row.len()).map(|index| Ok(row.value(index)?.to_owned()));
        self.0.push(values.collect::<Result<_>>()?);
        Ok(())
    }
}

pub(super) async fn all(
    connection: &mut Connection,
    text: &str,
    binds: impl Into<Vec<Value>>,
) -> Result<Vec<Vec<Value>>> {
    let rows = connection.fetch(sql(text, binds), Rows::default()).await?;
    Ok(rows.0)
}

pub(super) async fn one(connection: &mut Connection, text: &str) -> Value {
    let mut rows = all(connection, text, []).await.unwrap();
    rows.remove(0).remove(0)
}

pub(super) async fn execute(connection: &mut Connection, text: &str) -> u64 {
    connection.execute(sql(text, [])).await.unwrap()
}

pub(super) fn postgres_url() -> Option<String> {
    orm_tests::postgres_url().map(str::to_owned)
}

/// A name that no other test of this server uses.
pub(super) fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}_{}_{next}", std::process::id())
}

/// A SQLite file that is removed in the end.
pub(super) struct File(std::path::PathBuf);

impl File {
    pub(super) fn new() -> Self {
        Self(std::env::temp_dir().join(unique("orm_engine")))
    }

    pub(super) fn url(&self) -> String {
        format!("sqlite://{}?mode=rwc", self.0.display())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.0.display()));
        }
    }
}

/// One engine of each kind at hand, with a table name for the test.
pub(super) async fn engines() -> Vec<(Engine, String, Option<Arc<File>>)> {
    let file = Arc::new(File::new());
    let mut engines = vec![
        (
            Engine::connect("sqlite::memory:").await.unwrap(),
            "t".to_owned(),
            None,
        ),
        (
            Engine::connect(&file.url()).await.unwrap(),
            "t".to_owned(),
            Some(file),
        ),
    ];
    if let Some(url) = postgres_url() {
        engines.push((Engine::connect(&url).await.unwrap(), unique("t"), None));
    }
    engines
}

/// Waits until no connection is in use, as after rollbacks in the background.
pub(super) async fn settled(engine: &Engine) {
    for _ in 0..500 {
        if engine.pool_status().in_use == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("connections stay in use: {:?}", engine.pool_status());
}
