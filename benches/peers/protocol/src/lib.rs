//! What all contenders share: the rows they write, the checksum of what they load, and the lines they exchange with the
//! driver.
//!
//! A contender is started as `peer-name <url> [variant]`, connects, answers `ready`, and stays warm. Then each line
//! `run <workload> <tick> <times>` is answered by `ok <nanoseconds> <checksum> [peak in KiB]`, or by `none` if there is
//! no such workload. The nanoseconds are those of all `times` together, and only of what [`Clock`] was asked to time.

use std::future::Future;
use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

/// What must hold on each connection to SQLite; the file is in WAL mode already.
pub const PRAGMAS: &str = "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000";

/// How many connections the pool has, and how many tasks want them.
pub const POOL: usize = 8;
/// See [`POOL`].
pub const TASKS: usize = 64;
/// How many gets by key a workload makes.
pub const GETS: i64 = 1_000;
/// How many rows of `items` there are.
pub const ITEMS: i64 = 10_000;

/// A row of `items`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item {
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

/// The row of that number; a new one has no key yet.
pub fn item(n: i64) -> Item {
    Item {
        id: 0,
        author_id: n % 100,
        title: format!("The title of book number {n}"),
        year: 1900 + (n % 120) as i32,
        price: n as f64 / 7.0,
    }
}

/// New rows.
pub fn items(count: i64) -> Vec<Item> {
    (1..=count).map(item).collect()
}

/// The key of the nth get: every one of the first thousand, not in order.
pub fn key(n: i64) -> i64 {
    n * 337 % GETS + 1
}

/// The nth value of `hair_color`.
pub fn hair(n: i64) -> Option<&'static str> {
    [Some("black"), Some("brown"), None][(n % 3) as usize]
}

/// How many posts a user has.
pub fn posts_of(user: i64) -> i64 {
    if user <= 1_000 { user % 4 } else { 0 }
}

/// How many notes have tags, how many each, and of how many.
pub const NOTES: i64 = 1_000;
/// See [`NOTES`].
pub const TAGS_EACH: i64 = 20;
/// See [`NOTES`].
pub const TAGS: i64 = 500;

/// The kth tag of a note: no two are the same.
pub fn tag_of(note: i64, k: i64) -> i64 {
    (note * 7 + k * 13) % TAGS + 1
}

/// How many rows of `readings` there are.
pub const READINGS: i64 = 1_000_000;

/// What a stream of readings adds up to: cheap, so that it is not the checksum that is measured.
#[derive(Debug, Clone, Copy, Default)]
pub struct Totals {
    rows: i64,
    ids: i64,
    sensors: i64,
    values: f64,
}

impl Totals {
    pub fn add(&mut self, id: i64, sensor: i64, value: f64) {
        self.rows += 1;
        self.ids += id;
        self.sensors += sensor;
        self.values += value;
    }

    pub fn done(&self) -> u64 {
        let mut sum = Sum::default();
        sum.int(self.rows).int(self.ids).int(self.sensors).real(self.values).done()
    }
}

/// A graph to insert: authors, books each, reviews each.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub authors: i64,
    pub books: i64,
    pub reviews: i64,
}

/// The graph of the small rows.
pub const SMALL: Shape = Shape {
    authors: 1,
    books: 3,
    reviews: 2,
};
/// The graph of the large rows.
pub const LARGE: Shape = Shape {
    authors: 100,
    books: 10,
    reviews: 10,
};

pub fn author_name(n: i64) -> String {
    format!("Author {n}")
}

pub fn country(n: i64) -> &'static str {
    ["UK", "US", "FR", "DE"][(n % 4) as usize]
}

pub fn book_title(n: i64) -> String {
    format!("Book number {n}")
}

pub fn review_text(n: i64) -> String {
    format!("What reader {n} had to say")
}

/// Where graphs that are deleted lie: their authors have keys above this.
pub const DOOMED: i64 = 1_000_000;

/// A checksum of values in their order.
#[derive(Debug, Clone, Copy)]
pub struct Sum(u64);

impl Default for Sum {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Sum {
    pub fn int(&mut self, value: impl Into<i64>) -> &mut Self {
        self.0 = (self.0 ^ value.into() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 29;
        self
    }

    pub fn real(&mut self, value: f64) -> &mut Self {
        self.int(value.to_bits() as i64)
    }

    pub fn text(&mut self, value: &str) -> &mut Self {
        self.int(value.len() as i64);
        for chunk in value.as_bytes().chunks(8) {
            let mut bytes = [0; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            self.int(i64::from_le_bytes(bytes));
        }
        self
    }

    pub fn maybe(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.int(1).text(value),
            None => self.int(0),
        }
    }

    pub fn item(&mut self, id: i64, author: i64, title: &str, year: i32, price: f64) -> &mut Self {
        self.int(id).int(author).text(title).int(year).real(price)
    }

    pub fn done(&self) -> u64 {
        self.0
    }
}

/// The time that counts.
#[derive(Debug, Default)]
pub struct Clock {
    spent: Duration,
}

impl Clock {
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.spent += start.elapsed();
        result
    }

    pub async fn wait<F: Future>(&mut self, work: F) -> F::Output {
        let start = Instant::now();
        let result = work.await;
        self.spent += start.elapsed();
        result
    }
}

/// A contender.
#[allow(async_fn_in_trait, reason = "it is called in one place, on one thread")]
pub trait Peer: Sized {
    /// Connects, as a long-lived program would.
    async fn connect(url: &str, variant: &str) -> Self;

    /// Does the workload once and gives the checksum of what it loaded or of the keys it got; `None` if it has none
    /// such. `tick` is another number each time.
    async fn run(&mut self, workload: &str, tick: i64, clock: &mut Clock) -> Option<u64>;
}

/// Answers the driver until it goes away.
pub fn serve<P: Peer>() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("an URL");
    let variant = arguments.next().unwrap_or_default();
    // One thread is the kindest to all: a second one would add a wake-up to each answer of the server.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut peer = P::connect(&url, &variant).await;
        answer("ready");
        for line in std::io::stdin().lock().lines() {
            let line = line.expect("a line");
            let words: Vec<&str> = line.split(' ').collect();
            let [_, workload, tick, times] = words[..] else {
                panic!("not understood: {line}");
            };
            let (tick, times): (i64, i64) = (tick.parse().expect("a number"), times.parse().expect("a number"));
            let mut clock = Clock::default();
            let mut sum = Sum::default();
            let mut known = true;
            let before = peak(true);
            for n in 0..times {
                match peer.run(workload, tick + n, &mut clock).await {
                    Some(one) => sum.int(one as i64),
                    None => {
                        known = false;
                        break;
                    }
                };
            }
            if known {
                let grown = peak(false).saturating_sub(before);
                answer(&format!("ok {} {} {grown}", clock.spent.as_nanos(), sum.done()));
            } else {
                answer("none");
            }
        }
    });
}

fn answer(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).expect("the driver reads");
}

/// The most memory held so far, in KiB; where the system can, from now on.
fn peak(reset: bool) -> u64 {
    if reset {
        let _ = std::fs::write("/proc/self/clear_refs", "5");
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").trim().parse().ok())
        .unwrap_or(0)
}
