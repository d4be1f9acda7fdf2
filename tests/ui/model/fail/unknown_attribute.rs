use orm_core::Model;
use orm_core::mapping::HasMany;

#[derive(Model)]
#[orm(tabel = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(uniqe)]
    title: String,
    #[orm(frobnicate)]
    year: i32,
    #[orm(backpopulates = book)]
    pages: HasMany<Page>,
}

#[derive(Model)]
struct Page {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Book::id)]
    book_id: i64,
}

fn main() {
    let _ = Book::create().title("a").year(1).build();
}
