//! New rows of one table, by what they leave to the database.

use super::order::Order;
use super::plan::{Operation, Write};
use super::{defaults, sync};
use crate::mapping::{ColumnDescriptor, ColumnSet, ModelDescriptor, ObjectId};
use crate::state::State;
use crate::types::Value;

/// What is the same for all new rows of a table.
struct Table {
    /// The columns that may be NULL and that the database has a default for.
    nullable: Vec<usize>,
    generated: Option<usize>,
    /// Whether what a row leaves to the database is said by nothing but its bookkeeping.
    plain: bool,
}

impl Table {
    fn of(descriptor: &ModelDescriptor) -> Self {
        let nullable = defaults::by_database(descriptor);
        let omittable = descriptor.columns.iter().any(|column| column.omittable);
        Self {
            plain: nullable.is_empty() && !omittable,
            nullable,
            generated: descriptor.generated_key(),
        }
    }
}

/// Rows of one table by what they leave to the database, each kind in the order in which the objects were added.
pub(super) fn group_inserts(
    state: &State,
    rows: impl Iterator<Item = ObjectId>,
    order: &Order,
) -> Vec<Write> {
    let mut kinds: Vec<(bool, ColumnSet, Write)> = Vec::new();
    let (mut table, mut whole) = (None, [None::<usize>; 2]);
    for id in rows {
        let descriptor = state.descriptor(id);
        let table = table.get_or_insert_with(|| Table::of(descriptor));
        let generate = table
            .generated
            .is_some_and(|key| state.is_unset_key(id, key));
        // Most rows leave nothing to the database but perhaps their key.
        if table.plain && order.left_out.is_empty() && state.meta(id).leaves_nothing() {
            let place = &mut whole[usize::from(generate)];
            if let Some(at) = *place {
                let write: &mut Write = &mut kinds[at].2;
                write.objects.push(id);
                continue;
            }
            // The next such row finds it at once.
            let same = |(other, columns, write): &(bool, ColumnSet, Write)| {
                *other == generate && columns.is_empty() && write.computed.is_empty()
            };
            *place = Some(kinds.iter().position(same).unwrap_or(kinds.len()));
        }
        let mut unset = left_to_database(state, id);
        if !table.nullable.is_empty() {
            defaults::leave_nulls(state, id, &table.nullable, &mut unset);
        }
        let computed = state.computed(id);
        for computed in &computed {
            unset.insert(computed.column);
        }
        let without = order.without(id);
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
pub(super) fn generates(state: &State, descriptor: &ModelDescriptor, id: ObjectId) -> bool {
    let key = descriptor.generated_key();
    key.is_some_and(|key| state.is_unset_key(id, key))
}

/// The columns that a new object leaves to the database: those that its builder did not set, and nobody since.
pub(super) fn left_to_database(state: &State, id: ObjectId) -> ColumnSet {
    let extra = state.meta(id).extra.as_ref();
    not_set(
        state,
        id,
        extra.map_or(ColumnSet::EMPTY, |extra| extra.unset),
    )
}

/// The columns that the builder of a new object with a key of its own left out, and nobody has set since.
pub(super) fn left_out(state: &State, id: ObjectId) -> ColumnSet {
    not_set(state, id, state.meta(id).rare().omitted)
}

fn not_set(state: &State, id: ObjectId, by_builder: ColumnSet) -> ColumnSet {
    let mut unset = unloaded(state, id);
    if !by_builder.is_empty() {
        let mut left = by_builder;
        for column in state.changed_columns(id) {
            left.remove(column);
        }
        left.iter().for_each(|column| unset.insert(column));
    }
    if !unset.is_empty() {
        for column in sync::linked(state, id) {
            unset.remove(column);
        }
    }
    unset
}

/// The columns without a value of a new object, but for those that the program has a default for.
fn unloaded(state: &State, id: ObjectId) -> ColumnSet {
    let mut unset = ColumnSet::EMPTY;
    let columns = state.descriptor(id).columns.iter().enumerate();
    let open = |column: &ColumnDescriptor| column.omittable && column.client_default.is_none();
    for (index, _) in columns.filter(|(_, column)| open(column)) {
        let object = state.any(id);
        if object.is_ok_and(|object| object.value(index) == Value::Unloaded) {
            unset.insert(index);
        }
    }
    unset
}

pub(super) fn insert(
    descriptor: &'static ModelDescriptor,
    generate: bool,
    unset: ColumnSet,
    first: ObjectId,
) -> Write {
    let left_out = |&index: &usize| {
        let column = &descriptor.columns[index];
        unset.contains(index)
            || (generate && column.generated)
            || !column.is_written()
            || descriptor.is_server_version(index)
    };
    let (mut returning, columns): (Vec<usize>, Vec<usize>) =
        (0..descriptor.columns.len()).partition(left_out);
    // What is deferred is read when somebody asks for it.
    returning.retain(|&index| {
        let column = &descriptor.columns[index];
        !column.deferred && column.is_stored() && !descriptor.is_read_later(index)
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
        in_turn: false,
        guard: Vec::new(),
        computed: Vec::new(),
    }
}
