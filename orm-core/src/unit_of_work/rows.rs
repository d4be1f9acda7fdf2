//! The order of rows, where tables form a cycle. Where rows themselves do, one of their references is left out, and set
//! when all of them are there: that of the foreign key, of those that may be NULL, which concerns the fewest rows.

use rustc_hash::FxHashMap;

use super::order::Order;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{ForeignKey, Key, ObjectId};
use crate::state::{Known, Slot, State};
use crate::types::Value;
use crate::util::topo;

/// The foreign keys by which rows refer to rows.
#[derive(Default)]
pub(super) struct Classes(Vec<Class>);

struct Class {
    arena: u32,
    columns: Vec<usize>,
    nullable: bool,
}

impl Classes {
    fn of(&mut self, state: &State, arena: u32, columns: &[usize]) -> usize {
        let known = |class: &Class| class.arena == arena && class.columns == columns;
        if let Some(index) = self.0.iter().position(known) {
            return index;
        }
        let descriptor = state.arena(arena).descriptor;
        self.0.push(Class {
            arena,
            columns: columns.to_vec(),
            nullable: columns
                .iter()
                .all(|&column| descriptor.columns[column].nullable),
        });
        self.0.len() - 1
    }
}

/// The parents of an object, as far as they are known in memory, and the foreign keys that refer to them.
pub(super) fn parents(
    state: &State,
    id: ObjectId,
    classes: &mut Classes,
) -> Result<Vec<(ObjectId, usize)>> {
    let mut parents = Vec::new();
    for (index, relation) in state.descriptor(id).relations.iter().enumerate() {
        if relation.owns_key()
            && let Known::Parent(Some(parent)) =
                state.known_parent(id, Slot::Own(relation, index))?
        {
            let columns = &relation.link()?.local;
            parents.push((parent, classes.of(state, id.arena, columns)));
        }
    }
    for (relation, one) in &state.meta(id).rare().anonymous {
        if let Some(parent) = one.current {
            let columns = &relation.link()?.remote;
            parents.push((parent, classes.of(state, id.arena, columns)));
        }
    }
    Ok(parents)
}

/// The parents of rows in the database, as far as they are held: what matters to a deletion is what the rows refer to,
/// not where the program has moved the objects since.
#[derive(Default)]
pub(super) struct Stored(FxHashMap<u32, Vec<ForeignKey>>);

impl Stored {
    pub(super) fn parents(
        &mut self,
        state: &State,
        id: ObjectId,
        classes: &mut Classes,
    ) -> Result<Vec<(ObjectId, usize)>> {
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
            if let Some(parent) = found.filter(|&parent| parent != id) {
                parents.push((parent, classes.of(state, id.arena, &key.columns)));
            }
        }
        Ok(parents)
    }
}

/// Splits rows into levels: every row's parents among `rows` are in an earlier level. Rows keep their order.
pub(super) fn split(
    state: &State,
    rows: &[ObjectId],
    mut parents: impl FnMut(ObjectId, &mut Classes) -> Result<Vec<(ObjectId, usize)>>,
) -> Result<Order> {
    let place: FxHashMap<_, _> = rows
        .iter()
        .enumerate()
        .map(|(index, &id)| (id, index))
        .collect();
    let mut classes = Classes::default();
    let mut edges = Vec::new();
    let mut class_of = Vec::new();
    for (index, &id) in rows.iter().enumerate() {
        for (parent, class) in parents(id, &mut classes)? {
            if let Some(&parent) = place.get(&parent) {
                edges.push((parent, index));
                class_of.push(class);
            }
        }
    }
    let mut out = Order::default();
    let order = loop {
        let cycle = match topo::sort(rows.len(), &edges) {
            Ok(order) => break order,
            Err(behind) => on_cycles(rows.len(), &edges, behind),
        };
        let Some(class) = weakest(&classes, &cycle, &edges, &class_of) else {
            return Err(circular(state, rows, &cycle));
        };
        let (mut kept, mut kept_classes) = (Vec::new(), Vec::new());
        for (&edge, &of) in edges.iter().zip(&class_of) {
            if of == class && within(&cycle, edge) {
                let columns = out.left_out.entry(rows[edge.1]).or_default();
                columns.extend(&classes.0[class].columns);
                columns.sort_unstable();
                columns.dedup();
            } else {
                kept.push(edge);
                kept_classes.push(of);
            }
        }
        (edges, class_of) = (kept, kept_classes);
    };
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
    out.levels = vec![Vec::new(); depth];
    for (index, &id) in rows.iter().enumerate() {
        out.levels[level[index]].push(id);
    }
    Ok(out)
}

/// Of the rows on or behind a cycle, those that are also on or before one.
fn on_cycles(count: usize, edges: &[(usize, usize)], behind: Vec<usize>) -> Vec<usize> {
    let back: Vec<_> = edges.iter().map(|&(from, to)| (to, from)).collect();
    let before = topo::sort(count, &back).err().unwrap_or_default();
    let on = |row: &usize| before.binary_search(row).is_ok();
    behind.into_iter().filter(on).collect()
}

fn within(cycle: &[usize], (from, to): (usize, usize)) -> bool {
    cycle.binary_search(&from).is_ok() && cycle.binary_search(&to).is_ok()
}

/// The foreign key that may be NULL and has the fewest references among the rows of a cycle.
fn weakest(
    classes: &Classes,
    cycle: &[usize],
    edges: &[(usize, usize)],
    class_of: &[usize],
) -> Option<usize> {
    let mut counts = vec![0_usize; classes.0.len()];
    for (&edge, &class) in edges.iter().zip(class_of) {
        counts[class] += usize::from(within(cycle, edge));
    }
    let candidates = counts.iter().enumerate();
    candidates
        .filter(|&(class, &count)| count > 0 && classes.0[class].nullable)
        .min_by_key(|&(_, &count)| count)
        .map(|(class, _)| class)
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
            "{} refer to each other in a cycle of foreign keys that cannot be NULL, so that none can be written first; \
             make one of the columns an Option",
            names.join(", ")
        ),
    )
}
