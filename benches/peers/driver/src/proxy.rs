//! Stands before PostgreSQL's socket, counts round trips and makes each take longer.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// A socket's name in its directory, as PostgreSQL's clients look for it.
const NAME: &str = ".s.PGSQL.5432";

pub struct Proxy {
    pub trips: Arc<AtomicU64>,
    /// How long each round trip takes more, in microseconds.
    pub delay: Arc<AtomicU64>,
    pub directory: PathBuf,
}

impl Proxy {
    pub fn start(directory: PathBuf, server: PathBuf) -> Self {
        std::fs::create_dir_all(&directory).expect("a directory");
        let listener = UnixListener::bind(directory.join(NAME)).expect("a socket");
        let (trips, delay) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let proxy = Self {
            trips: trips.clone(),
            delay: delay.clone(),
            directory,
        };
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.expect("a client");
                let server = UnixStream::connect(server.join(NAME)).expect("the server");
                forward(client, server, trips.clone(), delay.clone());
            }
        });
        proxy
    }
}

/// What the client sends after the server has spoken begins a round trip.
fn forward(client: UnixStream, server: UnixStream, trips: Arc<AtomicU64>, delay: Arc<AtomicU64>) {
    let spoke = Arc::new(AtomicBool::new(true));
    let (mut from, mut to) = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
    let heard = spoke.clone();
    thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if heard.swap(false, Ordering::SeqCst) {
                trips.fetch_add(1, Ordering::SeqCst);
                match delay.load(Ordering::SeqCst) {
                    0 => {}
                    delay => thread::sleep(Duration::from_micros(delay)),
                }
            }
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
    let (mut from, mut to) = (server, client);
    thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            spoke.store(true, Ordering::SeqCst);
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
}
