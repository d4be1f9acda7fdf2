//! Queries without a session: plain owned values, with their relationships as plain trees.

use super::Track;
use super::query::{none, only};
use crate::engine::{Connection, Engine, Transaction};
use crate::error::Result;
use crate::load::{
    self, Branches, Comparison, Entities, Folding, Found, Plan, RootRows, Source, Step, Trail,
};
use crate::mapping::{Command, Query, Rows, Shape};
use crate::reflect::text_rules;

pub(super) type Owned<Q> = <<Q as Query>::Shape as Shape>::Owned;

async fn fetch_all<Q: Query>(
    engine: &Engine,
    connection: &mut Connection,
    query: Q,
) -> Result<Vec<Owned<Q>>>
where
    Q::Shape: Track,
{
    let entities = match query.effect() {
        None => Entities::of(&query, engine.load_defaults())?,
        // What a statement writes is given as it wrote it.
        Some(_) => None,
    };
    match entities {
        None => Ok(super::command::fetch(engine, connection, &query).await?.0),
        // Trees are a large state, which is not to lie in the future of every query.
        Some(entities) => Box::pin(fetch_trees(engine, connection, &query, &entities)).await,
    }
}

async fn fetch_trees<Q: Query>(
    engine: &Engine,
    connection: &mut Connection,
    query: &Q,
    entities: &Entities,
) -> Result<Vec<Owned<Q>>>
where
    Q::Shape: Track,
{
    let (rows, branches, mut found) = match entities.join(query, engine.criteria())? {
        None => {
            let rows = super::command::fetch(engine, connection, query).await?.0;
            (rows, None, Vec::new())
        }
        Some(joined) => {
            let cache = engine.statement_cache();
            let statement = joined.compile(cache)?;
            let rows = RootRows::<Q::Shape>::new(&joined.branches, false);
            let (rows, found) = connection.fetch(statement, rows).await?.into_parts();
            (rows, Some(joined.branches), found)
        }
    };
    let mut trees = Trees { engine, connection };
    let (parts, together) = <Q::Shape as Track>::part(rows);
    let present: Vec<_> = parts.iter().map(|part| part.present.clone()).collect();
    let mut objects: Vec<_> = parts.into_iter().map(|part| part.rows).collect();
    let joined = branches.is_some();
    if let Some(branches) = branches {
        align(&branches, &mut found, &present);
        trees.put_in(&branches, found, &mut objects, None).await?;
    }
    for (entity, (plan, objects)) in entities.plans().zip(&mut objects).enumerate() {
        let source = entities.source(query, entity, engine.criteria())?;
        let place = Place {
            joined,
            source: source.as_ref(),
            trail: Trail::default(),
        };
        trees.load(plan, &mut **objects, place).await?;
    }
    Ok(together(&mut objects.into_iter()))
}

/// Loads what is loaded beside the objects of a piece of a result.
pub(super) async fn load_piece<Q: Query>(
    engine: &Engine,
    connection: &mut Connection,
    query: &Q,
    rows: Vec<Owned<Q>>,
) -> Result<Vec<Owned<Q>>>
where
    Q::Shape: Track,
{
    let Some(entities) = Entities::of(query, engine.load_defaults())? else {
        return Ok(rows);
    };
    let mut trees = Trees { engine, connection };
    let (parts, together) = <Q::Shape as Track>::part(rows);
    let mut objects: Vec<_> = parts.into_iter().map(|part| part.rows).collect();
    for (plan, objects) in entities.plans().zip(&mut objects) {
        let place = Place {
            joined: false,
            source: None,
            trail: Trail::default(),
        };
        trees.load(plan, &mut **objects, place).await?;
    }
    Ok(together(&mut objects.into_iter()))
}

