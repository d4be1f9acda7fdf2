//! What only PostgreSQL does: types, prepared statements, aborted transactions.

use super::*;
use crate::engine::{Isolation, TransactionOptions};
use crate::error::ErrorKind;

async fn engine() -> Option<Engine> {
    Some(Engine::connect(&postgres_url()?).await.unwrap())
}

macro_rules! engine_or_return {
    () => {
        match engine().await {
            Some(engine) => engine,
            None => return,
        }
    };
}

#[tokio::test]
async fn the_same_text_with_other_types() {
    let engine = engine_or_return!();
    let mut c = engine.acquire().await.unwrap();
    let t = unique("t");
    execute(&mut c, &format!("CREATE TABLE {t} (a INT, b TEXT)")).await;
    let insert = format!("INSERT INTO {t} VALUES ($1, $2)");
    for (a, b) in [
        (Value::Null, Value::Null),
        (Value::I64(1), Value::Null),
        (Value::I32(2), Value::Text("x".into())),
        (Value::Null, Value::Text("y".into())),
        (Value::I16(3), Value::Null),
        (Value::I64(4), Value::Text("z".into())),
    ] {
        assert_eq!(c.execute(sql(&insert, [a, b])).await.unwrap(), 1);
    }
    let rows = all(
        &mut c,
        &format!("SELECT a FROM {t} WHERE a IS NOT NULL ORDER BY a"),
        [],
    )
    .await
    .unwrap();
    assert_eq!(
        rows,
        [
            [Value::I32(1)],
            [Value::I32(2)],
            [Value::I32(3)],
            [Value::I32(4)]
        ]
    );
    let echo = |value: Value| sql("SELECT $1", [value]);
    for value in [
        Value::I64(5),
        Value::Text("5".into()),
        Value::F64(0.5),
        Value::Bool(true),
        Value::F32(1.5),
        Value::Bytes(vec![1]),
    ] {
        let rows = c.fetch(echo(value.clone()), Rows::default()).await.unwrap();
        assert_eq!(rows.0, [[value]]);
    }
    let error = c
        .execute(sql(&insert, [Value::I64(i64::MAX), Value::Null]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    let error = c
        .execute(sql(&insert, [Value::Null, Value::Text("a\0b".into())]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
    assert!(error.message().contains("NUL"), "{error}");
}

#[tokio::test]
async fn arrays() {
    let engine = engine_or_return!();
    let mut c = engine.acquire().await.unwrap();
    let array = |ty, items: &[Value]| Value::Array(Box::new((ty, items.to_vec())));
    for (ty, items) in [
        (
            SqlType::BigInt,
            vec![Value::I64(1), Value::Null, Value::I64(-1)],
        ),
        (SqlType::Integer, vec![Value::I32(1)]),
        (SqlType::SmallInt, vec![Value::I16(1)]),
        (
            SqlType::Text,
            vec![Value::Text("a,\"{}".into()), Value::Null],
        ),
        (SqlType::VarChar(3), vec![Value::Text("abc".into())]),
        (SqlType::Double, vec![Value::F64(0.5)]),
        (SqlType::Real, vec![Value::F32(0.5)]),
        (SqlType::Bool, vec![Value::Bool(true), Value::Bool(false)]),
        (SqlType::Bytes, vec![Value::Bytes(vec![0, 1])]),
        (SqlType::BigInt, vec![]),
    ] {
        let rows = all(&mut c, "SELECT x FROM unnest($1) AS x", [array(ty, &items)])
            .await
            .unwrap();
        assert_eq!(
            rows.into_iter().flatten().collect::<Vec<_>>(),
            items,
            "{ty:?}"
        );
    }
    // Integers are widened and checked.
    let mixed = array(SqlType::BigInt, &[Value::I16(1), Value::I32(2)]);
    assert_eq!(
        all(
            &mut c,
            "SELECT sum(x)::bigint FROM unnest($1) AS x",
            [mixed]
        )
        .await
        .unwrap(),
        [[Value::I64(3)]]
    );
    let wide = array(SqlType::SmallInt, &[Value::I64(70_000)]);
    assert_eq!(
        all(&mut c, "SELECT $1", [wide]).await.unwrap_err().kind(),
        ErrorKind::Encode
    );
}

#[tokio::test]
async fn a_batch_travels_as_arrays() {
    let engine = engine_or_return!();
    let mut c = engine.acquire().await.unwrap();
    let t = unique("t");
    execute(
        &mut c,
        &format!("CREATE TABLE {t} (id BIGSERIAL, a INT, b TEXT)"),
    )
    .await;
    let mut batch = per_row(
        &format!("INSERT INTO {t} (a, b) SELECT * FROM unnest($1, $2) RETURNING id"),
        &[SqlType::Integer, SqlType::Text],
        (0..2000)
            .flat_map(|n| {
                [
                    Value::I32(n),
                    if n % 2 == 0 {
                        Value::Null
                    } else {
                        Value::Text(format!("b{n}"))
                    },
                ]
            })
            .collect(),
        Returning::Columns(1),
    );
    batch.style = BatchStyle::Arrays;
    let reply = c.batch(Box::new(batch)).await.unwrap();
    assert_eq!((reply.affected, reply.missed), (2000, None));
    assert_eq!(
        reply.returned.to_vec(),
        (1..=2000).map(Value::I64).collect::<Vec<_>>()
    );
    assert_eq!(
        all(&mut c, &format!("SELECT b FROM {t} WHERE a = 7"), [])
            .await
            .unwrap(),
        [[Value::Text("b7".into())]]
    );
}

#[tokio::test]
async fn a_failed_transaction_does_not_commit() {
    let engine = engine_or_return!();
    let t = unique("t");
    let mut tx = engine.begin().await.unwrap();
    execute(tx.parts().1, &format!("CREATE TABLE {t} (a INT NOT NULL)")).await;
    let error = tx
        .parts()
        .1
        .execute(sql(&format!("INSERT INTO {t} VALUES (NULL)"), []))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotNullViolation);
    assert_eq!(
        (error.table(), error.columns()),
        (Some(t.as_str()), &["a".to_owned()][..])
    );
    assert!(tx.parts().1.is_aborted());
    let log = engine.statements();
    let error = tx.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionAborted);
    assert_eq!(log.take(), []);
    settled(&engine).await;
    let mut c = engine.acquire().await.unwrap();
    assert!(
        all(&mut c, &format!("SELECT * FROM {t}"), [])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn altered_tables_do_not_break_statements() {
    let engine = engine_or_return!();
    let mut c = engine.acquire().await.unwrap();
    let t = unique("t");
    execute(&mut c, &format!("CREATE TABLE {t} (a INT)")).await;
    execute(&mut c, &format!("INSERT INTO {t} VALUES (1)")).await;
    let select = format!("SELECT a FROM {t}");
    assert_eq!(one(&mut c, &select).await, Value::I32(1));
    execute(&mut c, &format!("ALTER TABLE {t} ALTER a TYPE BIGINT")).await;
    assert_eq!(one(&mut c, &select).await, Value::I64(1));
    execute(&mut c, &format!("ALTER TABLE {t} ALTER a TYPE TEXT")).await;
    c.begin(&TransactionOptions::default()).await.unwrap();
    let error = all(&mut c, &select, []).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    c.rollback().await.unwrap();
    c.begin(&TransactionOptions::default()).await.unwrap();
    assert_eq!(one(&mut c, &select).await, Value::Text("1".into()));
    c.commit().await.unwrap();
}

#[tokio::test]
async fn types_that_cannot_be_read_are_named() {
    let engine = engine_or_return!();
    let mut c = engine.acquire().await.unwrap();
    let error = all(&mut c, "SELECT INTERVAL '1 day' AS at", [])
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.columns()),
        (ErrorKind::Decode, &["at".to_owned()][..])
    );
    assert!(error.message().contains("INTERVAL"), "{error}");
    let mood = unique("mood");
    execute(&mut c, &format!("CREATE TYPE {mood} AS ENUM ('ok', 'sad')")).await;
    assert_eq!(
        one(&mut c, &format!("SELECT 'sad'::{mood}")).await,
        Value::Text("sad".into())
    );
    assert_eq!(
        one(&mut c, "SELECT 'pg_class'::regclass::oid").await,
        Value::I64(1259)
    );
    let list = one(&mut c, &format!("SELECT ARRAY['sad'::{mood}]")).await;
    let sad = vec![Value::Text("sad".into())];
    assert_eq!(list, Value::Array(Box::new((SqlType::Text, sad))));
    let error = all(&mut c, &format!("SELECT ROW('sad'::{mood}, 1)"), [])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn no_value_gets_into_errors() {
    let engine = engine_or_return!();
    let mut c = engine.acquire().await.unwrap();
    let t = unique("t");
    execute(
        &mut c,
        &format!("CREATE TABLE {t} (a TEXT UNIQUE, b INT CHECK (b > 0))"),
    )
    .await;
    let secret = || Value::Text("s3cret".into());
    let insert = format!("INSERT INTO {t} VALUES ($1, 1)");
    c.execute(sql(&insert, [secret()])).await.unwrap();
    let errors = [
        c.execute(sql(&insert, [secret()])).await.unwrap_err(),
        c.execute(sql(&format!("INSERT INTO {t} VALUES ($1, 0)"), [secret()]))
            .await
            .unwrap_err(),
        c.execute(sql("SELECT CAST($1 AS TEXT)::int", [secret()]))
            .await
            .unwrap_err(),
    ];
    for error in &errors {
        assert!(
            !format!("{error} {error:?}").contains("s3cret"),
            "{error:?}"
        );
    }
    let kinds = errors.each_ref().map(crate::Error::kind);
    assert_eq!(
        kinds,
        [
            ErrorKind::UniqueViolation,
            ErrorKind::CheckViolation,
            ErrorKind::InvalidData
        ]
    );
    assert_eq!(errors[0].columns(), ["a"]);
    assert_eq!(
        errors[1].constraint(),
        Some(format!("{t}_b_check").as_str())
    );
    let error = Engine::connect("postgres://ada:s3cret@127.0.0.1:1/x")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(
        !format!("{error} {error:?}").contains("s3cret"),
        "{error:?}"
    );
}

#[tokio::test]
async fn isolation_and_deferred_constraints() {
    let engine = engine_or_return!();
    let options = TransactionOptions {
        isolation: Some(Isolation::Serializable),
        read_only: true,
    };
    let mut tx = engine.begin_with(&options).await.unwrap();
    assert_eq!(
        one(tx.parts().1, "SHOW transaction_isolation").await,
        Value::Text("serializable".into())
    );
    assert_eq!(
        one(tx.parts().1, "SHOW transaction_read_only").await,
        Value::Text("on".into())
    );
    drop(tx);
    let t = unique("t");
    let mut c = engine.acquire().await.unwrap();
    execute(
        &mut c,
        &format!("CREATE TABLE {t} (a INT UNIQUE DEFERRABLE INITIALLY DEFERRED)"),
    )
    .await;
    c.begin(&TransactionOptions::default()).await.unwrap();
    execute(&mut c, &format!("INSERT INTO {t} VALUES (1), (1)")).await;
    assert_eq!(
        c.commit().await.unwrap_err().kind(),
        ErrorKind::UniqueViolation
    );
    assert!(!c.in_transaction());
    assert_eq!(
        one(&mut c, &format!("SELECT count(*) FROM {t}")).await,
        Value::I64(0)
    );
}
