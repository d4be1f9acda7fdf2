//! What a query can read from: tables under other names, and their joins.

use super::*;
use crate::dialect::{POSTGRES, SQLITE};
use crate::error::ErrorKind;
use crate::mapping::{Select, Shape, alias, anonymous, entity, select};
use crate::sql::{Expression as _, func};

#[track_caller]
pub(super) fn both<S: Shape>(query: &Select<S>, sqlite: &str, postgres: &str) {
    assert_eq!(&*query.to_sql(&SQLITE).unwrap().sql, sqlite);
    assert_eq!(&*query.to_sql(&POSTGRES).unwrap().sql, postgres);
}

/// One text for both, whose placeholders are written `#`.
#[track_caller]
pub(super) fn same<S: Shape>(query: &Select<S>, sql: &str) {
    let mut numbered = String::new();
    for (index, piece) in sql.split('#').enumerate() {
        if index > 0 {
            numbered.push_str(&format!("${index}"));
        }
        numbered.push_str(piece);
    }
    both(query, &sql.replace('#', "?"), &numbered);
}

#[track_caller]
pub(super) fn only_postgres<S: Shape>(query: &Select<S>, sql: &str) {
    assert_eq!(&*query.to_sql(&POSTGRES).unwrap().sql, sql);
    let error = query.to_sql(&SQLITE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn aliases_are_tables_of_their_own() {
    let other = alias::<Author>("other");
    same(
        &select(other.col(Author::name)),
        "SELECT other.name FROM authors AS other",
    );
    same(
        &select(other.entity()),
        "SELECT other.id, other.name FROM authors AS other",
    );
    same(
        &select(func::max(other.col(Author::name))).from_source(&other),
        "SELECT max(other.name) FROM authors AS other",
    );
    same(
        &select((Author::name, other.col(Author::name)))
            .join_on(&other, Author::id.lt(other.col(Author::id)))
            .filter(other.col(Author::name).ne("x"))
            .order_by((Author::id, other.col(Author::id).desc())),
        "SELECT authors.name, other.name FROM authors JOIN authors AS other ON authors.id < other.id \
         WHERE other.name != # ORDER BY authors.id, other.id DESC",
    );
    same(
        &select((
            other.col(Author::id) + 1,
            other.col(Author::id).label("key"),
        ))
        .from_source(&other),
        "SELECT other.id + #, other.id AS key FROM authors AS other",
    );
}

#[test]
fn anonymous_aliases_are_numbered_in_the_order_of_the_text() {
    let (one, two) = (anonymous::<Author>(), anonymous::<Author>());
    let query = select((Author::id, two.col(Author::id), one.col(Author::id)))
        .cross_join(&one)
        .cross_join(&two);
    let sql = "SELECT authors.id, authors_1.id, authors_2.id FROM authors CROSS JOIN authors AS authors_2 \
               CROSS JOIN authors AS authors_1";
    same(&query, sql);
    let (one, two) = (anonymous::<Author>(), anonymous::<Author>());
    let again = select((Author::id, two.col(Author::id), one.col(Author::id)))
        .cross_join(&one)
        .cross_join(&two);
    same(&again, sql);
    let mixed = (anonymous::<Book>(), anonymous::<Author>());
    same(
        &select((mixed.0.col(Book::id), mixed.1.col(Author::id))).cross_join(&mixed.1),
        "SELECT books_1.id, authors_1.id FROM books AS books_1 CROSS JOIN authors AS authors_1",
    );
}

#[test]
fn relationships_from_and_to_aliases() {
    let (parent, top) = (alias::<Note>("parent"), alias::<Note>("top"));
    same(
        &Note::select()
            .join(Note::parent.to(&parent))
            .left_join(parent.along(Note::parent).to(&top)),
        "SELECT notes.id, notes.book_id, notes.page_number, notes.parent_id FROM notes \
         JOIN notes AS parent ON notes.parent_id = parent.id LEFT JOIN notes AS top ON parent.parent_id = top.id",
    );
    let b = alias::<Book>("b");
    same(
        &select((Author::name, b.col(Book::title))).right_join(Author::books.to(&b)),
        "SELECT authors.name, b.title FROM authors RIGHT JOIN books AS b ON authors.id = b.author_id",
    );
    // The first column is of what is joined: the query begins at the other end.
    same(
        &select((b.col(Book::title), Author::name)).full_join(Author::books.to(&b)),
        "SELECT b.title, authors.name FROM authors FULL JOIN books AS b ON authors.id = b.author_id",
    );
    same(
        &select(b.col(Book::title)).join(b.along(Book::author)),
        "SELECT b.title FROM books AS b JOIN authors ON b.author_id = authors.id",
    );
    same(
        &select((Author::name, Book::title)).full_join(Author::books),
        "SELECT authors.name, books.title FROM authors FULL JOIN books ON authors.id = books.author_id",
    );
}

#[test]
fn joins_along_foreign_keys() {
    same(
        &select((Author::name, Book::title)).join_table::<Book>(),
        "SELECT authors.name, books.title FROM authors JOIN books ON authors.id = books.author_id",
    );
    same(
        &select((Book::title, Author::name)).left_join_table::<Author>(),
        "SELECT books.title, authors.name FROM books LEFT JOIN authors ON books.author_id = authors.id",
    );
    let b = alias::<Book>("b");
    same(
        &select(Author::name)
            .join_alias(&b)
            .left_join_table::<Page>(),
        "SELECT authors.name FROM authors JOIN books AS b ON authors.id = b.author_id \
         LEFT JOIN pages ON b.id = pages.book_id",
    );
    // A key of two columns.
    same(
        &select(func::count_all())
            .from::<Page>()
            .join_table::<Note>(),
        "SELECT count(*) FROM pages JOIN notes ON pages.book_id = notes.book_id AND pages.number = notes.page_number",
    );
    same(
        &Note::select().left_join_alias(&alias::<Note>("n")),
        "SELECT notes.id, notes.book_id, notes.page_number, notes.parent_id FROM notes \
         LEFT JOIN notes AS n ON notes.id = n.parent_id",
    );
}

#[test]
fn joins_by_condition() {
    let same_year = || Book::year.gt(Author::id.cast::<i32>());
    same(
        &select(Author::name).join_on(entity::<Book>(), same_year()),
        "SELECT authors.name FROM authors JOIN books ON books.year > CAST(authors.id AS INTEGER)",
    );
    for (query, word) in [
        (
            select(Author::name).left_join_on(entity::<Book>(), same_year()),
            "LEFT",
        ),
        (
            select(Author::name).right_join_on(entity::<Book>(), same_year()),
            "RIGHT",
        ),
        (
            select(Author::name).full_join_on(entity::<Book>(), same_year()),
            "FULL",
        ),
    ] {
        same(
            &query,
            &format!(
                "SELECT authors.name FROM authors {word} JOIN books ON books.year > CAST(authors.id AS INTEGER)"
            ),
        );
    }
    same(
        &select((Author::name, Book::title)).cross_join(entity::<Book>()),
        "SELECT authors.name, books.title FROM authors CROSS JOIN books",
    );
    same(
        &select((Author::name, Book::title)).and_from(entity::<Book>()),
        "SELECT authors.name, books.title FROM authors, books",
    );
}
