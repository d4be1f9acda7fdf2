//! One statement of a load, and what reads its rows.

use super::by_key::{ByKey, KeyTest};
use super::folding::Comparison;
use super::groups::Groups;
use super::join::{Branches, join_branches};
use super::key_numbers::KeyNumbers;
use super::key_places::KeyPlaces;
use super::plan::Step;
use super::rows::{Collector, Found, Here, JoinedRows};
use super::source::Source;
use super::statement::step_select;
use crate::error::Result;
use crate::mapping::{AnyModel, Key, Strategy};
use crate::sql::{Expr, Name, Select};
use crate::types::{Row, RowSink, Value};

/// The parents of a load, by the keys that their related rows hold.
pub(crate) struct Parents {
    /// The keys, each once.
    rows: ByKey,
    numbers: KeyNumbers,
    /// Pairs of a key's number and a parent that has it.
    pairs: Vec<(u32, u32)>,
}

/// A load, ready to be sent.
pub(crate) struct Fetch {
    /// One, or one for each key where the step says so.
    pub(crate) statements: Vec<LoadStatement>,
    pub(crate) branches: Branches,
    /// Reads the rows of all of them.
    pub(crate) sink: Box<StepRows>,
}

/// A statement of a load.
pub(crate) enum LoadStatement {
    /// The text that every load of the relationship has.
    Plain(ByKey),
    /// A query of its own, with the values of its named parameters.
    Query(Box<Select>, Vec<(Name, Value)>),
}

/// Reads the rows of a step, and what was joined to them.
pub(crate) struct StepRows {
    places: KeyPlaces,
    numbers: KeyNumbers,
    pairs: Vec<(u32, u32)>,
    /// The parents of each key; none where an object may belong to several parents: then its parent is the number of the
    /// key.
    groups: Option<Groups<u32>>,
    repeats: bool,
    /// Whether a row came whose key is none of those asked for; only where they were asked for one by one.
    missed: bool,
    asked: bool,
    /// Whether nothing is joined to the rows.
    plain: bool,
    target: Collector,
    joined: JoinedRows,
}

impl Parents {
    pub(crate) fn of(step: &Step) -> Result<Self> {
        Ok(Self {
            rows: ByKey::of(step.relation)?,
            numbers: KeyNumbers::default(),
            pairs: Vec::new(),
        })
    }

