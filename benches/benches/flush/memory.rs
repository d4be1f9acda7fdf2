//! What a session allocates for its objects. SQLite's own memory is not counted: it does not come from Rust's allocator.

use orm_core::engine::{Engine, Offload};
use orm_core::prelude::*;

use crate::{Book, book};

/// For each object, in bytes beside the struct and what its fields own.
pub struct Memory {
    /// After the flush, before the commit.
    pub kept: f64,
    /// At the worst moment.
    pub peak: f64,
    /// All there is at that moment.
    pub megabytes: f64,
}

/// Adds and flushes so many new objects.
pub fn of(count: usize) -> Memory {
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
