//! Many-to-many in all its forms.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(primary_key)]
    part: i32,
    #[orm(secondary = "book_tags", back_populates = books, on_delete = "cascade", passive_deletes, order_by = Tag::id)]
    tags: HasMany<Tag>,
    #[orm(secondary = "similar", secondary_local("b", "bp"), secondary_remote("s", "sp"))]
    similar: HasMany<Book>,
    #[orm(version)]
    version: i32,
    #[orm(on_update = Some(String::from("edited")))]
    note: Option<String>,
}

#[derive(Model, Debug, Clone, Default)]
struct Tag {
    #[orm(primary_key)]
    id: i64,
    #[orm(secondary = "book_tags", back_populates = tags)]
    books: HasMany<Book>,
    #[orm(secondary = "book_tags", view_only)]
    shown: HasMany<Book>,
}

fn main() {
    Metadata::of::<Book>().unwrap();
}
