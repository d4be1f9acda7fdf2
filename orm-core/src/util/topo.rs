//! A stable topological sort: ties keep the order given, cycles are named.

/// The order of `0..count` in which every `before` precedes its `after`; among free nodes the lower index goes first.
///
/// # Errors
/// The nodes that lie on or behind a cycle, in index order, when there is no such order.
pub(crate) fn sort(count: usize, edges: &[(usize, usize)]) -> Result<Vec<usize>, Vec<usize>> {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    let mut waiting = vec![0_usize; count];
    let mut successors = vec![Vec::new(); count];
    for &(before, after) in edges {
        waiting[after] += 1;
        successors[before].push(after);
    }
    let mut free: BinaryHeap<_> = (0..count)
        .filter(|&node| waiting[node] == 0)
        .map(Reverse)
        .collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse(node)) = free.pop() {
        order.push(node);
        for &next in &successors[node] {
            waiting[next] -= 1;
            if waiting[next] == 0 {
                free.push(Reverse(next));
            }
        }
    }
    if order.len() == count {
        return Ok(order);
    }
    Err((0..count).filter(|&node| waiting[node] > 0).collect())
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn ties_keep_the_given_order() {
        assert_eq!(sort(4, &[(3, 0)]), Ok(vec![1, 2, 3, 0]));
    }

    #[test]
    fn cycles_are_named() {
        assert_eq!(sort(3, &[(0, 1), (1, 0)]), Err(vec![0, 1]));
        assert_eq!(sort(1, &[(0, 0)]), Err(vec![0]));
    }
}
