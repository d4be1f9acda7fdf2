//! A table between two models links many to many, and says so on both sides.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(secondary = "book_tags", cascade = "all, delete-orphan")]
    tags: HasMany<Tag>,
    #[orm(secondary = "covers")]
    cover: HasOne<Tag>,
    #[orm(secondary = book_tags)]
    unquoted: HasMany<Tag>,
    #[orm(secondary_local = "book_id")]
    alone: HasMany<Tag>,
    #[orm(secondary = "similar_books")]
    similar: HasMany<Book>,
    #[orm(on_delete = "cascade")]
    plain: HasMany<Tag>,
    #[orm(secondary = "keyed", foreign_key = id)]
    keyed: HasMany<Tag>,
    #[orm(secondary = "twice", secondary_local("a", "b"))]
    twice: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, Default)]
struct Tag {
    #[orm(primary_key)]
    id: i64,
}

fn main() {}
