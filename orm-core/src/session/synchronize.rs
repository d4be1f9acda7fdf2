//! How the objects held follow a statement that writes rows by a condition.

use super::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Change, Effect, Key, ModelDescriptor, ObjectId, evaluate};
use crate::sql::Expr;
use crate::state::State;
use crate::types::{Row, RowSink, Value};

/// How a session finds out which of its objects an UPDATE, a DELETE or an upsert has changed; see
/// [`Session::execute_with`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Synchronize {
    /// By the condition, where it can be decided in memory for certain; else the database returns the keys, and the values
    /// that only it knows. Nothing is asked for when no object of the model is held.
    #[default]
    Auto,
    /// By the condition; an error when it cannot be decided in memory. Columns that are set to what only the database knows
    /// are expired.
    Evaluate,
    /// By the keys that the database returns (`RETURNING`).
    Fetch,
    /// Not at all: the objects keep their values until they are read anew.
    #[doc(alias = "synchronize_session=False")]
    None,
}

/// What is known before the statement is sent.
pub(super) struct Plan {
    change: Change,
    model: &'static ModelDescriptor,
    set: Vec<(usize, Option<Expr>)>,
    found: Found,
    /// Whether memory is to stay as it is.
    ignored: bool,
}

/// New values of columns, unknown ones where there is none.
type Values = Vec<(usize, Option<Value>)>;

enum Found {
    /// Nobody is concerned, or nobody wants to know.
    Nobody,
    /// These are, and have these values afterwards.
    Objects(Vec<(ObjectId, Values)>),
    /// The database returns the keys, and these columns.
    Asked(Vec<usize>),
}

impl Plan {
    /// The columns that the statement has to return beside what it returns.
    pub(super) fn returning(&self) -> Option<Vec<usize>> {
        let Found::Asked(columns) = &self.found else {
            return None;
        };
        let keys = self.model.primary_key.iter();
        Some(keys.chain(columns).copied().collect())
    }

    /// What takes those in.
    pub(super) fn sink(&self, offset: usize) -> Written {
        let columns = match &self.found {
            Found::Asked(columns) => Some(columns.len()),
            _ => None,
        };
        Written {
            model: self.model,
            offset,
            columns,
            keys: Vec::new(),
            values: Vec::new(),
        }
    }
}

/// Keeps the keys of the rows that a statement has written, and their values in the columns asked for.
pub(super) struct Written {
    model: &'static ModelDescriptor,
    offset: usize,
    /// How many of those there are; `None` when nothing was asked for.
    columns: Option<usize>,
    keys: Vec<Key>,
    values: Vec<Value>,
}

impl Written {
    /// How many rows there were.
    pub(super) fn count(&self) -> u64 {
        self.keys.len() as u64
    }
}

impl RowSink for Written {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        let Some(columns) = self.columns else {
            return Ok(());
        };
        self.keys.push(self.model.model_type.key(row, self.offset)?);
        let first = self.offset + self.model.primary_key.len();
        for index in first..first + columns {
            self.values.push(row.value(index)?.to_owned());
        }
        Ok(())
    }
}

impl Session {
    /// Finds out, before it is sent, whom a statement concerns: in this way, or by nothing but the objects that it returns.
    /// Pending changes have been flushed, or stay pending.
    pub(super) fn plan(
        &mut self,
        effect: Option<Effect<'_>>,
        how: Option<Synchronize>,
    ) -> Result<Option<Plan>> {
        let restricted;
        let Some(mut effect) = effect else {
            self.state.distrust();
            return Ok(None);
        };
        let own = effect.criteria.take();
        let session = match effect.free {
            true => None,
            false => self.options.criteria.condition(effect.model),
        };
        if let Some(condition) = own.into_iter().chain(session).reduce(Expr::and) {
            restricted = match effect.filter {
                Some(filter) => filter.clone().and(condition),
                None => condition,
            };
            effect.filter = Some(&restricted);
        }
        let (change, model) = (effect.change, effect.model);
        let found = match how {
            Some(Synchronize::None) => Found::Nobody,
            None if change == Change::Deletes => Found::Objects(Vec::new()),
            None => Found::Nobody,
            Some(how) => find(&self.state, &effect, how)?,
        };
        if effect.writes_others || reaches_others(&self.state, &effect) {
            self.state.distrust();
        }
        let unknown = how == Some(Synchronize::None) && change != Change::Inserts;
        self.state.model_written(model, change, unknown);
        Ok(Some(Plan {
            change,
            model,
            set: assignments(&effect),
            found,
            ignored: how == Some(Synchronize::None),
        }))
    }

