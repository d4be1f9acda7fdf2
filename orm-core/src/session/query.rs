//! Running queries.

use std::sync::Arc;

use super::load::{Fresh, Work};
use super::synchronize::{Plan, Written};
use super::{Session, Synchronize, Track, Tracker};
use crate::dialect::Compiled;
use crate::error::{Error, ErrorKind, Result};
use crate::load::{Entities, RootRows};
use crate::mapping::{Effect, ObjectId, Query, Shape};
use crate::state::Extent;
use crate::types::{Row, RowSink};

/// Reads every row as `S`.
pub(super) struct Collect<S: Shape>(pub(super) Vec<S::Owned>);

impl<S: Shape> RowSink for Collect<S> {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        S::decode_into(&mut self.0, row, 0)
    }
}

/// Reads every row as `S`, and what was asked for behind it.
struct Returned<S: Shape> {
    rows: Collect<S>,
    written: Option<Written>,
}

impl<S: Shape> RowSink for Returned<S> {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        self.rows.row(row)?;
        match &mut self.written {
            Some(written) => written.row(row),
            None => Ok(()),
        }
    }
}

impl Session {
    /// All rows of a query: handles for entities, values for columns. Pending changes are flushed first.
    ///
    /// # Errors
    /// `InvalidQuery` when the query cannot be built; errors of the flush and of the database.
    pub async fn all<Q: Query>(&mut self, query: Q) -> Result<Vec<<Q::Shape as Track>::Tracked>>
    where
        Q::Shape: Track,
    {
        self.before_query().await?;
        let entities = match query.effect() {
            None => Entities::of(&query, self.load_defaults())?,
            // What a statement writes is given as it wrote it.
            Some(_) => None,
        };
        match entities {
            None => Ok(self.rows(&query).await?),
            Some(entities) => Box::pin(self.with_loads(&query, &entities)).await,
        }
    }

    /// The rows of a query, and nothing beside them.
    async fn rows<Q: Query>(&mut self, query: &Q) -> Result<Vec<<Q::Shape as Track>::Tracked>>
    where
        Q::Shape: Track,
    {
        let statements = self.compile(query)?;
        let rows = if statements.iter().all(|statement| statement.summary.reads) {
            let mut rows = Collect::<Q::Shape>(Vec::new());
            for statement in statements {
                rows = self.fetch(statement, rows).await?;
            }
            rows.0
        } else {
            Box::pin(self.fetch_written(query, statements)).await?
        };
        self.track(query, rows)
    }

    async fn before_statement(&mut self, statement: &Compiled) -> Result<()> {
        if !statement.summary.reads {
            // What it writes, or locks, has to last as long as the session's own changes.
            self.open_transaction().await?;
            self.state.distrust();
        }
        Ok(())
    }

    pub(super) fn track<Q: Query>(
        &mut self,
        query: &Q,
        rows: Vec<<Q::Shape as Shape>::Owned>,
    ) -> Result<Vec<<Q::Shape as Track>::Tracked>>
    where
        Q::Shape: Track,
    {
        let watch = self.watch();
        let mut tracker = Tracker {
            state: &mut self.state,
            overwrite: query.overwrite(),
            change: query.effect().map(|effect| (effect.change, effect.model)),
        };
        let tracked = <Q::Shape as Track>::track(rows, &mut tracker)?;
        self.notice(watch);
        Ok(tracked)
    }

    /// The rows of a query, and what is loaded beside their objects.
    async fn with_loads<Q: Query>(
        &mut self,
        query: &Q,
        entities: &Entities,
    ) -> Result<Vec<<Q::Shape as Track>::Tracked>>
    where
        Q::Shape: Track,
    {
        self.with_loads_of(query, entities, None).await
    }

    /// The same, where the only row is that of an object which is read `anew`: it is expired as soon as the row is there.
    pub(super) async fn with_loads_of<Q: Query>(
        &mut self,
        query: &Q,
        entities: &Entities,
        anew: Option<ObjectId>,
    ) -> Result<Vec<<Q::Shape as Track>::Tracked>>
    where
        Q::Shape: Track,
    {
        let mut fresh;
        let before = entities.carry().then(|| self.state.extent());
        let tracked = match entities.join(query, &self.options.criteria)? {
            None => {
                let tracked = self.rows(query).await?;
                fresh = fresh_objects(query, &objects::<Q>(&tracked, entities), before);
                tracked
            }
            Some(joined) => {
                let cache = self.engine.statement_cache();
                let statement = joined.compile(cache)?;
                self.foldings(&joined.branches).await?;
                self.before_statement(&statement).await?;
                let rows = RootRows::<Q::Shape>::new(&joined.branches, true);
                let (rows, found) = self.fetch(statement, rows).await?.into_parts();
                let tracked = match anew {
                    None => self.track(query, rows)?,
                    Some(id) => self.track_anew(query, rows, id)?,
                };
                let own = objects::<Q>(&tracked, entities);
                fresh = fresh_objects(query, &own, before);
                self.take_in_branches(&joined.branches, found, &own, &mut fresh)?;
                tracked
            }
        };
        let mut work = Vec::new();
        for (entity, (plan, objects)) in entities
            .plans()
            .zip(objects::<Q>(&tracked, entities))
            .enumerate()
        {
            let source = entities.source(query, entity, &self.options.criteria)?;
            let source = source.map(Arc::new);
            let objects = objects.into_iter().flatten().collect();
            work.push(Work::new(plan.clone(), objects, source));
        }
        self.load_plans(work, &mut fresh).await?;
        Ok(tracked)
    }

