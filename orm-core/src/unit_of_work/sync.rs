//! Keys from parents to children.

use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Link, ObjectId, RelationDescriptor};
use crate::state::{Life, Slot, State, ToOne};

/// The foreign key columns of an object that have to be written from a relationship: each with its parent's state.
pub(crate) struct Pending {
    pub(crate) columns: Vec<usize>,
    /// The parent gets its key in this flush, so the columns are known to change but not yet to what.
    pub(crate) waits: bool,
}

/// Writes the keys of an object's parents into its foreign key columns, as far as the parents have keys.
///
/// # Errors
/// `NotNullViolation` when the object is left without a parent but needs one; `InvalidState` when the parent is not going
/// to be inserted.
pub(crate) fn sync(state: &mut State, id: ObjectId) -> Result<Pending> {
    let mut pending = Pending {
        columns: Vec::new(),
        waits: false,
    };
    if !state.meta(id).has_relations() {
        return Ok(pending);
    }
    for (slot, relation) in places(state, id) {
        let Some(one) = state.to_one(id, slot) else {
            continue;
        };
        if !(one.changed || state.meta(id).life == Life::Pending) {
            continue;
        }
        let link = relation.link()?;
        let (foreign, keys) = columns(slot, link);
        if one.changed && state.meta(id).expired && state.is_outdated(id, foreign) {
            // What the row says now is not known, so it is written whatever it was.
            pending.columns.extend(foreign);
        }
        let Some(parent) = one.current else {
            clear(state, id, relation, foreign)?;
            continue;
        };
        match state.meta(parent).life {
            Life::Pending => {
                pending.columns.extend(foreign);
                pending.waits = true;
            }
            Life::Persistent => {
                for (&column, &key) in foreign.iter().zip(keys) {
                    let value = state.any(parent)?.value(key);
                    state.any_mut(id)?.set(column, value.as_ref())?;
                }
            }
            life => return Err(no_parent(state, id, relation, parent, life)),
        }
    }
    Ok(pending)
}

/// The places of an object that may hold a parent, each with its relationship.
fn places(
    state: &State,
    id: ObjectId,
) -> impl Iterator<Item = (Slot, &'static RelationDescriptor)> + use<> {
    let own = state.descriptor(id).relations.iter().enumerate();
    let own = own.filter(|(_, relation)| relation.owns_key() && !relation.options.view_only);
    let own = own.map(|(index, relation)| (Slot::Own(relation, index), relation));
    // Few objects have such, and an empty list takes no memory.
    let anonymous: Vec<_> = state.meta(id).rare().anonymous.clone();
    let anonymous = anonymous.into_iter();
    own.chain(anonymous.map(|(relation, _)| (Slot::Anonymous(relation), relation)))
}

/// The foreign key columns of an object that its relationships say something about.
pub(crate) fn linked(state: &State, id: ObjectId) -> impl Iterator<Item = usize> {
    places(state, id)
        .filter(move |(slot, _)| state.to_one(id, *slot).is_some())
        .filter_map(|(slot, relation)| Some(columns(slot, relation.link().ok()?).0))
        .flatten()
        .copied()
}

/// The child's columns and the parent's.
fn columns(slot: Slot, link: &'static Link) -> (&'static [usize], &'static [usize]) {
    match slot {
        Slot::Own(..) => (&link.local, &link.remote),
        Slot::Anonymous(_) => (&link.remote, &link.local),
    }
}

fn clear(
    state: &mut State,
    id: ObjectId,
    relation: &RelationDescriptor,
    foreign: &[usize],
) -> Result<()> {
    let descriptor = state.descriptor(id);
    if let Some(&column) = foreign
        .iter()
        .find(|&&column| !descriptor.columns[column].nullable)
    {
        let object = state.describe(id);
        return Err(Error::new(
            ErrorKind::NotNullViolation,
            format!(
                "{object} is left without a parent in {relation:?}, but {}.{} cannot be NULL; delete the object, give it \
                 another parent, or declare cascade = \"all, delete-orphan\" on the parent's side",
                descriptor.table, descriptor.columns[column].name
            ),
        )
        .with_object(object)
        .with_table(descriptor.table)
        .with_columns([descriptor.columns[column].name]));
    }
    let object = state.any_mut(id)?;
    foreign
        .iter()
        .try_for_each(|&column| object.set(column, crate::types::ValueRef::Null))
}

#[cold]
fn no_parent(
    state: &State,
    id: ObjectId,
    relation: &RelationDescriptor,
    parent: ObjectId,
    life: Life,
) -> Error {
    let object = state.describe(id);
    Error::new(
        ErrorKind::InvalidState,
        format!(
            "{object} refers by {relation:?} to {}, which is {life}; add it to the session",
            state.describe(parent)
        ),
    )
    .with_object(object)
    .with_table(state.descriptor(id).table)
}

/// What the relationships said has been written.
pub(crate) fn settle(state: &mut State, id: ObjectId) {
    settle_but(state, id, &[]);
}

/// What the relationships said has been written, but for the references in these columns.
pub(crate) fn settle_but(state: &mut State, id: ObjectId, without: &[usize]) {
    if !state.meta(id).has_relations() {
        return;
    }
    for (slot, relation) in places(state, id) {
        let Some(one) = state.to_one(id, slot) else {
            continue;
        };
        let changed = !without.is_empty()
            && relation
                .link()
                .is_ok_and(|link| columns(slot, link).0.iter().any(|it| without.contains(it)));
        if one.changed != changed {
            state.set_to_one(id, slot, ToOne { changed, ..one });
        }
    }
}
