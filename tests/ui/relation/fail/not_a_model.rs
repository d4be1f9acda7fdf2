use orm_core::Model;
use orm_core::mapping::HasMany;

struct Book;

#[derive(Model)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    books: HasMany<Book>,
    drafts: HasMany,
}

fn main() {}
