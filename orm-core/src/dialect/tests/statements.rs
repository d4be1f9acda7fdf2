//! Whole statements: queries, changes, raw text.

use super::*;
use crate::sql::{Distinct, InsertSource, LockStrength};

#[test]
fn select_clauses() {
    let mut select = from("books");
    select.distinct = Distinct::Rows;
    select.items.push(Item {
        expr: Expr::column("books", "title"),
        label: Some("name".into()),
        absent: false,
    });
    select.joins.push(Join {
        kind: JoinKind::Left,
        from: FromItem::Table(TableRef::new("authors").alias("a")),
        on: Some(Expr::binary(
            BinaryOperator::Eq,
            Expr::column("a", "id"),
            Expr::column("books", "author_id"),
        )),
    });
    select.add_filter(Expr::column("books", "active"));
    select.group_by = vec![Expr::column("books", "id")];
    select.add_having(func::count_all().gt(2).into_expr());
    select.order_by = vec![
        OrderBy::descending(Expr::column("books", "year")).nulls_last(),
        OrderBy::ascending(Expr::column("books", "id")),
    ];
    select.limit = Some(10);
    select.offset = Some(5);
    select.lock = Some(Lock::new(LockStrength::Update));
    let text = "SELECT DISTINCT books.id, books.title AS name FROM books LEFT JOIN authors AS a ON a.id = books.author_id \
                WHERE books.active~ GROUP BY books.id HAVING count(*) > # ORDER BY books.year DESC NULLS LAST, books.id \
                LIMIT 10 OFFSET 5";
    both(
        select,
        &text.replace('#', "?").replace('~', " = 1"),
        &format!(
            "{} FOR UPDATE OF books",
            text.replace('#', "$1").replace('~', "")
        ),
    );
}

#[test]
fn offset_without_limit_and_locks() {
    let mut select = from("books");
    select.offset = Some(5);
    both(
        select.clone(),
        "SELECT books.id FROM books LIMIT 9223372036854775807 OFFSET 5",
        "SELECT books.id FROM books OFFSET 5",
    );
    select.offset = None;
    select.lock = Some(Lock::new(LockStrength::Share));
    both(
        select.clone(),
        "SELECT books.id FROM books",
        "SELECT books.id FROM books FOR SHARE",
    );
    assert!(!POSTGRES.compile_select(&select).unwrap().summary.reads);
    let mut outer = from("x");
    outer.from = vec![FromItem::Subquery {
        select: Box::new(select),
        alias: "x".into(),
        lateral: false,
    }];
    assert!(!POSTGRES.compile_select(&outer).unwrap().summary.reads);
    assert!(
        POSTGRES
            .compile_select(&from("books"))
            .unwrap()
            .summary
            .reads
    );
}

#[test]
fn subqueries() {
    let inner = || Box::new(from("authors"));
    expr(
        Expr::InSelect {
            operand: Box::new(int("a").into_expr()),
            select: inner(),
            negated: true,
        },
        "a NOT IN (SELECT authors.id FROM authors)",
        "a NOT IN (SELECT authors.id FROM authors)",
    );
    same(
        Expr::Exists(inner()),
        "EXISTS (SELECT authors.id FROM authors)",
    );
    same(Expr::Scalar(inner()), "(SELECT authors.id FROM authors)");
    let mut select = from("x");
    select.from = vec![FromItem::Subquery {
        select: inner(),
        alias: "x".into(),
        lateral: false,
    }];
    let text = "SELECT x.id FROM (SELECT authors.id FROM authors) AS x";
    both(select, text, text);
}

fn bound(value: i64) -> Expr {
    Expr::Bind(Value::I64(value))
}

#[test]
fn changes() {
    let names =
        |names: &[&'static str]| -> Vec<Name> { names.iter().map(|&name| name.into()).collect() };
    let id = || Expr::column("books", "id");
    both(
        Insert {
            columns: names(&["title", "order"]),
            source: InsertSource::Rows(vec![vec![bound(1), bound(2)], vec![bound(3), bound(4)]]),
            returning: vec![id().into()],
            ..Insert::new(TableRef::new("books"))
        },
        "INSERT INTO books (title, \"order\") VALUES (?, ?), (?, ?) RETURNING id",
        "INSERT INTO books (title, \"order\") VALUES ($1, $2), ($3, $4) RETURNING id",
    );
    both(
        Insert::new(TableRef::new("books")),
        "INSERT INTO books DEFAULT VALUES",
        "INSERT INTO books DEFAULT VALUES",
    );
    both(
        Update {
            set: vec![(
                "year".into(),
                Expr::binary(BinaryOperator::Add, Expr::column("books", "year"), bound(1)),
            )],
            filter: Some(Expr::binary(BinaryOperator::Eq, id(), bound(7))),
            returning: vec![id().into()],
            ..Update::new(TableRef::new("books"))
        },
        "UPDATE books SET year = books.year + ? WHERE books.id = ? RETURNING id",
        "UPDATE books SET year = books.year + $1 WHERE books.id = $2 RETURNING id",
    );
    both(
        Delete {
            filter: Some(Expr::binary(BinaryOperator::Eq, id(), bound(7))),
            ..Delete::new(TableRef::new("books"))
        },
        "DELETE FROM books WHERE books.id = ?",
        "DELETE FROM books WHERE books.id = $1",
    );
    let ragged = Statement::Insert(Insert {
        columns: names(&["a", "b"]),
        source: InsertSource::Rows(vec![vec![bound(1)]]),
        ..Insert::new(TableRef::new("books"))
    });
    assert_eq!(SQLITE.compile(&ragged).unwrap_err().table(), Some("books"));
}

#[test]
fn raw_text() {
    let statement = text("SELECT :a::text, ':no', :b, :a")
        .bind("a", 1)
        .bind("b", "x");
    both(
        statement.clone(),
        "SELECT ?::text, ':no', ?, ?",
        "SELECT $1::text, ':no', $2, $1",
    );
    let statement = Statement::from(statement);
    let text_value = || Value::Text("x".to_owned());
    assert_eq!(
        SQLITE.compile(&statement).unwrap().binds,
        [Value::I32(1), text_value(), Value::I32(1)]
    );
    assert_eq!(
        POSTGRES.compile(&statement).unwrap().binds,
        [Value::I32(1), text_value()]
    );
}

#[test]
fn raw_text_beside_other_parameters() {
    let raw = text("lower(a) = :x OR b = :x")
        .bind("x", "y")
        .typed::<bool>();
    typed(
        int("c").eq(1).and(raw),
        "c = ? AND (lower(a) = ? OR b = ?)",
        "c = $1 AND (lower(a) = $2 OR b = $2)",
    );
}

#[test]
fn a_databases_own_placeholders_are_refused_where_they_would_be_taken() {
    let question = Statement::from(text("SELECT a ? 'key'"));
    assert!(POSTGRES.compile(&question).is_ok());
    let error = SQLITE.compile(&question).unwrap_err();
    assert!(error.message().contains("parameters have names"), "{error}");
    let numbered = Statement::from(text("SELECT $1"));
    assert!(POSTGRES.compile(&numbered).is_err());
}
