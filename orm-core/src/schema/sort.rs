//! The order of tables by their foreign keys.

use super::Table;
use crate::util::topo;

/// An order of tables, and the foreign keys that no order can satisfy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TableOrder {
    /// The tables by position, referenced ones first; ties keep the given order.
    pub(super) tables: Vec<usize>,
    /// The foreign keys that lie on a cycle, as (table, foreign key), by position.
    pub(super) cyclic: Vec<(usize, usize)>,
}

/// Sorts tables; a table that references itself is no cycle.
pub(super) fn sort(tables: &[Table]) -> TableOrder {
    let mut keys = Vec::new();
    for (child, table) in tables.iter().enumerate() {
        for (index, key) in table.foreign_keys.iter().enumerate() {
            let parent = tables.iter().position(|other| other.is(&key.table));
            if let Some(parent) = parent.filter(|&parent| parent != child) {
                keys.push((parent, child, index));
            }
        }
    }
    let edges: Vec<_> = keys
        .iter()
        .map(|&(parent, child, _)| (parent, child))
        .collect();
    if let Ok(tables) = topo::sort(tables.len(), &edges) {
        return TableOrder {
            tables,
            cyclic: Vec::new(),
        };
    }
    let (cyclic, free): (Vec<_>, Vec<_>) = keys
        .into_iter()
        .partition(|&(parent, child, _)| reaches(&edges, child, parent, tables.len()));
    let edges: Vec<_> = free
        .iter()
        .map(|&(parent, child, _)| (parent, child))
        .collect();
    TableOrder {
        // What is left has no cycle, so this sorts; the given order is what remains should that ever be wrong.
        tables: topo::sort(tables.len(), &edges).unwrap_or_else(|_| (0..tables.len()).collect()),
        cyclic: cyclic
            .into_iter()
            .map(|(_, child, index)| (child, index))
            .collect(),
    }
}

/// Whether edges lead from one node to another.
fn reaches(edges: &[(usize, usize)], from: usize, to: usize, count: usize) -> bool {
    let mut seen = vec![false; count];
    let mut work = vec![from];
    while let Some(node) = work.pop() {
        if node == to {
            return true;
        }
        if !std::mem::replace(&mut seen[node], true) {
            let next = edges.iter().filter(|edge| edge.0 == node);
            work.extend(next.map(|edge| edge.1));
        }
    }
    false
}