    /// The statement has been run, and changed this many rows. What the database computes of them is read back.
    pub(super) async fn follow(
        &mut self,
        plan: Plan,
        affected: u64,
        written: &Written,
    ) -> Result<()> {
        let (model, change, ignored) = (plan.model, plan.change, plan.ignored);
        let set: Vec<_> = plan.set.iter().map(|&(column, _)| column).collect();
        let computes = model.computes();
        let updated = self.take_over(plan, affected, written)?;
        if !ignored && affected > 0 {
            match change {
                Change::Inserts | Change::Upserts => self.state.rows_came(model, None)?,
                Change::Updates if affected > updated.len() as u64 => {
                    self.state.rows_came(model, Some(&set))?;
                }
                Change::Updates | Change::Deletes => {}
            }
        }
        if computes && !updated.is_empty() {
            // Few models have such columns, and the others' futures stay small.
            Box::pin(self.read_back(updated)).await?;
        }
        Ok(())
    }

    /// Gives the objects what the statement made of their rows; those that have new values.
    fn take_over(&mut self, plan: Plan, affected: u64, written: &Written) -> Result<Vec<ObjectId>> {
        let state = &mut self.state;
        let objects = match plan.found {
            Found::Nobody => return Ok(Vec::new()),
            Found::Objects(objects) => {
                if affected < objects.len() as u64 {
                    // Another transaction has changed rows since they were read: what is in memory decided wrongly.
                    objects.iter().try_for_each(|&(id, _)| state.expire(id))?;
                    return Ok(Vec::new());
                }
                objects
            }
            Found::Asked(columns) => {
                let mut objects = Vec::new();
                for (row, key) in written.keys.iter().enumerate() {
                    let Some(id) = state.find(plan.model, key) else {
                        continue;
                    };
                    let mut values = new_values(state, id, plan.model, &plan.set);
                    let returned = &written.values[row * columns.len()..][..columns.len()];
                    for (column, value) in columns.iter().zip(returned) {
                        let known = values.iter_mut().find(|(other, _)| other == column);
                        if let Some((_, slot)) = known {
                            *slot = Some(value.clone());
                        }
                    }
                    objects.push((id, values));
                }
                objects
            }
        };
        if plan.change == Change::Deletes {
            let ids: Vec<_> = objects.into_iter().map(|(id, _)| id).collect();
            state.rows_deleted_by_hand(&ids)?;
            if affected > 0 {
                state.referrers_written(plan.model)?;
            }
            return Ok(Vec::new());
        }
        let mut updated = Vec::with_capacity(objects.len());
        for (id, values) in objects {
            state.row_updated_by_hand(id, &values)?;
            updated.push(id);
        }
        Ok(updated)
    }
}

