use orm_core::Model;

#[derive(Model)]
#[orm(table = books, check("year > 0"), index)]
struct Book {
    #[orm(primary_key = true)]
    id: i64,
    #[orm(column)]
    title: String,
    #[orm(unique index)]
    isbn: String,
    #[orm]
    year: i32,
    #[orm(references = "authors.id")]
    author_id: i64,
}

fn main() {}
