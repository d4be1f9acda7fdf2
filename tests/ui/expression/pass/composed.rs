//! Conditions and expressions are put together at run time without changing their type.

use orm_core::prelude::*;
use orm_core::sql::Typed;

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    year: Option<i32>,
}

fn main() {
    let mut condition = Book::id.gt(0);
    for word in ["a", "b"] {
        condition = condition.or(Book::title.contains(word));
    }
    if condition.clone().into_expr().tables().is_empty() {
        condition = !condition;
    }
    let mut number: Typed<Option<i32>> = Book::year + 1;
    number = number * 2;
    let query = select((Book::id, number.label("number"))).filter(condition);
    let _ = query.filter(Some(Book::year.is_in([1, 2]))).filter(None::<Typed<bool>>);
    let _ = row((Book::title, Book::year)).eq(("x".to_owned(), Some(1)));
    let _ = func::concat((Book::title, " ", Some("x".to_owned())));
    let _ = func::coalesce_all((Book::year, None, 0)) + 1;
}
