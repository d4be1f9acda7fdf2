//! Rows are excluded from a frame that is not there.

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
    let _ = window().order_by(Book::id).exclude(orm_core::sql::FrameExclude::CurrentRow);
}
