//! Random programs against a plain model: whatever is added, linked, moved, deleted and given up, the database, the
//! live session and a fresh one agree with the model after each commit, and the live session after each rollback.
//!
//! A failure names its seed; `ORM_RANDOM_SEED=<seed>` runs that program alone, `ORM_RANDOM_PROGRAMS=<n>` more of them.

mod model;
mod pairs;
mod program;
mod world;

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use orm_core::engine::Engine;

use crate::harness::{Backend, both};
use crate::scenarios::library;

fn seeds(count: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    match number("ORM_RANDOM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("ORM_RANDOM_PROGRAMS").unwrap_or(count),
    }
}

async fn programs(engine: &Engine, count: u64) -> orm_core::Result<()> {
    library::tables(engine).await?;
    for seed in seeds(count) {
        let mut program = program::Program::new(engine, seed);
        let outcome = AssertUnwindSafe(program.run(40)).catch_unwind().await;
        if !matches!(outcome, Ok(Ok(()))) {
            let steps = program.log.join("\n  ");
            panic!("seed {seed} failed: {outcome:?}; its steps were\n  {steps}");
        }
    }
    Ok(())
}

both! {
    /// Whatever is done, everyone agrees.
    async fn everyone_agrees(db: Db) {
        match db.backend() {
            Backend::Sqlite => programs(&Engine::connect("sqlite::memory:").await?, 400).await?,
            Backend::Postgres => programs(&db.engine().await, 25).await?,
        }
    }
}
