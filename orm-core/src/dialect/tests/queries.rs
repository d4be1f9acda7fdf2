//! Queries: sources, set operations, common table expressions, windows, locks.

use super::*;
use crate::sql::{Cte, Distinct, SetOperation, SetOperator};

pub(super) fn only_postgres(select: Select, sql: &str) {
    compiles(&POSTGRES, &select.into(), sql);
}

pub(super) fn both_say(select: Select, sql: &str) {
    both(select, sql, sql);
}

fn bind(value: i64) -> Expr {
    Expr::Bind(Value::I64(value))
}

pub(super) fn table(name: &'static str) -> FromItem {
    FromItem::Table(TableRef::new(name))
}

fn combined(operator: SetOperator, all: bool, operands: Vec<Select>) -> Select {
    Select {
        set: Some(Box::new(SetOperation {
            operator,
            all,
            operands,
        })),
        ..Select::default()
    }
}

fn cte(name: &'static str, statement: impl Into<Statement>) -> Cte {
    Cte {
        name: name.into(),
        columns: Vec::new(),
        statement: Box::new(statement.into()),
        recursive: false,
        materialized: None,
    }
}

use SetOperator::{Except, Intersect, Union};

#[test]
fn chains_of_one_set_operator_are_flat() {
    let union = || combined(Union, false, vec![from("a"), from("b")]);
    both_say(union(), "SELECT a.id FROM a UNION SELECT b.id FROM b");
    let flat = "SELECT a.id FROM a UNION SELECT b.id FROM b UNION SELECT c.id FROM c";
    both_say(combined(Union, false, vec![union(), from("c")]), flat);
    both_say(
        combined(Union, false, vec![from("c"), union()]),
        "SELECT c.id FROM c UNION SELECT a.id FROM a UNION SELECT b.id FROM b",
    );
    both_say(
        combined(Union, true, vec![from("a"), from("b"), from("c")]),
        "SELECT a.id FROM a UNION ALL SELECT b.id FROM b UNION ALL SELECT c.id FROM c",
    );
    let except = || combined(Except, false, vec![from("a"), from("b")]);
    both_say(
        combined(Except, false, vec![except(), from("c")]),
        "SELECT a.id FROM a EXCEPT SELECT b.id FROM b EXCEPT SELECT c.id FROM c",
    );
    both(
        combined(Except, false, vec![from("c"), except()]),
        "SELECT c.id FROM c EXCEPT SELECT * FROM (SELECT a.id FROM a EXCEPT SELECT b.id FROM b)",
        "SELECT c.id FROM c EXCEPT (SELECT a.id FROM a EXCEPT SELECT b.id FROM b)",
    );
    both(
        combined(Union, true, vec![union(), from("c")]),
        "SELECT * FROM (SELECT a.id FROM a UNION SELECT b.id FROM b) UNION ALL SELECT c.id FROM c",
        "(SELECT a.id FROM a UNION SELECT b.id FROM b) UNION ALL SELECT c.id FROM c",
    );
    both(
        combined(Intersect, false, vec![union(), from("c")]),
        "SELECT * FROM (SELECT a.id FROM a UNION SELECT b.id FROM b) INTERSECT SELECT c.id FROM c",
        "(SELECT a.id FROM a UNION SELECT b.id FROM b) INTERSECT SELECT c.id FROM c",
    );
    both(
        combined(
            Union,
            false,
            vec![
                from("c"),
                combined(Intersect, false, vec![from("a"), from("b")]),
            ],
        ),
        "SELECT c.id FROM c UNION SELECT * FROM (SELECT a.id FROM a INTERSECT SELECT b.id FROM b)",
        "SELECT c.id FROM c UNION (SELECT a.id FROM a INTERSECT SELECT b.id FROM b)",
    );
    only_postgres(
        combined(Intersect, true, vec![from("a"), from("b")]),
        "SELECT a.id FROM a INTERSECT ALL SELECT b.id FROM b",
    );
}

