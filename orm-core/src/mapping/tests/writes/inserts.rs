//! INSERT and ON CONFLICT.

use super::*;

#[test]
fn values_and_null() {
    let statement = Book::insert().values((Book::title.to("x"), Book::kind.to(None)));
    both(
        &statement,
        "INSERT INTO books (title, kind) VALUES (?, ?)",
        "INSERT INTO books (title, kind) VALUES ($1, $2)",
    );
    let binds = sent(&statement, &SQLITE).binds;
    assert_eq!(binds, [Value::Text("x".into()), Value::Null]);
    assert!(!sent(&statement, &SQLITE).summary.reads);
}

#[test]
fn rows_have_their_columns_in_the_order_of_the_first() {
    let statement = clean_code().values((Book::year.to(1999), Book::title.to("Refactoring")));
    both(
        &statement,
        "INSERT INTO books (title, year) VALUES (?, ?), (?, ?)",
        "INSERT INTO books (title, year) VALUES ($1, $2), ($3, $4)",
    );
    let binds = sent(&statement, &SQLITE).binds;
    assert_eq!(
        binds[2..],
        [Value::Text("Refactoring".into()), Value::I32(1999)]
    );
}

#[test]
fn rows_set_the_same_columns() {
    refused(
        &clean_code().values(Book::title.to("x")),
        "row 2 of the insert into books does not set year, and row 1 does; all rows of an insert set the same columns, so \
         send the others in a statement of their own",
    );
    let three = (Book::title.to("x"), Book::year.to(1), Book::kind.to(None));
    refused(
        &clean_code().values(three),
        "row 2 of the insert into books sets kind, and row 1 does not; all rows of an insert set the same columns, so send \
         the others in a statement of their own",
    );
    let twice = [Book::year.to(1), Book::year.to(2)];
    refused(
        &Book::insert().values(twice),
        "row 1 of the insert into books sets year twice; set it once",
    );
}

#[test]
fn inserts_say_what_they_lack() {
    refused(
        &Book::insert(),
        "the insert into books has no rows; add .values(..), .rows(..), .objects(..), .from_select(..) or .default_values()",
    );
    let no_rows = Book::insert().rows(Vec::<Assignment<Book>>::new());
    assert!(
        no_rows
            .compile_all(&StatementCache::new(&SQLITE))
            .unwrap()
            .is_empty()
    );
    let error = no_rows.to_sql(&SQLITE).unwrap_err();
    assert!(error.message().contains("nothing"), "{}", error.message());
    let query = select(Author::name);
    refused(
        &clean_code().from_select(Book::title, query.clone()),
        "the insert into books takes rows or one query; send two statements",
    );
    refused(
        &Book::insert().from_select(
            (Book::title, Book::title),
            select((Author::name, Author::name)),
        ),
        "the insert into books names title twice; name it once",
    );
    refused(
        &Book::insert()
            .from_select(Book::title, query.clone())
            .values(Book::title.to("x")),
        "the insert into books takes rows or one query; send two statements",
    );
    // A mistake in the query is told as of the query.
    let wrong = query.filter(Book::year.gt(1));
    let error = Book::insert()
        .from_select(Book::title, wrong)
        .to_sql(&SQLITE)
        .unwrap_err();
    assert!(
        error.message().contains("reads from authors"),
        "{}",
        error.message()
    );
}

#[test]
fn new_rows_read_no_table() {
    refused(
        &Book::insert().values(Book::title.to(Author::name)),
        "a value of the insert into books uses a column of authors, but a new row reads from no table; use a subquery \
         (scalar(select(..))), or insert .from_select(..)",
    );
    let name = scalar(select(func::max(Author::name))).assume_not_null();
    both(
        &Book::insert().values(Book::title.to(name)),
        "INSERT INTO books (title) VALUES ((SELECT max(authors.name) FROM authors))",
        "INSERT INTO books (title) VALUES ((SELECT max(authors.name) FROM authors))",
    );
}

