//! The rows of the matrix: none, one and many for each parent.

use orm_core::engine::Engine;
use orm_core::sql::text_unchecked;

/// Rows of one of the three sizes.
pub(super) struct Data {
    pub(super) parents: Vec<i64>,
    pub(super) many: Vec<(i64, i64)>,
    pub(super) one: Vec<(i64, i64)>,
    pub(super) ties: Vec<i64>,
    pub(super) tied: Vec<(i64, i64)>,
    pub(super) tree: Vec<(i64, i64)>,
}

impl Data {
    pub(super) fn of(size: usize) -> Self {
        match size {
            0 => Self {
                parents: vec![1, 2],
                many: vec![],
                one: vec![],
                ties: vec![1],
                tied: vec![],
                tree: vec![],
            },
            1 => Self {
                parents: vec![1],
                many: vec![(1, 10)],
                one: vec![(1, 20)],
                ties: vec![1],
                tied: vec![(1, 1)],
                tree: vec![(1, 2)],
            },
            _ => Self {
                parents: vec![1, 2, 3, 4],
                many: vec![(1, 10), (1, 11), (1, 12), (3, 13), (4, 14), (4, 15)],
                one: vec![(1, 20), (2, 21), (4, 22)],
                ties: vec![1, 2, 3],
                tied: vec![(1, 1), (1, 2), (2, 2), (4, 1), (4, 2)],
                tree: vec![(1, 2), (1, 3), (2, 4), (2, 5), (4, 6)],
            },
        }
    }

    pub(super) fn knots(&self) -> Vec<i64> {
        let below = self.tree.iter().map(|(_, below)| *below);
        let mut all: Vec<i64> = self.parents.iter().copied().chain(below).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The children of either kind; with foreign keys that may be NULL, one of them has none.
    pub(super) fn children(links: &[(i64, i64)], optional: bool) -> Vec<i64> {
        let mut all: Vec<i64> = links.iter().map(|(_, child)| *child).collect();
        all.extend(optional.then_some(99));
        all
    }

    pub(super) async fn write(&self, engine: &Engine) -> orm_core::Result<()> {
        let mut sent = Vec::new();
        for table in ["knot_tie", "ties", "knots"] {
            sent.push(format!("DELETE FROM {table}"));
        }
        for (p, optional) in [("req", false), ("opt", true)] {
            sent.extend(["b", "c", "q", "a", "p"].map(|table| format!("DELETE FROM {p}_{table}")));
            for id in &self.parents {
                sent.push(format!("INSERT INTO {p}_a (id) VALUES ({id})"));
                sent.push(format!("INSERT INTO {p}_p (x, id) VALUES (7, {id})"));
            }
            for (parent, child) in &self.many {
                sent.push(format!(
                    "INSERT INTO {p}_b (id, a_id) VALUES ({child}, {parent})"
                ));
                sent.push(format!(
                    "INSERT INTO {p}_q (id, p_x, p_id) VALUES ({child}, 7, {parent})"
                ));
            }
            for (parent, child) in &self.one {
                sent.push(format!(
                    "INSERT INTO {p}_c (id, a_id) VALUES ({child}, {parent})"
                ));
            }
            if optional {
                sent.extend(
                    ["b", "c", "q"]
                        .map(|table| format!("INSERT INTO {p}_{table} (id) VALUES (99)")),
                );
            }
        }
        for id in self.knots() {
            let above = self.tree.iter().find(|(_, below)| *below == id);
            let above = above.map_or("NULL".to_owned(), |(above, _)| above.to_string());
            sent.push(format!(
                "INSERT INTO knots (id, above_id) VALUES ({id}, {above})"
            ));
        }
        sent.extend(
            self.ties
                .iter()
                .map(|id| format!("INSERT INTO ties (id) VALUES ({id})")),
        );
        for (knot, tie) in &self.tied {
            sent.push(format!(
                "INSERT INTO knot_tie (knot_id, tie_id) VALUES ({knot}, {tie})"
            ));
        }
        let mut transaction = engine.begin().await?;
        for sql in sent {
            transaction.execute(text_unchecked(sql)).await?;
        }
        transaction.commit().await
    }
}
