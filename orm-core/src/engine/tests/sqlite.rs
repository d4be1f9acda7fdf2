//! What only SQLite does: one file, one writer, waits and blocking threads.

use std::time::{Duration, Instant};

use super::*;
use crate::engine::{Offload, TransactionOptions};
use crate::error::ErrorKind;

#[tokio::test]
async fn connections_are_set_up() {
    let file = File::new();
    let engine = Engine::connect(&file.url()).await.unwrap();
    let mut c = engine.acquire().await.unwrap();
    assert_eq!(
        one(&mut c, "PRAGMA journal_mode").await,
        Value::Text("wal".into())
    );
    assert_eq!(one(&mut c, "PRAGMA synchronous").await, Value::I64(1));
    assert_eq!(one(&mut c, "PRAGMA foreign_keys").await, Value::I64(1));
    assert_eq!(one(&mut c, "PRAGMA busy_timeout").await, Value::I64(0));
    let engine = Engine::builder("sqlite::memory:")
        .pragma("foreign_keys", "OFF")
        .connect()
        .await
        .unwrap();
    let mut c = engine.acquire().await.unwrap();
    assert_eq!(one(&mut c, "PRAGMA foreign_keys").await, Value::I64(0));
}

#[tokio::test]
async fn a_missing_file_is_explained() {
    let error = Engine::connect("sqlite://no_such_file.db")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    let path = std::env::current_dir().unwrap().join("no_such_file.db");
    for part in [path.to_str().unwrap(), "mode=rwc", "sqlite:///"] {
        assert!(error.message().contains(part), "{error}");
    }
    let error = Engine::connect("sqlite:///no/such/folder/f.db?mode=rwc")
        .await
        .unwrap_err();
    assert!(error.message().contains("folder does not exist"), "{error}");
}

#[tokio::test]
async fn texts_are_checked() {
    let engine = Engine::connect("sqlite::memory:").await.unwrap();
    let mut c = engine.acquire().await.unwrap();
    for (text, binds, part) in [
        ("SELECT 1; SELECT 2", vec![], "several statements"),
        ("-- nothing", vec![], "no statement"),
        (
            "SELECT ?, ?",
            vec![Value::Null],
            "2 placeholders but 1 parameters",
        ),
    ] {
        let error = all(&mut c, text, binds).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert!(error.message().contains(part), "{error}");
        assert_eq!(error.sql(), Some(text));
    }
    assert_eq!(
        all(&mut c, "SELECT 1; -- done\n", []).await.unwrap(),
        [[Value::I64(1)]]
    );
    let error = all(&mut c, "SELECT ?", [Value::F64(f64::NAN)])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
    let error = all(&mut c, "SELECT CAST(x'ff' AS TEXT) AS broken", [])
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.columns()),
        (ErrorKind::Decode, &["broken".to_owned()][..])
    );
    // A statement without rows reports no changes of the one before.
    execute(&mut c, "CREATE TABLE t (a)").await;
    assert_eq!(execute(&mut c, "INSERT INTO t VALUES (1), (2)").await, 2);
    assert_eq!(execute(&mut c, "CREATE TABLE u (a)").await, 0);
    assert_eq!(execute(&mut c, "DELETE FROM t").await, 2);
}

#[tokio::test]
async fn lists_are_json() {
    let engine = Engine::connect("sqlite::memory:").await.unwrap();
    let mut c = engine.acquire().await.unwrap();
    let items = vec![
        Value::Text("a\"\\\n\u{1}".into()),
        Value::Null,
        Value::Text("é".into()),
    ];
    let list = Value::Array(Box::new((SqlType::Text, items.clone())));
    let rows = all(&mut c, "SELECT value FROM json_each(?)", [list])
        .await
        .unwrap();
    assert_eq!(rows.into_iter().flatten().collect::<Vec<_>>(), items);
    let items = vec![
        Value::I64(i64::MIN),
        Value::I64(i64::MAX),
        Value::F64(1.0),
        Value::F64(0.1),
    ];
    let list = Value::Array(Box::new((SqlType::Double, items.clone())));
    let rows = all(&mut c, "SELECT value FROM json_each(?)", [list])
        .await
        .unwrap();
    assert_eq!(rows.into_iter().flatten().collect::<Vec<_>>(), items);
}