#[test]
fn operands_keep_their_own_order_and_limit() {
    let mut first = from("users");
    first.order_by = vec![OrderBy::ascending(Expr::column("users", "id"))];
    first.limit = Some(1);
    let mut last = first.clone();
    last.order_by[0].descending = true;
    let mut union = combined(Union, true, vec![first, last]);
    both(
        union.clone(),
        "SELECT * FROM (SELECT users.id FROM users ORDER BY users.id LIMIT 1) UNION ALL \
         SELECT * FROM (SELECT users.id FROM users ORDER BY users.id DESC LIMIT 1)",
        "(SELECT users.id FROM users ORDER BY users.id LIMIT 1) UNION ALL \
         (SELECT users.id FROM users ORDER BY users.id DESC LIMIT 1)",
    );
    union.set = combined(Union, true, vec![from("a"), from("b")]).set;
    union.order_by = vec![
        OrderBy::ascending(Expr::column("a", "id")),
        OrderBy::descending(Expr::Label("other name".into())),
    ];
    union.limit = Some(2);
    union.offset = Some(1);
    both_say(
        union,
        "SELECT a.id FROM a UNION ALL SELECT b.id FROM b ORDER BY id, \"other name\" DESC LIMIT 2 OFFSET 1",
    );
    let inner = combined(Union, false, vec![from("a"), from("b")]);
    let outer = Select {
        items: vec![Expr::column("u", "id").into()],
        from: vec![FromItem::Subquery {
            select: Box::new(inner),
            alias: "u".into(),
            lateral: false,
        }],
        ..Select::default()
    };
    both_say(
        outer,
        "SELECT u.id FROM (SELECT a.id FROM a UNION SELECT b.id FROM b) AS u",
    );
}

#[test]
fn common_table_expressions() {
    let mut select = from("gone");
    select.with = vec![cte("gone", from("a"))];
    both_say(
        select.clone(),
        "WITH gone AS (SELECT a.id FROM a) SELECT gone.id FROM gone",
    );
    select.with.push(Cte {
        columns: vec!["id".into()],
        materialized: Some(true),
        ..cte("kept", from("b"))
    });
    select.with.push(Cte {
        materialized: Some(false),
        ..cte("order", from("c"))
    });
    both_say(
        select,
        "WITH gone AS (SELECT a.id FROM a), kept(id) AS MATERIALIZED (SELECT b.id FROM b), \
         \"order\" AS NOT MATERIALIZED (SELECT c.id FROM c) SELECT gone.id FROM gone",
    );
    let mut step = from("nodes");
    step.joins = vec![Join {
        kind: JoinKind::Inner,
        from: table("tree"),
        on: Some(Expr::binary(
            BinaryOperator::Eq,
            Expr::column("nodes", "parent_id"),
            Expr::column("tree", "id"),
        )),
    }];
    let mut tree = from("tree");
    tree.with = vec![Cte {
        columns: vec!["id".into()],
        recursive: true,
        ..cte("tree", combined(Union, true, vec![from("nodes"), step]))
    }];
    both_say(
        tree,
        "WITH RECURSIVE tree(id) AS (SELECT nodes.id FROM nodes UNION ALL SELECT nodes.id FROM nodes \
         JOIN tree ON nodes.parent_id = tree.id) SELECT tree.id FROM tree",
    );
    let mut from_text = from("raw");
    from_text.with = vec![cte("raw", text("SELECT :a AS id").bind("a", 1))];
    both(
        from_text,
        "WITH raw AS (SELECT ? AS id) SELECT raw.id FROM raw",
        "WITH raw AS (SELECT $1 AS id) SELECT raw.id FROM raw",
    );
    let mut writing = from("gone");
    writing.with = vec![cte(
        "gone",
        Delete {
            returning: vec![Expr::column("a", "id").into()],
            ..Delete::new(TableRef::new("a"))
        },
    )];
    assert!(!POSTGRES.compile_select(&writing).unwrap().summary.reads);
    only_postgres(
        writing,
        "WITH gone AS (DELETE FROM a RETURNING id) SELECT gone.id FROM gone",
    );
}

