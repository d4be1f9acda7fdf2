//! Ten questions that a shop asks of its data, each with its SQL and its first rows, on SQLite or PostgreSQL.
//!
//! `cargo run -p orm-examples --bin analytics` runs on SQLite in memory; give a URL to run on another database:
//! `-- postgres://user@localhost/shop`. The tables of the shop are dropped and created anew. With `--no-sql` only the
//! questions and their rows are printed, which are the same on both databases.

mod money;
mod people;
mod report;
mod shop;
mod things;

use orm_core::prelude::*;

use report::Report;

#[tokio::main]
async fn main() -> orm_core::Result<()> {
    let mut url = "sqlite::memory:".to_owned();
    let mut with_sql = true;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--no-sql" => with_sql = false,
            _ => url = argument,
        }
    }
    let engine = Engine::connect(&url).await?;
    shop::open(&engine).await?;
    println!("{} customers, {} orders", shop::CUSTOMERS, shop::ORDERS);

    let report = &Report { engine, with_sql };
    money::by_country(report).await?;
    people::best_customers(report).await?;
    money::month_over_month(report).await?;
    people::cohorts(report).await?;
    things::categories(report).await?;
    money::daily_totals(report).await?;
    money::moving_sums(report).await?;
    people::night_owls(report).await?;
    things::together(report).await?;
    things::left_on_the_shelf(report).await
}
