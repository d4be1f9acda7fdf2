//! The same query by the ORM.

use orm_core::dialect::{POSTGRES, StatementCache};
use orm_core::mapping::{Entity, Query as _, Select};
use orm_core::prelude::*;

use crate::Step;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    author_id: i64,
    title: String,
    subtitle: Option<String>,
    isbn: String,
    year: i32,
    pages: i32,
    price: f64,
    language: String,
    in_print: bool,
}

fn build(year: i32, language: &str) -> Select<Entity<Book>> {
    Book::select()
        .filter(Book::year.gt(year))
        .filter(Book::language.eq(language))
        .order_by(Book::title)
        .limit(20)
}

pub fn steps() -> Vec<Step> {
    let query = build(2010, "en");
    let sql = query.to_sql(&POSTGRES).expect("a query").sql;
    assert_eq!(
        &*sql,
        "SELECT books.id, books.author_id, books.title, books.subtitle, books.isbn, books.year, books.pages, \
         books.price, books.language, books.in_print FROM books WHERE books.year > $1 AND books.language = $2 \
         ORDER BY books.title LIMIT 20"
    );
    let cache = StatementCache::new(&POSTGRES);
    let prepared = Book::select()
        .filter(Book::year.gt(param::<i32>("year")))
        .filter(Book::language.eq("en"))
        .order_by(Book::title)
        .limit(20)
        .prepare(&POSTGRES)
        .expect("a query");
    let other = StatementCache::new(&POSTGRES);
    vec![
        Step::new("ours: build", None, || build(2010, "en")),
        Step::new("ours: compile", None, move || query.to_sql(&POSTGRES)),
        Step::new("ours: build and compile", Some(0.5), || {
            build(2010, "en").to_sql(&POSTGRES)
        }),
        Step::new("ours: build, and find the text", Some(0.5), move || {
            build(2010, "en").compile(&cache)
        }),
        Step::new("ours: prepared, with another value", Some(0.2), move || {
            prepared.bind("year", 2011).compile(&other)
        }),
    ]
}
