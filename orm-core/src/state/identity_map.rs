//! From primary key to slot.

use std::collections::hash_map::Entry;

use super::integers::Integers;
use crate::mapping::Key;
use crate::util::seeded::SeededMap;

/// The slots of one model's persistent objects, by primary key.
#[derive(Debug, Default)]
pub(crate) struct IdentityMap {
    integers: Integers,
    /// Text and composite keys may be chosen by users of the program, so their hash is seeded.
    others: SeededMap<Key, u32>,
}

impl IdentityMap {
    #[inline]
    pub(crate) fn get(&self, key: &Key) -> Option<u32> {
        match key {
            Key::Int(key) => self.integers.get(*key),
            key => self.others.get(key).copied(),
        }
    }

    /// The slot of a key; a key that is new gets `slot`, and the answer is `None`. One look-up for both.
    #[inline]
    pub(crate) fn get_or_insert(&mut self, key: Key, slot: u32) -> Option<u32> {
        match key {
            Key::Int(integer) => {
                // There is nothing to drop, which the compiler does not see.
                std::mem::forget(key);
                self.integers.get_or_insert(integer, slot)
            }
            key => self.get_or_insert_other(key, slot),
        }
    }

    fn get_or_insert_other(&mut self, key: Key, slot: u32) -> Option<u32> {
        match self.others.entry(key) {
            Entry::Occupied(held) => Some(*held.get()),
            Entry::Vacant(place) => {
                place.insert(slot);
                None
            }
        }
    }

    pub(crate) fn insert(&mut self, key: Key, slot: u32) {
        match key {
            Key::Int(key) => self.integers.insert(key, slot),
            key => {
                self.others.insert(key, slot);
            }
        }
    }

    /// Forgets a key, if it stands for this slot.
    pub(crate) fn remove(&mut self, key: &Key, slot: u32) {
        match key {
            Key::Int(key) => self.integers.remove(*key, slot),
            key if self.others.get(key) == Some(&slot) => {
                self.others.remove(key);
            }
            _ => {}
        }
    }

    /// So many keys are about to come.
    pub(crate) fn expect(&mut self, count: usize) {
        self.integers.expect(count);
    }

    pub(crate) fn len(&self) -> usize {
        self.integers.len() + self.others.len()
    }
}
