//! The models: rows of one table, and a graph of three.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "items")]
pub struct Item {
    #[orm(primary_key)]
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "authors")]
pub struct Author {
    #[orm(primary_key)]
    pub id: i64,
    pub name: String,
    #[orm(back_populates = author, cascade = "all, delete-orphan", order_by = Book::id)]
    pub books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books", index(author_id))]
pub struct Book {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Author::id, on_delete = "cascade")]
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    #[orm(back_populates = books)]
    pub author: BelongsTo<Author>,
    #[orm(back_populates = book, cascade = "all, delete-orphan", order_by = Review::id)]
    pub reviews: HasMany<Review>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "reviews", index(book_id))]
pub struct Review {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Book::id, on_delete = "cascade")]
    pub book_id: i64,
    pub stars: i32,
    pub body: String,
    #[orm(back_populates = reviews)]
    pub book: BelongsTo<Book>,
}

pub fn item(n: i64) -> Item {
    Item {
        id: 0,
        author_id: n % 100,
        title: format!("The title of book number {n}"),
        year: 1900 + (n % 120) as i32,
        price: n as f64 / 7.0,
    }
}

/// Authors with ten books of three reviews each.
pub fn graph(authors: i64) -> Vec<Author> {
    let review = |n: i64| Review {
        stars: (n % 5 + 1) as i32,
        body: format!("What reader {n} had to say"),
        ..Default::default()
    };
    let book = |n: i64| Book {
        title: format!("Book number {n}"),
        year: 1900 + (n % 120) as i32,
        reviews: (0..3).map(review).collect::<Vec<_>>().into(),
        ..Default::default()
    };
    (0..authors)
        .map(|n| Author {
            name: format!("Author {n}"),
            books: (0..10).map(book).collect::<Vec<_>>().into(),
            ..Default::default()
        })
        .collect()
}
