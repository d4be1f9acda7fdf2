//! The batches of a flush.

use std::collections::VecDeque;

use super::inserts::{generates, group_inserts, insert, left_to_database};
use super::links::{self, LinkWrite};
use super::order::{self, Group, Order};
use super::updates::{Updates, plan_update};
use super::{defaults, guard, keys, switch, updates};
use crate::error::Result;
use crate::mapping::{ColumnSet, Computed, ModelDescriptor, ObjectId};
use crate::state::{Life, State};

/// What a batch does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    Insert,
    Update,
    Delete,
}

/// One batch: one operation on one table with one set of columns, for many objects.
#[derive(Debug)]
pub(crate) struct Write {
    pub(crate) operation: Operation,
    pub(crate) descriptor: &'static ModelDescriptor,
    /// The columns written, by position; for a delete none.
    pub(crate) columns: Vec<usize>,
    /// The columns read back.
    pub(crate) returning: Vec<usize>,
    pub(crate) objects: Vec<ObjectId>,
    /// Columns that are NULL in this batch, whatever the objects say: rows in a cycle cannot all refer to each other at
    /// once.
    pub(crate) without: Vec<usize>,
    /// Whether the rows have to be written one after the other, since one takes over a unique value of another.
    pub(crate) in_turn: bool,
    /// The columns by whose old values the rows are found, beside the key and the version.
    pub(crate) guard: Vec<usize>,
    /// Expressions written beside the columns; there is only one object then.
    pub(crate) computed: Vec<Computed>,
}

impl Write {
    /// The columns by whose values the database finds the rows: the key, the version, and what else they are guarded by.
    pub(crate) fn found_by(&self) -> Vec<usize> {
        let mut columns = self.descriptor.guard();
        columns.extend_from_slice(&self.guard);
        columns
    }
}

/// What is to be sent next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Rows of a model's table.
    Rows(Box<Write>),
    /// Rows of a table between two models.
    Links(LinkWrite),
}

impl Step {
    /// How many rows it has.
    fn count(&self) -> usize {
        match self {
            Self::Rows(write) => write.objects.len(),
            Self::Links(write) => write.count(),
        }
    }

    /// In a box, since it goes through many hands.
    fn rows(write: Write) -> Self {
        Self::Rows(Box::new(write))
    }

    /// Keeps the first `count` rows, and gives the rest.
    fn split_off(&mut self, count: usize) -> Self {
        match self {
            Self::Rows(write) => Self::rows(Write {
                objects: write.objects.split_off(count),
                columns: write.columns.clone(),
                returning: write.returning.clone(),
                without: write.without.clone(),
                guard: write.guard.clone(),
                computed: Vec::new(),
                ..**write
            }),
            Self::Links(write) => Self::Links(write.split_off(count)),
        }
    }
}

/// The batches of a flush, in the order in which they have to be sent.
#[derive(Debug)]
pub(crate) struct Plan {
    steps: VecDeque<Step>,
}

impl Plan {
    /// The rows of a batch, at the most.
    pub(crate) const ROWS: usize = 16_384;

    /// Plans what is pending, touched and doomed. Assignments have been reconciled and cascades carried out.
    pub(crate) fn new(state: &mut State) -> Result<Self> {
        let mut steps = VecDeque::new();
        state.check_outside()?;
        let switched = switch::rows(state)?;
        let groups = order::tables(state);
        let mut updates = Updates::default();
        let mut columns = Vec::new();
        for id in state.touched.clone() {
            plan_update(state, id, &mut columns, &mut updates)?;
        }
        let mut loosened = keys::loosen(state)?;
        let mut write = |writes: Vec<Write>| steps.extend(writes.into_iter().map(Step::rows));
        for group in &groups {
            write(loosened.take(state, group));
        }
        for group in &groups {
            write(updates.clearing.take(state, group));
            write(updates.plain.take(state, group));
            write(plan_inserts(state, group)?);
            write(updates.waiting.take(state, group));
        }
        steps.extend(links::plan(state, &switched)?.into_iter().map(Step::Links));
        for group in groups.iter().rev() {
            steps.extend(plan_deletes(state, group)?.into_iter().map(Step::rows));
        }
        let guarded = |step: &Step| matches!(step, Step::Rows(write) if !write.guard.is_empty());
        if steps.iter().any(guarded) {
            guard::but_references(steps.iter_mut());
        }
        Ok(Self { steps })
    }

    /// Plans the inserts of new objects that nothing leads to or from. Where nobody wants to know their keys, nothing is
    /// read back, and so no row has to go alone to be told apart.
    pub(crate) fn inserts(state: &State, ids: &[ObjectId], read_back: bool) -> Self {
        let writes = if read_back {
            group_inserts(state, ids.iter().copied(), &Order::default())
        } else {
            let mut kinds: Vec<(bool, ColumnSet, Write)> = Vec::new();
            let mut nullable = None;
            for &id in ids {
                let descriptor = state.descriptor(id);
                let nullable = nullable.get_or_insert_with(|| defaults::by_database(descriptor));
                let generate = generates(state, descriptor, id);
                let mut unset = left_to_database(state, id);
                if !nullable.is_empty() {
                    defaults::leave_nulls(state, id, nullable, &mut unset);
                }
                let known = kinds
                    .iter_mut()
                    .find(|(other, columns, _)| *other == generate && *columns == unset);
                if let Some((.., write)) = known {
                    write.objects.push(id);
                    continue;
                }
                let mut write = insert(state.descriptor(id), generate, unset, id);
                write.returning.clear();
                kinds.push((generate, unset, write));
            }
            kinds.into_iter().map(|(.., write)| write).collect()
        };
        Self {
            steps: writes.into_iter().map(Step::rows).collect(),
        }
    }