#[tokio::test]
async fn the_statement_cache_evicts_and_survives_ddl() {
    let engine = Engine::builder("sqlite::memory:")
        .statement_cache(3)
        .connect()
        .await
        .unwrap();
    let mut c = engine.acquire().await.unwrap();
    execute(&mut c, "CREATE TABLE t (a)").await;
    execute(&mut c, "INSERT INTO t VALUES (1)").await;
    for round in 0..3 {
        for n in 0..8 {
            let text = format!("SELECT {n}");
            assert_eq!(one(&mut c, &text).await, Value::I64(n), "round {round}");
        }
    }
    let star: Arc<str> = "SELECT * FROM t".into();
    let statement = || Compiled {
        sql: Arc::clone(&star),
        ..sql("SELECT", [])
    };
    for columns in 1..4 {
        let rows = c.fetch(statement(), Rows::default()).await.unwrap();
        assert_eq!(rows.0[0].len(), columns);
        execute(&mut c, &format!("ALTER TABLE t ADD COLUMN c{columns}")).await;
    }
}

/// ANALYZE keeps samples of values, by which SQLite would plan again for each value that is bound.
#[tokio::test]
async fn an_analyzed_table_is_read_by_one_plan_unless_asked() {
    let file = File::new();
    let analyst = Engine::builder(&file.url()).plan_by_values(true);
    let analyst = analyst.connect().await.unwrap();
    let mut c = analyst.acquire().await.unwrap();
    for text in [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)",
        "CREATE INDEX ix ON t (a)",
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 900)
         INSERT INTO t (a) SELECT n / 3 FROM c",
        "ANALYZE",
    ] {
        execute(&mut c, text).await;
    }
    assert!(
        !all(&mut c, "SELECT * FROM sqlite_stat4", [])
            .await
            .unwrap()
            .is_empty()
    );
    for by_values in [false, true] {
        let engine = Engine::builder(&file.url()).plan_by_values(by_values);
        let engine = engine.connect().await.unwrap();
        let mut c = engine.acquire().await.unwrap();
        let text = "SELECT id FROM t WHERE a = ?";
        for n in 1..5_i64 {
            let rows = all(&mut c, text, [Value::I64(n)]).await.unwrap();
            assert_eq!(rows.len(), 3);
        }
        let again = c.lease().sqlite().unwrap().prepared_again(text).unwrap();
        assert_eq!(again > 0, by_values, "{again} times");
    }
    let engine = Engine::connect(&file.url()).await.unwrap();
    let mut c = engine.acquire().await.unwrap();
    execute(&mut c, "ANALYZE").await;
    assert!(
        all(&mut c, "SELECT * FROM sqlite_stat4", [])
            .await
            .unwrap()
            .is_empty()
    );
    // What needs the value itself is planned by it all the same.
    execute(&mut c, "CREATE INDEX some ON t (id) WHERE a = 7").await;
    execute(&mut c, "DROP INDEX ix").await;
    let text = "EXPLAIN QUERY PLAN SELECT id FROM t WHERE a = ?";
    let rows = all(&mut c, text, [Value::I64(7)]).await.unwrap();
    assert!(format!("{rows:?}").contains("some"), "{rows:?}");
}

#[tokio::test]
async fn row_ids_come_back_in_order() {
    for offload in [Offload::Auto, Offload::Never, Offload::Always] {
        let engine = Engine::builder("sqlite::memory:")
            .offload(offload)
            .connect()
            .await
            .unwrap();
        let mut c = engine.acquire().await.unwrap();
        execute(&mut c, "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT)").await;
        let rows = (0..5000)
            .map(|n| Value::Text(format!("text {n}")))
            .collect();
        let batch = per_row(
            "INSERT INTO t (b) VALUES (?)",
            &[SqlType::Text],
            rows,
            Returning::RowId,
        );
        let reply = c.batch(Box::new(batch)).await.unwrap();
        assert_eq!(
            reply.returned.to_vec(),
            (1..=5000).map(Value::I64).collect::<Vec<_>>()
        );
        let rows = all(&mut c, "SELECT id, b FROM t ORDER BY id", [])
            .await
            .unwrap();
        assert_eq!(rows.len(), 5000);
        assert_eq!(
            rows[4999],
            [Value::I64(5000), Value::Text("text 4999".into())]
        );
    }
}

