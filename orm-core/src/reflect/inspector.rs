//! Questions to a live database.

use super::{postgres, sqlite};
use crate::engine::{Backend, Engine};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Metadata, Table};

/// Answers questions about the tables of a live database, in its default schema.
///
/// ```
/// # async fn example() -> orm_core::Result<()> {
/// use orm_core::engine::Engine;
/// use orm_core::reflect::Inspector;
///
/// let engine = Engine::connect("sqlite::memory:").await?;
/// assert!(Inspector::new(&engine).table_names().await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Inspector {
    engine: Engine,
}

impl Inspector {
    /// Asks the database of this engine.
    pub fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
        }
    }

    /// The tables, by name; the database's own are left out.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn table_names(&self) -> Result<Vec<String>> {
        let mut connection = self.engine.acquire().await?;
        match self.engine.backend() {
            Backend::Sqlite => sqlite::table_names(&mut connection).await,
            Backend::Postgres => postgres::table_names(&mut connection).await,
        }
    }

    /// Whether there is a table of this name.
    ///
    /// # Errors
    /// Errors of the database.
    pub async fn has_table(&self, name: &str) -> Result<bool> {
        Ok(self.table_names().await?.iter().any(|table| table == name))
    }

    /// A table: its columns, primary key, foreign keys, unique constraints and indexes. CHECK constraints,
    /// defaults, and indexes of expressions or of a part of the rows are not read.
    ///
    /// # Errors
    /// `UndefinedObject` when there is no such table; `Unsupported` when a column is of a type that has no
    /// [`SqlType`](crate::types::SqlType), or a foreign key leads to a table of another schema.
    pub async fn table(&self, name: &str) -> Result<Table> {
        if !self.has_table(name).await? {
            return Err(Error::new(
                ErrorKind::UndefinedObject,
                format!(
                    "there is no table {name}; Inspector::table_names lists those that are there"
                ),
            )
            .with_table(name));
        }
        let mut connection = self.engine.acquire().await?;
        match self.engine.backend() {
            Backend::Sqlite => sqlite::table(&mut connection, name).await,
            Backend::Postgres => postgres::table(&mut connection, name).await,
        }
    }

    /// Every table.
    ///
    /// # Errors
    /// As [`Inspector::table`].
    pub async fn metadata(&self) -> Result<Metadata> {
        let mut metadata = Metadata::new();
        for name in self.table_names().await? {
            metadata.add(self.table(&name).await?)?;
        }
        Ok(metadata)
    }
}
