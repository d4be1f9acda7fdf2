//! Typed queries, a text for each dialect.

use super::*;
use crate::dialect::{Dialect as _, POSTGRES, SQLITE};
use crate::error::ErrorKind;
use crate::mapping::{LoadOption, Query as _, Select, Shape, Strategy, entity, select};
use crate::sql::{Expression as _, func, text};

#[track_caller]
fn both<S: Shape>(query: &Select<S>, sqlite: &str, postgres: &str) {
    assert_eq!(&*query.to_sql(&SQLITE).unwrap().sql, sqlite);
    assert_eq!(&*query.to_sql(&POSTGRES).unwrap().sql, postgres);
}

#[track_caller]
fn same<S: Shape>(query: &Select<S>, sql: &str) {
    both(query, sql, sql);
}

#[track_caller]
fn refused<S: Shape>(query: &Select<S>, message: &str) {
    let error = query.to_sql(&SQLITE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert_eq!(error.message(), message);
}

const BOOKS: &str =
    "SELECT books.id, books.title, books.year, books.author_id, books.kind FROM books";

#[test]
fn models_name_their_columns() {
    same(&Book::select(), BOOKS);
    let compiled = Book::select().to_sql(&SQLITE).unwrap();
    assert_eq!(compiled.summary.table.as_deref(), Some("books"));
    assert!(compiled.summary.reads);
}

#[test]
fn filters_add_up() {
    let mut query = Book::select().filter(Book::year.gt(2010));
    for title in ["a", "b"] {
        query = query.filter(Book::title.ne(title));
    }
    both(
        &query,
        &format!("{BOOKS} WHERE books.year > ? AND books.title != ? AND books.title != ?"),
        &format!("{BOOKS} WHERE books.year > $1 AND books.title != $2 AND books.title != $3"),
    );
    let either = Book::year.lt(1).or(Book::year.gt(2));
    both(
        &Book::select().filter(either).filter(Book::kind.eq("novel")),
        &format!("{BOOKS} WHERE (books.year < ? OR books.year > ?) AND books.kind = ?"),
        &format!("{BOOKS} WHERE (books.year < $1 OR books.year > $2) AND books.kind = $3"),
    );
}

#[test]
fn values_take_the_columns_type() {
    let binds = |query: Select<_>| {
        let _: &Select<crate::mapping::Entity<Book>> = &query;
        query.to_sql(&SQLITE).unwrap().binds
    };
    assert_eq!(
        binds(Book::select().filter(Book::id.eq(5_000_000_000))),
        [Value::I64(5_000_000_000)]
    );
    assert_eq!(
        binds(Book::select().filter(Book::year.eq(5))),
        [Value::I32(5)]
    );
    assert_eq!(binds(Book::select().filter(Book::kind.eq(None))), []);
    assert_eq!(
        binds(Book::select().filter((Book::year + 1).gt(2))),
        [Value::I32(1), Value::I32(2)]
    );
}

#[test]
fn order_limit_and_locks() {
    let query = Book::select()
        .order_by((Book::year.desc(), Book::title))
        .limit(10)
        .offset(20)
        .for_update();
    both(
        &query,
        &format!("{BOOKS} ORDER BY books.year DESC, books.title LIMIT 10 OFFSET 20"),
        &format!("{BOOKS} ORDER BY books.year DESC, books.title LIMIT 10 OFFSET 20 FOR UPDATE"),
    );
}

#[test]
fn columns_and_groups() {
    let query: Select<(_, _)> = select((Author::name, func::count(Book::id)))
        .join(Author::books)
        .group_by(Author::name)
        .having(func::count(Book::id).gt(2));
    let text = "SELECT authors.name, count(books.id) FROM authors JOIN books ON authors.id = books.author_id \
                GROUP BY authors.name HAVING count(books.id) > #";
    both(&query, &text.replace('#', "?"), &text.replace('#', "$1"));
    same(
        &select(Book::title).distinct(),
        "SELECT DISTINCT books.title FROM books",
    );
    same(
        &select(func::count_all()).from::<Book>(),
        "SELECT count(*) FROM books",
    );
    same(
        &select(func::max(Book::year)),
        "SELECT max(books.year) FROM books",
    );
    both(&select(func::value(1)), "SELECT ?", "SELECT $1");
    same(
        &select((entity::<Author>(), Book::title.nullable().label("book")))
            .left_join(Author::books),
        "SELECT authors.id, authors.name, books.title AS book FROM authors LEFT JOIN books ON authors.id = books.author_id",
    );
}

#[test]
fn joins_go_on() {
    same(
        &select(Book::title)
            .join(Book::author)
            .left_join(Book::pages),
        "SELECT books.title FROM books JOIN authors ON books.author_id = authors.id \
         LEFT JOIN pages ON books.id = pages.book_id",
    );
    same(
        &select(Book::title).from::<Author>().join(Author::books),
        "SELECT books.title FROM authors JOIN books ON authors.id = books.author_id",
    );
    both(
        &Book::select()
            .left_join(Book::author)
            .for_update()
            .filter(Author::id.is_null()),
        &format!(
            "{BOOKS} LEFT JOIN authors ON books.author_id = authors.id WHERE authors.id IS NULL"
        ),
        &format!(
            "{BOOKS} LEFT JOIN authors ON books.author_id = authors.id WHERE authors.id IS NULL FOR UPDATE OF books"
        ),
    );
}

#[test]
fn a_missing_join_is_named() {
    refused(
        &select((Author::name, Book::title)),
        "a column of books is used, but the query reads from authors; add .join(Author::books)",
    );
    refused(
        &Book::select().filter(Author::name.eq("x")),
        "a column of authors is used, but the query reads from books; add .join(Book::author)",
    );
    refused(
        &Author::select().order_by(crate::sql::OrderBy::ascending(crate::sql::Expr::column(
            "pages", "number",
        ))),
        "a column of pages is used, but the query reads from authors; add .join(..) of a relationship that leads to pages",
    );
    refused(
        &select(Book::title).join(Author::books),
        "the query reads from books twice; give one an alias (alias::<..>(\"..\")), leave one join out, or begin at the other side with .from::<..>()",
    );
    refused(
        &Note::select().join(Note::parent),
        "the query reads from notes twice; give one an alias (alias::<..>(\"..\")), leave one join out, or begin at the other side with .from::<..>()",
    );
}

#[test]
fn raw_conditions() {
    both(
        &Book::select()
            .filter(text("length(title) > :n OR year = :n").bind("n", 3))
            .filter(Book::year.gt(1)),
        &format!("{BOOKS} WHERE (length(title) > ? OR year = ?) AND books.year > ?"),
        &format!("{BOOKS} WHERE (length(title) > $1 OR year = $1) AND books.year > $2"),
    );
    let missing = Book::select().filter(text("year = :n"));
    assert!(
        missing
            .to_sql(&SQLITE)
            .unwrap_err()
            .message()
            .contains(":n")
    );
}

#[test]
fn load_options_are_put_together() {
    let query = Author::select()
        .with(Author::books.then(Book::pages))
        .with(Author::books.lazy().then(Book::author));
    let [books] = query.loads() else {
        panic!("{:?}", query.loads());
    };
    let name = |option: &LoadOption| option.relation.unwrap().name;
    assert_eq!(
        (name(books), books.strategy),
        ("books", Some(Strategy::Lazy))
    );
    let nested: Vec<_> = books.nested.iter().map(name).collect();
    assert_eq!(nested, ["pages", "author"]);
    assert_eq!(query.loads()[0].nested[0].strategy, None);
}

#[test]
fn one_relationship_is_loaded_in_one_way() {
    let query = Author::select()
        .with(Author::books.joined())
        .with(Author::books.select_in());
    assert_eq!(
        query.to_sql(&SQLITE).unwrap_err().message(),
        "Author.books is to be loaded in two ways in one query, with joined and with select_in; keep one of them"
    );
    let nested = Author::books
        .then(Book::pages.lazy())
        .then(Book::pages.raise());
    let query = Author::select().with(nested);
    assert!(
        query
            .to_sql(&SQLITE)
            .unwrap_err()
            .message()
            .contains("Book.pages")
    );
    let query = Author::select()
        .with(Author::books.limit(1))
        .with(Author::books.limit(2));
    assert!(
        query
            .to_sql(&SQLITE)
            .unwrap_err()
            .message()
            .contains("Author.books")
    );
    let query = Author::select()
        .with(Author::books.joined())
        .with(Author::books);
    assert!(query.to_sql(&SQLITE).is_ok());
}

#[test]
fn shapes_know_their_width() {
    fn width<S: Shape>(_: &Select<S>) -> usize {
        S::width()
    }
    assert_eq!(width(&Book::select()), 5);
    assert_eq!(width(&select((entity::<Author>(), Book::title))), 3);
    assert_eq!(SQLITE.name(), "sqlite");
}
