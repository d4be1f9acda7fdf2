//! Connections that are kept at hand.

use std::time::Duration;

use super::super::Engine;
use super::{File, execute, one};
use crate::types::Value;

async fn engine() -> Engine {
    Engine::builder("sqlite::memory:")
        .acquire_timeout(Duration::from_secs(5))
        .connect()
        .await
        .unwrap()
}

#[tokio::test]
async fn what_is_at_hand_is_idle() {
    let engine = engine().await;
    let connection = engine.acquire().await.unwrap();
    assert_eq!(engine.pool_status().in_use, 1);
    drop(connection);
    let status = engine.pool_status();
    assert_eq!((status.size, status.idle, status.in_use), (1, 1, 0));
    drop(engine.acquire().await.unwrap());
    let status = engine.pool_status();
    assert_eq!((status.size, status.idle, status.in_use), (1, 1, 0));
}

#[tokio::test]
async fn who_waits_gets_what_comes_back() {
    let engine = engine().await;
    let connection = engine.acquire().await.unwrap();
    let other = engine.clone();
    let waiter = tokio::spawn(async move { other.acquire().await.map(drop) });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!waiter.is_finished(), "there is one connection");
    drop(connection);
    waiter.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_open_transaction_is_ended_first() {
    let engine = engine().await;
    let mut connection = engine.acquire().await.unwrap();
    connection.begin(&Default::default()).await.unwrap();
    drop(connection);
    let connection = engine.acquire().await.unwrap();
    assert!(!connection.in_transaction());
}

#[tokio::test]
async fn dispose_closes_what_is_at_hand() {
    let engine = engine().await;
    drop(engine.acquire().await.unwrap());
    engine.dispose().await;
    assert_eq!(engine.pool_status().size, 0);
    engine.acquire().await.unwrap();
}

#[tokio::test]
async fn the_one_used_last_is_used_first_unless_all_take_turns() {
    let file = File::new();
    for (lifo, expected) in [(true, "b b b"), (false, "a b a")] {
        let engine = Engine::builder(&file.url()).lifo(lifo).build().unwrap();
        let mut held = Vec::new();
        for name in ["a", "b"] {
            let mut connection = engine.acquire().await.unwrap();
            execute(
                &mut connection,
                &format!("CREATE TEMP TABLE own AS SELECT '{name}' AS name"),
            )
            .await;
            held.push(connection);
        }
        held.into_iter().for_each(drop);
        let mut names = Vec::new();
        for _ in 0..3 {
            let mut connection = engine.acquire().await.unwrap();
            match one(&mut connection, "SELECT name FROM own").await {
                Value::Text(name) => names.push(name.to_string()),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(names.join(" "), expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_share_one_connection() {
    let engine = engine().await;
    let tasks = (0..8).map(|_| {
        let engine = engine.clone();
        tokio::spawn(async move {
            for _ in 0..200 {
                let connection = engine.acquire().await?;
                tokio::task::yield_now().await;
                drop(connection);
                tokio::task::yield_now().await;
            }
            Ok::<(), crate::error::Error>(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    assert_eq!(engine.pool_status().in_use, 0);
}
