use orm_core::Model;
use orm_core::mapping::BelongsTo;

#[derive(Model)]
#[orm(index(titel), unique(title, isbn), index(author), index(name = "x", fields(title)))]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(references = Book::id)]
    author_id: i64,
    author: BelongsTo<Book>,
}

fn main() {}
