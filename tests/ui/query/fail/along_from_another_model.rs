//! A relationship goes on from an alias of the model that it begins at.

use orm_core::mapping::alias;
use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "authors")]
struct Author {
    #[orm(primary_key)]
    id: i64,
    name: String,
    books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(references = Author::id)]
    author_id: i64,
}

fn main() {
    let book = alias::<Book>("b");
    let _ = select(Author::name).join(book.along(Author::books));
}
