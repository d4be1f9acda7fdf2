//! The attributes of FromRow.

use orm_core::prelude::*;

#[derive(FromRow)]
struct Wrong {
    #[orm(colum = "a")]
    a: i64,
    #[orm(flatten, column = "b")]
    b: Inner,
    c: Author,
}

#[derive(FromRow)]
struct Inner {
    d: i64,
}

#[derive(FromRow)]
struct Pair(i64, i64);

#[derive(FromRow)]
struct Generic<T> {
    value: T,
}


#[derive(Model, Debug, Clone, Default)]
#[orm(table = "authors")]
struct Author {
    #[orm(primary_key)]
    id: i64,
    name: String,
    books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(references = Author::id)]
    author_id: i64,
}

fn main() {

}
