//! What a query can read from: aliases, subqueries, common table expressions, values, and joins of them.

use super::*;
use crate::dialect::{POSTGRES, SQLITE};
use crate::error::ErrorKind;
use crate::mapping::{
    Select, Shape, alias, anonymous, cte, entity, select, table_function, values,
};
use crate::sql::{Expression as _, exists, func, scalar, text};

#[track_caller]
fn both<S: Shape>(query: &Select<S>, sqlite: &str, postgres: &str) {
    assert_eq!(&*query.to_sql(&SQLITE).unwrap().sql, sqlite);
    assert_eq!(&*query.to_sql(&POSTGRES).unwrap().sql, postgres);
}

/// One text for both, whose placeholders are written `#`.
#[track_caller]
fn same<S: Shape>(query: &Select<S>, sql: &str) {
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
fn only_postgres<S: Shape>(query: &Select<S>, sql: &str) {
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

#[test]
fn subqueries_have_columns() {
    let count = func::count_all().label("n");
    let per = select((Book::kind, count.clone()))
        .group_by(Book::kind)
        .subquery("per");
    same(
        &select((per.col(Book::kind), per.col(&count))).filter(per.col(&count).gt(1)),
        "SELECT per.kind, per.n FROM (SELECT books.kind, count(*) AS n FROM books GROUP BY books.kind) AS per \
         WHERE per.n > #",
    );
    let (kind, n) = per.columns();
    same(
        &select((n, kind)),
        "SELECT per.n, per.kind FROM (SELECT books.kind, count(*) AS n FROM books GROUP BY books.kind) AS per",
    );
    let recent = Book::select()
        .filter(Book::year.gt(2000))
        .limit(5)
        .subquery("recent");
    same(
        &select(recent.entity::<Book>()).order_by(recent.col(Book::year)),
        "SELECT recent.id, recent.title, recent.year, recent.author_id, recent.kind FROM (SELECT books.id, books.title, \
         books.year, books.author_id, books.kind FROM books WHERE books.year > # LIMIT 5) AS recent ORDER BY recent.year",
    );
    same(
        &select(recent.columns()),
        "SELECT recent.id, recent.title, recent.year, recent.author_id, recent.kind FROM (SELECT books.id, books.title, \
         books.year, books.author_id, books.kind FROM books WHERE books.year > # LIMIT 5) AS recent",
    );
    same(
        &select(select(func::max(Book::year)).subquery("s").columns()),
        "SELECT s.max FROM (SELECT max(books.year) AS max FROM books) AS s",
    );
    // Subqueries of subqueries.
    let inner = select(Book::id).subquery("a");
    let outer = select(inner.col(Book::id)).subquery("b");
    let (id, again) = (outer.columns(), outer.col(&inner.col(Book::id)));
    same(
        &select((id, again)),
        "SELECT b.id, b.id FROM (SELECT a.id FROM (SELECT books.id FROM books) AS a) AS b",
    );
}

#[test]
fn columns_of_one_name_get_numbers() {
    let pairs = select((Author::id, Book::id, Book::title.label("id_2"), Author::id))
        .join(Author::books)
        .subquery("p");
    let inner = "(SELECT authors.id, books.id AS id_1, books.title AS id_2, authors.id AS id_3 FROM authors \
                 JOIN books ON authors.id = books.author_id) AS p";
    same(
        &select((pairs.col(Author::id), pairs.col(Book::id))),
        &format!("SELECT p.id, p.id_1 FROM {inner}"),
    );
    same(
        &select(pairs.columns()),
        &format!("SELECT p.id, p.id_1, p.id_2, p.id_3 FROM {inner}"),
    );
    let whole = select((entity::<Author>(), entity::<Book>()))
        .join(Author::books)
        .cte("w");
    same(
        &select(whole.entity::<Book>()),
        "WITH w AS (SELECT authors.id, authors.name, books.id AS id_1, books.title, books.year, books.author_id, books.kind \
         FROM authors JOIN books ON authors.id = books.author_id) \
         SELECT w.id_1, w.title, w.year, w.author_id, w.kind FROM w",
    );
    let values = select((
        func::value(1),
        func::value(2),
        func::max(Book::id),
        func::max(Book::year),
    ));
    same(
        &select(values.subquery("v").columns()),
        "SELECT v.value, v.value_1, v.max, v.max_1 FROM (SELECT # AS value, # AS value_1, max(books.id) AS max, \
         max(books.year) AS max_1 FROM books) AS v",
    );
}

#[test]
fn common_table_expressions_stand_in_front_once() {
    let recent = select((Book::id, Book::author_id))
        .filter(Book::year.gt(2000))
        .cte("recent");
    let first =
        "WITH recent AS (SELECT books.id, books.author_id FROM books WHERE books.year > #) ";
    same(
        &select(Author::name).join_on(&recent, recent.col(Book::author_id).eq(Author::id)),
        &format!(
            "{first}SELECT authors.name FROM authors JOIN recent ON recent.author_id = authors.id"
        ),
    );
    // Read by a subquery and by the query itself.
    let inner = select(recent.col(Book::id)).limit(1).subquery("i");
    same(
        &select((recent.col(Book::id), inner.col(&recent.col(Book::id)))).cross_join(&inner),
        &format!(
            "{first}SELECT recent.id, i.id FROM recent CROSS JOIN (SELECT recent.id FROM recent LIMIT 1) AS i"
        ),
    );
    // One reads another.
    let later = select(recent.col(Book::id))
        .filter(recent.col(Book::id).gt(10))
        .cte("later");
    same(
        &select(later.columns()),
        "WITH recent AS (SELECT books.id, books.author_id FROM books WHERE books.year > #), \
         later AS (SELECT recent.id FROM recent WHERE recent.id > #) SELECT later.id FROM later",
    );
    same(
        &select(recent.col(Book::id)).union(select(later.columns())),
        "WITH recent AS (SELECT books.id, books.author_id FROM books WHERE books.year > #), \
         later AS (SELECT recent.id FROM recent WHERE recent.id > #) \
         SELECT recent.id FROM recent UNION SELECT later.id FROM later",
    );
    same(
        &select(select(Book::id).cte("m").materialized(true).columns()),
        "WITH m AS MATERIALIZED (SELECT books.id FROM books) SELECT m.id FROM m",
    );
    same(
        &select(select(Book::id).cte("m").materialized(false).columns()),
        "WITH m AS NOT MATERIALIZED (SELECT books.id FROM books) SELECT m.id FROM m",
    );
    same(
        &select(select(Book::id).cte("m").names(["key"]).columns()),
        "WITH m(key) AS (SELECT books.id FROM books) SELECT m.key FROM m",
    );
    let raw = cte(
        "raw",
        text("SELECT id FROM old WHERE year < :y")
            .bind("y", 3)
            .columns::<i64>(),
    )
    .names(["id"]);
    same(
        &select(raw.columns()),
        "WITH raw(id) AS (SELECT id FROM old WHERE year < #) SELECT raw.id FROM raw",
    );
}

#[test]
fn recursive_expressions_read_themselves() {
    let tree = |all: bool| {
        let start =
            select((Note::id, func::value(0_i64).label("depth"))).filter(Note::parent_id.is_null());
        let step = |tree: &crate::mapping::Cte<_>| {
            let (id, depth) = tree.columns();
            select((Note::id, depth + 1)).join_on(tree, Note::parent_id.eq(id))
        };
        let start = start.cte("tree");
        if all {
            start.recursive(step)
        } else {
            start.recursive_distinct(step)
        }
    };
    let text = |word: &str| {
        format!(
            "WITH RECURSIVE tree AS (SELECT notes.id, # AS depth FROM notes WHERE notes.parent_id IS NULL {word} \
             SELECT notes.id, tree.depth + # FROM notes JOIN tree ON notes.parent_id = tree.id) \
             SELECT tree.id, tree.depth FROM tree"
        )
    };
    same(&select(tree(true).columns()), &text("UNION ALL"));
    same(&select(tree(false).columns()), &text("UNION"));
}

#[test]
fn values_and_functions_are_tables() {
    let rows = values("v", ["k", "s"], [(1_i64, Some("p".to_owned())), (2, None)]);
    both(
        &select(rows.columns()),
        "SELECT v.k, v.s FROM (SELECT column1 AS k, column2 AS s FROM (VALUES (?, ?), (?, CAST(NULL AS TEXT)))) AS v",
        "SELECT v.k, v.s FROM (VALUES ($1, $2), ($3, CAST(NULL AS TEXT))) AS v (k, s)",
    );
    let none: [(i64, String); 0] = [];
    both(
        &select(values("v", ["k", "s"], none).columns()),
        "SELECT v.k, v.s FROM (SELECT CAST(NULL AS BIGINT) AS k, CAST(NULL AS TEXT) AS s WHERE 0 = 1) AS v",
        "SELECT v.k, v.s FROM (SELECT CAST(NULL AS BIGINT) AS k, CAST(NULL AS TEXT) AS s WHERE false) AS v",
    );
    let series = func::call_named::<i64>(
        "generate_series",
        [
            func::value(1_i64).into_expr(),
            func::value(3_i64).into_expr(),
        ],
    );
    only_postgres(
        &select(table_function::<i64, _>(series, "g", ["n"]).columns()),
        "SELECT g.n FROM generate_series($1, $2) AS g (n)",
    );
    let raw = text("SELECT id FROM t WHERE x IN (:xs)").bind_list("xs", [1_i64, 2]);
    same(
        &select(raw.columns::<i64>().subquery("r", ["id"]).columns()),
        "SELECT r.id FROM (SELECT id FROM t WHERE x IN (#, #)) AS r",
    );
}

#[test]
fn lateral_subqueries_see_what_stands_before() {
    let first = select((Book::id, Book::title))
        .filter(Book::author_id.eq(Author::id))
        .order_by(Book::year)
        .limit(1)
        .subquery("first");
    let inner = "(SELECT books.id, books.title FROM books WHERE books.author_id = authors.id ORDER BY books.year LIMIT 1)";
    only_postgres(
        &select((Author::name, first.col(Book::title))).join_lateral(&first),
        &format!(
            "SELECT authors.name, first.title FROM authors JOIN LATERAL {inner} AS first ON true"
        ),
    );
    only_postgres(
        &select((Author::name, first.col(Book::title).nullable())).left_join_lateral(&first),
        &format!(
            "SELECT authors.name, first.title FROM authors LEFT JOIN LATERAL {inner} AS first ON true"
        ),
    );
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
        let compiled =
            crate::mapping::Query::compile(&prepared.bind("year", year), &POSTGRES).unwrap();
        assert_eq!(
            (&*compiled.sql, compiled.binds),
            (postgres, vec![Value::I32(year)])
        );
    }
    let error = crate::mapping::Query::compile(&prepared, &SQLITE).unwrap_err();
    assert_eq!(
        error.message(),
        "the query was prepared for postgres, and is run on sqlite; prepare it for each dialect"
    );
    assert!(crate::mapping::Query::compile(&prepared, &POSTGRES).is_err());
}

#[test]
fn lists_in_raw_sql() {
    let ids = |ids: &[i64]| {
        text("SELECT id FROM t WHERE id IN (:ids) OR parent IN (:ids) OR x = :x")
            .bind_list("ids", ids.iter().copied())
            .bind("x", 1)
            .columns::<i64>()
    };
    let compiled = |list: &[i64], dialect: &dyn crate::dialect::Dialect| {
        crate::mapping::Query::compile(&ids(list), dialect).unwrap()
    };
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
