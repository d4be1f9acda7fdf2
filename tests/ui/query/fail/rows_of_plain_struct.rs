//! Rows are read as structs that say how.

use orm_core::prelude::*;

struct Summary {
    id: i64,
}


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
    let _ = text("SELECT 1 AS id").rows::<Summary>();
    let _ = select(Author::id).rows::<Summary>();
}
