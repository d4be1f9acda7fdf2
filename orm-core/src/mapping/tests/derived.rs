//! What a query can read from: subqueries, common table expressions, values, functions.

use super::sources::{both, only_postgres, same};
use super::*;
use crate::mapping::{cte, entity, select, table_function, values};
use crate::sql::{Expression as _, func, text};

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
