use orm_core::Model;
use orm_core::mapping::BelongsTo;

#[derive(Model)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = author)]
    name: String,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Author::id)]
    author_id: i64,
    #[orm(unique)]
    author: BelongsTo<Author>,
}

fn main() {}
