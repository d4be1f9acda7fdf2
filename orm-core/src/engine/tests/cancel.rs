//! Futures dropped after each possible number of polls: no connection is lost, no transaction stays open, and what
//! comes after is right.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use super::*;
use crate::engine::{Backend, Offload};

/// Polls `future` up to `polls` times, a moment apart, and drops it. Whether it had come to its end.
async fn cut(polls: usize, future: impl Future) -> bool {
    let mut future = pin!(future);
    for _ in 0..polls {
        let mut context = Context::from_waker(Waker::noop());
        if future.as_mut().poll(&mut context).is_ready() {
            return true;
        }
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
    false
}

/// Cuts `run` after 0, 1, 2, .. polls until it comes to its end, and checks the engine after each.
async fn sweep<F: Future>(engine: &Engine, count: &str, run: impl Fn(Connection) -> F) {
    let mut monitor = match engine.backend() {
        Backend::Sqlite => None,
        Backend::Postgres => {
            let monitor = Engine::connect(&postgres_url().unwrap()).await.unwrap();
            Some(monitor.acquire().await.unwrap())
        }
    };
    let mut finished = 0;
    for polls in 0..4000 {
        let connection = engine.acquire().await.unwrap();
        finished += usize::from(cut(polls, run(connection)).await);
        settled(engine).await;
        if let Some(monitor) = &mut monitor {
            check_idle(monitor, count).await;
        }
        let mut c = engine.acquire().await.unwrap();
        assert!(!c.in_transaction());
        // Either all of the change is there, or nothing.
        let Value::I64(rows) = one(&mut c, count).await else {
            panic!()
        };
        assert_eq!(rows % 700, 0, "after {polls} polls");
        drop(c);
        assert_eq!(engine.pool_status().in_use, 0);
        if finished > 1 {
            assert!(polls > 1);
            return;
        }
    }
    panic!("never came to its end");
}

/// No connection sits in a transaction that nobody will end.
async fn check_idle(monitor: &mut Connection, count: &str) {
    // The table and the application have the same name.
    let name = count.rsplit(' ').next().unwrap_or_default();
    let text = "SELECT count(*) FROM pg_stat_activity \
                WHERE state LIKE 'idle in transaction%' AND application_name = $1";
    for _ in 0..200 {
        let open = all(monitor, text, [Value::Text(name.to_owned())])
            .await
            .unwrap();
        if open == [[Value::I64(0)]] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("a connection is idle in transaction");
}

async fn engines() -> Vec<(Engine, String, Option<File>)> {
    let mut engines = Vec::new();
    for offload in [Offload::Never, Offload::Auto, Offload::Always] {
        let file = File::new();
        let build = |url: &str| {
            Engine::builder(url)
                .offload(offload)
                .offload_rows(500)
                .max_connections(2)
                .connect()
        };
        engines.push((
            build("sqlite::memory:").await.unwrap(),
            "t".to_owned(),
            None,
        ));
        engines.push((
            build(&file.url()).await.unwrap(),
            "t".to_owned(),
            Some(file),
        ));
    }
    if let Some(url) = postgres_url() {
        let separator = if url.contains('?') { '&' } else { '?' };
        let t = unique("t");
        let url = format!("{url}{separator}application_name={t}");
        let engine = Engine::builder(&url)
            .max_connections(2)
            .connect()
            .await
            .unwrap();
        engines.push((engine, t, None));
    }
    engines
}

#[tokio::test]
async fn dropped_anywhere() {
    for (engine, t, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        execute(&mut c, &format!("CREATE TABLE {t} (a BIGINT, b TEXT)")).await;
        drop(c);
        let count = format!("SELECT count(*) FROM {t}");
        let mark = if engine.backend() == Backend::Sqlite {
            ["?", "?"]
        } else {
            ["$1", "$2"]
        };
        let insert = format!("INSERT INTO {t} VALUES ({}, {})", mark[0], mark[1]);
        let batch = || {
            let rows = (0..700)
                .flat_map(|n| [Value::I64(n), Value::Text(format!("text {n}"))])
                .collect();
            let mut batch = per_row(
                &insert,
                &[SqlType::BigInt, SqlType::Text],
                rows,
                Returning::Nothing,
            );
            if engine.backend() == Backend::Postgres {
                batch.sql = format!("INSERT INTO {t} SELECT * FROM unnest($1, $2)").into();
                batch.style = BatchStyle::Arrays;
            }
            batch
        };
        sweep(&engine, &count, async |mut c: Connection| {
            c.begin(&crate::engine::TransactionOptions::default())
                .await
                .unwrap();
            c.batch(Box::new(batch())).await.unwrap();
            c.commit().await.unwrap();
        })
        .await;
        sweep(&engine, &count, async |mut c: Connection| {
            c.batch(Box::new(batch())).await.unwrap();
        })
        .await;
        let many = format!("SELECT x.a, x.b FROM {t} x, {t} y LIMIT 4000");
        sweep(&engine, &count, async |mut c: Connection| {
            assert_eq!(all(&mut c, &many, []).await.unwrap().len(), 4000);
        })
        .await;
        sweep(&engine, &count, async |mut c: Connection| {
            c.begin(&crate::engine::TransactionOptions::default())
                .await
                .unwrap();
            c.savepoint("s").await.unwrap();
            c.execute(sql(&format!("DELETE FROM {t}"), []))
                .await
                .unwrap();
            c.rollback_to("s").await.unwrap();
            c.rollback().await.unwrap();
        })
        .await;
    }
}

/// The connection is kept by its holder when a future on it is dropped: it works on, or says that it cannot.
#[tokio::test]
async fn the_holder_learns_of_it() {
    for (engine, t, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        execute(&mut c, &format!("CREATE TABLE {t} (a BIGINT, b TEXT)")).await;
        let insert = format!(
            "INSERT INTO {t} SELECT i, 'x' FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i FROM n) s RETURNING a"
        );
        for polls in 1..40 {
            if c.is_lost() {
                drop(c);
                c = engine.acquire().await.unwrap();
            }
            c.begin(&crate::engine::TransactionOptions::default())
                .await
                .unwrap();
            let done = cut(polls, c.fetch(sql(&insert, []), Rows::default())).await;
            assert_eq!(c.is_aborted(), !done, "after {polls} polls");
            if !done {
                assert!(c.commit().await.is_err());
            }
            c.rollback().await.unwrap();
            if !c.is_lost() {
                assert_eq!(
                    one(&mut c, &format!("SELECT count(*) FROM {t}")).await,
                    Value::I64(0)
                );
            }
        }
    }
}

#[tokio::test]
async fn a_long_query_ends_when_nobody_waits() {
    let engine = Engine::builder("sqlite::memory:")
        .offload(Offload::Always)
        .connect()
        .await
        .unwrap();
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    let started = std::time::Instant::now();
    let mut c = engine.acquire().await.unwrap();
    let run = all(&mut c, endless, []);
    assert!(
        tokio::time::timeout(Duration::from_millis(30), run)
            .await
            .is_err()
    );
    assert!(c.is_lost());
    drop(c);
    let mut c = engine.acquire().await.unwrap();
    assert_eq!(one(&mut c, "SELECT 1").await, Value::I64(1));
    assert!(started.elapsed() < Duration::from_secs(5));
}

/// The same, when the future is dropped before the other thread has begun.
#[tokio::test]
async fn a_query_that_was_given_up_early_ends_too() {
    let engine = Engine::builder("sqlite::memory:")
        .offload(Offload::Always)
        .connect()
        .await
        .unwrap();
    let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    for _ in 0..200 {
        let mut c = engine.acquire().await.unwrap();
        let mut run = Box::pin(all(&mut c, endless, []));
        let mut context = Context::from_waker(Waker::noop());
        assert!(run.as_mut().poll(&mut context).is_pending());
        drop(run);
        drop(c);
    }
    let mut c = engine.acquire().await.unwrap();
    assert_eq!(one(&mut c, "SELECT 1").await, Value::I64(1));
}
