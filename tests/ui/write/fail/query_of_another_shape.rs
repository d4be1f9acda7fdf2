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
    let columns = (Book::title, Book::year);
    let _ = Book::insert().from_select(columns, select((Author::name, Author::name)));
    let _ = Book::insert().from_select(columns, select(Author::name));
    let _ = Book::insert().from_select(Book::title, select(Book::note));
    let _ = Book::insert().from_select(Author::name, select(Author::name));
}
