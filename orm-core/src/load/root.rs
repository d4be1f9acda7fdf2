//! A query whose objects come with joined relationships.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::join::{Branches, join_branches};
use super::key_numbers::KeyNumbers;
use super::key_places::KeyPlaces;
use super::plan::{Defaults, Plan};
use super::rows::{Found, Here, JoinedRows};
use super::source::Source;
use crate::dialect::{Compiled, StatementCache};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Key, ModelCriteria, Query, Shape, Strategy};
use crate::sql::Select;
use crate::types::{Layout, Row, RowSink, SpreadRow, Value};
use crate::util::seeded::SeededMap;

/// The objects in the rows of a query, each with its plan.
pub(crate) struct Entities(Vec<(usize, Plan)>);

impl Entities {
    /// The objects in the rows of a query, and what is loaded beside them; `None` when that is nothing, as for most queries.
    ///
    /// # Errors
    /// `InvalidQuery` when an option is of a model that the rows have no object of.
    pub(crate) fn of<Q: Query>(query: &Q, defaults: Option<Defaults>) -> Result<Option<Self>> {
        let (options, criteria) = (query.loads(), query.criteria());
        if options.is_empty() && criteria.is_none() && defaults.is_none() {
            let mut idle = true;
            Q::Shape::entities(0, &mut |_, model| idle &= Plan::is_idle(model));
            if idle {
                return Ok(None);
            }
        }
        let mut places = Vec::new();
        Q::Shape::entities(0, &mut |offset, model| places.push((offset, model)));
        let mut defaults = defaults.unwrap_or_default();
        if let Some(criteria) = criteria {
            defaults = defaults.carrying(criteria);
        }
        if let Some(relation) = options
            .iter()
            .filter(|option| !places.iter().any(|(_, model)| option.is_of(model)))
            .find_map(|option| option.relation)
        {
            let models: Vec<&str> = places.iter().map(|(_, model)| model.name).collect();
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "{relation:?} cannot be loaded with a query of [{}]: its rows have no {}",
                    models.join(", "),
                    (relation.model)().name
                ),
            ));
        }
        let plans = places.into_iter();
        let plans =
            plans.map(|(offset, model)| (offset, Plan::new(model, options, defaults.clone())));
        Ok(Some(Self(plans.collect())))
    }

    /// Whether the objects carry criteria.
    pub(crate) fn carry(&self) -> bool {
        self.plans().any(|plan| plan.carried().is_some())
    }

    pub(crate) fn plans(&self) -> impl Iterator<Item = &Plan> {
        self.0.iter().map(|(_, plan)| plan)
    }

    /// Where the columns of an object begin.
    pub(crate) fn offset(&self, entity: usize) -> usize {
        self.0[entity].0
    }

    /// The query with what is joined to it; `None` when nothing is.
    ///
    /// # Errors
    /// `InvalidQuery` when a join is asked for that the query cannot have.
    pub(crate) fn join<Q: Query>(
        &self,
        query: &Q,
        criteria: &ModelCriteria,
    ) -> Result<Option<Joined>> {
        let mut asked = None;
        let mut any = false;
        for (_, plan) in &self.0 {
            for step in plan.steps()? {
                any |= step.strategy.is_joined();
                if step.asked && (step.strategy.is_joined() || step.strategy == super::SUBQUERY) {
                    asked.get_or_insert((step.relation, step.strategy));
                }
            }
        }
        let Some((select, binds)) = query.statement(criteria) else {
            return match asked {
                Some((relation, strategy)) => Err(Error::new(
                    ErrorKind::InvalidQuery,
                    format!(
                        "{relation:?} cannot be loaded by .{}() here, since the text of the query is written already; load it \
                         by .select_in()",
                        strategy.name()
                    ),
                )),
                None => Ok(None),
            };
        };
        if !any {
            return Ok(None);
        }
        let mut select = select.into_owned();
        let entities: Vec<(usize, &Plan)> = self
            .0
            .iter()
            .map(|(offset, plan)| (*offset, plan))
            .collect();
        let branches = join_branches(&mut select, &entities)?;
        Ok(Some(Joined {
            select,
            binds: binds.to_vec(),
            branches,
        }))
    }

    /// Says no where rows are read piece by piece, and a query asks for more than can be loaded for each piece by itself.
    ///
    /// # Errors
    /// `InvalidQuery`, naming the relationship.
    pub(crate) fn by_pieces(&self) -> Result<()> {
        for (_, plan) in &self.0 {
            for step in plan.steps()? {
                let inner = step.asked && step.strategy == Strategy::InnerJoined;
                if inner || step.strategy == Strategy::FromJoin {
                    return Err(Error::new(
                        ErrorKind::InvalidQuery,
                        format!(
                            "{:?} cannot be loaded by .{}() where rows are read by batches or pages, since a join changes \
                             which rows there are; load it by .select_in()",
                            step.relation,
                            step.strategy.name()
                        ),
                    )
                    .with_table((step.relation.model)().table));
                }
            }
        }
        Ok(())
    }

    /// The query that the objects come from, where something repeats it, and it can be repeated.
    ///
    /// # Errors
    /// As [`Plan::steps`].
    pub(crate) fn source<Q: Query>(
        &self,
        query: &Q,
        entity: usize,
        criteria: &ModelCriteria,
    ) -> Result<Option<Source>> {
        let steps = self.0[entity].1.steps()?;
        if !steps.iter().any(|step| step.strategy == super::SUBQUERY) {
            return Ok(None);
        }
        let said = query.statement(criteria);
        Ok(said.map(|(select, binds)| Source {
            select: select.into_owned(),
            binds: binds.to_vec(),
            offset: self.offset(entity),
        }))
    }
}

