use orm_core::Model;
use orm_core::mapping::{BelongsTo, HasMany};

#[derive(Model)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(cascade = "all, delete orphan")]
    books: HasMany<Book>,
    #[orm(cascade = "everything")]
    drafts: HasMany<Book>,
    #[orm(cascade = "none, delete")]
    sold: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Author::id)]
    author_id: i64,
    #[orm(cascade = "all, delete-orphan")]
    author: BelongsTo<Author>,
}

fn main() {}
