use orm_core::Model;
use orm_core::mapping::{BelongsTo, HasMany};

#[derive(Model)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(foreign_key = writer_id)]
    books: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Author::id)]
    author_id: i64,
    year: i32,
    #[orm(foreign_key = autor_id)]
    author: BelongsTo<Author>,
    #[orm(foreign_key(author_id, year))]
    editor: BelongsTo<Author>,
}

fn main() {}
