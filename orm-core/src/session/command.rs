//! Running statements that change rows, and reading what they return.

use super::Session;
use super::query::Collect;
use crate::dialect::Compiled;
use crate::engine::{Connection, Engine, TransactionOptions};
use crate::error::Result;
use crate::mapping::{Command, Query};

/// Runs a statement; how many rows it changed.
pub(super) async fn execute(
    engine: &Engine,
    connection: &mut Connection,
    command: impl Command,
) -> Result<u64> {
    let statements = command.compile_all(engine.statement_cache())?;
    let alone = begin(connection, &statements).await?;
    let outcome = execute_each(connection, statements).await;
    end(connection, alone, outcome).await
}

async fn execute_each(connection: &mut Connection, statements: Vec<Compiled>) -> Result<u64> {
    let mut changed = 0;
    for statement in statements {
        changed += connection.execute(statement).await?;
    }
    Ok(changed)
}

/// Sends a query, or what returns rows like one.
pub(super) async fn fetch<Q: Query>(
    engine: &Engine,
    connection: &mut Connection,
    query: &Q,
) -> Result<Collect<Q::Shape>> {
    let statements = query.compile_all(engine.statement_cache())?;
    let alone = begin(connection, &statements).await?;
    let outcome = fetch_each(connection, statements).await;
    end(connection, alone, outcome).await
}

async fn fetch_each<Q: crate::mapping::Shape>(
    connection: &mut Connection,
    statements: Vec<Compiled>,
) -> Result<Collect<Q>> {
    let mut rows = Collect(Vec::new());
    for statement in statements {
        rows = connection.fetch(statement, rows).await?;
    }
    Ok(rows)
}

/// Several statements that stand for one are done wholly or not at all.
async fn begin(connection: &mut Connection, statements: &[Compiled]) -> Result<bool> {
    let alone = statements.len() > 1 && !connection.in_transaction();
    if alone {
        connection.begin(&TransactionOptions::default()).await?;
    }
    Ok(alone)
}

async fn end<T>(connection: &mut Connection, alone: bool, outcome: Result<T>) -> Result<T> {
    if !alone {
        return outcome;
    }
    match outcome {
        Ok(done) => connection.commit().await.map(|()| done),
        Err(error) => {
            if connection.in_transaction() {
                // The error to report is the first; a connection that cannot roll back is closed.
                drop(connection.rollback().await);
            }
            Err(error)
        }
    }
}

impl Session {
    /// Runs an INSERT, UPDATE, DELETE or raw SQL in the session's transaction; gives the number of rows it changed. Pending
    /// changes are flushed first. Objects held keep their values: expire those that it changed, or have it return them.
    ///
    /// # Errors
    /// `InvalidQuery` when the statement cannot be built; errors of the flush and of the database.
    pub async fn execute(&mut self, statement: impl Command) -> Result<u64> {
        self.before_query().await?;
        let cache = self.engine.statement_cache();
        let statements = statement.compile_within(cache, &self.options.criteria)?;
        if statements.is_empty() {
            return Ok(0);
        }
        self.open_transaction().await?;
        self.state.distrust();
        execute_each(self.connect().await?, statements).await
    }
}
