//! Queries without a session: plain owned values, with their relationships as plain trees.

use super::Track;
use super::query::{none, only};
use crate::engine::{Connection, Engine, Transaction};
use crate::error::Result;
use crate::load::OwnedPlan;
use crate::mapping::{Command, LoadOption, Query, Rows, Shape, Strategy};

pub(super) type Owned<Q> = <<Q as Query>::Shape as Shape>::Owned;

async fn fetch_all<Q: Query>(
    engine: &Engine,
    connection: &mut Connection,
    query: Q,
) -> Result<Vec<Owned<Q>>>
where
    Q::Shape: Track,
{
    let mut rows = super::command::fetch(engine, connection, &query).await?.0;
    if !query.loads().is_empty()
        && let Some(parents) = <Q::Shape as Track>::as_rows(&mut rows)
    {
        load_trees(engine, connection, query.loads(), parents).await?;
    }
    Ok(rows)
}

/// Loads the relationships of plain objects, and theirs.
pub(super) async fn load_trees(
    engine: &Engine,
    connection: &mut Connection,
    options: &[LoadOption],
    parents: &mut dyn Rows,
) -> Result<()> {
    for option in options
        .iter()
        .filter(|option| option.strategy != Strategy::Lazy)
    {
        let plan = OwnedPlan::new(option.relation, parents)?;
        let mut sink = plan.sink;
        if !plan.rows.is_empty() {
            let statement = super::text::by_key(engine, plan.rows, None)?;
            sink = connection.fetch(statement, sink).await?;
        }
        if !option.nested.is_empty() && sink.children_mut().count() > 0 {
            // A tree is as deep as the options are, so this ends.
            Box::pin(load_trees(
                engine,
                connection,
                &option.nested,
                sink.children_mut(),
            ))
            .await?;
        }
        sink.attach(parents)?;
    }
    Ok(())
}

macro_rules! verbs {
    ($self:ident: $receiver:ty, $parts:expr) => {
        /// All rows of a query, as plain values.
        ///
        /// # Errors
        /// `InvalidQuery` when the query cannot be built; errors of the database.
        pub async fn all<Q: Query>($self: $receiver, query: Q) -> Result<Vec<Owned<Q>>>
        where
            Q::Shape: Track,
        {
            let (engine, connection) = $parts;
            fetch_all(engine, connection, query).await
        }

        /// The only row of a query.
        ///
        /// # Errors
        /// `NotFound` when there is none, `MultipleRows` when there are several; otherwise as `all`.
        pub async fn one<Q: Query>($self: $receiver, query: Q) -> Result<Owned<Q>>
        where
            Q::Shape: Track,
        {
            $self.one_or_none(query).await?.ok_or_else(none)
        }

        /// The only row of a query, or `None`.
        ///
        /// # Errors
        /// `MultipleRows` when there are several; otherwise as `all`.
        pub async fn one_or_none<Q: Query>($self: $receiver, query: Q) -> Result<Option<Owned<Q>>>
        where
            Q::Shape: Track,
        {
            only($self.all(query).await?)
        }

        /// The first row of a query, or `None`.
        ///
        /// # Errors
        /// As `all`.
        pub async fn first<Q: Query>($self: $receiver, query: Q) -> Result<Option<Owned<Q>>>
        where
            Q::Shape: Track,
        {
            Ok($self.all(query).await?.into_iter().next())
        }

        /// The first column of the only row of a query.
        ///
        /// # Errors
        /// As `one`.
        pub async fn scalar<Q: Query>($self: $receiver, query: Q) -> Result<Owned<Q>>
        where
            Q::Shape: Track,
        {
            $self.one(query).await
        }

        /// Runs an INSERT, UPDATE, DELETE or raw SQL; gives the number of rows it changed.
        ///
        /// # Errors
        /// `InvalidQuery` when the statement cannot be built; errors of the database.
        pub async fn execute($self: $receiver, statement: impl Command) -> Result<u64> {
            let (engine, connection) = $parts;
            super::command::execute(engine, connection, statement).await
        }
    };
}

impl Engine {
    verbs!(self: &Self, (self, &mut self.acquire().await?));
}

impl Transaction {
    verbs!(self: &mut Self, self.parts());
}