    /// Sends what writes, or locks, and reads what it returns.
    async fn fetch_written<Q: Query>(
        &mut self,
        query: &Q,
        mut statements: Vec<Compiled>,
    ) -> Result<Vec<<Q::Shape as Shape>::Owned>>
    where
        Q::Shape: Track,
    {
        // Objects that come back themselves are told by their rows.
        let covered = |effect: &Effect<'_>| <Q::Shape as Track>::covers(effect.model);
        let how = match query.effect() {
            Some(effect) if covered(&effect) => None,
            _ => Some(Synchronize::Auto),
        };
        self.learn_texts(query.effect()).await?;
        let plan = self.plan(query.effect(), how)?;
        if let Some(columns) = plan.as_ref().and_then(Plan::returning) {
            statements = query.compile_returning(
                self.engine.statement_cache(),
                &self.options.criteria,
                &columns,
            )?;
        }
        let several = self.begin_several(&statements)?;
        let outcome = self.fetch_planned::<Q::Shape>(statements, plan).await;
        self.end_several(several, outcome).await
    }

    async fn fetch_planned<S: Shape>(
        &mut self,
        statements: Vec<Compiled>,
        plan: Option<Plan>,
    ) -> Result<Vec<S::Owned>> {
        // It has to last as long as the session's own changes.
        self.open_transaction().await?;
        let mut sink = Returned {
            rows: Collect::<S>(Vec::new()),
            written: plan.as_ref().map(|plan| plan.sink(S::width())),
        };
        for statement in statements {
            let told = self.tell_executing(&statement.sql, &statement.summary)?;
            let before = sink.rows.0.len();
            sink = self.fetch(statement, sink).await?;
            self.tell_executed(told, (sink.rows.0.len() - before) as u64);
        }
        let rows = sink.rows.0;
        if let (Some(plan), Some(written)) = (plan, sink.written) {
            self.follow_or_fall_back(plan, rows.len() as u64, &written)
                .await?;
        }
        Ok(rows)
    }

    /// The only row of a query.
    ///
    /// # Errors
    /// `NotFound` when there is none, `MultipleRows` when there are several; otherwise as [`Session::all`].
    pub async fn one<Q: Query>(&mut self, query: Q) -> Result<<Q::Shape as Track>::Tracked>
    where
        Q::Shape: Track,
    {
        self.one_or_none(query).await?.ok_or_else(none)
    }

    /// The only row of a query, or `None`.
    ///
    /// # Errors
    /// `MultipleRows` when there are several; otherwise as [`Session::all`].
    pub async fn one_or_none<Q: Query>(
        &mut self,
        query: Q,
    ) -> Result<Option<<Q::Shape as Track>::Tracked>>
    where
        Q::Shape: Track,
    {
        only(self.all(query).await?)
    }

    /// The first row of a query, or `None`. The query is sent as it is: say `limit(1)` where only one row is wanted.
    ///
    /// # Errors
    /// As [`Session::all`].
    pub async fn first<Q: Query>(
        &mut self,
        query: Q,
    ) -> Result<Option<<Q::Shape as Track>::Tracked>>
    where
        Q::Shape: Track,
    {
        Ok(self.all(query).await?.into_iter().next())
    }

    /// The first column of the only row of a query.
    ///
    /// # Errors
    /// As [`Session::one`].
    pub async fn scalar<Q: Query>(&mut self, query: Q) -> Result<<Q::Shape as Track>::Tracked>
    where
        Q::Shape: Track,
    {
        self.one(query).await
    }

    /// Sends a statement and reads its rows; outside of a transaction the connection goes back at once.
    pub(super) fn fetch<K: RowSink>(
        &mut self,
        statement: Compiled,
        sink: K,
    ) -> impl Future<Output = Result<K>> + Send {
        let asked = Box::new((statement, sink));
        async move {
            if self.isolated && !self.in_transaction() {
                Box::pin(self.open_transaction()).await?;
            }
            let result = self.connect().await?.fetch_asked(asked).await;
            self.give_back();
            result
        }
    }
}

/// The objects that a query has read anew.
pub(super) fn fresh_objects<Q: Query>(
    query: &Q,
    objects: &[Vec<Option<ObjectId>>],
    before: Option<Extent>,
) -> Fresh {
    let all = || objects.iter().flatten().flatten().copied().collect();
    let read = query.overwrite().then(all);
    Fresh { read, before }
}

/// The objects of the rows, a list for each entity.
pub(super) fn objects<Q: Query>(
    tracked: &[<Q::Shape as Track>::Tracked],
    entities: &Entities,
) -> Vec<Vec<Option<ObjectId>>>
where
    Q::Shape: Track,
{
    let mut lists: Vec<Vec<Option<ObjectId>>> = entities.plans().map(|_| Vec::new()).collect();
    let mut row = Vec::new();
    for tracked in tracked {
        row.clear();
        <Q::Shape as Track>::objects(tracked, &mut row);
        for (list, object) in lists.iter_mut().zip(&row) {
            list.push(*object);
        }
    }
    lists
}

/// The only text of a query that has one.
pub(super) fn first(statements: Vec<Compiled>) -> Result<Compiled> {
    let message = "the query has no statement; this is a mistake of the library";
    let mut statements = statements.into_iter();
    statements
        .next()
        .ok_or_else(|| Error::new(ErrorKind::InvalidQuery, message))
}

#[cold]
pub(super) fn none() -> Error {
    Error::new(
        ErrorKind::NotFound,
        "the query found no row where one was required; use one_or_none if there may be none",
    )
}

pub(super) fn only<T>(rows: Vec<T>) -> Result<Option<T>> {
    let count = rows.len();
    let mut rows = rows.into_iter();
    match count {
        0 | 1 => Ok(rows.next()),
        _ => Err(Error::new(
            ErrorKind::MultipleRows,
            format!(
                "the query found {count} rows where at most one was expected; narrow it, or use first or all"
            ),
        )),
    }
}
