//! Creating and dropping the tables of a metadata.

use crate::engine::Engine;
use crate::error::Result;
use crate::schema::Metadata;

impl Metadata {
    /// Creates every table and index that is not there yet, parents first, in one transaction.
    ///
    /// # Errors
    /// `InvalidMapping` when the tables contradict each other; errors of the database.
    pub async fn create_all(&self, engine: &Engine) -> Result<()> {
        run(engine, self.create_statements(engine.dialect())?).await
    }

    /// Drops every table that is there, children first, in one transaction.
    ///
    /// # Errors
    /// As [`Metadata::create_all`].
    pub async fn drop_all(&self, engine: &Engine) -> Result<()> {
        run(engine, self.drop_statements(engine.dialect())?).await
    }
}

async fn run(engine: &Engine, statements: Vec<crate::dialect::Compiled>) -> Result<()> {
    let mut transaction = engine.begin().await?;
    for statement in statements {
        transaction.parts().1.execute(statement).await?;
    }
    transaction.commit().await
}