/// A query with what is joined to it.
pub(crate) struct Joined {
    pub(crate) select: Select,
    pub(crate) binds: Vec<(crate::sql::Name, Value)>,
    pub(crate) branches: Branches,
}

impl Joined {
    /// Its text.
    ///
    /// # Errors
    /// As [`Branches::compile`].
    pub(crate) fn compile(&self, cache: &StatementCache) -> Result<Compiled> {
        self.branches.compile(cache, &self.select, &self.binds)
    }
}

/// Reads the rows of such a query: its own objects, each once where the joins repeat them.
pub(crate) struct RootRows<S: Shape> {
    rows: Vec<S::Owned>,
    distinct: Option<Distinct>,
    /// How the query's own columns lie, where some were left out.
    layout: Option<Arc<Layout>>,
    joined: JoinedRows,
    /// What the last row held.
    here: Here,
}

/// What tells one row of the query from another.
enum Distinct {
    /// The key of its only object; for each key the number of its row.
    ByKey(KeyPlaces, KeyNumbers, Vec<u32>),
    /// All its values.
    ByValues(SeededMap<RowValues, u32>),
}

/// The values of a row as a key.
#[derive(PartialEq)]
struct RowValues(Vec<Value>);

impl Hash for RowValues {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for value in &self.0 {
            match Key::from_value(value.as_ref()) {
                Some(key) => key.hash(state),
                // What is no key has no hash of its own, but a comparison.
                None => value.hash(state),
            }
        }
    }
}

// A row with NaN is unlike itself, and so given as often as it is found.
impl Eq for RowValues {}

impl<S: Shape> RootRows<S> {
    pub(crate) fn new(branches: &Branches, shared: bool) -> Self {
        let layout = branches.layout.as_ref();
        let distinct = branches.repeats.then(|| {
            let mut entities = Vec::new();
            S::entities(0, &mut |offset, model| entities.push((offset, model)));
            match entities.as_slice() {
                [(0, model)] if model.columns.len() == S::width() => {
                    let places = KeyPlaces::of_key(model, 0);
                    let places = places.within(layout.map(|layout| &**layout));
                    Distinct::ByKey(places, KeyNumbers::default(), Vec::new())
                }
                _ => Distinct::ByValues(SeededMap::default()),
            }
        });
        Self {
            rows: Vec::new(),
            distinct,
            layout: layout.filter(|it| it.lacks(0..S::width())).cloned(),
            joined: JoinedRows::new(branches, shared),
            here: Here {
                place: 0,
                key: None,
            },
        }
    }

    /// The query's own part of a row.
    fn own(&mut self, row: &dyn Row) -> Result<Here> {
        let spread;
        let own = match &self.layout {
            Some(layout) => {
                spread = SpreadRow { row, layout };
                &spread as &dyn Row
            }
            None => row,
        };
        let next = self.rows.len() as u32;
        let mut key = None;
        let place = match &mut self.distinct {
            None => next,
            Some(Distinct::ByKey(places, keys, rows)) => {
                key = places.integer(row);
                let entered = match key {
                    Some(integer) => Some(keys.enter_integer(integer)),
                    None => places.read(row)?.map(|key| keys.enter(key)),
                };
                match entered {
                    Some((_, true)) => {
                        rows.push(next);
                        next
                    }
                    Some((number, false)) => rows[number as usize],
                    None => next,
                }
            }
            Some(Distinct::ByValues(seen)) => {
                let values = (0..S::width()).map(|index| Ok(own.value(index)?.to_owned()));
                let values = RowValues(values.collect::<Result<_>>()?);
                *seen.entry(values).or_insert(next)
            }
        };
        if place == next {
            S::decode_into(&mut self.rows, own, 0)?;
        }
        Ok(Here { place, key })
    }

    pub(crate) fn into_parts(self) -> (Vec<S::Owned>, Vec<Found>) {
        (self.rows, self.joined.into_found())
    }
}

impl<S: Shape> RowSink for RootRows<S> {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        let unchanged = match self.distinct {
            // A key stands for a row.
            Some(Distinct::ByKey(..)) => self.joined.unchanged(row),
            _ => 0,
        };
        if unchanged == 0 {
            self.here = self.own(row)?;
        }
        self.joined.row(row, self.here, unchanged)
    }
}