    /// The next batch to send: at most [`Self::ROWS`] rows of the next operation, so that neither the memory for the
    /// parameters nor a message to the server grows with the flush.
    pub(crate) fn next(&mut self) -> Option<Step> {
        let mut step = self.steps.pop_front()?;
        // Cut from the end, so that each row is moved once.
        while step.count() > Self::ROWS {
            let last = (step.count() - 1) / Self::ROWS * Self::ROWS;
            self.steps.push_front(step.split_off(last));
        }
        Some(step)
    }

    /// The only batch, if its reply cannot ask for it to be taken back.
    pub(crate) fn alone(&self) -> Option<&Write> {
        match self.steps.front() {
            Some(Step::Rows(write)) if self.steps.len() == 1 && write.stands_alone() => Some(write),
            _ => None,
        }
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// Batches being gathered; a table has few column sets, so they are found by looking at each.
#[derive(Default)]
pub(super) struct Writes(pub(super) Vec<(u32, Write)>);

impl Writes {
    pub(super) fn push(
        &mut self,
        id: ObjectId,
        operation: Operation,
        descriptor: &'static ModelDescriptor,
        columns: &[usize],
    ) {
        self.push_guarded(id, operation, descriptor, columns, Vec::new());
    }

    /// Adds an object whose row is found by old values too.
    pub(super) fn push_guarded(
        &mut self,
        id: ObjectId,
        operation: Operation,
        descriptor: &'static ModelDescriptor,
        columns: &[usize],
        guard: Vec<usize>,
    ) {
        let found = self.0.iter_mut().find(|(arena, write)| {
            *arena == id.arena
                && write.columns == columns
                && write.guard == guard
                && write.computed.is_empty()
        });
        match found {
            Some((_, write)) => write.objects.push(id),
            None => self.0.push((
                id.arena,
                Write {
                    operation,
                    descriptor,
                    columns: columns.to_vec(),
                    returning: match operation {
                        Operation::Update => descriptor.returned_by_update(columns),
                        Operation::Insert | Operation::Delete => Vec::new(),
                    },
                    objects: vec![id],
                    without: Vec::new(),
                    in_turn: false,
                    guard,
                    computed: Vec::new(),
                },
            )),
        }
    }

    /// The batches of a group's tables, their rows in the order of their keys.
    fn take(&mut self, state: &State, group: &Group) -> Vec<Write> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let belongs = |(arena, _): &(u32, Write)| group.arenas.contains(arena);
        let mut mine = std::mem::take(&mut self.0);
        if !mine.iter().all(belongs) {
            (mine, self.0) = mine.into_iter().partition(belongs);
        }
        mine.into_iter()
            .map(|(_, write)| updates::in_order(state, write))
            .collect()
    }
}

fn plan_inserts(state: &State, group: &Group) -> Result<Vec<Write>> {
    // Some may have been withdrawn since they were listed, or have got the row of another object.
    let pending = state.pending.iter().copied();
    let pending = pending.filter(|&id| state.meta(id).life == Life::Pending);
    if let (false, &[arena]) = (group.cyclic, &*group.arenas) {
        let mine = pending.filter(|id| id.arena == arena);
        return Ok(group_inserts(state, mine, &Order::default()));
    }
    let mut writes = Vec::new();
    let pending: Vec<_> = pending.collect();
    let order = group.levels(&pending, |rows| order::levels(state, rows))?;
    for level in &order.levels {
        for &arena in &group.arenas {
            writes.extend(group_inserts(
                state,
                level.iter().copied().filter(|id| id.arena == arena),
                &order,
            ));
        }
    }
    // What could not be said at the insert is said now, when every row is there.
    writes.extend(references(state, group, &order));
    Ok(writes)
}

/// Updates of the references that were left out so that rows in a cycle have an order.
fn references(state: &State, group: &Group, order: &Order) -> Vec<Write> {
    let mut updates = Writes::default();
    for (id, columns) in order.left_out() {
        updates.push(id, Operation::Update, state.descriptor(id), columns);
    }
    updates.take(state, group)
}

fn plan_deletes(state: &State, group: &Group) -> Result<Vec<Write>> {
    let mut writes = Writes::default();
    let mut out = Vec::new();
    let order = group.levels(&state.doomed, |rows| order::levels_stored(state, rows))?;
    for mut write in references(state, group, &order) {
        write.only_clears();
        out.push(write);
    }
    for level in order.levels.into_iter().rev() {
        for id in level {
            let guard = guard::columns(state, id, Operation::Delete, &[]);
            writes.push_guarded(id, Operation::Delete, state.descriptor(id), &[], guard);
        }
        out.extend(writes.take(state, group));
    }
    Ok(out)
}
