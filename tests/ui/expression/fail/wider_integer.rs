//! An `i32` column is compared with an `i64` value.

use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    subtitle: Option<String>,
    year: Option<i32>,
    pages: i64,
    lent: bool,
}

fn main() {
    let _ = Book::year.eq(2010_i64);
}
