//! Parents before children: over tables, and over rows only where tables form a cycle.

use std::collections::HashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ForeignKey, Key, ObjectId};
use crate::state::{Known, Slot, State};
use crate::types::Value;
use crate::util::topo;

/// Tables that have to be written together, because their foreign keys form a cycle; most often a single one.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) arenas: Vec<u32>,
    /// Whether rows refer to rows of the same group, so that rows have to be ordered too.
    pub(crate) cyclic: bool,
}

impl Group {
    /// The rows of this group among those listed: in levels by `order`, where rows have to be ordered, else as one.
    pub(crate) fn levels(
        &self,
        listed: &[ObjectId],
        order: impl FnOnce(&[ObjectId]) -> Result<Vec<Vec<ObjectId>>>,
    ) -> Result<Vec<Vec<ObjectId>>> {
        let mine = listed
            .iter()
            .copied()
            .filter(|id| self.arenas.contains(&id.arena));
        let rows: Vec<_> = mine.collect();
        if self.cyclic && !rows.is_empty() {
            order(&rows)
        } else {
            Ok(vec![rows])
        }
    }
}

/// The tables in use, parents first.
pub(crate) fn tables(state: &State) -> Vec<Group> {
    let arenas: Vec<_> = state.arenas().collect();
    let mut edges = Vec::new();
    for (child, (_, arena)) in arenas.iter().enumerate() {
        for reference in arena
            .descriptor
            .columns
            .iter()
            .filter_map(|column| column.references.as_ref())
        {
            let parent = (reference.model)();
            if let Some(parent) = arenas
                .iter()
                .position(|(_, other)| *other.descriptor == *parent)
            {
                edges.push((parent, child));
            }
        }
    }
    let groups = topo::components(arenas.len(), &edges);
    groups
        .into_iter()
        .map(|members| Group {
            cyclic: members.len() > 1 || edges.contains(&(members[0], members[0])),
            arenas: members.into_iter().map(|member| arenas[member].0).collect(),
        })
        .collect()
}

/// The parents of an object: what its foreign keys refer to, as far as it is known in memory.
pub(crate) fn parents(state: &State, id: ObjectId) -> Result<Vec<ObjectId>> {
    let mut parents = Vec::new();
    for (index, relation) in state.descriptor(id).relations.iter().enumerate() {
        if relation.owns_key()
            && let Known::Parent(Some(parent)) =
                state.known_parent(id, Slot::Own(relation, index))?
        {
            parents.push(parent);
        }
    }
    if let Some(extra) = &state.meta(id).extra {
        parents.extend(extra.anonymous.iter().filter_map(|(_, one)| one.current));
    }
    Ok(parents)
}

/// The parents of rows in the database, as far as they are held: what matters to a deletion is what the rows refer to,
/// not where the program has moved the objects since.
struct Stored(HashMap<u32, Vec<ForeignKey>>);

impl Stored {
    fn parents(&mut self, state: &State, id: ObjectId) -> Result<Vec<ObjectId>> {
        let keys = self
            .0
            .entry(id.arena)
            .or_insert_with(|| state.descriptor(id).foreign_keys());
        let (object, snapshot) = (state.any(id)?, state.meta(id).snapshot());
        let mut parents = Vec::new();
        for key in keys {
            let columns = key.parent.primary_key.iter().map(|column| {
                let place = key.remote.iter().position(|remote| remote == column)?;
                let column = key.columns[place];
                Some(match snapshot {
                    Some(snapshot) => snapshot[column].clone(),
                    None => object.value(column),
                })
            });
            let Some(values) = columns.collect::<Option<Vec<_>>>() else {
                continue;
            };
            let found = Key::from_values(values.iter().map(Value::as_ref))
                .and_then(|key_value| state.find(key.parent, &key_value));
            parents.extend(found.filter(|&parent| parent != id));
        }
        Ok(parents)
    }
}

/// Splits new rows into levels: every row's parents among `rows` are in an earlier level. Rows keep their order.
///
/// # Errors
/// `InvalidState` when rows refer to each other in a cycle.
pub(crate) fn levels(state: &State, rows: &[ObjectId]) -> Result<Vec<Vec<ObjectId>>> {
    split(state, rows, |id| parents(state, id))
}

/// As [`levels`], of rows to be deleted: by what they refer to in the database.
///
/// # Errors
/// `InvalidState` when rows refer to each other in a cycle.
pub(crate) fn levels_stored(state: &State, rows: &[ObjectId]) -> Result<Vec<Vec<ObjectId>>> {
    let mut stored = Stored(HashMap::new());
    split(state, rows, |id| stored.parents(state, id))
}

fn split(
    state: &State,
    rows: &[ObjectId],
    mut parents: impl FnMut(ObjectId) -> Result<Vec<ObjectId>>,
) -> Result<Vec<Vec<ObjectId>>> {
    let place: HashMap<_, _> = rows
        .iter()
        .enumerate()
        .map(|(index, &id)| (id, index))
        .collect();
    let mut edges = Vec::new();
    for (index, &id) in rows.iter().enumerate() {
        let parents = parents(id)?;
        edges.extend(
            parents
                .iter()
                .filter_map(|parent| place.get(parent))
                .map(|&parent| (parent, index)),
        );
    }
    let order = topo::sort(rows.len(), &edges).map_err(|cycle| circular(state, rows, &cycle))?;
    let mut level = vec![0_usize; rows.len()];
    let mut parents_of = vec![Vec::new(); rows.len()];
    for (parent, child) in edges {
        parents_of[child].push(parent);
    }
    for index in order {
        level[index] = parents_of[index]
            .iter()
            .map(|&parent| level[parent] + 1)
            .max()
            .unwrap_or(0);
    }
    let depth = level.iter().max().map_or(0, |deepest| deepest + 1);
    let mut levels = vec![Vec::new(); depth];
    for (index, &id) in rows.iter().enumerate() {
        levels[level[index]].push(id);
    }
    Ok(levels)
}

#[cold]
fn circular(state: &State, rows: &[ObjectId], cycle: &[usize]) -> Error {
    let names: Vec<_> = cycle
        .iter()
        .take(4)
        .map(|&index| state.describe(rows[index]))
        .collect();
    Error::new(
        ErrorKind::InvalidState,
        format!(
            "{} refer to each other in a cycle, so that none can be written first; leave one reference empty, flush, and set it then",
            names.join(", ")
        ),
    )
}
