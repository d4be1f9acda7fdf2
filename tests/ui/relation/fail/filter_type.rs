use orm_core::prelude::*;

#[derive(Model, Default)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(filter = "year > 2000")]
    books: HasMany<Book>,
    #[orm(filter = Book::year)]
    recent: HasMany<Book>,
    #[orm(filter = Book::year.gt("2000"))]
    modern: HasMany<Book>,
    #[orm(filter = Book::jahr.gt(2000))]
    old: HasMany<Book>,
}

#[derive(Model, Default)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    year: i32,
    #[orm(references = Author::id)]
    author_id: i64,
}

fn main() {}
