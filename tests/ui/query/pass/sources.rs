//! Aliases, subqueries, common table expressions, values and rows by name.

use orm_core::mapping::{alias, anonymous, entity, values};
use orm_core::prelude::*;

#[derive(FromRow)]
struct Busy {
    name: String,
    #[orm(column = "n")]
    count: i64,
    #[orm(flatten)]
    first: First,
}

#[derive(FromRow)]
struct First {
    first: Option<i64>,
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
    let other = alias::<Author>("other");
    let third = anonymous::<Author>();
    let _ = select((Author::name, other.col(Author::name), third.entity().optional()))
        .join_on(&other, Author::id.lt(other.col(Author::id)))
        .left_join_on(&third, third.col(Author::id).gt(other.col(Author::id)));
    let count = func::count_all().label("n");
    let per = select((Book::author_id, count.clone())).group_by(Book::author_id);
    let sub = per.clone().subquery("per");
    let common = per.cte("common").materialized(true);
    let _ = select((Author::name, sub.col(&count), common.col(&count)))
        .join_on(&sub, sub.col(Book::author_id).eq(Author::id))
        .join_on(&common, common.col(Book::author_id).eq(Author::id));
    let (id, name) = values("v", ["id", "name"], [(1_i64, "a".to_owned())]).columns();
    let _ = select((id + 1, name));
    let _ = select((entity::<Author>(), entity::<Book>().optional())).left_join(Author::books);
    let _ = select((Author::name, func::count_all().label("n"), func::min(Book::id).label("first")))
        .join(Author::books)
        .group_by(Author::name)
        .rows::<Busy>();
    let _ = Author::books.to(&alias::<Book>("b"));
    let _ = other.along(Author::books).to(&alias::<Book>("b"));
    let _ = select(Author::id).union(select(Book::id)).order_by(Author::id).limit(3);
}
