//! What a session and an engine read, against the same by hand over SQLite's C interface, interleaved in one run, and the
//! memory of streams: `cargo bench -p orm-benches --bench loading`.
//!
//! Both sides read the same file, and what they load must have the same checksum. A word after `--` chooses the workloads
//! whose names have it. `-- repeat <side> <times> <name>` does one workload again and again by one side (`floor`, `tracked` or
//! `plain`), for profilers: the difference of two such runs is the work alone.

mod capi;
mod floor;
mod models;
mod ours;
mod stream;
#[path = "../ratios/table.rs"]
mod table;

use std::time::Instant;

use orm_core::engine::Offload;
use orm_core::prelude::*;

use floor::Floor;
use table::Table;

/// Seconds and checksum.
type Outcome = (f64, u64);

const POOL: usize = 8;
const TASKS: usize = 64;
const ROUNDS: usize = 31;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Load(i64),
    Gets,
    Tasks,
    Lazy,
    Batch,
    SelectIn,
    Joined,
    Subquery,
}

const WORK: [(&str, Work); 10] = [
    ("load 1 row", Work::Load(1)),
    ("load 100 rows", Work::Load(100)),
    ("load 10,000 rows", Work::Load(10_000)),
    ("1,000 gets by key", Work::Gets),
    ("1,000 gets by 64 tasks, pool of 8", Work::Tasks),
    ("graph 100 x 10 x 3, lazy", Work::Lazy),
    ("graph 100 x 10 x 3, batch", Work::Batch),
    ("graph 100 x 10 x 3, select-in", Work::SelectIn),
    ("graph 100 x 10 x 3, joined", Work::Joined),
    ("graph 100 x 10 x 3, subquery", Work::Subquery),
];

/// What ours may cost, as a ratio to the floor.
fn goal(work: Work, plain: bool) -> f64 {
    match work {
        Work::Joined => 2.0,
        Work::Batch | Work::SelectIn => 1.5,
        _ if plain => 1.3,
        _ => 1.6,
    }
}

/// The seconds a closure takes, with its result.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

/// A file that is gone when this is dropped.
struct Scratch(String);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("orm_loading_{name}_{}", std::process::id()));
        Self(path.display().to_string())
    }

    fn url(&self) -> String {
        format!("sqlite://{}?mode=rwc", self.0)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            // Not every one of them is there.
            let _ = std::fs::remove_file(format!("{}{end}", self.0));
        }
    }
}

async fn compare(
    table: &mut Table,
    floor: &Floor,
    engine: &Engine,
    (name, work): (&str, Work),
) -> orm_core::Result<()> {
    // Short work is done several times a round.
    let times = match work {
        Work::Load(1) => 200,
        Work::Load(100) => 50,
        _ => 1,
    };
    let (mut tracked, mut plain) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let mut seconds = [0.0; 3];
        let mut has_plain = false;
        for _ in 0..times {
            let by_hand = floor.run(work);
            let by_session = ours::tracked(engine, work).await?;
            assert_eq!(by_hand.1, by_session.1, "{name}: both load the same");
            let by_engine = ours::plain(engine, work).await?;
            seconds[0] += by_hand.0;
            seconds[1] += by_session.0;
            if let Some(by_engine) = by_engine {
                assert_eq!(by_hand.1, by_engine.1, "{name}: both load the same");
                seconds[2] += by_engine.0;
                has_plain = true;
            }
        }
        if round == 0 {
            continue;
        }
        tracked.push((seconds[0], seconds[1]));
        if has_plain {
            plain.push((seconds[0], seconds[2]));
        }
    }
    let mut row = |kind: &str, rounds: &[(f64, f64)]| {
        let each = rounds
            .iter()
            .map(|(a, b)| (a / f64::from(times), b / f64::from(times)));
        let rounds: Vec<_> = each.collect();
        table.row(
            &format!("{name}, {kind}"),
            Some(goal(work, kind == "plain")),
            &rounds,
        );
    };
    row("tracked", &tracked);
    if !plain.is_empty() {
        row("plain", &plain);
    }
    Ok(())
}

async fn repeat(floor: &Floor, engine: &Engine, words: &[String]) -> orm_core::Result<()> {
    let [side, times, name] = words else {
        panic!("repeat <side> <times> <name>");
    };
    let work = WORK.iter().find(|(known, _)| known.contains(&**name));
    let work = work.expect("a workload").1;
    for _ in 0..times.parse::<usize>().expect("a number") {
        match side.as_str() {
            "floor" => drop(floor.run(work)),
            "plain" => drop(ours::plain(engine, work).await?),
            _ => drop(ours::tracked(engine, work).await?),
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> orm_core::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [word, url, what] = words.as_slice()
        && word == stream::WORD
    {
        return stream::child(url, what).await;
    }
    // `cargo bench` passes flags that concern other harnesses.
    let words: Vec<String> = words
        .into_iter()
        .filter(|word| !word.starts_with("--"))
        .collect();
    let file = Scratch::new("graph");
    let repeats = words.first().is_some_and(|word| word == "repeat");
    // Under a profiler everything takes long, which is not to change how it is done.
    let offload = if repeats {
        Offload::Never
    } else {
        Offload::Auto
    };
    let engine = Engine::builder(&file.url())
        .max_connections(POOL)
        .offload(offload)
        .connect()
        .await?;
    models::fill(&engine).await?;
    let floor = Floor::open(&file.0);
    if repeats {
        return repeat(&floor, &engine, &words[1..]).await;
    }
    let chosen = |name: &str| words.iter().all(|word| name.contains(&**word));
    let mut table = Table::default();
    for work in WORK {
        if chosen(work.0) {
            compare(&mut table, &floor, &engine, work).await?;
        }
    }
    table.print();
    if chosen("stream") {
        let file = Scratch::new("stream");
        stream::measure(&file.url(), "SQLite").await?;
        match std::env::var("ORM_TEST_POSTGRES_URL") {
            Ok(url) => stream::measure(&url, "PostgreSQL").await?,
            Err(_) => println!("PostgreSQL: not measured; name a server: ORM_TEST_POSTGRES_URL=.."),
        }
    }
    Ok(())
}
