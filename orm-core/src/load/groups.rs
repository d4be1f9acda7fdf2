//! Many lists in one: what each of many objects has, without a list for each.

use std::ops::Range;
use std::sync::Arc;

/// For each number a list.
#[derive(Debug)]
pub(crate) struct Groups<T> {
    /// Where each list ends; none where every list has one element.
    ends: Option<Vec<u32>>,
    all: Arc<Vec<T>>,
}

impl<T: Copy + Default> Groups<T> {
    /// The lists of `count` numbers, from pairs of a number and what stands for an element; the elements of a list stay in
    /// their order.
    pub(crate) fn new<P: Copy>(count: usize, pairs: &[(u32, P)], element: impl Fn(P) -> T) -> Self {
        if pairs.len() == count && (0..).zip(pairs).all(|(at, (number, _))| at == *number) {
            let all: Vec<T> = pairs.iter().map(|&(_, it)| element(it)).collect();
            let all = Arc::new(all);
            return Self { ends: None, all };
        }
        let mut ends = vec![0_u32; count];
        for (number, _) in pairs {
            ends[*number as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            let length = *end;
            *end = sum;
            sum += length;
        }
        // What are the beginnings now become the ends while the lists are filled.
        let mut all = vec![T::default(); pairs.len()];
        for &(number, it) in pairs {
            let place = &mut ends[number as usize];
            all[*place as usize] = element(it);
            *place += 1;
        }
        let ends = Some(ends);
        let all = Arc::new(all);
        Self { ends, all }
    }

    /// The list of a number.
    #[inline]
    pub(crate) fn of(&self, number: u32) -> &[T] {
        let places = self.places(number);
        &self.all[places.start as usize..places.end as usize]
    }

    /// Where the list of a number stands in [`Groups::all`].
    #[inline]
    pub(crate) fn places(&self, number: u32) -> Range<u32> {
        match &self.ends {
            None => number..number + 1,
            Some(ends) => {
                let begin = number.checked_sub(1);
                begin.map_or(0, |before| ends[before as usize])..ends[number as usize]
            }
        }
    }

    /// All lists, one after the other.
    pub(crate) fn all(&self) -> &Arc<Vec<T>> {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::Groups;

    #[test]
    fn lists_keep_their_order() {
        let lists = |count: usize, pairs: &[(u32, char)]| -> Vec<String> {
            let groups = Groups::new(count, pairs, |element| element);
            let numbers = 0..count as u32;
            numbers
                .map(|number| groups.of(number).iter().collect())
                .collect()
        };
        assert_eq!(lists(2, &[(0, 'a'), (1, 'b')]), ["a", "b"]);
        assert_eq!(lists(2, &[(1, 'a'), (0, 'b')]), ["b", "a"]);
        assert_eq!(
            lists(4, &[(2, 'a'), (0, 'b'), (2, 'c'), (3, 'd'), (2, 'b')]),
            ["b", "", "acb", "d"]
        );
        assert_eq!(lists(2, &[]), ["", ""]);
        assert!(lists(0, &[]).is_empty());
    }
}
