//! Queries as a whole: set operations, queries in expressions, locks, parameters.

use super::sources::{both, only_postgres, same};
use super::*;
use crate::dialect::{Compiled, Dialect, POSTGRES, SQLITE, StatementCache};
use crate::error::Result;
use crate::mapping::{Query, Select, alias, select};
use crate::sql::{Expression as _, exists, func, scalar, text};

/// What a session or an engine would send.
fn run(query: &impl Query, dialect: &'static dyn Dialect) -> Result<Compiled> {
    query.compile(&StatementCache::new(dialect))
}

#[test]
fn set_operations_of_one_shape() {
    let (books, authors) = (|| select(Book::id), || select(Author::id));
    let text =
        |word: &str| format!("SELECT books.id FROM books {word} SELECT authors.id FROM authors");
    same(&books().union(authors()), &text("UNION"));
    same(&books().union_all(authors()), &text("UNION ALL"));
    same(&books().intersect(authors()), &text("INTERSECT"));
    same(&books().except(authors()), &text("EXCEPT"));
    only_postgres(&books().intersect_all(authors()), &text("INTERSECT ALL"));
    only_postgres(&books().except_all(authors()), &text("EXCEPT ALL"));
    same(
        &books()
            .union(authors())
            .union(books())
            .order_by(Book::id.desc())
            .limit(3)
            .offset(1),
        "SELECT books.id FROM books UNION SELECT authors.id FROM authors UNION SELECT books.id FROM books \
         ORDER BY id DESC LIMIT 3 OFFSET 1",
    );
    let key = Book::id.label("key");
    same(
        &select(key.clone())
            .union_all(authors())
            .order_by(key.desc()),
        "SELECT books.id AS key FROM books UNION ALL SELECT authors.id FROM authors ORDER BY key DESC",
    );
    both(
        &books().except(authors().intersect(books())),
        "SELECT books.id FROM books EXCEPT SELECT * FROM (SELECT authors.id FROM authors INTERSECT \
         SELECT books.id FROM books)",
        "SELECT books.id FROM books EXCEPT (SELECT authors.id FROM authors INTERSECT SELECT books.id FROM books)",
    );
    both(
        &books().limit(1).union_all(authors().order_by(Author::name)),
        "SELECT * FROM (SELECT books.id FROM books LIMIT 1) UNION ALL \
         SELECT * FROM (SELECT authors.id FROM authors ORDER BY authors.name)",
        "(SELECT books.id FROM books LIMIT 1) UNION ALL (SELECT authors.id FROM authors ORDER BY authors.name)",
    );
    let all = books().union(authors()).subquery("u");
    same(
        &select(func::count(all.columns())).from_source(&all),
        "SELECT count(u.id) FROM (SELECT books.id FROM books UNION SELECT authors.id FROM authors) AS u",
    );
    same(
        &Book::select()
            .filter(Book::year.gt(1))
            .union(Book::select())
            .order_by(Book::title),
        "SELECT books.id, books.title, books.year, books.author_id, books.kind FROM books WHERE books.year > # UNION \
         SELECT books.id, books.title, books.year, books.author_id, books.kind FROM books ORDER BY title",
    );
}

#[test]
fn queries_as_expressions() {
    let of_author = || Book::author_id.eq(Author::id);
    same(
        &select((
            Author::name,
            scalar(select(func::count_all()).from::<Book>().filter(of_author())),
        )),
        "SELECT authors.name, (SELECT count(*) FROM books WHERE books.author_id = authors.id) FROM authors",
    );
    same(
        &Author::select().filter(exists(select(Book::id).filter(of_author())).not()),
        "SELECT authors.id, authors.name FROM authors WHERE NOT EXISTS (SELECT books.id FROM books \
         WHERE books.author_id = authors.id)",
    );
    same(
        &select(Author::id)
            .filter(Author::id.is_in_query(select(Book::author_id).filter(Book::year.gt(1)))),
        "SELECT authors.id FROM authors WHERE authors.id IN (SELECT books.author_id FROM books WHERE books.year > #)",
    );
    same(
        &select(Author::id).filter(
            crate::sql::row((Author::id, Author::name))
                .is_in_query(select((Book::id, Book::title))),
        ),
        "SELECT authors.id FROM authors WHERE (authors.id, authors.name) IN (SELECT books.id, books.title FROM books)",
    );
}

