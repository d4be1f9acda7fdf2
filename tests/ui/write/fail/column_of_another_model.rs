use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    year: i32,
    note: Option<String>,
}

#[derive(Model, Debug, Clone, Default)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let _ = Book::update().set(Author::name.to("x"));
    let _ = Book::insert().values((Book::title.to("x"), Author::name.to("x")));
    let _ = Book::insert().values(Book::title.to("x")).on_conflict(Author::name).do_nothing();
}
