//! Queries without a session: plain owned values, with their relationships as plain trees.

use super::load::ModelRows;
use super::query::{Collect, none, only};
use super::{Session, Track};
use crate::dialect::Compiled;
use crate::engine::{Connection, Engine, Transaction};
use crate::error::{Error, ErrorKind, Result};
use crate::load::OwnedPlan;
use crate::mapping::{LoadOption, Query, Rows, Shape, Strategy};
use crate::schema::Metadata;
use crate::sql::Text;

type Owned<Q> = <<Q as Query>::Shape as Shape>::Owned;

async fn fetch_all<Q: Query>(engine: &Engine, connection: &mut Connection, query: Q) -> Result<Vec<Owned<Q>>>
where
    Q::Shape: Track,
{
    let statement = query.compile(engine.dialect())?;
    let mut rows = connection.fetch(statement, Collect::<Q::Shape>(Vec::new())).await?.0;
    if !query.loads().is_empty()
        && let Some(parents) = <Q::Shape as Track>::as_rows(&mut rows)
    {
        load_trees(engine, connection, query.loads(), parents).await?;
    }
    Ok(rows)
}

/// Loads the relationships of plain objects, and theirs.
async fn load_trees(
    engine: &Engine,
    connection: &mut Connection,
    options: &[LoadOption],
    parents: &mut dyn Rows,
) -> Result<()> {
    for option in options.iter().filter(|option| option.strategy != Strategy::Lazy) {
        let plan = OwnedPlan::new(option.relation, parents)?;
        let mut sink = plan.sink;
        if !plan.rows.is_empty() {
            let statement = super::text::by_key(engine, plan.rows)?;
            sink = connection.fetch(statement, sink).await?;
        }
        if !option.nested.is_empty() && sink.children_mut().count() > 0 {
            // A tree is as deep as the options are, so this ends.
            Box::pin(load_trees(engine, connection, &option.nested, sink.children_mut())).await?;
        }
        sink.attach(parents)?;
    }
    Ok(())
}

macro_rules! verbs {
    (|$this:ident: $receiver:ty| $engine:expr, $connection:expr) => {
        /// All rows of a query, as plain values.
        ///
        /// # Errors
        /// `InvalidQuery` when the query cannot be built; errors of the database.
        pub async fn all<Q: Query>($this: $receiver, query: Q) -> Result<Vec<Owned<Q>>>
        where
            Q::Shape: Track,
        {
            fetch_all($engine, $connection, query).await
        }

        /// The only row of a query.
        ///
        /// # Errors
        /// `NotFound` when there is none, `MultipleRows` when there are several; otherwise as `all`.
        pub async fn one<Q: Query>($this: $receiver, query: Q) -> Result<Owned<Q>>
        where
            Q::Shape: Track,
        {
            $this.one_or_none(query).await?.ok_or_else(none)
        }

        /// The only row of a query, or `None`.
        ///
        /// # Errors
        /// `MultipleRows` when there are several; otherwise as `all`.
        pub async fn one_or_none<Q: Query>($this: $receiver, query: Q) -> Result<Option<Owned<Q>>>
        where
            Q::Shape: Track,
        {
            only($this.all(query).await?)
        }

        /// The first row of a query, or `None`.
        ///
        /// # Errors
        /// As `all`.
        pub async fn first<Q: Query>($this: $receiver, query: Q) -> Result<Option<Owned<Q>>>
        where
            Q::Shape: Track,
        {
            Ok($this.all(query).await?.into_iter().next())
        }

        /// The first column of the only row of a query.
        ///
        /// # Errors
        /// As `one`.
        pub async fn scalar<Q: Query>($this: $receiver, query: Q) -> Result<Owned<Q>>
        where
            Q::Shape: Track,
        {
            $this.one(query).await
        }

        /// Runs a statement of the program's own; gives the number of rows it changed.
        ///
        /// # Errors
        /// `InvalidQuery` when a parameter is missing; errors of the database.
        pub async fn execute($this: $receiver, statement: Text) -> Result<u64> {
            let statement = crate::mapping::compile_text(&statement, $engine.dialect())?;
            $connection.execute(statement).await
        }
    };
}

impl Engine {
    verbs!(|self: &Self| self, &mut self.acquire().await?);
}
