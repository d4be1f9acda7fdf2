use orm_core::prelude::*;

#[derive(Model, Default)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(filter)]
    books: HasMany<Book>,
    #[orm(filter = Book::year.gt(2000), filter = Book::year.lt(2020))]
    recent: HasMany<Book>,
    #[orm(filter = "x")]
    name: String,
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
