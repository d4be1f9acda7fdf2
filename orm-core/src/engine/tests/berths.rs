//! Connections that sessions leave in their berths.

use std::time::Duration;

use super::super::{Berth, Engine};

async fn engine() -> Engine {
    Engine::builder("sqlite::memory:")
        .acquire_timeout(Duration::from_secs(5))
        .connect()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_parked_connection_is_idle_and_its_owners_again() {
    let engine = engine().await;
    let mut berth = Berth::default();
    let connection = engine.resume(&mut berth).await.unwrap();
    assert_eq!(engine.pool_status().in_use, 1);
    engine.park(&mut berth, connection);
    let status = engine.pool_status();
    assert_eq!((status.size, status.idle, status.in_use), (1, 1, 0));
    drop(engine.resume(&mut berth).await.unwrap());
    let status = engine.pool_status();
    assert_eq!((status.size, status.idle, status.in_use), (1, 1, 0));
}

#[tokio::test]
async fn whoever_finds_the_pool_empty_takes_it() {
    let engine = engine().await;
    let mut berth = Berth::default();
    let connection = engine.resume(&mut berth).await.unwrap();
    engine.park(&mut berth, connection);
    let taken = engine.acquire().await.unwrap();
    assert_eq!(engine.pool_status().in_use, 1);
    let mut waiting = Box::pin(engine.resume(&mut berth));
    tokio::select! {
        _ = &mut waiting => panic!("there is one connection"),
        () = tokio::time::sleep(Duration::from_millis(20)) => {}
    }
    drop(taken);
    waiting.await.unwrap();
}

#[tokio::test]
async fn none_is_parked_while_somebody_waits() {
    let engine = engine().await;
    let mut berth = Berth::default();
    let connection = engine.resume(&mut berth).await.unwrap();
    let other = engine.clone();
    let waiter = tokio::spawn(async move { other.acquire().await.map(drop) });
    tokio::time::sleep(Duration::from_millis(20)).await;
    engine.park(&mut berth, connection);
    waiter.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_open_transaction_is_never_parked() {
    let engine = engine().await;
    let mut berth = Berth::default();
    let mut connection = engine.resume(&mut berth).await.unwrap();
    connection.begin(&Default::default()).await.unwrap();
    engine.park(&mut berth, connection);
    let connection = engine.resume(&mut berth).await.unwrap();
    assert!(!connection.in_transaction());
}

#[tokio::test]
async fn dispose_reaches_the_berths() {
    let engine = engine().await;
    let mut berth = Berth::default();
    let connection = engine.resume(&mut berth).await.unwrap();
    engine.park(&mut berth, connection);
    engine.dispose().await;
    assert_eq!(engine.pool_status().in_use, 0);
    engine.resume(&mut berth).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_sessions_share_one_connection() {
    let engine = engine().await;
    let tasks = (0..8).map(|_| {
        let engine = engine.clone();
        tokio::spawn(async move {
            let mut berth = Berth::default();
            for _ in 0..200 {
                let connection = engine.resume(&mut berth).await?;
                tokio::task::yield_now().await;
                engine.park(&mut berth, connection);
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
