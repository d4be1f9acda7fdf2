use orm_core::Model;

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    year: i32,
}

fn main() {
    let _ = Book::create().year("2008").build();
}
