//! PostgreSQL as a server that can be lost, and behind a pooler.

use super::*;
use crate::engine::{Pooler, TransactionOptions};
use crate::error::ErrorKind;

/// A rollback in the background keeps the connection; a dead one is replaced before it is used, when asked for.
#[tokio::test]
async fn dropped_transactions_keep_their_connection() {
    let Some(url) = postgres_url() else { return };
    let engine = Engine::builder(&url)
        .max_connections(1)
        .pre_ping(true)
        .connect()
        .await
        .unwrap();
    let pid = async || {
        let mut c = engine.acquire().await.unwrap();
        one(&mut c, "SELECT pg_backend_pid()").await
    };
    let before = pid().await;
    let mut tx = engine.begin().await.unwrap();
    execute(tx.parts().1, "CREATE TABLE never_seen (a INT)").await;
    drop(tx);
    assert_eq!(pid().await, before);
    let other = Engine::connect(&url).await.unwrap();
    let mut c = other.acquire().await.unwrap();
    let kill = sql("SELECT pg_terminate_backend($1, 1000)", [before.clone()]);
    c.execute(kill).await.unwrap();
    assert_ne!(pid().await, before);
}

#[tokio::test]
async fn behind_a_transaction_pooler() {
    let Some(url) = postgres_url() else { return };
    let engine = Engine::builder(&url)
        .pooler(Pooler::Transaction)
        .connect()
        .await
        .unwrap();
    let mut c = engine.acquire().await.unwrap();
    let t = unique("t");
    execute(&mut c, &format!("CREATE TABLE {t} (a INT)")).await;
    for n in 0..3 {
        c.execute(sql(
            &format!("INSERT INTO {t} VALUES ($1)"),
            [Value::I32(n)],
        ))
        .await
        .unwrap();
    }
    assert!(
        c.execute(sql(
            &format!("INSERT INTO {t} VALUES ($1)"),
            [Value::I64(1 << 40)]
        ))
        .await
        .is_err()
    );
    assert_eq!(
        one(&mut c, &format!("SELECT count(*) FROM {t}")).await,
        Value::I64(3)
    );
    assert_eq!(
        one(&mut c, "SELECT count(*) FROM pg_prepared_statements").await,
        Value::I64(0)
    );
    assert!(!c.in_transaction());
}

#[tokio::test]
async fn a_lost_server_is_noticed() {
    let Some(url) = postgres_url() else { return };
    let engine = Engine::connect(&url).await.unwrap();
    let (mut a, mut b) = (
        engine.acquire().await.unwrap(),
        engine.acquire().await.unwrap(),
    );
    let pid = one(&mut a, "SELECT pg_backend_pid()").await;
    let kill = |pid: &Value| sql("SELECT pg_terminate_backend($1)", [pid.clone()]);
    a.begin(&TransactionOptions::default()).await.unwrap();
    b.execute(kill(&pid)).await.unwrap();
    let error = a.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommitUnknown, "{error}");
    assert!(a.is_lost());
    assert_eq!(
        all(&mut a, "SELECT 1", []).await.unwrap_err().kind(),
        ErrorKind::Connection
    );
    drop((a, b));
    // The whole pool is replaced, since a neighbour was lost.
    assert_eq!(engine.pool_status().size, 0);
    let mut c = engine.acquire().await.unwrap();
    assert_eq!(one(&mut c, "SELECT 1").await, Value::I32(1));
}