#[test]
fn rows_are_few_or_locked() {
    only_postgres(
        &select((Book::title, Book::year))
            .distinct_on(Book::year)
            .order_by((Book::year, Book::title)),
        "SELECT DISTINCT ON (books.year) books.title, books.year FROM books ORDER BY books.year, books.title",
    );
    let books = || select(Book::id);
    for (query, words) in [
        (books().for_update(), "FOR UPDATE"),
        (books().for_no_key_update(), "FOR NO KEY UPDATE"),
        (books().for_share(), "FOR SHARE"),
        (books().for_key_share(), "FOR KEY SHARE"),
        (books().for_update().nowait(), "FOR UPDATE NOWAIT"),
        (books().for_share().skip_locked(), "FOR SHARE SKIP LOCKED"),
        (
            books().for_update().of::<Book>().nowait(),
            "FOR UPDATE OF books NOWAIT",
        ),
    ] {
        both(
            &query,
            "SELECT books.id FROM books",
            &format!("SELECT books.id FROM books {words}"),
        );
    }
    let b = alias::<Book>("b");
    both(
        &select((Author::id, b.col(Book::id)))
            .join(Author::books.to(&b))
            .for_update()
            .of_source(&b),
        "SELECT authors.id, b.id FROM authors JOIN books AS b ON authors.id = b.author_id",
        "SELECT authors.id, b.id FROM authors JOIN books AS b ON authors.id = b.author_id FOR UPDATE OF b",
    );
    same(
        &select((Book::id, func::rank().over_named("w"))).window(
            "w",
            crate::sql::window()
                .partition_by(Book::kind)
                .order_by(Book::year.desc()),
        ),
        "SELECT books.id, rank() OVER w FROM books WINDOW w AS (PARTITION BY books.kind ORDER BY books.year DESC)",
    );
}

#[test]
fn parameters_by_name() {
    use crate::sql::param;
    let query = || {
        let older = Book::year.lt(param::<i32>("year"));
        let newest =
            scalar(select(func::max(Book::year)).filter(Book::year.lt(param::<i32>("year"))));
        select((Book::id, newest)).filter(older)
    };
    let (sqlite, postgres) = (
        "SELECT books.id, (SELECT max(books.year) FROM books WHERE books.year < ?) FROM books WHERE books.year < ?",
        "SELECT books.id, (SELECT max(books.year) FROM books WHERE books.year < $1) FROM books WHERE books.year < $1",
    );
    let bound = query().bind("year", 3).bind("year", 2010);
    both(&bound, sqlite, postgres);
    assert_eq!(
        bound.to_sql(&SQLITE).unwrap().binds,
        [Value::I32(2010), Value::I32(2010)]
    );
    assert_eq!(bound.to_sql(&POSTGRES).unwrap().binds, [Value::I32(2010)]);
    let message = |query: Select<_>| {
        let _: &Select<(
            crate::mapping::Scalar<i64>,
            crate::mapping::Scalar<Option<i32>>,
        )> = &query;
        query.to_sql(&SQLITE).unwrap_err().message().to_owned()
    };
    assert!(message(query()).contains("year was given no value"));
    assert!(message(bound.clone().bind("month", 1)).contains("the parameter month"));
    let inner = select(Book::id)
        .filter(Book::year.gt(param::<i32>("y")))
        .bind("y", 1);
    assert_eq!(
        select(inner.subquery("s").columns())
            .to_sql(&SQLITE)
            .unwrap_err()
            .message(),
        "the parameter y was given its value in a query that is part of another; call .bind(\"y\", ..) on the outermost query"
    );
    let prepared = query().prepare(&POSTGRES).unwrap();
    for year in [1, 2] {
        let compiled = run(&prepared.bind("year", year), &POSTGRES).unwrap();
        assert_eq!(
            (&*compiled.sql, compiled.binds),
            (postgres, vec![Value::I32(year)])
        );
    }
    let error = run(&prepared, &SQLITE).unwrap_err();
    assert_eq!(
        error.message(),
        "the query was prepared for postgres, and is run on sqlite; prepare it for each dialect"
    );
    assert!(run(&prepared, &POSTGRES).is_err());
}

#[test]
fn lists_in_raw_sql() {
    let ids = |ids: &[i64]| {
        text("SELECT id FROM t WHERE id IN (:ids) OR parent IN (:ids) OR x = :x")
            .bind_list("ids", ids.iter().copied())
            .bind("x", 1)
            .columns::<i64>()
    };
    let compiled = |list: &[i64], dialect: &'static dyn Dialect| run(&ids(list), dialect).unwrap();
    let sqlite = compiled(&[5, 6], &SQLITE);
    assert_eq!(
        &*sqlite.sql,
        "SELECT id FROM t WHERE id IN (?, ?) OR parent IN (?, ?) OR x = ?"
    );
    assert_eq!(sqlite.binds.len(), 5);
    let postgres = compiled(&[5, 6], &POSTGRES);
    assert_eq!(
        &*postgres.sql,
        "SELECT id FROM t WHERE id IN ($1, $2) OR parent IN ($1, $2) OR x = $3"
    );
    assert_eq!(
        postgres.binds,
        [Value::I64(5), Value::I64(6), Value::I32(1)]
    );
    let none = "SELECT CAST(NULL AS BIGINT) WHERE 1 = 0";
    assert_eq!(
        &*compiled(&[], &POSTGRES).sql,
        format!("SELECT id FROM t WHERE id IN ({none}) OR parent IN ({none}) OR x = $1")
    );
}

#[test]
fn queries_for_people() {
    let query = Book::select()
        .filter(Book::year.gt(2010))
        .order_by(Book::title);
    let text = query.pretty(&SQLITE).unwrap();
    assert_eq!(
        text,
        "SELECT books.id, books.title, books.year, books.author_id, books.kind\nFROM books\nWHERE books.year > 2010\n\
         ORDER BY books.title"
    );
}