/// What was joined to objects that some rows lack has the number of the row, and gets that of the object.
fn align(branches: &Branches, found: &mut [Found], present: &[Option<Vec<bool>>]) {
    for (branch, found) in branches.list.iter().zip(found) {
        if branch.parent.is_some() {
            continue;
        }
        let Some(present) = present.get(branch.entity).and_then(Option::as_ref) else {
            continue;
        };
        let mut before = 0;
        let mut numbers = Vec::with_capacity(present.len());
        for &there in present {
            numbers.push(before);
            before += u32::from(there);
        }
        for (parent, _) in &mut found.pairs {
            *parent = numbers[*parent as usize];
        }
    }
}

/// Where a plan is followed.
struct Place<'a> {
    /// Whether what is joined came with the rows.
    joined: bool,
    /// The query that the objects came from, where it can be repeated.
    source: Option<&'a Source>,
    trail: Trail,
}

/// Loads the relationships of plain objects, and theirs.
struct Trees<'a> {
    engine: &'a Engine,
    connection: &'a mut Connection,
}

impl Trees<'_> {
    async fn load(&mut self, plan: &Plan, parents: &mut dyn Rows, place: Place<'_>) -> Result<()> {
        for step in plan.steps()? {
            if !(step.strategy.is_joined() && place.joined) {
                self.step(&step, parents, &place).await?;
            }
        }
        Ok(())
    }

    async fn step(&mut self, step: &Step, parents: &mut dyn Rows, place: &Place<'_>) -> Result<()> {
        let mut all = load::all_parents(step, parents)?;
        let mut query = None;
        let mut found = Found::none((step.relation.target)());
        let mut branches = Branches::default();
        let mut joined = Vec::new();
        if !all.is_empty() {
            let has_text = load::has_text_keys(step.relation)?;
            let mut folding = match has_text {
                true => {
                    let rules = text_rules(self.engine, self.connection);
                    Folding::of(step.relation, &*Box::pin(rules).await?)?
                }
                false => None,
            };
            loop {
                let comparison = Comparison {
                    folding: folding.as_ref(),
                    dialect: self.engine.dialect(),
                };
                let fetch = all.fetch(step, place.source, false, comparison)?;
                let mut sink = fetch.sink;
                for one in fetch.statements {
                    let text = super::load::statement(self.engine, one, &fetch.branches)?;
                    sink = self.connection.fetch(text.0, sink).await?;
                    query = text.1;
                }
                if sink.has_missed() && folding.is_none() && has_text {
                    folding = Some(Folding::unknown(step.relation)?);
                    all = load::all_parents(step, parents)?;
                    continue;
                }
                (found, joined, _) = sink.into_parts();
                branches = fetch.branches;
                break;
            }
        }
        let mut trail = Trail::default();
        if step.to_end {
            trail = place.trail.clone().begun(parents);
            trail.down(step.relation, &found)?;
        }
        if found.rows.count() > 0 {
            let mut own = [found.rows];
            // A tree is as deep as the options are, or as the data without a cycle, so this ends.
            Box::pin(self.put_in(&branches, joined, &mut own, query.as_deref())).await?;
            let [mut rows] = own;
            let below = Place {
                joined: true,
                source: query.as_deref(),
                trail,
            };
            Box::pin(self.load(&step.plan, &mut *rows, below)).await?;
            found.rows = rows;
        }
        load::attach(step, parents, found)
    }

    /// Loads what is missing in objects that came joined to others, and puts them into those, the last first.
    async fn put_in(
        &mut self,
        branches: &Branches,
        mut found: Vec<Found>,
        own: &mut [Box<dyn Rows>],
        query: Option<&Source>,
    ) -> Result<()> {
        for branch in branches.list.iter().rev() {
            let Some(mut here) = found.pop() else { break };
            let source = query.map(|query| query.at(branch.offset));
            let place = Place {
                joined: true,
                source: source.as_ref(),
                trail: Trail::default(),
            };
            self.load(&branch.step.plan, &mut *here.rows, place).await?;
            let parents = match branch.parent {
                Some(parent) => &mut found[parent].rows,
                None => &mut own[branch.entity],
            };
            load::attach(&branch.step, &mut **parents, here)?;
        }
        Ok(())
    }
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
