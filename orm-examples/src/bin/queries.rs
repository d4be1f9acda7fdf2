//! What can be said in SQL: the program of the README.
//!
//! `cargo run -p orm-examples --bin queries` runs on SQLite in memory; give a URL to run on another database:
//! `-- postgres://user@localhost/bookstore`. The tables `authors` and `books` are dropped and created anew.

use orm_core::mapping::{alias, excluded};
use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "authors")]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    country: String,
    #[orm(back_populates = author)]
    books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    year: i32,
    #[orm(references = Author::id)]
    author_id: i64,
    #[orm(back_populates = books)]
    author: BelongsTo<Author>,
}

async fn open(url: &str) -> orm_core::Result<Engine> {
    let engine = Engine::connect(url).await?;
    let metadata = Metadata::of::<(Author, Book)>()?;
    metadata.drop_all(&engine).await?;
    metadata.create_all(&engine).await?;
    let mut session = engine.session();
    let book = |title: &str, year| Book {
        title: title.into(),
        year,
        ..Default::default()
    };
    session.add(Author {
        name: "David Thomas".into(),
        country: "US".into(),
        books: [
            book("The Pragmatic Programmer", 1999),
            book("Programming Ruby", 2000),
        ]
        .into(),
        ..Default::default()
    });
    session.add(Author {
        name: "Ada".into(),
        books: [book("Notes", 1843)].into(),
        ..Default::default()
    });
    session.commit().await?;
    Ok(engine)
}

#[rustfmt::skip] // as the README has it
async fn ask(engine: &Engine) -> orm_core::Result<()> {
    // Each author's latest book: a window function in a subquery, whose columns come out typed.
    let place = func::row_number().over(window().partition_by(Book::author_id).order_by(Book::year.desc()));
    let ranked = select((Author::name, Book::title, place.label("place"))).from::<Book>().join(Book::author).subquery("ranked");
    let (name, title, place) = ranked.columns();
    let latest: Vec<(String, String)> = engine.all(select((name.clone(), title)).filter(place.eq(1)).order_by(name)).await?;

    // A common table expression, an alias, a correlated EXISTS, a condition that may be missing.
    let prolific = select((Book::author_id, func::count_all().label("books"))).group_by(Book::author_id).cte("prolific");
    let (author, books) = prolific.columns();
    let older = alias::<Book>("older");
    let country: Option<&str> = Some("US");
    let query = select((Author::name, books.clone()))
        .join_on(&prolific, author.eq(Author::id))
        .filter(exists(select(older.col(Book::id)).filter(older.col(Book::author_id).eq(Author::id)).filter(older.col(Book::year).lt(2000))))
        .filter(country.map(|country| Author::country.eq(country)))
        .order_by((books.desc(), Author::name));
    println!("{}", query.pretty(engine.dialect())?); // with its values, a clause on each line; to_sql gives text and parameters

    // Statements that write, with what they return.
    let upsert = Author::insert()
        .values((Author::name.to("Ada"), Author::country.to("UK")))
        .on_conflict(Author::name)
        .do_update(Author::country.to(excluded(Author::country)))
        .returning(Author::id);
    let ids: Vec<i64> = engine.all(upsert).await?;
    let renamed = engine.execute(Book::update().set(Book::title.to(func::upper(Book::title))).filter(Book::year.lt(1990))).await?;

    // What cannot be said otherwise is said in SQL, with the same parameters and results.
    let titles = text("SELECT title FROM books WHERE id IN (:ids)").bind_list("ids", [1_i64, 2, 3]).columns::<String>();
    let titles = engine.all(titles).await?;
    println!("latest: {latest:?}");
    println!("prolific: {:?}", engine.all(query).await?);
    println!("upserted: {ids:?}, renamed: {renamed}, titles: {titles:?}");
    Ok(())
}

#[tokio::main]
async fn main() -> orm_core::Result<()> {
    let url = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "sqlite::memory:".to_owned());
    ask(&open(&url).await?).await
}
