use orm_core::Model;
use orm_core::mapping::HasMany;

#[derive(Model)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(order_by = Author::id)]
    books: HasMany<Book>,
    #[orm(order_by(Book::year, down(Book::id)))]
    drafts: HasMany<Book>,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    year: i32,
    #[orm(references = Author::id)]
    author_id: i64,
}

fn main() {}
