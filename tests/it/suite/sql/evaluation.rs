//! Random expressions mean the same in the compiler's text, in a text with parentheses round everything, and in plain
//! Rust, row by row, on every database.
//!
//! `ORM_EXPRESSIONS=<n>` tries more of them; a failure names its seed, and `ORM_EXPRESSIONS_SEED=<seed>` tries those.
//!
//! The differences between the databases that are kept out by construction: case in LIKE (SQLite takes ASCII letters of
//! either case as equal), letters outside of ASCII in LOWER and UPPER, integer overflow and division by zero (an error on
//! one, something else on the other), the order of text under a collation other than bytes, a truth value as text, and a
//! NULL of no known type (PostgreSQL refuses it where nothing beside it tells the type).

mod evaluate;
mod generate;
mod leaf;
mod like;
mod print;
mod table;

use std::sync::atomic::{AtomicUsize, Ordering};

use orm_core::engine::Engine;
use orm_core::sql::{Expr, FromItem, Item, OrderBy, Select, Statement, TableRef};
use proptest::collection::vec;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use tokio::runtime::Handle;

use super::run::Plain;
use crate::harness::{Backend, both};
use evaluate::V;

const DEPTH: usize = 6;
/// How many are tried in one query, on average; fewer in a run that goes badly, so that there are enough in all.
const TOGETHER: usize = 50;
const AT_LEAST: usize = 40;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn runner(cases: usize) -> (TestRunner, u64) {
    let seed = number("ORM_EXPRESSIONS_SEED").unwrap_or(0);
    let config = Config {
        cases: u32::try_from(cases).expect("a number of cases"),
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 5_000,
        ..Config::default()
    };
    (TestRunner::new(config), seed)
}

/// How many expressions are tried.
fn cases() -> usize {
    usize::try_from(number("ORM_EXPRESSIONS").unwrap_or(10_000)).expect("a number of cases")
}

both! {
    /// Every text gives the value.
    async fn texts_mean_the_tree(db: Db) {
        let engine = match db.backend() {
            Backend::Sqlite => Engine::connect("sqlite::memory:").await?,
            Backend::Postgres => db.engine().await,
        };
        table::create(&engine).await?;
        let rows = table::rows();
        let tried = AtomicUsize::new(0);
        let (mut runner, seed) = runner(cases().div_ceil(AT_LEAST));
        let outcome = tokio::task::block_in_place(|| {
            runner.run(&vec(generate::expressions(DEPTH), 1..=2 * TOGETHER), |exprs| {
                tried.fetch_add(exprs.len(), Ordering::Relaxed);
                Handle::current()
                    .block_on(compare(&engine, &exprs, &rows))
                    .map_err(TestCaseError::fail)
            })
        });
        if let Err(failure) = outcome {
            let failure = failure.to_string();
            let reason = failure.split("minimal failing input").next().unwrap_or_default();
            panic!("seed {seed} failed on {:?}: {reason}", db.backend());
        }
        let tried = tried.into_inner();
        assert!(tried >= cases(), "only {tried} were tried");
        println!("{tried} expressions mean the same on {:?}", db.backend());
    }
}

/// Whether both texts of each expression give its value in each row.
async fn compare(engine: &Engine, exprs: &[Expr], rows: &[Vec<V>]) -> Result<(), String> {
    let select = Select {
        items: exprs.iter().cloned().map(Item::from).collect(),
        from: vec![FromItem::Table(TableRef::new(table::TABLE))],
        order_by: vec![OrderBy::ascending(Expr::column(table::TABLE, "id"))],
        ..Select::default()
    };
    let ours = Plain::compiled(&Statement::Select(select), engine.dialect())
        .map_err(|error| format!("is not compiled: {error}"))?;
    let printer = print::Printer(engine.dialect());
    let items: Vec<String> = exprs.iter().map(|expr| printer.print(expr)).collect();
    let plain = format!(
        "SELECT {} FROM {} ORDER BY id",
        items.join(", "),
        table::TABLE
    );
    for (text, whose) in [(ours, "ours"), (Plain::text(&plain), "the plain one")] {
        let sql = text.sql().to_owned();
        let found = engine
            .all(text)
            .await
            .map_err(|error| format!("{whose} is refused: {error}\n{sql}"))?;
        for (row, found) in rows.iter().zip(found) {
            for (expr, found) in exprs.iter().zip(found) {
                let meant = evaluate::value(expr, row);
                if !meant.is(&found) {
                    return Err(format!(
                        "{whose} gives {found:?} and not {meant:?} in {row:?}:\n{sql}\nthat is {expr:?}"
                    ));
                }
            }
        }
    }
    Ok(())
}

/// The opposite is true where the expression is false, and unknown where it is unknown; so for AND and OR.
#[test]
fn combined_conditions_keep_their_meaning() {
    let rows = table::rows();
    let (mut runner, seed) = runner(cases() / 5);
    let pairs = (generate::conditions(4), generate::conditions(4));
    let outcome = runner.run(&pairs, |(left, right)| {
        let opposite = left.clone().negate();
        let (both, either) = (
            left.clone().and(right.clone()),
            left.clone().or(right.clone()),
        );
        for row in &rows {
            let (l, r) = (evaluate::truth(&left, row), evaluate::truth(&right, row));
            let unknown = if l.is_none() || r.is_none() {
                None
            } else {
                Some(())
            };
            let all = if l == Some(false) || r == Some(false) {
                Some(false)
            } else {
                unknown.map(|()| true)
            };
            let any = if l == Some(true) || r == Some(true) {
                Some(true)
            } else {
                unknown.map(|()| false)
            };
            proptest::prop_assert_eq!(evaluate::truth(&opposite, row), evaluate::not(l));
            proptest::prop_assert_eq!(evaluate::truth(&both, row), all);
            proptest::prop_assert_eq!(evaluate::truth(&either, row), any);
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("seed {seed} failed: {failure}");
    }
}
