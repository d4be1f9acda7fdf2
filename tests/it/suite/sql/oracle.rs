//! The same queries by another library, sea-query, give the same rows on the same data.
//!
//! Each case is a name, a query of ours, and one of theirs; what changes rows is compared by the rows afterwards.

mod cases;
mod conditions;
mod joins;
mod model;
mod parts;
mod queries;
mod values;
mod writes;

use std::collections::HashSet;

use orm_core::dialect::Compiled;
use orm_core::engine::Engine;
use orm_core::types::Value;
use sqlparser::dialect::{Dialect as Grammar, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::run::Plain;
use crate::harness::{Backend, both};
use cases::{Case, Cases, Kind};

/// What sqlparser does not know of SQLite: `IS` between any two values.
const NOT_PARSED: [&str; 7] = [
    "distinct",
    "not distinct",
    "is true",
    "is not true",
    "is false",
    "is not false",
    "truth as a value",
];

/// A value that is the same whichever type a database gives it: numbers by value, truth as a number.
fn plain(value: &Value) -> String {
    let number = |value: f64| format!("{value:.6}");
    #[allow(clippy::cast_precision_loss, reason = "the numbers are small")]
    match value {
        Value::Bool(value) => number(f64::from(u8::from(*value))),
        Value::I16(value) => number(f64::from(*value)),
        Value::I32(value) => number(f64::from(*value)),
        Value::I64(value) => number(*value as f64),
        Value::F32(value) => number(f64::from(*value)),
        Value::F64(value) => number(*value),
        Value::Decimal(value) => number(value.to_string().parse().unwrap_or(f64::NAN)),
        other => format!("{other:?}"),
    }
}

type Rows = Vec<Vec<String>>;

fn rows(found: &[Vec<Value>], ordered: bool) -> Rows {
    let mut rows: Rows = found
        .iter()
        .map(|row| row.iter().map(plain).collect())
        .collect();
    if !ordered {
        rows.sort();
    }
    rows
}

/// The rows of a statement, and those of the tables after it; it is taken back.
async fn written(engine: &Engine, statement: Plain) -> orm_core::Result<(Rows, Vec<Rows>)> {
    let mut transaction = engine.begin().await?;
    let returned = transaction.all(statement).await;
    let mut tables = Vec::new();
    if returned.is_ok() {
        for table in model::TABLES {
            let all = transaction
                .all(Plain::text(&format!("SELECT * FROM {table}")))
                .await?;
            tables.push(rows(&all, false));
        }
    }
    transaction.rollback().await?;
    Ok((rows(&returned?, false), tables))
}

async fn compare(engine: &Engine, case: &Case, ours: &Compiled) -> Result<usize, String> {
    let theirs = || Plain::text(&case.theirs);
    let ours = || Plain::from(ours.clone());
    let told = |whose: &'static str| move |error| format!("{whose} is refused: {error}");
    let found = match case.kind {
        Kind::Ordered | Kind::Unordered => {
            let ordered = case.kind == Kind::Ordered;
            let ours = engine.all(ours()).await.map_err(told("ours"))?;
            let theirs = engine.all(theirs()).await.map_err(told("theirs"))?;
            (vec![rows(&ours, ordered)], vec![rows(&theirs, ordered)])
        }
        Kind::Write => {
            let (returned, mut ours) = written(engine, ours()).await.map_err(told("ours"))?;
            ours.push(returned);
            let (returned, mut theirs) = written(engine, theirs()).await.map_err(told("theirs"))?;
            theirs.push(returned);
            (ours, theirs)
        }
    };
    if found.0 != found.1 {
        let (ours, theirs) = found;
        let differing = ours
            .iter()
            .zip(&theirs)
            .find(|(ours, theirs)| ours != theirs);
        return Err(format!("gives {differing:?}"));
    }
    Ok(found.0.iter().map(Vec::len).sum())
}

both! {
    /// At least 150 of them.
    async fn rows_are_those_of_another_library(db: Db) {
        let engine = db.engine().await;
        model::fill(&engine).await?;
        let mut cases = Cases::new(engine.dialect(), db.backend() == Backend::Postgres);
        conditions::all(&mut cases);
        values::all(&mut cases);
        joins::all(&mut cases);
        queries::all(&mut cases);
        parts::all(&mut cases);
        writes::all(&mut cases);
        let grammar: &dyn Grammar = match db.backend() {
            Backend::Sqlite => &SQLiteDialect {},
            Backend::Postgres => &PostgreSqlDialect {},
        };
        let mut faults = Vec::new();
        let mut empty = Vec::new();
        let mut names = HashSet::new();
        for case in &cases.list {
            if !names.insert(case.name) {
                faults.push(format!("two cases are called {}", case.name));
            }
            let fault = match &case.ours {
                Err(error) => Some(format!("is not compiled: {error}")),
                Ok(ours) => {
                    let parsed = Parser::parse_sql(grammar, &ours.sql).err();
                    let unknown = db.backend() == Backend::Sqlite && NOT_PARSED.contains(&case.name);
                    let parsed = parsed.filter(|_| !unknown);
                    match (parsed, compare(&engine, case, ours).await) {
                        (Some(error), _) => Some(format!("is not parsed: {error}\n  {}", ours.sql)),
                        (None, Err(fault)) => Some(format!("{fault}\n  {}\n  {}", ours.sql, case.theirs)),
                        (None, Ok(0)) => {
                            empty.push(case.name);
                            None
                        }
                        (None, Ok(_)) => None,
                    }
                }
            };
            faults.extend(fault.map(|fault| format!("{}: {fault}", case.name)));
        }
        let number = cases.list.len();
        assert!(faults.is_empty(), "of {number}, {} differ:\n{}", faults.len(), faults.join("\n"));
        assert!(number >= 150, "only {number} queries are compared");
        assert!(empty.len() * 20 < number, "these prove nothing, without rows: {empty:?}");
        println!("{number} queries give the rows of another library on {:?}", db.backend());
    }
}
