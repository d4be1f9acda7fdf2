//! The N+1 problem, and six ways not to have it: the runs of 100 datasets, read by every loading strategy.
//!
//! `cargo run -p orm-examples --bin n_plus_one` runs on SQLite in memory; give a URL to run on another database. The tables
//! `runs`, `datasets` and `tiers` are dropped and created anew.

use orm_core::engine::NPlusOne;
use orm_core::mapping::Load;
use orm_core::prelude::*;

/// Where datasets are stored.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "tiers")]
struct Tier {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "datasets")]
struct Dataset {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(references = Tier::id)]
    tier_id: i64,
    tier: BelongsTo<Tier>,
    #[orm(back_populates = dataset, order_by = Run::id)]
    runs: HasMany<Run>,
}

/// A model that was trained on a dataset, and its error.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "runs")]
struct Run {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Dataset::id)]
    dataset_id: i64,
    #[orm(back_populates = runs)]
    dataset: BelongsTo<Dataset>,
    model: String,
    rmse: f64,
}

/// Reads every dataset's runs; how many there are.
async fn count_runs(engine: &Engine, load: Load<Dataset, Run>) -> orm_core::Result<usize> {
    let mut session = engine.session();
    let query = Dataset::select().order_by(Dataset::id).with(load);
    let mut runs = 0;
    for dataset in session.all(query).await? {
        runs += dataset.runs(&mut session).await?.len();
    }
    Ok(runs)
}

#[tokio::main]
async fn main() -> orm_core::Result<()> {
    let url = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "sqlite::memory:".to_owned());
    // A session warns of what this program does on purpose.
    let builder = Engine::builder(&url).n_plus_one(NPlusOne::Ignore);
    let engine = builder.connect().await?;
    let metadata = Metadata::of::<(Tier, Dataset, Run)>()?;
    metadata.drop_all(&engine).await?;
    metadata.create_all(&engine).await?;

    let mut session = engine.session();
    let tiers = session.add_all(["hot", "cold"].map(|name| Tier {
        name: name.into(),
        ..Default::default()
    }));
    let models = ["linear", "forest", "boosted"];
    for number in 0..100_usize {
        let run = |which: usize| Run {
            model: models[which].into(),
            rmse: ((number * 7 + which * 5) % 11) as f64 / 4.0 + 0.5,
            ..Default::default()
        };
        session.add(Dataset {
            name: format!("dataset {number:02}"),
            tier: tiers[number % 2].into(),
            runs: [run(0), run(1), run(2)].into(),
            ..Default::default()
        });
    }
    session.commit().await?;

    println!("--- Statements for the runs of 100 datasets ---");
    for (name, load) in [
        ("lazy", Dataset::runs.lazy()),
        ("batch", Dataset::runs.batch()),
        ("select-in", Dataset::runs.select_in()),
        ("subquery", Dataset::runs.subquery()),
        ("joined", Dataset::runs.joined()),
        ("raise", Dataset::runs.raise()),
    ] {
        engine.statements().clear();
        match count_runs(&engine, load).await {
            Ok(runs) => {
                let statements = engine.statements().count();
                println!("{name}: {statements} statements, {runs} runs");
            }
            Err(error) => println!("{name}: {}", error.message()),
        }
    }

    println!("\n--- The best model of each dataset, and where the dataset is stored ---");
    engine.statements().clear();
    let best = Dataset::runs.order_by((Run::rmse, Run::id)).limit(1);
    let query = Dataset::select()
        .order_by(Dataset::id)
        .with(best.joined())
        .with(Dataset::tier.joined());
    for dataset in engine.all(query).await? {
        let (run, tier) = (&dataset.runs.get()?[0], dataset.tier.get()?);
        println!(
            "{}: {} ({:.2}), {}",
            dataset.name,
            run.model,
            run.rmse,
            tier.map_or("nowhere", |tier| &tier.name)
        );
    }
    println!("statements: {}", engine.statements().count());
    Ok(())
}
