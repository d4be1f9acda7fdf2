//! Slots by integer key, where most keys are counted up: such runs take no memory and no look-up in a table.

use rustc_hash::FxHashMap;

/// Integer keys, each with a slot. Keys that come one after another, with slots that do so too, are kept as runs.
#[derive(Debug, Default)]
pub(super) struct Integers {
    /// In the order of their keys; none overlaps another.
    runs: Vec<Run>,
    /// The keys outside of the runs. A key within one counts as it is said here: it got another slot, or none.
    others: FxHashMap<i64, Option<u32>>,
    /// The keys that came last, as far as they may become a run.
    last: Run,
    /// The place of the run that they are already.
    growing: Option<usize>,
    /// How many keys are said to come.
    coming: usize,
    len: usize,
}

/// Keys from `key` on, with the slots from `slot` on.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    key: i64,
    slot: u32,
    count: u32,
}

impl Run {
    fn one(key: i64, slot: u32) -> Self {
        let count = 1;
        Self { key, slot, count }
    }

    #[inline]
    fn get(&self, key: i64) -> Option<u32> {
        // What lies so far away that the difference overflows is no key of the run either.
        let place = u32::try_from(key.checked_sub(self.key)?).ok()?;
        (place < self.count).then(|| self.slot + place)
    }

    /// The keys with their slots.
    fn pairs(self) -> impl Iterator<Item = (i64, u32)> {
        (0..self.count).map(move |place| (self.key + i64::from(place), self.slot + place))
    }

    fn ends_with(&self, key: i64) -> bool {
        self.key.wrapping_add(i64::from(self.count)) == key.wrapping_add(1)
    }

    /// Whether this key and slot come next.
    #[inline]
    fn precedes(&self, key: i64, slot: u32) -> bool {
        self.count > 0
            && self.key.checked_add(i64::from(self.count)) == Some(key)
            && self.slot.checked_add(self.count) == Some(slot)
    }
}

impl Integers {
    /// So many keys make a run; before that it would not be worth a place in the list.
    const SHORTEST: u32 = 16;
    /// So many runs are kept: beyond that, looking through them costs more than the table.
    const MOST: usize = 64;

    #[inline]
    pub(super) fn get(&self, key: i64) -> Option<u32> {
        if !self.others.is_empty()
            && let Some(&slot) = self.others.get(&key)
        {
            return slot;
        }
        self.in_run(key)
    }

    #[inline]
    fn in_run(&self, key: i64) -> Option<u32> {
        let after = self.runs.partition_point(|run| run.key <= key);
        self.runs.get(after.checked_sub(1)?)?.get(key)
    }

    /// The slot of a key; a key that is new gets `slot`, and the answer is `None`.
    #[inline]
    pub(super) fn get_or_insert(&mut self, key: i64, slot: u32) -> Option<u32> {
        let held = self.get(key);
        if held.is_none() {
            self.put(key, slot);
            self.len += 1;
        }
        held
    }

    #[inline]
    pub(super) fn insert(&mut self, key: i64, slot: u32) {
        self.len += usize::from(self.get(key).is_none());
        self.put(key, slot);
    }

    #[inline]
    fn put(&mut self, key: i64, slot: u32) {
        self.coming = self.coming.saturating_sub(1);
        if let Some(at) = self.growing
            && self.runs[at].precedes(key, slot)
            && self.runs.get(at + 1).is_none_or(|next| key < next.key)
        {
            self.runs[at].count += 1;
            self.settle(key);
            return;
        }
        self.begin(key, slot);
    }

    /// A key that does not belong to the run that grows.
    fn begin(&mut self, key: i64, slot: u32) {
        if self.growing.is_none() && self.last.precedes(key, slot) {
            self.last.count += 1;
        } else {
            self.last = Run::one(key, slot);
            self.growing = None;
        }
        let after = self.runs.partition_point(|run| run.key <= key);
        let before = after.checked_sub(1).map(|at| &self.runs[at]);
        if before.is_some_and(|run| run.get(key) == Some(slot)) {
            self.settle(key);
            return;
        }
        let is_long = self.last.count >= Self::SHORTEST && self.runs.len() < Self::MOST;
        if is_long && self.may_grow() {
            for (key, _) in self.last.pairs() {
                self.others.remove(&key);
            }
            self.runs.insert(after, self.last);
            self.growing = Some(after);
            return;
        }
        if self.others.len() == self.others.capacity() {
            self.others.reserve(self.coming + 1);
        }
        self.others.insert(key, Some(slot));
    }

    /// Whether the keys that came last are still as they came, but for the very last, and in no run.
    fn may_grow(&self) -> bool {
        let before = self.last.count - 1;
        let mut pairs = self.last.pairs().zip(0..);
        pairs.all(|((key, slot), place)| {
            self.in_run(key).is_none()
                && (place == before || self.others.get(&key) == Some(&Some(slot)))
        })
    }

    /// The runs say where a key is.
    #[inline]
    fn settle(&mut self, key: i64) {
        if !self.others.is_empty() {
            self.others.remove(&key);
        }
    }

    /// Forgets a key, if it stands for this slot.
    pub(super) fn remove(&mut self, key: i64, slot: u32) {
        if self.get(key) != Some(slot) {
            return;
        }
        self.len -= 1;
        self.others.remove(&key);
        let after = self.runs.partition_point(|run| run.key <= key);
        let Some(at) = after.checked_sub(1) else {
            return;
        };
        let run = &mut self.runs[at];
        match run.get(key) {
            None => {}
            // A rollback forgets keys from the last on.
            Some(_) if run.ends_with(key) => {
                run.count -= 1;
                if run.count == 0 {
                    self.runs.remove(at);
                    self.growing = None;
                    self.last = Run::default();
                }
            }
            Some(_) => {
                self.others.insert(key, None);
            }
        }
    }

    /// So many keys are about to come.
    pub(super) fn expect(&mut self, count: usize) {
        self.coming = count;
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small() {
        assert_eq!(size_of::<(i64, Option<u32>)>(), 16);
    }

    /// Keys in a row take no place in the table.
    #[test]
    fn runs() {
        let mut map = Integers::default();
        for key in 1..=1_000 {
            map.insert(key, key as u32 + 6);
        }
        assert_eq!((map.runs.len(), map.others.len(), map.len()), (1, 0, 1_000));
        assert_eq!(
            (map.get(0), map.get(1), map.get(500)),
            (None, Some(7), Some(506))
        );
        assert_eq!(
            (map.get(1_000), map.get(1_001), map.get(i64::MIN)),
            (Some(1_006), None, None)
        );
        for key in (1..=1_000).rev() {
            map.remove(key, key as u32 + 6);
        }
        assert_eq!((map.runs.len(), map.others.len(), map.len()), (0, 0, 0));
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
