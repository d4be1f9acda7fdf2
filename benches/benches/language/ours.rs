//! The same queries by the ORM.

use orm_core::dialect::{POSTGRES, StatementCache};
use orm_core::mapping::{Entity, Query as _, Scalar, Select, Shape, entity};
use orm_core::prelude::*;

use crate::Step;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
pub struct Book {
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

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "authors")]
pub struct Author {
    #[orm(primary_key)]
    id: i64,
    name: String,
    born: i32,
    country: String,
    city: String,
    email: String,
    website: Option<String>,
    biography: String,
    rating: f64,
    active: bool,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "publishers")]
pub struct Publisher {
    #[orm(primary_key)]
    id: i64,
    book_id: i64,
    name: String,
    street: String,
    city: String,
    postcode: String,
    country: String,
    phone: Option<String>,
    email: String,
    founded: i32,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "loans")]
pub struct Loan {
    #[orm(primary_key)]
    id: i64,
    book_id: i64,
    days: i32,
}

pub const SMALL: &str = "SELECT books.title FROM books WHERE books.id = $1";

pub fn small() -> Select<Scalar<String>> {
    select(Book::title).filter(Book::id.eq(1))
}

pub const MIDDLING: &str = "SELECT books.id, books.author_id, books.title, books.subtitle, books.isbn, books.year, \
    books.pages, books.price, books.language, books.in_print FROM books WHERE books.year > $1 AND books.language = $2 \
    ORDER BY books.title LIMIT 20";

pub fn middling(year: i32, language: &str) -> Select<Entity<Book>> {
    Book::select()
        .filter(Book::year.gt(year))
        .filter(Book::language.eq(language))
        .order_by(Book::title)
        .limit(20)
}

pub const WIDE: &str = "SELECT books.id, books.author_id, books.title, books.subtitle, books.isbn, books.year, \
    books.pages, books.price, books.language, books.in_print, authors.id, authors.name, authors.born, authors.country, \
    authors.city, authors.email, authors.website, authors.biography, authors.rating, authors.active, publishers.id, \
    publishers.book_id, publishers.name, publishers.street, publishers.city, publishers.postcode, publishers.country, \
    publishers.phone, publishers.email, publishers.founded FROM books JOIN authors ON authors.id = books.author_id \
    JOIN publishers ON publishers.book_id = books.id JOIN loans ON loans.book_id = books.id WHERE books.year > $1 \
    AND authors.country = $2 AND loans.days > $3 ORDER BY authors.name, books.title";

pub fn wide() -> Select<(Entity<Book>, Entity<Author>, Entity<Publisher>)> {
    select((entity::<Book>(), entity::<Author>(), entity::<Publisher>()))
        .join_on(entity::<Author>(), Author::id.eq(Book::author_id))
        .join_on(entity::<Publisher>(), Publisher::book_id.eq(Book::id))
        .join_on(entity::<Loan>(), Loan::book_id.eq(Book::id))
        .filter(Book::year.gt(2010))
        .filter(Author::country.eq("NO"))
        .filter(Loan::days.gt(30))
        .order_by((Author::name, Book::title))
}

/// The steps of a query, whose text is `sql`.
pub fn steps<S: Shape>(build: fn() -> Select<S>, sql: &str) -> Vec<Step> {
    let query = build();
    assert_eq!(&*query.to_sql(&POSTGRES).expect("a query").sql, sql);
    let cache = StatementCache::new(&POSTGRES);
    vec![
        Step::new("ours: build", None, build),
        Step::new("ours: compile", None, move || query.to_sql(&POSTGRES)),
        Step::new("ours: build and compile", Some(0.5), move || {
            build().to_sql(&POSTGRES)
        }),
        Step::new("ours: build, and find the text", Some(0.4), move || {
            build().compile(&cache)
        }),
    ]
}

/// The middling query with a parameter, written once.
pub fn prepared() -> Step {
    let prepared = Book::select()
        .filter(Book::year.gt(param::<i32>("year")))
        .filter(Book::language.eq("en"))
        .order_by(Book::title)
        .limit(20)
        .prepare(&POSTGRES)
        .expect("a query");
    let cache = StatementCache::new(&POSTGRES);
    Step::new("ours: prepared, with another value", Some(0.2), move || {
        prepared.bind("year", 2011).compile(&cache)
    })
}
