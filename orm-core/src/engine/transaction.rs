//! A transaction without a session.

use super::Engine;
use super::connection::Connection;
use crate::error::Result;

/// An open transaction. Dropping it rolls back.
///
/// ```
/// # async fn example(engine: orm_core::engine::Engine) -> orm_core::Result<()> {
/// let transaction = engine.begin().await?;
/// // ... statements ...
/// transaction.commit().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction {
    connection: Connection,
    engine: Engine,
}

impl Transaction {
    /// Takes over a connection on which a transaction is open.
    pub(crate) fn new(connection: Connection, engine: Engine) -> Self {
        Self { connection, engine }
    }

    /// Makes the changes last.
    ///
    /// # Errors
    /// `TransactionAborted` when a statement has failed in it; `CommitUnknown` when the connection was lost before the
    /// server answered; a violated constraint that was deferred until now; `SerializationFailure`.
    pub async fn commit(mut self) -> Result<()> {
        self.connection.commit().await
    }

    /// Undoes the changes.
    ///
    /// # Errors
    /// `Connection` when the server cannot be reached; it has then rolled back by itself.
    pub async fn rollback(mut self) -> Result<()> {
        self.connection.rollback().await
    }

    /// The engine, and the connection for statements.
    pub(crate) fn parts(&mut self) -> (&Engine, &mut Connection) {
        (&self.engine, &mut self.connection)
    }
}
