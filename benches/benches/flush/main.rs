//! Flushes of new objects, from a thousand to a million, against a batch by hand over SQLite's C interface in the same
//! run; and the planner alone: `cargo bench -p orm-benches --bench flush`. What they take of memory is measured by
//! `--bench memory`, since counting allocations takes time.
//!
//! A word after `--` limits the sizes: `-- 10000` measures none that is larger.

#[allow(
    dead_code,
    reason = "the floor of another bench, of which this needs a part"
)]
#[path = "../ratios/floor.rs"]
mod floor;
mod planner;

use std::time::Instant;

use orm_core::prelude::*;

/// A row of the table that is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
pub struct Book {
    #[orm(primary_key)]
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

/// The sizes, and how often each is measured.
const SIZES: [(usize, usize); 4] = [(1_000, 61), (10_000, 21), (100_000, 7), (1_000_000, 3)];

const RATIO: f64 = 1.6;

fn title(n: usize) -> String {
    format!("The title of book number {n}")
}

pub fn plain(n: usize) -> Plain {
    Plain {
        id: 0,
        author_id: (n % 100) as i64,
        title: title(n),
        year: 1900 + (n % 120) as i32,
        price: n as f64 / 7.0,
    }
}

pub fn book(n: usize) -> Book {
    Book {
        id: 0,
        author_id: (n % 100) as i64,
        title: title(n),
        year: 1900 + (n % 120) as i32,
        price: n as f64 / 7.0,
    }
}

/// A database in memory with the empty table.
pub async fn engine() -> orm_core::Result<Engine> {
    let engine = Engine::connect("sqlite::memory:").await?;
    Metadata::of::<(Book,)>()?.create_all(&engine).await?;
    Ok(engine)
}

/// The seconds of the floor: the rows are there, and get their keys in one transaction.
fn by_hand(count: usize) -> f64 {
    let (floor, rows) = (
        floor::Database::open(),
        (0..count).map(plain).collect::<Vec<_>>(),
    );
    let start = Instant::now();
    let keys = floor.insert(&rows);
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(keys.last(), Some(&(count as i64)));
    seconds
}

/// The seconds of a session: the objects are there, are added, flushed and committed.
async fn by_session(count: usize) -> orm_core::Result<f64> {
    let (engine, books) = (engine().await?, (0..count).map(book).collect::<Vec<_>>());
    let start = Instant::now();
    let mut session = engine.session();
    let books = session.add_all(books);
    session.flush().await?;
    session.commit().await?;
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(session[books[count - 1]].id, count as i64);
    Ok(seconds)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn verdict(value: f64, goal: f64) -> &'static str {
    if value <= goal { "met" } else { "MISSED" }
}

async fn size(count: usize, rounds: usize) -> orm_core::Result<()> {
    let mut seconds = Vec::new();
    for round in 0..=rounds {
        let pair = (by_hand(count), by_session(count).await?);
        if round > 0 {
            seconds.push(pair);
        }
    }
    let each =
        |of: fn(&(f64, f64)) -> f64| median(seconds.iter().map(of).collect()) * 1e9 / count as f64;
    let ratio = median(seconds.iter().map(|(floor, ours)| ours / floor).collect());
    println!(
        "{count:>9} {:>8.0} {:>8.0} {ratio:>6.2} {}",
        each(|pair| pair.0),
        each(|pair| pair.1),
        verdict(ratio, RATIO),
    );
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> orm_core::Result<()> {
    // `cargo bench` passes flags that concern other harnesses.
    let largest = std::env::args().skip(1).find_map(|word| word.parse().ok());
    println!(
        "{:>9} {:>8} {:>8} {:>6} <= 1.6",
        "objects", "floor ns", "ours ns", "ratio"
    );
    for (count, rounds) in SIZES {
        if largest.is_none_or(|largest: usize| count <= largest) {
            size(count, rounds).await?;
        }
    }
    println!("ns are for each object");
    let milliseconds = planner::run(&engine().await?)?;
    println!(
        "planning {} mixed changes over {} tables: {milliseconds:.2} ms (goal: under 10 ms, {})",
        planner::CHANGES,
        planner::TABLES,
        verdict(milliseconds, 10.0)
    );
    Ok(())
}
