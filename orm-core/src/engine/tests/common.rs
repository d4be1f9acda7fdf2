//! What holds on both databases.

use super::*;
use crate::engine::{Backend, TransactionOptions};
use crate::error::ErrorKind;

fn mark(engine: &Engine, n: usize) -> String {
    match engine.backend() {
        Backend::Sqlite => "?".to_owned(),
        Backend::Postgres => format!("${n}"),
    }
}

#[test]
fn futures_can_be_spawned() {
    fn send<T: Send>(_: &T) {}
    fn shared<T: Send + Sync>() {}
    shared::<Engine>();
    shared::<Connection>();
    shared::<crate::engine::Transaction>();
    #[allow(unused, reason = "only the types matter")]
    fn check(engine: Engine, mut connection: Connection, batch: Batch) {
        send(&engine.begin());
        send(&connection.fetch(sql("", []), Rows::default()));
        send(&connection.batch(Box::new(batch)));
        send(&connection.commit());
    }
}

#[tokio::test]
async fn values_round_trip() {
    for (engine, t, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        let bytes = if engine.backend() == Backend::Sqlite {
            "BLOB"
        } else {
            "BYTEA"
        };
        execute(
            &mut c,
            &format!(
                "CREATE TABLE {t} (a BIGINT, b TEXT, c DOUBLE PRECISION, d {bytes}, e SMALLINT)"
            ),
        )
        .await;
        let marks: Vec<String> = (1..=5).map(|n| mark(&engine, n)).collect();
        let insert = format!("INSERT INTO {t} VALUES ({})", marks.join(", "));
        let rows = [
            vec![
                Value::I64(i64::MIN),
                Value::Text("é\u{1F600}".into()),
                Value::F64(0.1),
                Value::Bytes(vec![0, 255]),
                Value::I16(-3),
            ],
            vec![
                Value::Null,
                Value::Text(String::new()),
                Value::Null,
                Value::Bytes(vec![]),
                Value::Null,
            ],
            vec![
                Value::I64(7),
                Value::Null,
                Value::F64(-0.0),
                Value::Null,
                Value::I16(2),
            ],
        ];
        for row in &rows {
            assert_eq!(c.execute(sql(&insert, row.clone())).await.unwrap(), 1);
        }
        let got = all(
            &mut c,
            &format!("SELECT a, b, c, d, e FROM {t} ORDER BY e IS NULL, e"),
            [],
        )
        .await
        .unwrap();
        let small = |value: i16| match engine.backend() {
            Backend::Sqlite => Value::I64(i64::from(value)),
            Backend::Postgres => Value::I16(value),
        };
        let mut expected = rows.to_vec();
        expected[0][4] = small(-3);
        expected[2][4] = small(2);
        expected.swap(1, 2);
        assert_eq!(got, expected);
        drop(c);
        assert_eq!(engine.pool_status().in_use, 0);
    }
}

#[tokio::test]
async fn transactions() {
    for (engine, t, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        execute(&mut c, &format!("CREATE TABLE {t} (a BIGINT PRIMARY KEY)")).await;
        drop(c);
        let count = format!("SELECT count(*) FROM {t}");

        let mut tx = engine.begin().await.unwrap();
        execute(tx.parts().1, &format!("INSERT INTO {t} VALUES (1)")).await;
        drop(tx);
        settled(&engine).await;
        let mut tx = engine.begin().await.unwrap();
        assert_eq!(one(tx.parts().1, &count).await, Value::I64(0));
        execute(tx.parts().1, &format!("INSERT INTO {t} VALUES (1)")).await;
        let c = tx.parts().1;
        assert_eq!(
            c.begin(&TransactionOptions::default())
                .await
                .unwrap_err()
                .kind(),
            ErrorKind::InvalidState
        );
        c.savepoint("a \"b\"").await.unwrap();
        execute(c, &format!("INSERT INTO {t} VALUES (2)")).await;
        let error = c
            .execute(sql(&format!("INSERT INTO {t} VALUES (2)"), []))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(error.table(), Some(t.as_str()));
        assert_eq!(error.columns(), ["a"]);
        assert!(error.sql().unwrap().starts_with("INSERT INTO"));
        c.rollback_to("a \"b\"").await.unwrap();
        assert!(!c.is_aborted());
        execute(c, &format!("INSERT INTO {t} VALUES (3)")).await;
        c.release("a \"b\"").await.unwrap();
        tx.commit().await.unwrap();

        let mut c = engine.acquire().await.unwrap();
        assert_eq!(
            all(&mut c, &format!("SELECT a FROM {t} ORDER BY a"), [])
                .await
                .unwrap(),
            [[Value::I64(1)], [Value::I64(3)]]
        );
        assert_eq!(
            c.commit().await.unwrap_err().kind(),
            ErrorKind::InvalidState
        );
        for text in ["BEGIN", " commit"] {
            assert_eq!(
                c.execute(sql(text, [])).await.unwrap_err().kind(),
                ErrorKind::InvalidQuery
            );
        }
        c.begin(&TransactionOptions {
            read_only: true,
            isolation: None,
        })
        .await
        .unwrap();
        let error = c
            .execute(sql(&format!("INSERT INTO {t} VALUES (9)"), []))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
        c.rollback().await.unwrap();
        assert_eq!(one(&mut c, &count).await, Value::I64(2));
    }
}

