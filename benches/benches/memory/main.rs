//! What a session allocates for its objects: `cargo bench -p orm-benches --bench memory`. SQLite's own memory is not
//! counted: it does not come from Rust's allocator.
//!
//! A word after `--` limits the sizes, as of `--bench flush`.

use orm_core::engine::{Engine, Offload};
use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    author_id: i64,
    title: String,
    year: i32,
    price: f64,
}

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// The bytes that an object may take beside the struct and what its fields own.
const GOAL: f64 = 200.0;

fn book(n: usize) -> Book {
    Book {
        id: 0,
        author_id: (n % 100) as i64,
        title: format!("The title of book number {n}"),
        year: 1900 + (n % 120) as i32,
        price: n as f64 / 7.0,
    }
}

fn main() {
    let largest = std::env::args().skip(1).find_map(|word| word.parse().ok());
    println!(
        "{:>9} {:>7} {:<7} {:>7} {:>9}",
        "objects", "bytes", "<= 200", "at peak", "peak MB"
    );
    for count in SIZES {
        if largest.is_some_and(|largest: usize| count > largest) {
            break;
        }
        let memory = of(count);
        let verdict = if memory.kept <= GOAL { "met" } else { "MISSED" };
        println!(
            "{count:>9} {:>7.0} {verdict:<7} {:>7.0} {:>9.1}",
            memory.kept, memory.peak, memory.megabytes
        );
    }
    println!(
        "bytes for each object, beside the struct and its strings: when flushed, and at the peak"
    );
}

/// For each object, in bytes beside the struct and what its fields own.
struct Memory {
    /// After the flush, before the commit.
    kept: f64,
    /// At the worst moment.
    peak: f64,
    /// All there is at that moment.
    megabytes: f64,
}

/// Adds and flushes so many new objects.
fn of(count: usize) -> Memory {
    // The counter counts its own thread.
    let thread = std::thread::spawn(move || measure(count));
    thread.join().expect("the measurement runs to its end")
}

fn measure(count: usize) -> Memory {
    let plain = allocation_counter::measure(|| {
        let mut books = Vec::with_capacity(count);
        books.extend((0..count).map(book));
        std::mem::forget(std::hint::black_box::<Vec<Book>>(books));
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let engine: orm_core::Result<Engine> = runtime.block_on(async {
        let engine = Engine::builder("sqlite::memory:")
            .offload(Offload::Never)
            .connect()
            .await?;
        Metadata::of::<(Book,)>()?.create_all(&engine).await?;
        Ok(engine)
    });
    let mut session = engine.expect("a database in memory").session();
    let ours = allocation_counter::measure(|| {
        session.add_all((0..count).map(book));
        runtime.block_on(session.flush()).expect("a flush");
    });
    let beside = |bytes: f64| (bytes - plain.bytes_current as f64) / count as f64;
    Memory {
        kept: beside(ours.bytes_current as f64),
        peak: beside(ours.bytes_max as f64),
        megabytes: ours.bytes_max as f64 / 1e6,
    }
}
