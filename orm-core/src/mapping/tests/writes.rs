//! INSERT, UPDATE and DELETE, a text for each dialect, and what is wrong with them.

use super::*;
use crate::dialect::{Compiled, Dialect, POSTGRES, SQLITE, StatementCache};
use crate::error::ErrorKind;
use crate::mapping::{
    Assignment, Command, Insert, Query as _, Returns as _, alias, cte, entity, excluded, select,
};
use crate::sql::{Expression as _, func, scalar};

mod inserts;

/// The only statement that is sent.
#[track_caller]
fn sent(statement: &impl Command, dialect: &'static dyn Dialect) -> Compiled {
    let mut all = statement
        .compile_all(&StatementCache::new(dialect))
        .unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[track_caller]
fn both(statement: &impl Command, sqlite: &str, postgres: &str) {
    assert_eq!(&*sent(statement, &SQLITE).sql, sqlite);
    assert_eq!(&*sent(statement, &POSTGRES).sql, postgres);
}

#[track_caller]
fn refused(statement: &impl Command, message: &str) {
    for dialect in [&SQLITE as &'static dyn Dialect, &POSTGRES] {
        let error = statement
            .compile_all(&StatementCache::new(dialect))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert_eq!(error.message(), message);
    }
}

fn clean_code() -> Insert<Book> {
    Book::insert().values((Book::title.to("Clean Code"), Book::year.to(2008)))
}

#[test]
fn updates() {
    let statement = Book::update()
        .set((Book::year.to(Book::year + 1), Book::kind.to(None)))
        .set(Book::title.to(func::upper(Book::title)));
    both(
        &statement,
        "UPDATE books SET year = checked_integer(books.year + ?), kind = ?, title = upper(books.title)",
        "UPDATE books SET year = books.year + $1, kind = $2, title = upper(books.title)",
    );
    // What SQLite does not check by itself is checked, and nothing that is known to fit.
    both(
        &Book::update().set(Book::year.to(Book::year / Book::year % 2)),
        "UPDATE books SET year = checked_integer(books.year / checked_divisor(books.year) % ?)",
        "UPDATE books SET year = books.year / books.year % $1",
    );
    both(
        &Book::update().set(Book::year.to(Book::year / (Book::year + 1))),
        "UPDATE books SET year = checked_integer(books.year / checked_divisor(books.year + ?))",
        "UPDATE books SET year = books.year / (books.year + $1)",
    );
    both(
        &Book::update().set(Book::year.to(func::null_if(Book::year, 3).assume_not_null())),
        "UPDATE books SET year = nullif(books.year, ?)",
        "UPDATE books SET year = nullif(books.year, $1)",
    );
    let filtered = statement
        .filter(Book::id.eq(1))
        .filter(Book::year.lt(5).or(Book::kind.is_null()));
    assert!(
        sent(&filtered, &SQLITE)
            .sql
            .ends_with(" WHERE books.id = ? AND (books.year < ? OR books.kind IS NULL)")
    );
    both(
        &Book::update()
            .set(Book::title.to(Author::name))
            .join(Book::author)
            .filter(Author::id.gt(1)),
        "UPDATE books SET title = authors.name FROM authors WHERE books.author_id = authors.id AND authors.id > ?",
        "UPDATE books SET title = authors.name FROM authors WHERE books.author_id = authors.id AND authors.id > $1",
    );
}

#[test]
fn updates_that_make_no_sense() {
    refused(
        &Book::update(),
        "the update of books sets no column; add .set(..)",
    );
    refused(
        &Book::update().set(Book::year.to(1)).set(Book::year.to(2)),
        "the update of books sets year twice; set it once",
    );
    refused(
        &Book::update()
            .set(Book::year.to(1))
            .filter(Author::name.eq("x")),
        "the update of books uses a column of authors, which it does not read; add .from::<..>() and a filter that links \
         the two, or .join(..) a relationship that leads to authors",
    );
    refused(
        &Book::update()
            .set(Book::year.to(1))
            .from::<Author>()
            .from::<Author>(),
        "the query reads from authors twice; give one an alias (alias::<..>(\"..\")), leave one join out, or begin at the \
         other side with .from::<..>()",
    );
    let error = Note::update()
        .set(Note::parent_id.to(None))
        .join(Note::parent)
        .to_sql(&SQLITE)
        .unwrap_err();
    assert!(
        error
            .message()
            .contains("read from an alias: .from_source(&alias::<Note>"),
        "{}",
        error.message()
    );
}

#[test]
fn deletes() {
    both(&Book::delete(), "DELETE FROM books", "DELETE FROM books");
    both(
        &Book::delete()
            .join(Book::author)
            .filter(Author::name.eq("x")),
        "DELETE FROM books WHERE EXISTS (SELECT 1 FROM authors WHERE books.author_id = authors.id AND authors.name = ?)",
        "DELETE FROM books USING authors WHERE books.author_id = authors.id AND authors.name = $1",
    );
    let parent = alias::<Note>("p");
    both(
        &Note::delete()
            .using_source(&parent)
            .filter(Note::parent_id.eq(parent.col(Note::id))),
        "DELETE FROM notes WHERE EXISTS (SELECT 1 FROM notes AS p WHERE notes.parent_id = p.id)",
        "DELETE FROM notes USING notes AS p WHERE notes.parent_id = p.id",
    );
    refused(
        &Book::delete().filter(Author::name.eq("x")),
        "the delete from books uses a column of authors, which it does not read; add .using::<..>() and a filter that links \
         the two, or .join(..) a relationship that leads to authors",
    );
}

#[test]
fn rows_come_back() {
    let all = Book::delete().returning((entity::<Book>(), (Book::year + 1).label("next")));
    both(
        &all,
        "DELETE FROM books RETURNING id, title, year, author_id, kind, year + ? AS next",
        "DELETE FROM books RETURNING id, title, year, author_id, kind, year + $1 AS next",
    );
    assert!(!all.overwrite());
    assert!(Book::update().returning(Book::id).overwrite());
    assert!(
        clean_code()
            .returning(Book::id)
            .populate_existing()
            .overwrite()
    );
    refused(
        &clean_code().returning(Author::name),
        "the insert into books uses a column of authors; do_update and returning see the columns of books, and do_update \
         those of excluded(..)",
    );
}

#[test]
fn common_table_expressions_stand_in_front() {
    let old = select(Author::id).filter(Author::name.eq("x")).cte("old");
    let statement = Book::delete()
        .with_cte(&old)
        .with_cte(&old)
        .filter(Book::author_id.is_in_query(select(old.col(Author::id))));
    let text = sent(&statement, &SQLITE).sql;
    assert!(text.starts_with("WITH old AS (SELECT authors.id FROM authors WHERE authors.name = ?) DELETE FROM books WHERE books.author_id IN ("), "{text}");
    let other = select(Author::id).cte("old");
    refused(
        &statement.with_cte(&other),
        "two common table expressions are called old; give one another name",
    );
    let added = cte("added", clean_code().returning(Book::id));
    let query = select(added.col(Book::id));
    assert_eq!(
        &*query.to_sql(&POSTGRES).unwrap().sql,
        "WITH added AS (INSERT INTO books (title, year) VALUES ($1, $2) RETURNING id) SELECT added.id FROM added"
    );
    assert!(!query.to_sql(&POSTGRES).unwrap().summary.reads);
    assert_eq!(
        query.to_sql(&SQLITE).unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    let (statement, names) = clean_code().returning(Book::id).into_rows();
    assert!(matches!(statement, crate::sql::Statement::Insert(_)) && names.is_empty());
}

#[test]
fn statements_are_values() {
    let statement = Book::update().set(Book::year.to(1));
    let filtered = statement.clone().filter(Book::id.eq(1));
    assert_eq!(&*sent(&statement, &SQLITE).sql, "UPDATE books SET year = ?");
    assert_eq!(
        filtered
            .pretty(&SQLITE)
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        "UPDATE books SET year = 1 WHERE books.id = 1"
    );
    assert_eq!(
        format!("{:?}", Book::year.to(1)),
        "books.year = Bind(I32(1))"
    );
}