#[tokio::test]
async fn writers_take_turns() {
    let file = File::new();
    let engine = Engine::connect(&file.url()).await.unwrap();
    let mut c = engine.acquire().await.unwrap();
    execute(&mut c, "CREATE TABLE t (a)").await;
    execute(&mut c, "INSERT INTO t VALUES (0)").await;
    drop(c);
    // Two engines: the second knows nothing of the first one's permit and meets SQLite's own lock.
    let other = Engine::connect(&file.url()).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let engine = if n % 2 == 0 {
                engine.clone()
            } else {
                other.clone()
            };
            tokio::spawn(async move {
                for _ in 0..20 {
                    let mut tx = engine.begin().await.unwrap();
                    let Value::I64(a) = one(tx.parts().1, "SELECT a FROM t").await else {
                        panic!()
                    };
                    tokio::task::yield_now().await;
                    tx.parts()
                        .1
                        .execute(sql("UPDATE t SET a = ?", [Value::I64(a + 1)]))
                        .await
                        .unwrap();
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut c = engine.acquire().await.unwrap();
    assert_eq!(one(&mut c, "SELECT a FROM t").await, Value::I64(160));
}

#[tokio::test]
async fn busy_has_a_limit_and_readers_do_not_wait() {
    let file = File::new();
    let limit = Duration::from_millis(60);
    let open = || Engine::builder(&file.url()).busy_timeout(limit).connect();
    let (engine, other) = (open().await.unwrap(), open().await.unwrap());
    let mut c = engine.acquire().await.unwrap();
    execute(&mut c, "CREATE TABLE t (a)").await;
    drop(c);
    let tx = engine.begin().await.unwrap();
    for engine in [&engine, &other] {
        let mut c = engine.acquire().await.unwrap();
        assert_eq!(one(&mut c, "SELECT count(*) FROM t").await, Value::I64(0));
        let started = Instant::now();
        let error = c
            .execute(sql("INSERT INTO t VALUES (1)", []))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
        assert!(error.is_retryable());
        assert!(started.elapsed() >= limit);
        assert_eq!(
            c.begin(&TransactionOptions::default())
                .await
                .unwrap_err()
                .kind(),
            ErrorKind::Busy
        );
        c.begin(&TransactionOptions {
            read_only: true,
            isolation: None,
        })
        .await
        .unwrap();
        assert_eq!(one(&mut c, "SELECT count(*) FROM t").await, Value::I64(0));
        c.commit().await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut c = other.acquire().await.unwrap();
    execute(&mut c, "INSERT INTO t VALUES (1)").await;
}

#[tokio::test]
async fn a_long_statement_lets_others_run() {
    let engine = Engine::builder("sqlite::memory:")
        .offload(Offload::Never)
        .connect()
        .await
        .unwrap();
    let ticks = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&ticks);
    let ticker = tokio::spawn(async move {
        loop {
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    let mut c = engine.acquire().await.unwrap();
    let text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i FROM n";
    let statement = sql(text, []);
    let rows = c.fetch(statement, Rows::default()).await.unwrap();
    assert_eq!(rows.0.len(), 50_000);
    assert!(ticks.load(Ordering::Relaxed) > 3);
    ticker.abort();
}

#[tokio::test]
async fn an_automatic_rollback_is_noticed() {
    let engine = Engine::connect("sqlite::memory:").await.unwrap();
    let mut c = engine.acquire().await.unwrap();
    execute(&mut c, "CREATE TABLE t (a PRIMARY KEY)").await;
    c.begin(&TransactionOptions::default()).await.unwrap();
    c.savepoint("s").await.unwrap();
    execute(&mut c, "INSERT INTO t VALUES (1)").await;
    let error = c
        .execute(sql("INSERT OR ROLLBACK INTO t VALUES (1)", []))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert!(c.is_aborted());
    for error in [
        c.commit().await.unwrap_err(),
        c.rollback_to("s").await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::TransactionAborted);
    }
    c.rollback().await.unwrap();
    assert_eq!(one(&mut c, "SELECT count(*) FROM t").await, Value::I64(0));
}

/// A scan that finds its one row late leaves the thread to others, and does not harm the transaction it runs in.
#[tokio::test]
async fn a_long_search_moves_away() {
    let engine = Engine::connect("sqlite::memory:").await.unwrap();
    let mut c = engine.acquire().await.unwrap();
    execute(&mut c, "CREATE TABLE t (a)").await;
    c.begin(&TransactionOptions::default()).await.unwrap();
    execute(&mut c, "INSERT INTO t VALUES (1)").await;
    let (done, mut stop) = tokio::sync::oneshot::channel::<()>();
    let ticker = tokio::spawn(async move {
        let mut longest = Duration::ZERO;
        while stop.try_recv() == Err(tokio::sync::oneshot::error::TryRecvError::Empty) {
            let started = Instant::now();
            tokio::task::yield_now().await;
            longest = longest.max(started.elapsed());
        }
        longest
    });
    tokio::task::yield_now().await;
    let text = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) \
                SELECT count(*) + (SELECT count(*) FROM t) FROM n";
    let started = Instant::now();
    assert_eq!(one(&mut c, text).await, Value::I64(1_000_001));
    let took = started.elapsed();
    drop(done);
    let longest = ticker.await.unwrap();
    assert!(
        longest < took / 4,
        "the thread was kept for {longest:?} of {took:?}"
    );
    assert!(!c.is_aborted());
    c.commit().await.unwrap();
    assert_eq!(one(&mut c, "SELECT count(*) FROM t").await, Value::I64(1));
}
