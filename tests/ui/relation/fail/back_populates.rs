use orm_core::Model;
use orm_core::mapping::{BelongsTo, HasMany};

#[derive(Model)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = scribe)]
    books: HasMany<Book>,
    #[orm(back_populates = title)]
    drafts: HasMany<Book>,
    #[orm(back_populates = shop)]
    sold: HasMany<Book>,
}

#[derive(Model)]
struct Shop {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(references = Author::id)]
    author_id: i64,
    author: BelongsTo<Author>,
    #[orm(references = Shop::id)]
    shop_id: i64,
    shop: BelongsTo<Shop>,
}

fn main() {}
