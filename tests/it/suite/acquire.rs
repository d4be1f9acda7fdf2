//! Taking a connection, when those that lie in the pool do not answer any more.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use orm_core::engine::Engine;
use orm_core::prelude::*;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::harness::{Backend, both};

/// Puts a wire before the server that passes nothing on any more once it is frozen, on old connections or on all.
async fn wire(url: &str, frozen: &Arc<AtomicBool>, dead: &Arc<AtomicBool>) -> String {
    let server = PgConnectOptions::from_str(url).expect("the test's own URL");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let (user, _) = url.split_once('@').unwrap_or((url, ""));
    let database = server.get_database().expect("the test's own database");
    let here = format!("{user}@127.0.0.1:{port}/{database}?sslmode=disable");
    let (frozen, dead) = (Arc::clone(frozen), Arc::clone(dead));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            // Those that come after the frost are well, unless the server is dead.
            let old = !frozen.load(Ordering::SeqCst);
            let frozen = if old {
                Arc::clone(&frozen)
            } else {
                Arc::clone(&dead)
            };
            tokio::spawn(connect(client, server.clone(), frozen));
        }
    });
    here
}

async fn connect(
    client: TcpStream,
    server: PgConnectOptions,
    frozen: Arc<AtomicBool>,
) -> std::io::Result<()> {
    let (port, host) = (server.get_port(), server.get_host());
    let directory = match server.get_socket() {
        None if host.starts_with('/') => Some(PathBuf::from(host)),
        directory => directory.cloned(),
    };
    let (from_client, to_client) = client.into_split();
    match directory {
        Some(directory) => {
            let server = UnixStream::connect(directory.join(format!(".s.PGSQL.{port}"))).await?;
            let (from_server, to_server) = server.into_split();
            tokio::select! {
                _ = pass_on(from_client, to_server, &frozen) => {}
                _ = pass_on(from_server, to_client, &frozen) => {}
            }
        }
        None => {
            let (from_server, to_server) = TcpStream::connect((host, port)).await?.into_split();
            tokio::select! {
                _ = pass_on(from_client, to_server, &frozen) => {}
                _ = pass_on(from_server, to_client, &frozen) => {}
            }
        }
    }
    Ok(())
}

async fn pass_on(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    frozen: &AtomicBool,
) -> std::io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        let read = from.read(&mut buffer).await?;
        while frozen.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if read == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..read]).await?;
    }
}

/// An engine with so many idle connections, by a wire.
async fn idle(
    url: &str,
    count: u32,
    frozen: &Arc<AtomicBool>,
    dead: &Arc<AtomicBool>,
) -> orm_core::Result<Engine> {
    let engine = Engine::builder(&wire(url, frozen, dead).await)
        .pre_ping(true)
        .acquire_timeout(Duration::from_secs(2))
        .connect()
        .await?;
    let mut open = Vec::new();
    for _ in 0..count {
        open.push(engine.begin().await?);
    }
    for transaction in open {
        transaction.rollback().await?;
    }
    assert_eq!(engine.pool_status().idle, count as usize);
    Ok(engine)
}

both! {
    /// However many idle connections give no sign of life, taking one takes no longer than it may; and where the server can
    /// be reached, a new one is there within that time.
    async fn frozen_connections_do_not_add_up(db: Db) {
        if db.backend() == Backend::Sqlite {
            return Ok(());
        }
        for count in [1, 3] {
            let (frozen, dead) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
            let engine = idle(db.url(), count, &frozen, &dead).await?;
            frozen.store(true, Ordering::SeqCst);
            let began = Instant::now();
            assert_eq!(engine.scalar(text("SELECT 1").columns::<i32>()).await?, 1);
            assert!(began.elapsed() < Duration::from_millis(1_900), "{:?}", began.elapsed());

            let (frozen, dead) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
            let engine = idle(db.url(), count, &frozen, &dead).await?;
            frozen.store(true, Ordering::SeqCst);
            dead.store(true, Ordering::SeqCst);
            let began = Instant::now();
            let error = engine.scalar(text("SELECT 1").columns::<i32>()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
            let took = began.elapsed();
            assert!(took > Duration::from_millis(1_500) && took < Duration::from_millis(2_700), "{took:?}");
        }
    }
}
