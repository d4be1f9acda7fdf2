//! Goes through many rows, each with its children, in little memory; then through some of them by pages.
//!
//! `large_results [number of rows [database URL]]`

use orm_core::mapping::PageRequest;
use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "stations")]
struct Station {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = station)]
    readings: HasMany<Reading>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "readings", index(station_id))]
struct Reading {
    #[orm(primary_key)]
    id: i64,
    value: i64,
    #[orm(references = Station::id)]
    station_id: i64,
    #[orm(back_populates = readings)]
    station: BelongsTo<Station>,
}

#[tokio::main]
async fn main() -> orm_core::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let rows: i64 = arguments
        .next()
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(100_000);
    let url = arguments
        .next()
        .unwrap_or_else(|| "sqlite::memory:".to_owned());
    let engine = Engine::connect(&url).await?;
    Metadata::of::<(Station, Reading)>()?
        .create_all(&engine)
        .await?;
    fill(&engine, rows).await?;

    let (mut stations, mut sum) = (0_i64, 0_i64);
    let mut stream = engine.stream(
        Station::select()
            .order_by(Station::id)
            .with(Station::readings),
    );
    while let Some(station) = stream.next().await? {
        stations += 1;
        sum += station
            .readings
            .get()?
            .iter()
            .map(|reading| reading.value)
            .sum::<i64>();
    }
    println!("{stations} stations, their readings add up to {sum}");
    let peak = peak_memory();
    println!("in at most 64 MB: {}", peak <= 64 * 1024);
    if std::env::var_os("FIGURES").is_some() {
        println!("the whole program used {peak} kB at most");
    }

    let query = Station::select().order_by(Station::name.desc());
    let first = engine.page(query.clone(), PageRequest::size(2)).await?;
    let second = engine
        .page(
            query.clone(),
            PageRequest::size(2).at(first.next.as_deref()),
        )
        .await?;
    let back = engine
        .page(query, PageRequest::size(2).at(second.previous.as_deref()))
        .await?;
    for page in [first, second, back] {
        let names: Vec<_> = page
            .rows
            .iter()
            .map(|station| station.name.as_str())
            .collect();
        println!("{}", names.join(", "));
    }
    Ok(())
}

/// Stations with one reading each, a thousand at a time.
async fn fill(engine: &Engine, rows: i64) -> orm_core::Result<()> {
    let mut transaction = engine.begin().await?;
    // What an earlier run has left.
    transaction.execute(Reading::delete()).await?;
    transaction.execute(Station::delete()).await?;
    for first in (1..=rows).step_by(1_000) {
        let ids = first..(first + 1_000).min(rows + 1);
        let stations: Vec<_> = ids
            .clone()
            .map(|id| Station {
                id,
                name: format!("station {id:07}"),
                ..Default::default()
            })
            .collect();
        let readings: Vec<_> = ids
            .map(|id| Reading {
                id,
                value: id % 10,
                station_id: id,
                ..Default::default()
            })
            .collect();
        transaction
            .execute(Station::insert().objects(&stations))
            .await?;
        transaction
            .execute(Reading::insert().objects(&readings))
            .await?;
    }
    transaction.commit().await
}

/// The most memory that the process has had in use, in kB; 0 where the system does not tell.
fn peak_memory() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
