//! The same work by the ORM.

use std::time::Instant;

use orm_core::prelude::*;

use crate::Plain;

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

impl From<Book> for Plain {
    fn from(book: Book) -> Self {
        Self {
            id: book.id,
            author_id: book.author_id,
            title: book.title,
            year: book.year,
            price: book.price,
        }
    }
}

fn book(plain: Plain) -> Book {
    Book {
        id: plain.id,
        author_id: plain.author_id,
        title: plain.title,
        year: plain.year,
        price: plain.price,
    }
}

/// A database in memory with the empty table.
pub async fn engine() -> orm_core::Result<Engine> {
    let engine = Engine::connect("sqlite::memory:").await?;
    Metadata::of::<(Book,)>()?.create_all(&engine).await?;
    Ok(engine)
}

pub async fn load_plain(engine: &Engine) -> (f64, Vec<Plain>) {
    let start = Instant::now();
    let books = engine
        .all(Book::select().order_by(Book::id))
        .await
        .expect("load");
    (
        start.elapsed().as_secs_f64(),
        books.into_iter().map(Plain::from).collect(),
    )
}

pub async fn load_tracked(engine: &Engine) -> f64 {
    let start = Instant::now();
    let mut session = engine.session();
    let books = session
        .all(Book::select().order_by(Book::id))
        .await
        .expect("load");
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(books.len(), crate::ROWS);
    seconds
}

pub async fn gets(engine: &Engine, count: usize) -> f64 {
    let start = Instant::now();
    let mut session = engine.session();
    for id in 1..=count as i64 {
        let book = session.get::<Book>(id).await.expect("get").expect("a book");
        std::hint::black_box(&session[book]);
    }
    start.elapsed().as_secs_f64()
}

pub async fn insert(engine: &Engine, rows: Vec<Plain>) -> f64 {
    let books: Vec<_> = rows.into_iter().map(book).collect();
    let start = Instant::now();
    let mut session = engine.session();
    let books = session.add_all(books);
    session.commit().await.expect("insert");
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(session[books[books.len() - 1]].id, books.len() as i64);
    seconds
}

pub async fn change(engine: &Engine, count: usize) -> f64 {
    let start = Instant::now();
    let mut session = engine.session();
    let books = session
        .all(Book::select().order_by(Book::id).limit(count as u64))
        .await
        .expect("load");
    for book in books {
        session[book].price += 1.0;
    }
    session.commit().await.expect("save");
    start.elapsed().as_secs_f64()
}

/// Nanoseconds for a get of a held object.
pub async fn hit(engine: &Engine) -> f64 {
    let mut session = engine.session();
    let books = session.all(Book::select()).await.expect("load");
    let mut best = f64::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        for id in 1..=books.len() as i64 {
            std::hint::black_box(session.get::<Book>(id).await.expect("get"));
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / books.len() as f64);
    }
    best
}

/// Microseconds for a flush of one change: alone, and beside 10,000 untouched objects.
pub async fn untouched(engine: &Engine) -> (f64, f64) {
    let mut medians = Vec::new();
    for all in [false, true] {
        let mut session = engine.session();
        if all {
            session.all(Book::select()).await.expect("load");
        }
        let book = session.get_one::<Book>(1).await.expect("a book");
        let mut times = Vec::new();
        for _ in 0..201 {
            session[book].price += 1.0;
            let start = Instant::now();
            session.flush().await.expect("flush");
            times.push(start.elapsed().as_secs_f64() * 1e6);
            session.commit().await.expect("commit");
        }
        times.sort_by(f64::total_cmp);
        medians.push(times[times.len() / 2]);
    }
    (medians[0], medians[1])
}
