//! Keys, each with a number: that of its first appearance.

use crate::mapping::Key;
use crate::util::seeded::SeededMap;

/// Gives keys numbers, counted from 0. Integers that only rise, as keys of rows in the order of their keys do, need no hash
/// table.
#[derive(Debug)]
pub(crate) enum KeyNumbers {
    /// In rising order; the place is the number.
    Rising(Vec<i64>),
    Integers(SeededMap<i64, u32>),
    Any(SeededMap<Key, u32>),
}

impl Default for KeyNumbers {
    fn default() -> Self {
        Self::Rising(Vec::new())
    }
}

impl KeyNumbers {
    /// The number of a key, and whether it is new.
    pub(crate) fn enter(&mut self, key: Key) -> (u32, bool) {
        let Key::Int(integer) = key else {
            let next = self.count();
            let number = *self.as_any().entry(key).or_insert(next);
            return (number, number == next);
        };
        self.enter_integer(integer)
    }

    /// As [`KeyNumbers::enter`], of an integer.
    #[inline]
    pub(crate) fn enter_integer(&mut self, integer: i64) -> (u32, bool) {
        if let Self::Rising(keys) = self {
            let next = keys.len() as u32;
            match keys.last() {
                Some(&last) if last == integer => return (next - 1, false),
                Some(&last) if last > integer => {
                    if let Ok(place) = keys.binary_search(&integer) {
                        return (place as u32, false);
                    }
                    let keys = std::mem::take(keys);
                    *self = Self::Integers(keys.into_iter().zip(0..).collect());
                }
                _ => {
                    keys.push(integer);
                    return (next, true);
                }
            }
        }
        let next = self.count();
        let number = match self {
            Self::Integers(keys) => *keys.entry(integer).or_insert(next),
            keys => *keys.as_any().entry(Key::Int(integer)).or_insert(next),
        };
        (number, number == next)
    }

    /// The number of a key that was entered.
    #[inline]
    pub(crate) fn find(&self, key: &Key) -> Option<u32> {
        match (self, key) {
            (Self::Any(keys), key) => keys.get(key).copied(),
            (_, Key::Int(key)) => self.find_integer(*key),
            _ => None,
        }
    }

    /// The number of an integer that was entered.
    #[inline]
    pub(crate) fn find_integer(&self, key: i64) -> Option<u32> {
        match self {
            Self::Rising(keys) => {
                // Most often there are no gaps.
                let guess = key.wrapping_sub(*keys.first()?) as usize;
                if keys.get(guess) == Some(&key) {
                    return Some(guess as u32);
                }
                Some(keys.binary_search(&key).ok()? as u32)
            }
            Self::Integers(keys) => keys.get(&key).copied(),
            Self::Any(keys) => keys.get(&Key::Int(key)).copied(),
        }
    }

    pub(crate) fn count(&self) -> u32 {
        match self {
            Self::Rising(keys) => keys.len() as u32,
            Self::Integers(keys) => keys.len() as u32,
            Self::Any(keys) => keys.len() as u32,
        }
    }

    fn as_any(&mut self) -> &mut SeededMap<Key, u32> {
        let keys = match self {
            Self::Rising(keys) => std::mem::take(keys).into_iter().zip(0..).collect(),
            Self::Integers(keys) => std::mem::take(keys),
            Self::Any(_) => SeededMap::default(),
        };
        if !matches!(self, Self::Any(_)) {
            let keys = keys
                .into_iter()
                .map(|(key, number)| (Key::Int(key), number));
            *self = Self::Any(keys.collect());
        }
        match self {
            Self::Any(keys) => keys,
            _ => unreachable!("the lines above made it that"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[Key]) {
        let mut numbers = KeyNumbers::default();
        let mut known: Vec<Key> = Vec::new();
        for key in keys {
            let before = known.iter().position(|other| other == key);
            assert_eq!(numbers.find(key), before.map(|place| place as u32));
            let (number, new) = numbers.enter(key.clone());
            assert_eq!(new, before.is_none());
            if new {
                known.push(key.clone());
            }
            assert_eq!(known[number as usize], *key);
            assert_eq!(numbers.count() as usize, known.len());
        }
        for (place, key) in known.iter().enumerate() {
            assert_eq!(numbers.find(key), Some(place as u32), "{numbers:?}");
        }
        assert_eq!(numbers.find(&Key::Int(i64::MIN + 1)), None);
        assert_eq!(numbers.find(&Key::Text("none".into())), None);
    }

    #[test]
    fn numbers_are_those_of_the_first_appearance() {
        let integers = |keys: &[i64]| -> Vec<Key> { keys.iter().copied().map(Key::Int).collect() };
        check(&integers(&[]));
        check(&integers(&[3, 4, 5, 5, 4, 3]));
        check(&integers(&[1, 5, 9, 5, 1, 9, 7, 9, 8, 1]));
        check(&integers(&[i64::MIN, -1, i64::MAX, 0, i64::MAX]));
        check(&integers(&[9, 8, 7, 8, 9]));
        let text = |text: &str| Key::Text(text.into());
        check(&[text("b"), text("a"), text("b")]);
        check(&[Key::Int(1), Key::Int(2), text("1"), Key::Int(2), text("1")]);
        check(&[
            Key::Int(2),
            Key::Int(1),
            text("1"),
            Key::Int(2),
            Key::Int(3),
        ]);
    }
}
