use orm_core::Model;
use orm_core::mapping::{BelongsTo, HasMany};

#[derive(Model)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(lazy = "batchh")]
    books: HasMany<Book>,
    #[orm(lazy = "sometimes or other")]
    drafts: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Author::id)]
    author_id: i64,
    #[orm(lazy = "write_only")]
    author: BelongsTo<Author>,
}

fn main() {}
