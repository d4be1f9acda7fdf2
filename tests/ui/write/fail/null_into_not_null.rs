use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    year: i32,
    note: Option<String>,
}

fn main() {
    let _ = Book::update().set(Book::title.to(Book::note));
    let _ = Book::insert().values(Book::year.to(Some(2008)));
    let _ = Book::insert().values(Book::year.to(scalar(select(func::max(Book::year)))));
}
