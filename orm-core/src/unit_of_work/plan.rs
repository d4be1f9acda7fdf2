//! The batches of a flush.

use std::collections::VecDeque;

use super::links::{self, LinkWrite};
use super::order::{self, Group, Order};
use super::updates::{Updates, plan_update};
use super::{defaults, keys, switch, sync};
use crate::error::Result;
use crate::mapping::{ColumnSet, Computed, ModelDescriptor, ObjectId};
use crate::state::State;
use crate::types::Value;

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
    /// The columns read back from an insert.
    pub(crate) returning: Vec<usize>,
    pub(crate) objects: Vec<ObjectId>,
    /// Columns that are NULL in this batch, whatever the objects say: rows in a cycle cannot all refer to each other at
    /// once.
    pub(crate) without: Vec<usize>,
    /// Expressions written beside the columns; there is only one object then.
    pub(crate) computed: Vec<Computed>,
}

/// What is to be sent next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Rows of a model's table.
    Rows(Write),
    /// Rows of a table between two models.
    Links(LinkWrite),
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
        let mut writes = Vec::new();
        let switched = switch::rows(state)?;
        state.strike_unpended();
        let groups = order::tables(state);
        let mut updates = Updates::default();
        let mut columns = Vec::new();
        for id in state.touched.clone() {
            plan_update(state, id, &mut columns, &mut updates)?;
        }
        let mut loosened = keys::loosen(state)?;
        for group in &groups {
            writes.extend(loosened.take(state, group));
        }
        for group in &groups {
            writes.extend(updates.clearing.take(state, group));
            writes.extend(updates.plain.take(state, group));
            writes.extend(plan_inserts(state, group)?);
            writes.extend(updates.waiting.take(state, group));
        }
        let mut steps: VecDeque<_> = writes.into_iter().map(Step::Rows).collect();
        steps.extend(links::plan(state, &switched)?.into_iter().map(Step::Links));
        for group in groups.iter().rev() {
            steps.extend(plan_deletes(state, group)?.into_iter().map(Step::Rows));
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
            for &id in ids {
                let (generate, unset) = (
                    generates(state, state.descriptor(id), id),
                    left_to_database(state, id),
                );
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
            steps: writes.into_iter().map(Step::Rows).collect(),
        }
    }

    /// The next batch to send: at most [`Self::ROWS`] rows of the next operation, so that neither the memory for the
    /// parameters nor a message to the server grows with the flush.
    pub(crate) fn next(&mut self) -> Option<Step> {
        let mut step = self.steps.pop_front()?;
        let rest = match &mut step {
            Step::Rows(write) if write.objects.len() > Self::ROWS => {
                let objects = write.objects.split_off(Self::ROWS);
                Some(Step::Rows(Write {
                    objects,
                    columns: write.columns.clone(),
                    returning: write.returning.clone(),
                    without: write.without.clone(),
                    computed: Vec::new(),
                    ..*write
                }))
            }
            Step::Links(write) if write.count() > Self::ROWS => {
                Some(Step::Links(write.split_off(Self::ROWS)))
            }
            Step::Rows(_) | Step::Links(_) => None,
        };
        if let Some(rest) = rest {
            self.steps.push_front(rest);
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
        let found = self.0.iter_mut().find(|(arena, write)| {
            *arena == id.arena && write.columns == columns && write.computed.is_empty()
        });
        match found {
            Some((_, write)) => write.objects.push(id),
            None => self.0.push((
                id.arena,
                Write {
                    operation,
                    descriptor,
                    columns: columns.to_vec(),
                    returning: Vec::new(),
                    objects: vec![id],
                    without: Vec::new(),
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
        let (mine, others) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|(arena, _)| group.arenas.contains(arena));
        self.0 = others;
        let mine: Vec<(u32, Write)> = mine;
        mine.into_iter()
            .map(|(_, write)| by_key(state, write))
            .collect()
    }
}

fn by_key(state: &State, mut write: Write) -> Write {
    let key = |id: &ObjectId| state.any(*id).ok().map(crate::mapping::AnyModel::identity);
    if write.objects.is_sorted_by_key(key) {
        return write;
    }
    write.objects.sort_by_cached_key(key);
    write
}

fn plan_inserts(state: &State, group: &Group) -> Result<Vec<Write>> {
    let mut writes = Vec::new();
    let order = group.levels(&state.pending, |rows| order::levels(state, rows))?;
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

/// What is the same for all new rows of a table.
struct Table {
    /// The columns that may be NULL and that the database has a default for.
    nullable: Vec<usize>,
    deferred: bool,
    generated: Option<usize>,
}

impl Table {
    fn of(descriptor: &ModelDescriptor) -> Self {
        Self {
            nullable: defaults::by_database(descriptor),
            deferred: descriptor.columns.iter().any(|column| column.deferred),
            generated: descriptor.generated_key(),
        }
    }
}

/// Rows of one table by what they leave to the database, each kind in the order in which the objects were added.
fn group_inserts(state: &State, rows: impl Iterator<Item = ObjectId>, order: &Order) -> Vec<Write> {
    let mut kinds: Vec<(bool, ColumnSet, Write)> = Vec::new();
    let mut table = None;
    for id in rows {
        let descriptor = state.descriptor(id);
        let table = table.get_or_insert_with(|| Table::of(descriptor));
        let (mut unset, mut computed) = (ColumnSet::EMPTY, Vec::new());
        if table.deferred || state.meta(id).extra.is_some() {
            unset = left_to_database(state, id);
            computed = state.computed(id);
        }
        if !table.nullable.is_empty() {
            defaults::leave_nulls(state, id, &table.nullable, &mut unset);
        }
        for computed in &computed {
            unset.insert(computed.column);
        }
        let without = order.without(id);
        let generate = table
            .generated
            .is_some_and(|key| state.is_unset_key(id, key));
        // A key that the database makes up without counting tells nothing about which row is whose.
        let alone = !computed.is_empty()
            || descriptor
                .primary_key
                .iter()
                .any(|&key| unset.contains(key));
        match kinds.iter_mut().find(|(other, columns, write)| {
            // Rows that leave nothing out are told apart without comparing lists: there are many of them.
            let same_without =
                (without.is_empty() && write.without.is_empty()) || write.without == without;
            let same = *other == generate && *columns == unset && same_without;
            same && !alone && write.computed.is_empty()
        }) {
            Some((.., write)) => write.objects.push(id),
            None => {
                let mut write = insert(descriptor, generate, unset, id);
                write.without = without.to_vec();
                write.computed = computed;
                kinds.push((generate, unset, write));
            }
        }
    }
    kinds.into_iter().map(|(.., write)| write).collect()
}

/// Whether the database generates the key of a new object.
fn generates(state: &State, descriptor: &ModelDescriptor, id: ObjectId) -> bool {
    let key = descriptor.generated_key();
    key.is_some_and(|key| state.is_unset_key(id, key))
}

/// The columns that a new object leaves to the database: those that its builder did not set, and nobody since.
fn left_to_database(state: &State, id: ObjectId) -> ColumnSet {
    let mut unset = unloaded(state, id);
    let Some(extra) = &state.meta(id).extra else {
        return unset;
    };
    let by_builder = extra.unset;
    if by_builder.is_empty() {
        return unset;
    }
    unset = by_builder;
    if !unset.is_empty() {
        for column in state.changed_columns(id) {
            unset.remove(column);
        }
        for column in sync::linked(state, id) {
            unset.remove(column);
        }
    }
    for column in unloaded(state, id).iter() {
        unset.insert(column);
    }
    unset
}

/// The deferred columns of a new object that nobody has set.
fn unloaded(state: &State, id: ObjectId) -> ColumnSet {
    let mut unset = ColumnSet::EMPTY;
    let columns = state.descriptor(id).columns.iter().enumerate();
    for (index, _) in columns.filter(|(_, column)| column.deferred) {
        let object = state.any(id);
        if object.is_ok_and(|object| object.value(index) == Value::Unloaded) {
            unset.insert(index);
        }
    }
    unset
}

fn insert(
    descriptor: &'static ModelDescriptor,
    generate: bool,
    unset: ColumnSet,
    first: ObjectId,
) -> Write {
    let left_out = |&index: &usize| {
        let column = &descriptor.columns[index];
        unset.contains(index) || (generate && column.generated) || !column.is_stored()
    };
    let (mut returning, columns): (Vec<usize>, Vec<usize>) =
        (0..descriptor.columns.len()).partition(left_out);
    // What is deferred is read when somebody asks for it.
    returning.retain(|&index| {
        let column = &descriptor.columns[index];
        !column.deferred && column.is_stored()
    });
    if !returning.is_empty() && !generate {
        // The rows are told apart by their keys, so the keys come back too.
        returning.splice(
            0..0,
            descriptor
                .primary_key
                .iter()
                .copied()
                .filter(|key| !unset.contains(*key)),
        );
    }
    // The generated key first: by it the rows are matched to the objects.
    returning.sort_by_key(|&index| !descriptor.columns[index].primary_key);
    Write {
        operation: Operation::Insert,
        descriptor,
        columns,
        returning,
        objects: vec![first],
        without: Vec::new(),
        computed: Vec::new(),
    }
}

fn plan_deletes(state: &State, group: &Group) -> Result<Vec<Write>> {
    let mut writes = Writes::default();
    let mut out = Vec::new();
    let order = group.levels(&state.doomed, |rows| order::levels_stored(state, rows))?;
    for mut write in references(state, group, &order) {
        write.without = write.columns.clone();
        out.push(write);
    }
    for level in order.levels.into_iter().rev() {
        for id in level {
            writes.push(id, Operation::Delete, state.descriptor(id), &[]);
        }
        out.extend(writes.take(state, group));
    }
    Ok(out)
}
