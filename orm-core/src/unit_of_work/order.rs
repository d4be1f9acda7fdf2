//! Parents before children: over tables, and over rows only where tables form a cycle.

use std::collections::BTreeMap;

use super::rows::{self, Stored};
use crate::error::Result;
use crate::mapping::{ModelDescriptor, ObjectId};
use crate::state::State;
use crate::util::topo;

/// Tables that have to be written together, because their foreign keys form a cycle; most often a single one.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) arenas: Vec<u32>,
    /// Whether rows refer to rows of the same group, so that rows have to be ordered too.
    pub(crate) cyclic: bool,
}

/// Rows in levels: every row's parents are in an earlier one.
#[derive(Debug, Default)]
pub(crate) struct Order {
    pub(crate) levels: Vec<Vec<ObjectId>>,
    /// The references without which there is such an order, where rows form a cycle: for each row its columns.
    pub(super) left_out: BTreeMap<ObjectId, Vec<usize>>,
}

impl Order {
    /// The columns of a row that cannot hold their parent's key yet.
    pub(crate) fn without(&self, id: ObjectId) -> &[usize] {
        self.left_out.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The rows with references that were left out.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = (ObjectId, &[usize])> {
        self.left_out
            .iter()
            .map(|(&id, columns)| (id, columns.as_slice()))
    }
}

impl Group {
    /// The rows of this group among those listed: in levels by `order`, where rows have to be ordered, else as one.
    pub(crate) fn levels(
        &self,
        listed: &[ObjectId],
        order: impl FnOnce(&[ObjectId]) -> Result<Order>,
    ) -> Result<Order> {
        let mine = listed
            .iter()
            .copied()
            .filter(|id| self.arenas.contains(&id.arena));
        let rows: Vec<_> = mine.collect();
        if self.cyclic && !rows.is_empty() {
            return order(&rows);
        }
        Ok(Order {
            levels: vec![rows],
            ..Order::default()
        })
    }
}

/// The tables in use, parents first.
pub(crate) fn tables(state: &State) -> Vec<Group> {
    if let Some(arena) = only_table(state) {
        return vec![Group {
            cyclic: refers_to_itself(state.arena(arena).descriptor),
            arenas: vec![arena],
        }];
    }
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

/// The table of everything that a flush may have to write, if there is only one.
fn only_table(state: &State) -> Option<u32> {
    let listed = state.pending.iter().chain(&state.touched);
    let rekeyed = state.rekeyed.iter().map(|(id, _)| id);
    let mut listed = listed.chain(&state.doomed).chain(rekeyed);
    let first = listed.next()?.arena;
    listed.all(|id| id.arena == first).then_some(first)
}

fn refers_to_itself(model: &ModelDescriptor) -> bool {
    let references = model.columns.iter().filter_map(|it| it.references.as_ref());
    references.map(|it| (it.model)()).any(|it| *it == *model)
}

/// Splits new rows into levels: every row's parents among `rows` are in an earlier level. Rows keep their order.
///
/// # Errors
/// `InvalidState` when rows refer to each other in a cycle by foreign keys that cannot be NULL.
pub(crate) fn levels(state: &State, listed: &[ObjectId]) -> Result<Order> {
    rows::split(state, listed, |id, classes| {
        rows::parents(state, id, classes)
    })
}

/// As [`levels`], of rows to be deleted: by what they refer to in the database.
///
/// # Errors
/// As [`levels`].
pub(crate) fn levels_stored(state: &State, listed: &[ObjectId]) -> Result<Order> {
    let mut stored = Stored::default();
    rows::split(state, listed, |id, classes| {
        stored.parents(state, id, classes)
    })
}
