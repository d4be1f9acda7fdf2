//! Random programs against a plain model: whatever is added, linked, moved, deleted and given up, the database, a fresh
//! session and the live one agree with the model after each commit, and the live session after each rollback.
//!
//! A failure names its seed, and shows the steps that are left when all that can be dropped has been dropped.
//! `ORM_RANDOM_SEED=<seed>` runs that program alone, `ORM_RANDOM_PROGRAMS=<n>` that many, and `ORM_RANDOM_STEPS=<n>` makes
//! them so long.

mod compare;
mod found;
mod held;
mod links;
mod model;
mod program;

use std::fmt::Write as _;
use std::ops::Range;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use orm_core::engine::Engine;

use crate::harness::{Backend, both};
use crate::scenarios::press;
use program::{Program, Step};

const STEPS: usize = 50;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn seeds(count: u64) -> Range<u64> {
    match number("ORM_RANDOM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("ORM_RANDOM_PROGRAMS").unwrap_or(count),
    }
}

/// Runs a program from empty tables; what went wrong, and what was done until then.
async fn attempt(engine: &Engine, steps: &[Step], parts: bool) -> Result<(), String> {
    if let Err(error) = press::empty(engine).await {
        return Err(format!("the tables cannot be emptied: {error}"));
    }
    let mut program = Program::new(engine, parts);
    let outcome = AssertUnwindSafe(program.run(steps)).catch_unwind().await;
    let why = match outcome {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panic.downcast_ref::<String>().cloned().unwrap_or_else(|| {
            let text = panic.downcast_ref::<&str>();
            (*text.unwrap_or(&"it panicked")).to_owned()
        }),
    };
    let mut told = why;
    for line in &program.log {
        write!(told, "\n  {line}").expect("a string takes all");
    }
    Err(told)
}

/// Drops steps as long as the program still fails, many at once at first.
async fn shrink(
    engine: &Engine,
    mut steps: Vec<Step>,
    parts: bool,
    mut told: String,
) -> (usize, String) {
    let mut size = steps.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + size).min(steps.len()));
            match attempt(engine, &fewer, parts).await {
                Err(still) => (steps, told) = (fewer, still),
                Ok(()) => at += size,
            }
        }
        size /= 2;
    }
    (steps.len(), told)
}

async fn programs(engine: &Engine, seeds: impl Iterator<Item = u64>, parts: bool) -> u64 {
    press::tables(engine).await.expect("the tables");
    let length = number("ORM_RANDOM_STEPS").map_or(STEPS, |steps| steps as usize);
    let mut count = 0;
    for seed in seeds {
        let steps = Step::many(seed, length);
        if let Err(told) = attempt(engine, &steps, parts).await {
            let (left, told) = shrink(engine, steps, parts, told).await;
            panic!("seed {seed} fails; with {left} of its {length} steps:\n{told}");
        }
        count += 1;
    }
    count
}

both! {
    /// Whatever is done, everyone agrees.
    async fn everyone_agrees(db: Db) {
        // Two databases in memory for two processors; on PostgreSQL programs wait for the server most of the time.
        let (seeds, tasks) = match db.backend() {
            Backend::Sqlite => (seeds(2000), 2),
            Backend::Postgres => (seeds(300), 1),
        };
        let mut running = Vec::new();
        for task in 0..tasks {
            let engine = match db.backend() {
                Backend::Sqlite => Engine::connect("sqlite::memory:").await?,
                Backend::Postgres => db.engine().await,
            };
            let seeds = seeds.clone().skip(task).step_by(tasks);
            running.push(tokio::spawn(async move { programs(&engine, seeds, false).await }));
        }
        let mut count = 0;
        for task in running {
            match task.await {
                Ok(done) => count += done,
                Err(failed) => std::panic::resume_unwind(failed.into_panic()),
            }
        }
        println!("{count} programs agreed, seeds {seeds:?}");
    }

    /// The same where the objects come by queries with criteria, and so see parts of what they hold: the database and fresh
    /// sessions agree, and nothing is shown that is not there.
    async fn parts_lose_nothing(db: Db) {
        let (engine, seeds) = match db.backend() {
            Backend::Sqlite => (Engine::connect("sqlite::memory:").await?, seeds(400)),
            Backend::Postgres => (db.engine().await, seeds(60)),
        };
        let count = programs(&engine, seeds, true).await;
        println!("{count} programs agreed");
    }
}
