use orm_core::{DbEnum, Model};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
enum Genre {
    Novel,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    genre: Genre,
}

fn main() {
    let _ = Book::create().genre("novel").build();
    let _ = Book::create().genre(Genre::Novel).build();
}