#[test]
fn values_as_a_source() {
    let rows = |rows| Select {
        items: vec![Expr::column("v", "order").into()],
        from: vec![FromItem::Values {
            rows,
            alias: "v".into(),
            columns: vec!["order".into(), "s".into()],
        }],
        ..Select::default()
    };
    both(
        rows(vec![
            vec![bind(1), bind(2)],
            vec![bind(3), Expr::Bind(Value::Null)],
        ]),
        "SELECT v.\"order\" FROM (SELECT column1 AS \"order\", column2 AS s FROM (VALUES (?, ?), (?, ?))) AS v",
        "SELECT v.\"order\" FROM (VALUES ($1, $2), ($3, NULL)) AS v (\"order\", s)",
    );
}

#[test]
fn functions_as_a_source() {
    let rows = |name: &'static str, columns: &[&'static str]| Select {
        items: vec![Expr::column("f", "value").into()],
        from: vec![FromItem::Function {
            function: Box::new(crate::sql::Function::new(name, vec![bind(1)])),
            alias: "f".into(),
            columns: columns.iter().map(|&name| name.into()).collect(),
        }],
        ..Select::default()
    };
    both(
        rows("json_each", &[]),
        "SELECT f.value FROM json_each(?) AS f",
        "SELECT f.value FROM json_each($1) AS f",
    );
    only_postgres(
        rows("unnest", &["value", "user"]),
        "SELECT f.value FROM unnest($1) AS f (value, \"user\")",
    );
}

#[test]
fn joins_of_every_kind() {
    let join = |kind| {
        let mut select = from("a");
        select.joins.push(Join {
            kind,
            from: FromItem::Table(TableRef {
                schema: Some("s".into()),
                ..TableRef::new("b").alias("x")
            }),
            on: (kind != JoinKind::Cross).then(|| {
                Expr::binary(
                    BinaryOperator::Eq,
                    Expr::column("a", "id"),
                    Expr::column("x", "id"),
                )
            }),
        });
        select
    };
    both_say(
        join(JoinKind::Inner),
        "SELECT a.id FROM a JOIN s.b AS x ON a.id = x.id",
    );
    both_say(
        join(JoinKind::Left),
        "SELECT a.id FROM a LEFT JOIN s.b AS x ON a.id = x.id",
    );
    both_say(
        join(JoinKind::Right),
        "SELECT a.id FROM a RIGHT JOIN s.b AS x ON a.id = x.id",
    );
    both_say(
        join(JoinKind::Full),
        "SELECT a.id FROM a FULL JOIN s.b AS x ON a.id = x.id",
    );
    both_say(
        join(JoinKind::Cross),
        "SELECT a.id FROM a CROSS JOIN s.b AS x",
    );
    let mut lateral = from("a");
    lateral.joins.push(Join {
        kind: JoinKind::Inner,
        from: FromItem::Subquery {
            select: Box::new(from("b")),
            alias: "l".into(),
            lateral: true,
        },
        on: Some(Expr::constant(true)),
    });
    only_postgres(
        lateral,
        "SELECT a.id FROM a JOIN LATERAL (SELECT b.id FROM b) AS l ON true",
    );
}

#[test]
fn distinct_rows() {
    let mut select = from("a");
    select.distinct = Distinct::On(vec![Expr::column("a", "x"), Expr::column("a", "y")]);
    only_postgres(select, "SELECT DISTINCT ON (a.x, a.y) a.id FROM a");
}

#[test]
fn pages() {
    let mut select = from("a");
    select.limit = Some(0);
    both_say(select.clone(), "SELECT a.id FROM a LIMIT 0");
    select.limit = Some(u64::MAX);
    both_say(select, "SELECT a.id FROM a LIMIT 9223372036854775807");
}
