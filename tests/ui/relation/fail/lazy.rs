use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "authors")]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(lazy = "bach")]
    books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Author::id)]
    author_id: i64,
    #[orm(lazy = "write_only")]
    author: BelongsTo<Author>,
    #[orm(references = Author::id)]
    editor_id: i64,
    #[orm(lazy = "never")]
    editor: BelongsTo<Author>,
}

fn main() {}
