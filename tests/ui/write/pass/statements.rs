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

use orm_core::mapping::{Assignment, entity, excluded};

fn main() {
    // One, a tuple, a list made at run time, what may be missing.
    let mut list: Vec<Assignment<Book>> = vec![Book::title.to(String::from("x"))];
    list.push(Book::note.to("x"));
    let _ = Book::update().set(list).set((Book::year.to(1), [Book::note.to(None)]));
    let _ = Book::update().set(Some(1_i32).map(|year| Book::year.to(year)));
    // Expressions, and NULL where the column takes it.
    let _ = Book::note.to(Book::title);
    let _ = Book::note.to(Book::note);
    let _ = Book::note.to(Some("x".to_owned()));
    let _ = Book::title.to(Book::note.assume_not_null());
    let _ = Book::title.to(func::coalesce(Book::note, "none"));
    let _ = Book::year.to(Book::year + 1);
    let _ = Book::year.to(excluded(Book::year));
    let _ = Book::title.to(text("upper('x')").typed::<String>());
    // Queries that fit.
    let _ = Book::insert().from_select((Book::title, Book::note), select((Author::name, Author::name)));
    let _ = Book::insert().from_select(Book::title, select(Author::name));
    // Objects, by reference.
    let books = vec![Book::default()];
    let _ = Book::insert().objects(&books);
    let _ = Book::insert().objects(books.iter().filter(|book| book.year > 0));
    let upsert = Book::insert()
        .objects(&[Book::create().title("x").year(1).build()])
        .on_conflict((Book::title, Book::year))
        .do_update_all()
        .returning((entity::<Book>(), Book::year + 1));
    let _ = upsert.clone();
}
