//! INSERT, UPDATE and DELETE in full.

use super::*;
use crate::sql::{ConflictAction, ConflictTarget, Cte, InsertSource, OnConflict};

fn names(names: &[&'static str]) -> Vec<Name> {
    names.iter().map(|&name| name.into()).collect()
}

fn bind(value: i64) -> Expr {
    Expr::Bind(Value::I64(value))
}

fn col(table: &'static str, name: &'static str) -> Expr {
    Expr::column(table, name)
}

fn op(operator: BinaryOperator, left: Expr, right: Expr) -> Expr {
    Expr::binary(operator, left, right)
}

fn books() -> TableRef {
    TableRef::new("books")
}

fn insert(source: InsertSource, on_conflict: Option<OnConflict>) -> Insert {
    Insert {
        columns: names(&["id"]),
        source,
        on_conflict,
        ..Insert::new(books())
    }
}

fn one_row() -> InsertSource {
    InsertSource::Rows(vec![vec![bind(1)]])
}

fn on(columns: &[&'static str], action: ConflictAction) -> OnConflict {
    OnConflict {
        target: ConflictTarget::Columns {
            columns: names(columns),
            filter: None,
        },
        action,
    }
}

fn add_up() -> ConflictAction {
    let sum = op(BinaryOperator::Add, col("books", "n"), col("excluded", "n"));
    ConflictAction::Update {
        set: vec![
            ("order".into(), col("excluded", "order")),
            ("n".into(), sum),
        ],
        filter: Some(op(BinaryOperator::Lt, col("books", "n"), bind(50))),
    }
}

use BinaryOperator as Op;

#[test]
fn conflicts() {
    let any = || OnConflict {
        target: ConflictTarget::Any,
        action: ConflictAction::Nothing,
    };
    both(
        insert(one_row(), Some(any())),
        "INSERT INTO books (id) VALUES (?) ON CONFLICT DO NOTHING",
        "INSERT INTO books (id) VALUES ($1) ON CONFLICT DO NOTHING",
    );
    both(
        insert(
            one_row(),
            Some(on(&["id", "user"], ConflictAction::Nothing)),
        ),
        "INSERT INTO books (id) VALUES (?) ON CONFLICT (id, user) DO NOTHING",
        "INSERT INTO books (id) VALUES ($1) ON CONFLICT (id, \"user\") DO NOTHING",
    );
    let mut upsert = insert(one_row(), Some(on(&["id"], add_up())));
    upsert.returning = vec![col("books", "id").into()];
    both(
        upsert,
        "INSERT INTO books (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET \"order\" = excluded.\"order\", \
         n = books.n + excluded.n WHERE books.n < ? RETURNING id",
        "INSERT INTO books (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET \"order\" = excluded.\"order\", \
         n = books.n + excluded.n WHERE books.n < $2 RETURNING id",
    );
    let partial = OnConflict {
        target: ConflictTarget::Columns {
            columns: names(&["id"]),
            filter: Some(Box::new(col("books", "active"))),
        },
        action: ConflictAction::Nothing,
    };
    both(
        insert(one_row(), Some(partial)),
        "INSERT INTO books (id) VALUES (?) ON CONFLICT (id) WHERE active DO NOTHING",
        "INSERT INTO books (id) VALUES ($1) ON CONFLICT (id) WHERE active DO NOTHING",
    );
    let named = OnConflict {
        target: ConflictTarget::Constraint("books_Key".into()),
        action: ConflictAction::Nothing,
    };
    compiles(
        &POSTGRES,
        &insert(one_row(), Some(named)).into(),
        "INSERT INTO books (id) VALUES ($1) ON CONFLICT ON CONSTRAINT \"books_Key\" DO NOTHING",
    );
    let mut defaults = Insert::new(books());
    defaults.on_conflict = Some(any());
    compiles(
        &POSTGRES,
        &defaults.into(),
        "INSERT INTO books DEFAULT VALUES ON CONFLICT DO NOTHING",
    );
}

#[test]
fn rows_of_a_query() {
    let source = |select| InsertSource::Select(Box::new(select));
    let nothing = || Some(on(&["id"], ConflictAction::Nothing));
    both(
        insert(source(from("a")), None),
        "INSERT INTO books (id) SELECT a.id FROM a",
        "INSERT INTO books (id) SELECT a.id FROM a",
    );
    both(
        insert(source(from("a")), nothing()),
        "INSERT INTO books (id) SELECT a.id FROM a WHERE 1 = 1 ON CONFLICT (id) DO NOTHING",
        "INSERT INTO books (id) SELECT a.id FROM a ON CONFLICT (id) DO NOTHING",
    );
    let mut filtered = from("a");
    filtered.add_filter(col("a", "active"));
    both(
        insert(source(filtered), nothing()),
        "INSERT INTO books (id) SELECT a.id FROM a WHERE a.active = 1 ON CONFLICT (id) DO NOTHING",
        "INSERT INTO books (id) SELECT a.id FROM a WHERE a.active ON CONFLICT (id) DO NOTHING",
    );
    let union = Select {
        set: Some(Box::new(crate::sql::SetOperation {
            operator: crate::sql::SetOperator::Union,
            all: false,
            operands: vec![from("a"), from("b")],
        })),
        ..Select::default()
    };
    both(
        insert(source(union), nothing()),
        "INSERT INTO books (id) SELECT * FROM (SELECT a.id FROM a UNION SELECT b.id FROM b) WHERE 1 = 1 \
         ON CONFLICT (id) DO NOTHING",
        "INSERT INTO books (id) SELECT a.id FROM a UNION SELECT b.id FROM b ON CONFLICT (id) DO NOTHING",
    );
}

#[test]
fn updates_from_other_tables() {
    let update = |returning: Vec<Item>| Update {
        set: vec![
            ("order".into(), col("authors", "name")),
            ("n".into(), op(Op::Mul, col("books", "n"), bind(2))),
        ],
        from: vec![
            FromItem::Table(TableRef::new("authors")),
            FromItem::Table(TableRef::new("shops").alias("s")),
        ],
        joins: vec![Join {
            kind: JoinKind::Left,
            from: FromItem::Table(TableRef::new("towns")),
            on: Some(op(Op::Eq, col("towns", "id"), col("s", "town_id"))),
        }],
        filter: Some(op(Op::Eq, col("authors", "id"), col("books", "author_id"))),
        returning,
        ..Update::new(books())
    };
    let text = "UPDATE books SET \"order\" = authors.name, n = books.n * # FROM authors CROSS JOIN shops AS s \
                LEFT JOIN towns ON towns.id = s.town_id WHERE authors.id = books.author_id";
    both(
        update(vec![]),
        &text.replace('#', "?"),
        &text.replace('#', "$1"),
    );
    both(
        update(vec![col("books", "id").into()]),
        &format!("{} RETURNING id", text.replace('#', "?")),
        &format!("{} RETURNING books.id", text.replace('#', "$1")),
    );
    compiles(
        &POSTGRES,
        &update(vec![col("s", "id").into()]).into(),
        &format!("{} RETURNING s.id", text.replace('#', "$1")),
    );
    both(
        Update {
            set: vec![("n".into(), bind(1))],
            ..Update::new(books().alias("b"))
        },
        "UPDATE books AS b SET n = ?",
        "UPDATE books AS b SET n = $1",
    );
}

#[test]
fn deletes_by_other_tables() {
    let delete = |returning: Vec<Item>| Delete {
        using: vec![FromItem::Table(TableRef::new("authors").alias("a"))],
        filter: Some(Expr::And(vec![
            op(Op::Eq, col("a", "id"), col("books", "author_id")),
            op(Op::Eq, col("a", "name"), bind(1)),
        ])),
        returning,
        ..Delete::new(books())
    };
    both(
        delete(vec![]),
        "DELETE FROM books WHERE EXISTS (SELECT 1 FROM authors AS a WHERE a.id = books.author_id AND a.name = ?)",
        "DELETE FROM books USING authors AS a WHERE a.id = books.author_id AND a.name = $1",
    );
    let labelled = || Item {
        expr: col("books", "id"),
        label: Some("user".into()),
        absent: false,
    };
    both(
        delete(vec![labelled()]),
        "DELETE FROM books WHERE EXISTS (SELECT 1 FROM authors AS a WHERE a.id = books.author_id AND a.name = ?) \
         RETURNING id AS user",
        "DELETE FROM books USING authors AS a WHERE a.id = books.author_id AND a.name = $1 \
         RETURNING books.id AS \"user\"",
    );
}

#[test]
fn common_table_expressions_before_changes() {
    let with = || {
        vec![Cte {
            name: "x".into(),
            columns: vec![],
            statement: Box::new(from("a").into()),
            recursive: false,
            materialized: None,
        }]
    };
    both(
        Insert {
            with: with(),
            ..insert(InsertSource::Select(Box::new(from("x"))), None)
        },
        "WITH x AS (SELECT a.id FROM a) INSERT INTO books (id) SELECT x.id FROM x",
        "WITH x AS (SELECT a.id FROM a) INSERT INTO books (id) SELECT x.id FROM x",
    );
    both(
        Update {
            with: with(),
            set: vec![("n".into(), Expr::Scalar(Box::new(from("x"))))],
            ..Update::new(books())
        },
        "WITH x AS (SELECT a.id FROM a) UPDATE books SET n = (SELECT x.id FROM x)",
        "WITH x AS (SELECT a.id FROM a) UPDATE books SET n = (SELECT x.id FROM x)",
    );
    both(
        Delete {
            with: with(),
            filter: Some(Expr::InSelect {
                operand: Box::new(col("books", "id")),
                select: Box::new(from("x")),
                negated: false,
            }),
            ..Delete::new(books())
        },
        "WITH x AS (SELECT a.id FROM a) DELETE FROM books WHERE books.id IN (SELECT x.id FROM x)",
        "WITH x AS (SELECT a.id FROM a) DELETE FROM books WHERE books.id IN (SELECT x.id FROM x)",
    );
}

#[test]
fn queries_in_returning_keep_their_tables() {
    let mut inner = from("a");
    inner.add_filter(op(Op::Eq, col("a", "id"), col("books", "id")));
    let text = "DELETE FROM books RETURNING id, (SELECT a.id FROM a WHERE a.id = books.id) AS x";
    both(
        Delete {
            returning: vec![
                col("books", "id").into(),
                Item {
                    expr: Expr::Scalar(Box::new(inner)),
                    label: Some("x".into()),
                    absent: false,
                },
            ],
            ..Delete::new(books())
        },
        text,
        text,
    );
}
