//! Slots by integer key. Most keys are counted up by the database and come in that order: those need no hash.

use crate::util::seeded::SeededMap;

/// No object can have this slot.
const NONE: u32 = u32::MAX;

/// Integer keys, each with a slot.
#[derive(Debug, Default)]
pub(super) struct Integers {
    /// The key that the first of the slots is for.
    first: i64,
    /// The slots of this key and those that follow it without large gaps; `NONE` for a key that is not there.
    slots: Vec<u32>,
    /// How many of them are there.
    held: usize,
    /// The keys that came in another order, or lie far apart. None of them has a slot above.
    others: SeededMap<i64, u32>,
    /// How many keys are said to come.
    coming: usize,
}

impl Integers {
    /// The list may be longer than the number of its keys by this factor, so that it takes no more memory than a table would,
    const SPARSE: usize = 4;
    /// and is as long as this at any rate.
    const SHORT: usize = 64;

    #[inline]
    pub(super) fn get(&self, key: i64) -> Option<u32> {
        if let Some(&slot) = self.place(key).and_then(|place| self.slots.get(place))
            && slot != NONE
        {
            return Some(slot);
        }
        if self.others.is_empty() {
            return None;
        }
        self.others.get(&key).copied()
    }

    /// Where in the list a key stands, or would stand if the list were long enough.
    #[inline]
    fn place(&self, key: i64) -> Option<usize> {
        usize::try_from(key.checked_sub(self.first)?).ok()
    }

    /// The slot of a key; a key that is new gets `slot`, and the answer is `None`.
    #[inline]
    pub(super) fn get_or_insert(&mut self, key: i64, slot: u32) -> Option<u32> {
        if self.others.is_empty() && self.held > 0 && self.place(key) == Some(self.slots.len()) {
            // The next one, as most are.
            self.slots.push(slot);
            self.held += 1;
            self.coming = self.coming.saturating_sub(1);
            return None;
        }
        let held = self.get(key);
        if held.is_none() {
            self.insert(key, slot);
        }
        held
    }

    #[inline]
    pub(super) fn insert(&mut self, key: i64, slot: u32) {
        self.coming = self.coming.saturating_sub(1);
        let list = self.slots.len();
        match self.place(key) {
            _ if list == 0 => {
                self.first = key;
                self.slots.push(slot);
            }
            Some(place) if place == list => self.slots.push(slot),
            Some(place) if place < list => {
                let former = std::mem::replace(&mut self.slots[place], slot);
                self.held -= usize::from(former != NONE);
            }
            Some(place) if place < Self::SHORT.max(Self::SPARSE * self.held) => {
                self.slots.resize(place, NONE);
                self.slots.push(slot);
            }
            _ => return self.insert_other(key, slot),
        }
        self.held += 1;
        if !self.others.is_empty() {
            self.others.remove(&key);
        }
    }

    fn insert_other(&mut self, key: i64, slot: u32) {
        if self.others.len() == self.others.capacity() {
            self.others.reserve(self.coming + 1);
        }
        self.others.insert(key, slot);
    }

    /// Forgets a key, if it stands for this slot.
    pub(super) fn remove(&mut self, key: i64, slot: u32) {
        if self.get(key) != Some(slot) {
            return;
        }
        match self.place(key).and_then(|place| self.slots.get_mut(place)) {
            Some(held) if *held == slot => {
                *held = NONE;
                self.held -= 1;
                // A rollback forgets keys from the last on.
                while self.slots.last() == Some(&NONE) {
                    self.slots.pop();
                }
            }
            _ => {
                self.others.remove(&key);
            }
        }
    }

    /// So many keys are about to come.
    pub(super) fn expect(&mut self, count: usize) {
        self.coming = count;
    }

    pub(super) fn len(&self) -> usize {
        self.held + self.others.len()
    }
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashMap;

    use super::*;

    /// Keys in a row take no place in the table, nor do those with small gaps, in whatever order they come afterwards.
    #[test]
    fn counted_up() {
        let mut map = Integers::default();
        for key in 1..=1_000 {
            map.insert(key, key as u32 + 6);
        }
        assert_eq!(
            (map.slots.len(), map.others.len(), map.len()),
            (1_000, 0, 1_000)
        );
        assert_eq!(
            (map.get(0), map.get(1), map.get(500)),
            (None, Some(7), Some(506))
        );
        assert_eq!(
            (map.get(1_000), map.get(1_001), map.get(i64::MIN)),
            (Some(1_006), None, None)
        );
        map.insert(1_500, 1);
        map.insert(1_200, 2);
        map.insert(6_000, 3);
        assert_eq!(
            (map.slots.len(), map.others.len(), map.len()),
            (1_500, 1, 1_003)
        );
        for key in (1..=1_000).rev() {
            map.remove(key, key as u32 + 6);
        }
        assert_eq!((map.slots.len(), map.len()), (1_500, 3));
        map.remove(1_500, 1);
        map.remove(1_200, 2);
        assert_eq!((map.slots.len(), map.len()), (0, 1));
    }

    /// Keys far apart go into the table: the list never takes more than a table would.
    #[test]
    fn far_apart() {
        let mut map = Integers::default();
        for (slot, key) in (0..1_000).zip((0..).step_by(1_000)) {
            map.insert(key, slot);
        }
        assert_eq!((map.slots.len(), map.others.len()), (1, 999));
        assert_eq!((map.get(5_000), map.get(5_001)), (Some(5), None));
    }

    /// At the end of the numbers nothing overflows.
    #[test]
    fn ends() {
        let mut map = Integers::default();
        for (slot, key) in (0..40).zip(i64::MAX - 39..=i64::MAX) {
            map.insert(key, slot);
        }
        for (slot, key) in (40..80).zip(i64::MIN..) {
            map.insert(key, slot);
        }
        assert_eq!((map.get(i64::MAX), map.get(i64::MIN)), (Some(39), Some(40)));
        assert_eq!((map.get(i64::MIN + 39), map.get(0)), (Some(79), None));
    }

    /// Whatever is done in whatever order, the answers are those of a plain table.
    #[test]
    fn as_a_table() {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |below: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % below
        };
        for _ in 0..60 {
            let (mut map, mut table) = (Integers::default(), FxHashMap::<i64, u32>::default());
            for _ in 0..60 {
                let (key, slot) = (random(400) as i64 - 200, random(400) as u32);
                let count = random(50) as i64;
                match random(6) {
                    0 => map.expect(count as usize),
                    1 | 2 => {
                        for (key, slot) in (key..key + count).zip(slot..) {
                            map.insert(key, slot);
                            table.insert(key, slot);
                        }
                    }
                    3 => {
                        for (key, slot) in (key..key + count).zip(slot..) {
                            let held = table.get(&key).copied();
                            table.entry(key).or_insert(slot);
                            assert_eq!(map.get_or_insert(key, slot), held);
                        }
                    }
                    4 => {
                        for key in (key..key + count).rev() {
                            let slot = table.remove(&key).unwrap_or(slot);
                            map.remove(key, slot);
                        }
                    }
                    _ => {
                        map.remove(key, slot);
                        if table.get(&key) == Some(&slot) {
                            table.remove(&key);
                        }
                    }
                }
                assert_eq!(map.len(), table.len());
                for key in -300..300 {
                    assert_eq!(map.get(key), table.get(&key).copied(), "{key}");
                }
            }
        }
    }
}