    /// Adds a parent, unless a part of its key is NULL: then it has nothing.
    pub(crate) fn add(&mut self, number: u32, object: &dyn AnyModel, columns: &[usize]) {
        let (key_number, _) = if let [column] = columns {
            let value = object.value(*column);
            let entered = match value {
                Value::I64(integer) => self.numbers.enter_integer(integer),
                _ => match Key::from_value(value.as_ref()) {
                    Some(key) => self.numbers.enter(key),
                    None => return,
                },
            };
            if entered.1
                && let Some(list) = self.rows.keys.first_mut()
            {
                list.push(value);
            }
            entered
        } else {
            let values: Vec<Value> = columns.iter().map(|&column| object.value(column)).collect();
            let Some(key) = Key::from_values(values.iter().map(Value::as_ref)) else {
                return;
            };
            let entered = self.numbers.enter(key);
            if entered.1 {
                self.rows.push(values);
            }
            entered
        };
        self.pairs.push((key_number, number));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The statement that loads a step for them; `shared` when several may hold one object.
    ///
    /// # Errors
    /// `InvalidQuery` as [`join_branches`].
    pub(crate) fn fetch(
        self,
        step: &Step,
        source: Option<&Source>,
        shared: bool,
        comparison: Comparison<'_>,
    ) -> Result<Fetch> {
        let link = step.relation.link()?;
        let target = (step.relation.target)();
        let folding = comparison.folding;
        let source = source.filter(|_| step.strategy == Strategy::Subquery && folding.is_none());
        let plain = source.is_none()
            && folding.is_none()
            && step.criteria.is_none()
            && step.relation.options.filter.is_none()
            && step.undeferred.is_empty()
            && !step.is_restricted()?
            && !step.plan.joins()?;
        let parts = match step.strategy {
            Strategy::Immediate => self.rows.one_by_one(),
            _ => vec![self.rows],
        };
        let mut branches = Branches::default();
        let mut statements = Vec::with_capacity(parts.len());
        for mut keys in parts {
            if plain {
                statements.push(LoadStatement::Plain(keys));
                continue;
            }
            let mut select = match (source, folding) {
                (_, Some(folding)) => step_select(step, KeyTest::List, |select, held| {
                    folding.join(select, step.relation, held, keys, comparison.dialect)
                })?,
                (Some(source), None) => step_select(step, KeyTest::List, |select, keys| {
                    let source = source.keys(&link.local, 1);
                    select.add_filter(in_source(keys.clone(), source));
                    Ok(keys)
                })?,
                (None, None) => {
                    let (test, binds) = keys.take_test();
                    step_select(step, test, |select, keys| {
                        select.add_filter(test.condition(keys.clone(), binds));
                        Ok(keys)
                    })?
                }
            };
            branches = join_branches(&mut select, &[(0, &step.plan)])?;
            let binds = source.map_or(Vec::new(), |source| source.binds.clone());
            statements.push(LoadStatement::Query(Box::new(select), binds));
        }
        let places = match (&link.table, folding) {
            (_, Some(_)) => KeyPlaces::told(step.relation, link),
            (Some(table), None) => KeyPlaces::behind_target(table),
            (None, None) => KeyPlaces::in_target(link, target),
        };
        let places = places.within(branches.layout.as_deref());
        Ok(Fetch {
            statements,
            sink: Box::new(StepRows {
                places,
                groups: (!shared).then(|| {
                    Groups::new(self.numbers.count() as usize, &self.pairs, |parent| parent)
                }),
                numbers: self.numbers,
                pairs: self.pairs,
                repeats: branches.repeats,
                missed: false,
                asked: source.is_none(),
                plain: branches.list.is_empty(),
                target: Collector::new(target, &branches, None, shared),
                joined: JoinedRows::new(&branches, shared),
            }),
            branches,
        })
    }
}

/// `keys IN (SELECT ..)`
fn in_source(mut keys: Vec<Expr>, select: Select) -> Expr {
    let operand = match keys.len() {
        1 => keys.remove(0),
        _ => Expr::Row(keys),
    };
    Expr::InSelect {
        operand: Box::new(operand),
        select: Box::new(select),
        negated: false,
    }
}

impl RowSink for StepRows {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        let number = match self.places.integer(row) {
            Some(integer) => self.numbers.find_integer(integer),
            None => {
                let key = self.places.read(row)?;
                key.and_then(|key| self.numbers.find(&key))
            }
        };
        let Some(number) = number else {
            self.missed = self.asked;
            return Ok(());
        };
        let parent = |place| Here { place, key: None };
        if self.plain && self.groups.is_none() {
            self.target.push(row, None, parent(number))?;
            return Ok(());
        }
        let number = [number];
        let parents = match &self.groups {
            Some(groups) => groups.of(number[0]),
            None => &number,
        };
        for &number in parents {
            let here = if self.repeats {
                self.target.enter(row, None, parent(number))?
            } else {
                Some(parent(self.target.push(row, None, parent(number))?))
            };
            if let Some(here) = here {
                self.joined.row(row, here, 0)?;
            }
        }
        Ok(())
    }
}

impl StepRows {
    /// Whether the database gave a row for a key that is none of those asked for.
    pub(crate) fn has_missed(&self) -> bool {
        self.missed
    }

    /// The rows of the step, those of its branches, and pairs of a key's number and a parent that has it.
    pub(crate) fn into_parts(self) -> (Found, Vec<Found>, Vec<(u32, u32)>) {
        (
            self.target.into_found(),
            self.joined.into_found(),
            self.pairs,
        )
    }
}
