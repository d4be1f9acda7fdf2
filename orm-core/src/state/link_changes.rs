//! The changes of many-to-many pairs that no flush has written.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::mapping::{LinkTable, ObjectId, RelationDescriptor};

/// Two objects in the order of the table's columns, and the table.
type Pair = (&'static str, ObjectId, ObjectId);

/// What the next flush does with a pair.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkChange {
    pub(crate) added: bool,
    /// The relationship by which it was changed, and its two objects.
    pub(crate) relation: &'static RelationDescriptor,
    pub(crate) table: &'static LinkTable,
    pub(crate) local: ObjectId,
    pub(crate) remote: ObjectId,
    pub(super) number: u64,
}

/// The changes of pairs that no flush has written.
#[derive(Debug, Default)]
pub(crate) struct Links {
    changes: FxHashMap<Pair, LinkChange>,
    next: u64,
}

impl Links {
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.changes.clear();
    }

    /// The changes in the order in which they were made.
    pub(crate) fn in_order(&self) -> Vec<LinkChange> {
        let mut changes: Vec<_> = self.changes.values().copied().collect();
        changes.sort_unstable_by_key(|change| change.number);
        changes
    }

    /// The partners that an object is to get by a relationship.
    pub(super) fn added_to(&self, id: ObjectId, relation: &RelationDescriptor) -> Vec<ObjectId> {
        self.of(id, relation)
            .filter_map(|(added, partner)| added.then_some(partner))
            .collect()
    }

    /// Gives up one change.
    pub(super) fn remove(&mut self, change: &LinkChange) {
        self.changes.remove(&change.pair());
    }

    /// Gives up what was to become of the pairs of some objects.
    pub(crate) fn forget(&mut self, gone: impl Fn(ObjectId) -> bool) {
        self.changes
            .retain(|_, change| !gone(change.local) && !gone(change.remote));
    }

    /// The partners that an object gets by a relationship, and those that it loses.
    pub(super) fn of(
        &self,
        id: ObjectId,
        relation: &RelationDescriptor,
    ) -> impl Iterator<Item = (bool, ObjectId)> {
        let changes = if self.is_empty() {
            Vec::new()
        } else {
            self.in_order()
        };
        changes.into_iter().filter_map(move |change| {
            let partner = match std::ptr::eq(change.relation, relation) {
                true => (change.local == id).then_some(change.remote),
                false => {
                    (change.remote == id && change.is_inverse(relation)).then_some(change.local)
                }
            };
            Some((change.added, partner?))
        })
    }

    /// A pair comes, or goes; a change that takes back another leaves none.
    pub(super) fn change(&mut self, change: LinkChange) {
        let key = change.pair();
        match self.changes.entry(key) {
            Entry::Occupied(held) if held.get().added != change.added => {
                held.remove();
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(place) => {
                place.insert(LinkChange {
                    number: self.next,
                    ..change
                });
                self.next += 1;
            }
        }
    }

    /// Whether a pair is to be added or taken away.
    pub(super) fn added(&self, change: &LinkChange) -> Option<bool> {
        Some(self.changes.get(&change.pair())?.added)
    }
}

impl LinkChange {
    /// Whether `relation` is the other side of the one by which the change was made.
    pub(super) fn is_inverse(&self, relation: &RelationDescriptor) -> bool {
        let inverse = self.relation.inverse().ok().flatten();
        inverse.is_some_and(|inverse| std::ptr::eq(inverse, relation))
    }

    pub(super) fn pair(&self) -> Pair {
        if self.table.local_first() {
            (self.table.table, self.local, self.remote)
        } else {
            (self.table.table, self.remote, self.local)
        }
    }
}
