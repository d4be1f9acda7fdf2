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
    #[orm(cascade = "save-update, delete-orphan")]
    kept: HasMany<Book>,
    #[orm(secondary = "favourites", cascade = "all, delete-orphan")]
    favourites: HasMany<Book>,
    #[orm(single_parent)]
    owned: HasMany<Book>,
    #[orm(post_update)]
    best: HasOne<Book>,
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
