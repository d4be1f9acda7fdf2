//! Ours against a hand-written loop over SQLite's C interface, interleaved in one run: `cargo bench -p orm-benches`.
//!
//! Machines are noisy, so what counts is the ratio: each round runs the floor and ours one after the other, and the
//! median of the rounds' ratios is printed. Both work on a database in memory with the same contents.

mod floor;
mod ours;
mod table;

use std::time::Instant;

use table::Table;

/// A row of the table that is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

const ROWS: usize = 10_000;
const CHANGES: usize = 1_000;
const GETS: usize = 1_000;
const ROUNDS: usize = 31;

/// The rows to insert; `id` is filled in by the database.
fn rows(count: usize) -> Vec<Plain> {
    (0..count)
        .map(|n| Plain {
            id: 0,
            author_id: (n % 100) as i64,
            title: format!("The title of book number {n}"),
            year: 1900 + (n % 120) as i32,
            price: n as f64 / 7.0,
        })
        .collect()
}

/// Runs the floor and ours in turn; each reports its own seconds, so that what it prepares does not count.
async fn compare(
    table: &mut Table,
    name: &str,
    goal: Option<f64>,
    mut floor: impl FnMut() -> f64,
    mut ours: impl AsyncFnMut() -> f64,
) {
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let (floor, ours) = (floor(), ours().await);
        if round > 0 {
            rounds.push((floor, ours));
        }
    }
    table.row(name, goal, &rounds);
}

/// The seconds a closure takes, with its result.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> orm_core::Result<()> {
    // `cargo bench` passes flags that concern other harnesses; `cargo test --benches` only wants to know that it runs.
    let mut table = Table::default();
    let floor = floor::Database::open();
    floor.insert(&rows(ROWS));
    let engine = ours::engine().await?;
    ours::insert(&engine, rows(ROWS)).await;
    assert_eq!(
        floor.load(usize::MAX),
        ours::load_plain(&engine).await.1,
        "both load the same values"
    );

    compare(
        &mut table,
        "load 10,000 rows, plain",
        Some(1.3),
        || timed(|| floor.load(usize::MAX)).0,
        async || ours::load_plain(&engine).await.0,
    )
    .await;
    compare(
        &mut table,
        "load 10,000 rows, tracked",
        Some(1.6),
        || timed(|| floor.load(usize::MAX)).0,
        async || ours::load_tracked(&engine).await,
    )
    .await;
    compare(
        &mut table,
        "1,000 gets by key",
        None,
        || timed(|| floor.gets(GETS)).0,
        async || ours::gets(&engine, GETS).await,
    )
    .await;
    compare(
        &mut table,
        "insert 10,000, keys back",
        Some(1.6),
        || {
            let (floor, books) = (floor::Database::open(), rows(ROWS));
            timed(|| floor.insert(&books)).0
        },
        async || {
            let engine = ours::engine().await.expect("an engine in memory");
            ours::insert(&engine, rows(ROWS)).await
        },
    )
    .await;
    compare(
        &mut table,
        "load 1,000, change one column each, save",
        Some(1.6),
        || timed(|| floor.change(CHANGES)).0,
        async || ours::change(&engine, CHANGES).await,
    )
    .await;
    table.print();

    let hit = ours::hit(&engine).await;
    println!("identity-map hit: {hit:.1} ns (goal: under 50 ns)");
    let (none, many) = ours::untouched(&engine).await;
    println!(
        "flush of one change: {none:.1} µs with nothing else held, {many:.1} µs beside 10,000 untouched objects"
    );
    Ok(())
}
