//! Names that mean nothing where they stand, at every depth.

use super::*;
use crate::dialect::SQLITE;
use crate::error::ErrorKind;
use crate::mapping::{Select, Shape, alias, cte, entity, select, table_function, values};
use crate::sql::scope;
use crate::sql::{
    ConflictAction, ConflictTarget, Expr, Expression as _, Insert, InsertSource, Item, Name,
    OnConflict, OrderBy, RowsQuery, Statement, TableRef, Typed, exists, func, scalar, text, window,
};

#[track_caller]
fn refused<S: Shape>(query: Select<S>, message: &str) {
    let error = query.to_sql(&SQLITE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert_eq!(error.message(), message);
}

#[track_caller]
fn fine<S: Shape>(query: Select<S>) {
    query.check().unwrap();
}

fn of_author() -> Typed<bool> {
    Typed::new(Expr::binary(
        crate::sql::BinaryOperator::Eq,
        Expr::column("books", "author_id"),
        Expr::column("authors", "id"),
    ))
}

#[test]
fn a_subquery_sees_what_is_around_it() {
    fine(Author::select().filter(exists(select(Book::id).filter(of_author()))));
    fine(select((
        Author::id,
        scalar(select(func::max(Book::year)).filter(of_author())),
    )));
    // Two levels deep, and both ways of reading it.
    let pages = exists(
        select(func::value(1))
            .from_source(entity::<Page>())
            .filter(Author::id.gt(1)),
    );
    fine(Author::select().filter(exists(select(Book::id).filter(pages))));
    refused(
        Book::select().filter(exists(
            select(func::value(1))
                .from::<Page>()
                .filter(Author::id.gt(1)),
        )),
        "a column of authors is used, but the query reads from pages; add .join(..) of a relationship that leads to authors",
    );
}

#[test]
fn a_subquery_in_from_sees_nothing_around_it() {
    let inner = select(Book::title).filter(of_author()).subquery("b");
    refused(
        select(Author::name).join_on(&inner, true),
        "a column of authors is used, but the query reads from books; add .join(..) of a relationship that leads to authors",
    );
    fine(select(Author::name).join_lateral(&inner));
}

#[test]
fn a_condition_of_a_join_sees_what_stands_before() {
    refused(
        select(Author::name)
            .join_on(entity::<Page>(), Book::id.gt(1))
            .join_on(entity::<Book>(), true),
        "a column of books is used, but the query reads from authors, pages; add .join(Author::books)",
    );
}

#[test]
fn columns_of_subqueries_are_known() {
    let books = select((Book::id, Book::title)).subquery("b");
    fine(select(books.col(Book::title)));
    refused(
        select(books.col(Book::year)),
        "b has no column year; it has id, title",
    );
    refused(
        select(books.column::<i64>("isbn")),
        "b has no column isbn; it has id, title",
    );
    let titles = select(Book::title).cte("titles");
    refused(
        select(titles.col(Book::id)),
        "titles has no column id; it has title",
    );
    let rows = values("v", ["k"], [(1_i64,)]);
    refused(
        select(rows.column::<i64>("s")),
        "v has no column s; it has k",
    );
    let raw = text("SELECT 1 AS n").columns::<i64>().subquery("q", ["n"]);
    refused(
        select(raw.column::<i64>("m")),
        "q has no column m; it has n",
    );
    fine(select(books.entity::<Author>().optional()).from_source(&Author::select().subquery("b")));
}

#[test]
fn names_are_given_once() {
    let books = || select(Book::id).subquery("b");
    refused(
        select(Book::title)
            .join_on(&books(), true)
            .join_on(&books(), true),
        "the query reads from b twice; give one an alias (alias::<..>(\"..\")), leave one join out, or begin at the other \
         side with .from::<..>()",
    );
    let other = select(Book::title).cte("c");
    refused(
        select(Book::title)
            .cross_join(&select(Book::id).cte("c"))
            .cross_join(&other),
        "two common table expressions are called c; give one another name",
    );
}

#[test]
fn labels_are_checked() {
    let by = |label: &'static str| OrderBy::ascending(Expr::Label(label.into()));
    refused(
        select((Author::id, func::max(Author::name).label("last"))).order_by(by("first")),
        "no column of the result is called first; there are id, last; name one by .label(\"first\")",
    );
    refused(
        select((Author::id, Book::id))
            .join(Author::books)
            .order_by(by("id")),
        "several columns of the result are called id; give them different names by .label(..)",
    );
    fine(select((Author::id, Author::id)).order_by(by("id")));
    refused(
        select(Author::id.label("key")).filter_untyped(Expr::binary(
            crate::sql::BinaryOperator::Gt,
            Expr::Label("key".into()),
            Expr::Bind(crate::types::Value::I64(1)),
        )),
        "the label key is used where only columns can stand; repeat its expression, or make the query a .subquery(..) and \
         filter that",
    );
}

#[test]
fn windows_have_names() {
    let rank = || func::rank().over_named("w");
    fine(select((Book::id, rank())).window("w", window().order_by(Book::year)));
    refused(
        select((Book::id, rank())).window("v", window().order_by(Book::year)),
        "the query has no window w; it has v; add .window(\"w\", ..)",
    );
    refused(
        select((Book::id, rank())),
        "the query has no window w; it has none; add .window(\"w\", ..)",
    );
}

#[test]
fn set_operations_are_as_wide() {
    // Types keep typed queries apart, so this takes the untyped layer.
    let untyped = crate::sql::Select {
        set: Some(Box::new(crate::sql::SetOperation {
            operator: crate::sql::SetOperator::Union,
            all: false,
            operands: vec![
                Book::select().into_statement(),
                select(Book::id).into_statement(),
            ],
        })),
        ..Default::default()
    };
    let error = scope::check(&untyped.into()).unwrap_err().into_error(None);
    assert_eq!(
        error.message(),
        "queries of 5 and of 1 columns cannot be combined; select the same columns in both"
    );
    let ids = || select(Book::id).union(select(Author::id));
    fine(ids().order_by(Book::id).limit(1));
    refused(
        ids().filter(Book::id.gt(1)),
        "a set operation takes only an order, a limit and an offset; filter, join, group or lock the queries before they are \
         combined, or read from the whole by .subquery(..)",
    );
    refused(
        ids().order_by(Book::title),
        "a set operation is ordered by columns of its result only: give a column of its first query, or label it",
    );
}

#[test]
fn values_are_one_column_wide() {
    let two = select((Book::id, Book::year)).into_statement();
    let one = Expr::Scalar(Box::new(two.clone()));
    refused(
        select(Typed::<i64>::new(one)),
        "a query stands where one column is expected, but it has 2",
    );
    refused(
        select(Author::id).filter_untyped(Expr::InSelect {
            operand: Box::new(Author::id.into_expr()),
            select: Box::new(two),
            negated: false,
        }),
        "a query stands where one column is expected, but it has 2",
    );
}

#[test]
fn names_of_columns_fit() {
    let pairs = select((Book::id, Book::year)).cte("c").names(["only"]);
    refused(
        select(pairs.column::<i64>("only")),
        "1 names are given for the 2 columns of c",
    );
    refused(
        select(values("v", ["a", "b"], [(1_i64,)]).column::<i64>("a")),
        "v has 1 columns, but 2 names are given for them",
    );
    let no_function = table_function::<i64, _>(Book::id, "f", ["n"]);
    refused(
        select(no_function.columns()),
        "f is not a function; only a function call gives rows",
    );
}

#[test]
fn locks_are_of_what_is_read() {
    refused(
        Book::select().for_update().of::<Author>(),
        "a column of authors is used, but the query reads from books; add .join(Book::author)",
    );
    refused(
        Book::select().nowait(),
        "nowait says more of a lock that the query does not take; call for_update() or for_share() before it",
    );
}

#[test]
fn foreign_keys_are_found_or_named() {
    fine(select(Author::name).join_table::<Book>());
    refused(
        select(Author::name).join_table::<Page>(),
        "no foreign key links pages with authors; join a relationship (.join(..)), or say the condition (.join_on(..))",
    );
    let other = alias::<Author>("other");
    refused(
        select(Author::name)
            .join_on(&other, true)
            .join_table::<Book>(),
        "several foreign keys link books with authors, other (fk_books_author_id, fk_books_author_id); join a relationship \
         (.join(..)), or say the condition (.join_on(..))",
    );
}

#[test]
fn what_is_wrong_inside_is_told_outside() {
    let broken = select(Author::name).join_table::<Page>();
    let message = "no foreign key links pages with authors; join a relationship (.join(..)), or say the condition (.join_on(..))";
    refused(Book::select().filter(exists(broken.clone())), message);
    refused(select(broken.clone().subquery("s").columns()), message);
    refused(select(broken.clone().cte("c").columns()), message);
    refused(broken.union(select(Book::title)), message);
}

#[test]
fn an_insert_knows_its_table_and_what_was_excluded() {
    let insert = |value: Expr| {
        Statement::Insert(Insert {
            columns: vec!["id".into()],
            source: InsertSource::Rows(vec![vec![Expr::Bind(Value::I64(1))]]),
            on_conflict: Some(OnConflict {
                target: ConflictTarget::Any,
                action: ConflictAction::Update {
                    set: vec![("id".into(), value)],
                    filter: None,
                },
            }),
            returning: vec![Item::from(Expr::column("books", "id"))],
            ..Insert::new(TableRef::new("books"))
        })
    };
    scope::check(&insert(Expr::column("excluded", "id"))).unwrap();
    scope::check(&insert(Expr::column("books", "id"))).unwrap();
    let fault = scope::check(&insert(Expr::column("authors", "id"))).unwrap_err();
    assert_eq!(
        *fault,
        scope::Fault::Table {
            table: Name::Borrowed("authors"),
            scope: vec!["books".into(), "excluded".into()],
        }
    );
    let rows = cte("c", Book::select());
    let select = Select::into_select(select(rows.col(Book::id)));
    scope::check(&select.into()).unwrap();
}