#[test]
fn rows_are_split_under_the_limit() {
    let rows = (0..40_000).map(|year| (Book::title.to("x"), Book::year.to(year)));
    let statement = Book::insert()
        .rows(rows)
        .on_conflict(Book::title)
        .do_update(Book::year.to(Book::year + 1));
    for (dialect, limit) in [
        (&SQLITE as &'static dyn Dialect, 32_766),
        (&POSTGRES, 65_535),
    ] {
        let all = statement
            .compile_all(&StatementCache::new(dialect))
            .unwrap();
        assert!(all.iter().all(|part| part.binds.len() <= limit));
        // One parameter of each statement is not a row's.
        let rows: usize = all.iter().map(|part| (part.binds.len() - 1) / 2).sum();
        assert_eq!(
            (rows, all.len()),
            (40_000, 80_000_usize.div_ceil(limit - 1))
        );
        assert!(statement.to_sql(dialect).is_err());
    }
}

#[test]
fn rows_of_defaults_are_statements_of_their_own() {
    let statement = Book::insert().default_values().default_values();
    let all = statement
        .compile_all(&StatementCache::new(&POSTGRES))
        .unwrap();
    assert!(
        all.iter()
            .all(|part| &*part.sql == "INSERT INTO books DEFAULT VALUES")
    );
    assert_eq!(all.len(), 2);
}

#[test]
fn conflicts() {
    let upsert = clean_code().on_conflict((Book::author_id, Book::year));
    both(
        &upsert.clone().do_nothing(),
        "INSERT INTO books (title, year) VALUES (?, ?) ON CONFLICT (author_id, year) DO NOTHING",
        "INSERT INTO books (title, year) VALUES ($1, $2) ON CONFLICT (author_id, year) DO NOTHING",
    );
    both(
        &upsert
            .clone()
            .do_update_all()
            .update_where(Book::year.lt(excluded(Book::year))),
        "INSERT INTO books (title, year) VALUES (?, ?) ON CONFLICT (author_id, year) DO UPDATE SET title = excluded.title WHERE books.year < excluded.year",
        "INSERT INTO books (title, year) VALUES ($1, $2) ON CONFLICT (author_id, year) DO UPDATE SET title = excluded.title WHERE books.year < excluded.year",
    );
    let partial = clean_code()
        .on_conflict(Book::title)
        .filter(Book::year.gt(2000).and(Book::kind.is_null()));
    both(
        &partial.do_nothing(),
        "INSERT INTO books (title, year) VALUES (?, ?) ON CONFLICT (title) WHERE year > 2000 AND kind IS NULL DO NOTHING",
        "INSERT INTO books (title, year) VALUES ($1, $2) ON CONFLICT (title) WHERE year > 2000 AND kind IS NULL DO NOTHING",
    );
    let named = clean_code()
        .on_constraint("uq_title")
        .do_update(Book::title.to("y"));
    assert_eq!(
        &*sent(&named, &POSTGRES).sql,
        "INSERT INTO books (title, year) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT uq_title DO UPDATE SET title = $3"
    );
    assert_eq!(
        named.to_sql(&SQLITE).unwrap_err().kind(),
        ErrorKind::Unsupported
    );
}

#[test]
fn conflicts_that_make_no_sense() {
    let title = || clean_code().on_conflict(Book::title);
    let all = Book::insert()
        .values(Book::title.to("x"))
        .on_conflict(Book::title)
        .do_update_all();
    refused(
        &all,
        "do_update_all of the insert into books has nothing to set: no column is given but those of the conflict; call \
         do_nothing()",
    );
    refused(
        &title().do_update(Vec::<Assignment<Book>>::new()),
        "do_update sets no column; name at least one, or call do_nothing()",
    );
    refused(
        &title().do_update([Book::year.to(1), Book::year.to(2)]),
        "do_update sets year twice; set it once",
    );
    refused(
        &clean_code().update_where(Book::year.gt(1)),
        "update_where is part of do_update; call .do_update(..) first",
    );
    refused(
        &title().do_nothing().on_conflict_do_nothing(),
        "an insert has one on_conflict; leave the other out",
    );
    refused(
        &clean_code()
            .on_conflict((Book::title, Book::title))
            .do_nothing(),
        "on_conflict names title twice; name it once",
    );
    refused(
        &clean_code()
            .on_constraint("c")
            .filter(Book::year.gt(1))
            .do_nothing(),
        "a constraint by name has no condition; name the columns of the index",
    );
    refused(
        &title().do_update(Book::title.to(Author::name)),
        "the insert into books uses a column of authors; do_update and returning see the columns of books, and do_update \
         those of excluded(..)",
    );
}