#[tokio::test]
async fn a_batch_is_whole() {
    for (engine, t, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        execute(
            &mut c,
            &format!("CREATE TABLE {t} (a BIGINT PRIMARY KEY, b TEXT)"),
        )
        .await;
        let insert = format!(
            "INSERT INTO {t} VALUES ({}, {}) RETURNING a, b",
            mark(&engine, 1),
            mark(&engine, 2)
        );
        let types = [SqlType::BigInt, SqlType::Text];
        let rows = |n: i64| {
            (1..=n)
                .flat_map(|a| [Value::I64(a), Value::Text(format!("b{a}"))])
                .collect::<Vec<_>>()
        };
        let batch = per_row(&insert, &types, rows(300), Returning::Columns(1));
        let reply = c.batch(Box::new(batch)).await.unwrap();
        assert_eq!(reply.affected, 300);
        assert_eq!(
            reply.returned.to_vec(),
            (1..=300).map(Value::I64).collect::<Vec<_>>()
        );
        assert!(!c.in_transaction());

        // The second half of this one is there already: nothing of it stays.
        let mut late = rows(400);
        late.rotate_left(600);
        let error = c
            .batch(Box::new(per_row(&insert, &types, late, Returning::Nothing)))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert!(!c.in_transaction());
        assert_eq!(
            one(&mut c, &format!("SELECT count(*) FROM {t}")).await,
            Value::I64(300)
        );

        let update = format!(
            "UPDATE {t} SET b = {} WHERE a = {}",
            mark(&engine, 1),
            mark(&engine, 2)
        );
        let changes = [7, 8, 999, 9]
            .into_iter()
            .flat_map(|a| [Value::Text("x".into()), Value::I64(a)])
            .collect();
        let mut batch = per_row(
            &update,
            &[SqlType::Text, SqlType::BigInt],
            changes,
            Returning::Nothing,
        );
        batch.one_each = true;
        let reply = c.batch(Box::new(batch)).await.unwrap();
        assert_eq!(reply.missed, Some(2));
        assert_eq!(reply.affected, 2);
    }
}

#[tokio::test]
async fn statements_are_recorded() {
    for (engine, t, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        execute(&mut c, &format!("CREATE TABLE {t} (a BIGINT)")).await;
        let log = engine.statements();
        log.clear();
        c.begin(&TransactionOptions::default()).await.unwrap();
        let insert = format!("INSERT INTO {t} VALUES ({})", mark(&engine, 1));
        c.execute(sql(&insert, [Value::I64(5)])).await.unwrap();
        c.commit().await.unwrap();
        assert_eq!(log.count(), 1);
        let sent = log.take();
        let texts: Vec<&str> = sent.iter().map(|sent| &*sent.sql).collect();
        let begin = if engine.backend() == Backend::Sqlite {
            "BEGIN IMMEDIATE"
        } else {
            "BEGIN"
        };
        assert_eq!(texts, [begin, &insert, "COMMIT"]);
        assert_eq!(sent[1].binds, [Value::I64(5)]);
        assert_eq!(
            sent.iter().map(|sent| sent.control).collect::<Vec<_>>(),
            [true, false, true]
        );
        assert_eq!(log.take(), []);
    }
}

#[tokio::test]
async fn a_sink_may_refuse() {
    struct Refuse;
    impl RowSink for Refuse {
        fn row(&mut self, _: &dyn Row) -> Result<()> {
            Err(crate::Error::new(ErrorKind::Decode, "no"))
        }
    }
    for (engine, _, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        let error = c
            .fetch(sql("SELECT 1 UNION SELECT 2", []), Refuse)
            .await
            .err()
            .unwrap();
        assert_eq!(error.message(), "no");
        let seven = one(&mut c, "SELECT 7").await;
        assert!(matches!(seven, Value::I64(7) | Value::I32(7)));
        let error = all(&mut c, "SELECT * FROM ghosts", []).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndefinedObject);
        let error = all(&mut c, "SELECT 1 1", []).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Syntax);
    }
}

#[tokio::test]
async fn the_pool_says_what_holds_it() {
    let limit = std::time::Duration::from_millis(500);
    let engine = Engine::builder("sqlite::memory:")
        .acquire_timeout(limit)
        .connect()
        .await
        .unwrap();
    let tx = engine.begin().await.unwrap();
    let error = engine.acquire().await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        error.message().contains("in memory has one connection"),
        "{error}"
    );
    tx.rollback().await.unwrap();
    engine.acquire().await.unwrap();
    let file = File::new();
    let engine = Engine::builder(&file.url())
        .max_connections(2)
        .acquire_timeout(limit)
        .connect()
        .await
        .unwrap();
    let held = (
        engine.acquire().await.unwrap(),
        engine.acquire().await.unwrap(),
    );
    let error = engine.acquire().await.err().unwrap();
    assert!(
        error.message().contains("all 2 of the pool are in use"),
        "{error}"
    );
    drop(held);
    let status = engine.pool_status();
    assert_eq!(
        (status.size, status.idle, status.in_use, status.max),
        (2, 2, 0, 2)
    );
    engine.dispose().await;
    assert_eq!(engine.pool_status().size, 0);
    engine.acquire().await.unwrap();
}

#[tokio::test]
async fn idle_connections_are_closed_and_the_minimum_kept() {
    let file = File::new();
    let limit = std::time::Duration::from_millis(60);
    let engine = Engine::builder(&file.url())
        .min_connections(1)
        .idle_timeout(limit)
        .build()
        .unwrap();
    let held = [
        engine.acquire().await.unwrap(),
        engine.acquire().await.unwrap(),
        engine.acquire().await.unwrap(),
    ];
    drop(held);
    // The task that keeps the minimum may have opened one more.
    assert!(engine.pool_status().size >= 3);
    for _ in 0..100 {
        if engine.pool_status().size == 1 {
            break;
        }
        tokio::time::sleep(limit / 4).await;
    }
    let status = engine.pool_status();
    assert_eq!((status.size, status.in_use), (1, 0));
}
