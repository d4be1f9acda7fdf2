//! A column that can be NULL is read into a type that cannot.

use orm_core::prelude::*;

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    year: Option<i32>,
}

async fn years(engine: Engine) -> orm_core::Result<Vec<i32>> {
    engine.all(select(Book::year)).await
}

fn main() {
    let _ = years;
}
