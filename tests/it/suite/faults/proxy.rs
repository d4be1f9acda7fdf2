//! A wire between a client and a PostgreSQL server that breaks after so many messages of the protocol.

use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// How many messages may still pass, in both directions together; negative: as many as there are.
#[derive(Clone)]
pub(crate) struct Fuse(Arc<AtomicI64>);

impl Fuse {
    /// The wire breaks when so many more messages have passed.
    pub(crate) fn set(&self, messages: usize) {
        self.0.store(messages as i64, Ordering::SeqCst);
    }

    /// From now on every message passes; whether the wire had broken.
    pub(crate) fn remove(&self) -> bool {
        self.0.swap(-1, Ordering::SeqCst) < 0
    }

    /// Whether one more message may pass. It blows once: the next connection is whole.
    fn pass(&self) -> bool {
        let spend = |left: i64| (left >= 0).then_some(left - 1);
        let before = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, spend);
        before != Ok(0)
    }
}

/// Puts a wire before the server of a URL: the URL of its other end, and its fuse.
pub(crate) async fn wire(url: &str) -> io::Result<(String, Fuse)> {
    let server = PgConnectOptions::from_str(url).expect("the test's own URL");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port();
    let (user, _) = url.split_once('@').unwrap_or((url, ""));
    let database = server.get_database().expect("the test's own database");
    let here = format!("{user}@127.0.0.1:{port}/{database}?sslmode=disable");
    let fuse = Fuse(Arc::new(AtomicI64::new(-1)));
    let given = fuse.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(connect(client, server.clone(), given.clone()));
        }
    });
    Ok((here, fuse))
}

async fn connect(client: TcpStream, server: PgConnectOptions, fuse: Fuse) -> io::Result<()> {
    // Small messages must not wait for each other's acknowledgement.
    client.set_nodelay(true)?;
    let (port, host) = (server.get_port(), server.get_host());
    let directory = match server.get_socket() {
        None if host.starts_with('/') => Some(PathBuf::from(host)),
        directory => directory.cloned(),
    };
    match directory {
        Some(directory) => {
            let socket = directory.join(format!(".s.PGSQL.{port}"));
            join(client, UnixStream::connect(socket).await?, fuse).await;
        }
        None => join(client, TcpStream::connect((host, port)).await?, fuse).await,
    }
    Ok(())
}

/// Passes messages on in both directions until one of them ends; then both do.
async fn join(client: TcpStream, server: impl AsyncRead + AsyncWrite, fuse: Fuse) {
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    tokio::select! {
        _ = pass_on(from_client, to_server, true, &fuse) => {}
        _ = pass_on(from_server, to_client, false, &fuse) => {}
    }
}

/// Passes message by message; the first of a client has no letter before its length.
async fn pass_on(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut first: bool,
    fuse: &Fuse,
) -> io::Result<()> {
    loop {
        let mut message = vec![0; if first { 4 } else { 5 }];
        first = false;
        from.read_exact(&mut message).await?;
        let length = message[message.len() - 4..]
            .try_into()
            .map(u32::from_be_bytes);
        let length = length.expect("four bytes") as usize - 4;
        let head = message.len();
        message.resize(head + length, 0);
        from.read_exact(&mut message[head..]).await?;
        if !fuse.pass() {
            return Ok(());
        }
        to.write_all(&message).await?;
        to.flush().await?;
    }
}
