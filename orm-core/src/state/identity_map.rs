//! From primary key to slot.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::mapping::Key;

/// The slots of one model's persistent objects, by primary key.
#[derive(Debug, Default)]
pub(crate) struct IdentityMap {
    integers: FxHashMap<i64, u32>,
    /// Text and composite keys may be chosen by users of the program, so their hash is seeded.
    others: HashMap<Key, u32, foldhash::fast::RandomState>,
}

impl IdentityMap {
    #[inline]
    pub(crate) fn get(&self, key: &Key) -> Option<u32> {
        match key {
            Key::Int(key) => self.integers.get(key).copied(),
            key => self.others.get(key).copied(),
        }
    }

    /// The slot of a key; a key that is new gets `slot`, and the answer is `None`. One look-up for both.
    #[inline]
    pub(crate) fn get_or_insert(&mut self, key: Key, slot: u32) -> Option<u32> {
        match key {
            Key::Int(key) => match self.integers.entry(key) {
                Entry::Occupied(held) => Some(*held.get()),
                Entry::Vacant(place) => {
                    place.insert(slot);
                    None
                }
            },
            key => match self.others.entry(key) {
                Entry::Occupied(held) => Some(*held.get()),
                Entry::Vacant(place) => {
                    place.insert(slot);
                    None
                }
            },
        }
    }

    pub(crate) fn insert(&mut self, key: Key, slot: u32) {
        match key {
            Key::Int(key) => self.integers.insert(key, slot),
            key => self.others.insert(key, slot),
        };
    }

    /// Forgets a key, if it stands for this slot.
    pub(crate) fn remove(&mut self, key: &Key, slot: u32) {
        if self.get(key) == Some(slot) {
            match key {
                Key::Int(key) => self.integers.remove(key),
                key => self.others.remove(key),
            };
        }
    }

    pub(crate) fn reserve(&mut self, additional: usize) {
        if self.others.is_empty() {
            self.integers.reserve(additional);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.integers.len() + self.others.len()
    }
}
