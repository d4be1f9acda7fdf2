//! Hash tables for keys that come from outside.
//!
//! A hash without a seed is known to whoever chooses the keys: those of 8,000 rows can be made to fall on one place of a
//! table, which then takes a hundred times as long. The seed is drawn for each process.

use std::collections::HashMap;

/// A table whose places nobody outside can foresee.
pub(crate) type SeededMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher as _;

    use super::*;

    /// Integers that one multiplication without a seed brings to the same place.
    fn made_to_collide(count: u64) -> impl Iterator<Item = i64> {
        // The factor of `rustc-hash`, and by Newton's method what undoes it.
        let factor = 0xf135_7aea_2e62_a9c5_u64;
        let undo = (0..6).fold(factor, |undo, _| {
            undo.wrapping_mul(2_u64.wrapping_sub(factor.wrapping_mul(undo)))
        });
        assert_eq!(factor.wrapping_mul(undo), 1);
        (0..count).map(move |number| number.wrapping_mul(undo) as i64)
    }

    #[test]
    fn keys_cannot_be_made_to_collide() {
        let map = SeededMap::<i64, u32>::default();
        let places = |bits: u32| -> usize {
            let hashes = made_to_collide(8_000).map(|key| map.hasher().hash_one(key));
            hashes
                .map(|hash| hash & ((1 << bits) - 1))
                .collect::<HashSet<_>>()
                .len()
        };
        // As many as of numbers that are drawn by chance: 8,192 * (1 - 1/e).
        assert!(places(13) > 4_500, "{}", places(13));
    }
}
