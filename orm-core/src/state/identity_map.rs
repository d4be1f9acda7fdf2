//! From primary key to slot.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::mapping::Key;

/// The slots of one model's persistent objects, by primary key.
#[derive(Debug, Default)]
pub(crate) struct IdentityMap {
    integers: Integers,
    /// Text and composite keys may be chosen by users of the program, so their hash is seeded.
    others: HashMap<Key, u32, foldhash::fast::RandomState>,
}

/// The slots of integer keys.
#[derive(Debug)]
enum Integers {
    /// Keys that came in rising order, as those of rows in the order of their keys do: no hash table is needed to find them.
    Rising(Vec<(i64, u32)>),
    Hashed(FxHashMap<i64, u32>),
}

impl Default for Integers {
    fn default() -> Self {
        Self::Rising(Vec::new())
    }
}

impl Integers {
    #[inline]
    fn get(&self, key: i64) -> Option<u32> {
        match self {
            Self::Rising(keys) => {
                // Most often there are no gaps.
                let guess = key.wrapping_sub(keys.first()?.0) as usize;
                if let Some(&(held, slot)) = keys.get(guess)
                    && held == key
                {
                    return Some(slot);
                }
                let place = keys.binary_search_by_key(&key, |(held, _)| *held);
                place.ok().map(|place| keys[place].1)
            }
            Self::Hashed(keys) => keys.get(&key).copied(),
        }
    }

    /// Adds a key that is greater than all there are; whether that is how they are kept.
    #[inline]
    fn push(&mut self, key: i64, slot: u32) -> bool {
        match self {
            Self::Rising(keys) if keys.last().is_none_or(|(last, _)| *last < key) => {
                keys.push((key, slot));
                true
            }
            _ => false,
        }
    }

    fn hashed(&mut self) -> &mut FxHashMap<i64, u32> {
        if let Self::Rising(keys) = self {
            *self = Self::Hashed(std::mem::take(keys).into_iter().collect());
        }
        match self {
            Self::Hashed(keys) => keys,
            Self::Rising(_) => unreachable!("the lines above made it a hash table"),
        }
    }
}

impl IdentityMap {
    #[inline]
    pub(crate) fn get(&self, key: &Key) -> Option<u32> {
        match key {
            Key::Int(key) => self.integers.get(*key),
            key => self.others.get(key).copied(),
        }
    }

    /// The slot of a key; a key that is new gets `slot`, and the answer is `None`.
    #[inline]
    pub(crate) fn get_or_insert(&mut self, key: Key, slot: u32) -> Option<u32> {
        match key {
            Key::Int(key) => {
                if self.integers.push(key, slot) {
                    return None;
                }
                if let Integers::Rising(_) = self.integers
                    && let Some(held) = self.integers.get(key)
                {
                    return Some(held);
                }
                match self.integers.hashed().entry(key) {
                    Entry::Occupied(held) => Some(*held.get()),
                    Entry::Vacant(place) => {
                        place.insert(slot);
                        None
                    }
                }
            }
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
            Key::Int(key) => {
                if !self.integers.push(key, slot) {
                    self.integers.hashed().insert(key, slot);
                }
            }
            key => {
                self.others.insert(key, slot);
            }
        };
    }

    /// Forgets a key, if it stands for this slot.
    pub(crate) fn remove(&mut self, key: &Key, slot: u32) {
        if self.get(key) != Some(slot) {
            return;
        }
        match (key, &mut self.integers) {
            (Key::Int(key), Integers::Rising(keys)) if keys.last() == Some(&(*key, slot)) => {
                keys.pop();
            }
            (Key::Int(key), integers) => {
                integers.hashed().remove(key);
            }
            (key, _) => {
                self.others.remove(key);
            }
        }
    }

    pub(crate) fn reserve(&mut self, additional: usize) {
        if self.others.is_empty() {
            match &mut self.integers {
                Integers::Rising(keys) => keys.reserve(additional),
                Integers::Hashed(keys) => keys.reserve(additional),
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        let integers = match &self.integers {
            Integers::Rising(keys) => keys.len(),
            Integers::Hashed(keys) => keys.len(),
        };
        integers + self.others.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_found_in_any_order() {
        let mut map = IdentityMap::default();
        let mut known: Vec<(i64, u32)> = Vec::new();
        let check = |map: &IdentityMap, known: &[(i64, u32)]| {
            assert_eq!(map.len(), known.len());
            for &(key, slot) in known {
                assert_eq!(map.get(&Key::Int(key)), Some(slot));
            }
            assert_eq!(map.get(&Key::Int(i64::MIN + 1)), None);
        };
        // Rising, with a gap, again, the last taken out, then out of order and one of the first taken out.
        for (slot, key) in (0..).zip([1, 2, 3, 7, 8, i64::MAX, 5, -4, i64::MIN]) {
            assert_eq!(map.get_or_insert(Key::Int(key), slot), None);
            assert_eq!(map.get_or_insert(Key::Int(key), 99), Some(slot));
            known.push((key, slot));
            check(&map, &known);
        }
        map.remove(&Key::Int(2), 7);
        check(&map, &known);
        map.remove(&Key::Int(2), 1);
        known.retain(|(key, _)| *key != 2);
        check(&map, &known);

        let mut map = IdentityMap::default();
        for key in 1..=4 {
            map.insert(Key::Int(key), key as u32);
        }
        map.remove(&Key::Int(4), 4);
        map.insert(Key::Int(4), 40);
        map.insert(Key::Int(1), 10);
        map.remove(&Key::Int(2), 2);
        check(&map, &[(1, 10), (3, 3), (4, 40)]);
    }
}
