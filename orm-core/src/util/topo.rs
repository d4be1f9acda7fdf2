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

/// The groups of nodes that lie on common cycles (most groups are one node), in an order in which every `before`
/// precedes its `after`; among free groups the one with the lowest index goes first.
pub(crate) fn components(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let reach = |edges: &dyn Fn(usize) -> Vec<usize>, from: usize| {
        let mut seen = vec![false; count];
        let mut work = vec![from];
        while let Some(node) = work.pop() {
            if !std::mem::replace(&mut seen[node], true) {
                work.extend(edges(node));
            }
        }
        seen
    };
    let after = |node| {
        edges
            .iter()
            .filter(|edge| edge.0 == node)
            .map(|edge| edge.1)
            .collect()
    };
    let before = |node| {
        edges
            .iter()
            .filter(|edge| edge.1 == node)
            .map(|edge| edge.0)
            .collect()
    };
    let mut group = vec![usize::MAX; count];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for node in 0..count {
        if group[node] == usize::MAX {
            let (forward, backward) = (reach(&after, node), reach(&before, node));
            let members: Vec<_> = (node..count)
                .filter(|&other| forward[other] && backward[other])
                .collect();
            members
                .iter()
                .for_each(|&member| group[member] = groups.len());
            groups.push(members);
        }
    }
    let between: Vec<_> = edges
        .iter()
        .map(|&(from, to)| (group[from], group[to]))
        .filter(|(from, to)| from != to)
        .collect();
    // Between groups there are no cycles, so the sort cannot fail.
    let order = sort(groups.len(), &between).unwrap_or_default();
    order
        .into_iter()
        .map(|index| std::mem::take(&mut groups[index]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{components, sort};

    #[test]
    fn cycles_become_one_component() {
        assert_eq!(
            components(4, &[(2, 1), (1, 2), (1, 0), (3, 2)]),
            vec![vec![3], vec![1, 2], vec![0]]
        );
        assert_eq!(components(2, &[(0, 0)]), vec![vec![0], vec![1]]);
    }

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