fn find(state: &State, effect: &Effect<'_>, how: Synchronize) -> Result<Found> {
    let (model, change) = (effect.model, effect.change);
    if change == Change::Inserts || (change == Change::Upserts && effect.set.is_empty()) {
        return Ok(Found::Nobody);
    }
    let held = state.held(model);
    if held.is_empty() {
        return Ok(Found::Objects(Vec::new()));
    }
    let moves_keys = effect
        .set
        .iter()
        .any(|(column, _)| model.primary_key.contains(column));
    let decided = match how {
        Synchronize::Fetch if !moves_keys => None,
        _ => decide(state, effect, &held),
    };
    let set = assignments(effect);
    let later = model.expired_by_update(&set_columns(effect));
    if let Some(ids) = decided {
        let objects = ids.into_iter();
        let objects: Vec<_> = objects
            .map(|id| (id, new_values(state, id, model, &set)))
            .collect();
        let certain = objects.iter().all(|(_, values)| {
            let known = |(column, value): &(usize, Option<Value>)| {
                value.is_some() || later.contains(column)
            };
            values.iter().all(known)
        });
        if certain || (how == Synchronize::Evaluate && !moves_keys) {
            return Ok(Found::Objects(objects));
        }
    } else if how == Synchronize::Evaluate {
        return Err(undecided(
            model,
            "decides in memory which objects the statement concerns, and its condition can only be decided by the database; \
             say Synchronize::Auto or Fetch",
        ));
    }
    if moves_keys {
        return Err(undecided(
            model,
            "cannot tell which of its objects get which primary key, since only the database can work that out; expunge them, \
             or say Synchronize::None",
        ));
    }
    // Values that follow from the row are worked out here.
    let unknown = |(column, value): &(usize, Option<Expr>)| {
        let certain = |&id: &ObjectId| {
            let value = value.as_ref().filter(|_| effect.alone);
            value.is_some_and(|value| new_value(state, id, model, value).is_some())
        };
        let asked = !later.contains(column) && !held.iter().all(certain);
        asked.then_some(*column)
    };
    Ok(Found::Asked(set.iter().filter_map(unknown).collect()))
}

/// What the statement sets, and what follows from that in the row, whose value only the database knows.
fn assignments(effect: &Effect<'_>) -> Vec<(usize, Option<Expr>)> {
    let set = effect.set.iter();
    let mut set: Vec<_> = set.map(|&(it, value)| (it, value.cloned())).collect();
    if !set.is_empty() {
        set.extend(
            effect
                .model
                .followers(&set_columns(effect))
                .map(|it| (it, None)),
        );
    }
    set
}

fn set_columns(effect: &Effect<'_>) -> Vec<usize> {
    effect.set.iter().map(|&(column, _)| column).collect()
}

/// The objects for which the condition holds; `None` when that is not certain.
fn decide(state: &State, effect: &Effect<'_>, held: &[ObjectId]) -> Option<Vec<ObjectId>> {
    if !effect.alone {
        return None;
    }
    let mut found = Vec::new();
    for &id in held {
        if state.meta(id).is_expired_whole() && effect.change == Change::Updates {
            // It is read anew anyway.
            continue;
        }
        let holds = match effect.filter {
            None => Value::Bool(true),
            Some(filter) => new_value(state, id, effect.model, filter)?,
        };
        if holds == Value::Bool(true) {
            found.push(id);
        }
    }
    Some(found)
}

fn new_value(
    state: &State,
    id: ObjectId,
    model: &'static ModelDescriptor,
    value: &Expr,
) -> Option<Value> {
    let exact = state.compares_exactly(model);
    evaluate(value, model, &|column| state.known(id, column), exact)
}

fn new_values(
    state: &State,
    id: ObjectId,
    model: &'static ModelDescriptor,
    set: &[(usize, Option<Expr>)],
) -> Values {
    let values = set.iter();
    values
        .map(|(column, value)| {
            let value = value.as_ref();
            (
                *column,
                value.and_then(|value| new_value(state, id, model, value)),
            )
        })
        .collect()
}

/// Whether the database itself writes rows of other models, or others of this one, because of what the statement does.
fn reaches_others(state: &State, effect: &Effect<'_>) -> bool {
    // Models that the session has not met yet are found by the relationships that lead to them.
    let met = state.arenas().map(|(_, arena)| arena.descriptor);
    let related = effect.model.relations.iter();
    let related = related.map(|relation| (relation.target)());
    let references = met
        .chain(related)
        .flat_map(|model| model.columns)
        .filter_map(|column| column.references.as_ref())
        .filter(|reference| *(reference.model)() == *effect.model);
    let mut references = references.peekable();
    match effect.change {
        Change::Inserts => false,
        Change::Deletes => references.any(|reference| !reference.on_delete.refuses()),
        Change::Updates | Change::Upserts => references.any(|reference| {
            let referenced = effect.model.column_index(reference.column);
            let set = effect
                .set
                .iter()
                .any(|&(column, _)| Some(column) == referenced);
            set && !reference.on_update.refuses()
        }),
    }
}

#[cold]
fn undecided(model: &ModelDescriptor, what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!("the session holds objects of {}, and {what}", model.name),
    )
    .with_table(model.table)
}
