//! What a deletion leaves to the database is said on the parent's side; a view is no side of anything.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(passive_deletes = "everything")]
    books: HasMany<Book>,
    #[orm(view_only, back_populates = author, cascade = "all")]
    shown: HasMany<Book>,
    #[orm(passive_deletes = "all", cascade = "all")]
    left: HasMany<Book>,
    #[orm(secondary = "favourites", passive_updates = false)]
    favourites: HasMany<Book>,
    #[orm(passive_updates)]
    followed: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Author::id)]
    author_id: i64,
    #[orm(passive_deletes, passive_updates = false)]
    author: BelongsTo<Author>,
}

fn main() {}
