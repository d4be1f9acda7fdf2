//! Queries: sources, set operations, common table expressions, windows, locks.

use super::*;
use crate::sql::{
    Cte, Distinct, Frame, FrameBound, FrameExclude, FrameUnit, LockStrength, LockWait, Over,
    SetOperation, SetOperator, Window,
};

fn only_postgres(select: Select, sql: &str) {
    compiles(&POSTGRES, &select.into(), sql);
}

fn both_say(select: Select, sql: &str) {
    both(select, sql, sql);
}

fn bind(value: i64) -> Expr {
    Expr::Bind(Value::I64(value))
}

fn table(name: &'static str) -> FromItem {
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
            on: (kind != JoinKind::Cross)
                .then(|| Expr::Or(vec![Expr::column("a", "id"), Expr::column("x", "id")])),
        });
        select
    };
    both_say(
        join(JoinKind::Inner),
        "SELECT a.id FROM a JOIN s.b AS x ON a.id OR x.id",
    );
    both_say(
        join(JoinKind::Left),
        "SELECT a.id FROM a LEFT JOIN s.b AS x ON a.id OR x.id",
    );
    both_say(
        join(JoinKind::Right),
        "SELECT a.id FROM a RIGHT JOIN s.b AS x ON a.id OR x.id",
    );
    both_say(
        join(JoinKind::Full),
        "SELECT a.id FROM a FULL JOIN s.b AS x ON a.id OR x.id",
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

#[test]
fn locks() {
    let locked = |strength, of: &[&'static str], wait| {
        let mut select = from("users");
        select.lock = Some(Lock {
            of: of.iter().map(|&name| name.into()).collect(),
            wait,
            ..Lock::new(strength)
        });
        select
    };
    let lock = |select, words: &str| {
        both(
            select,
            "SELECT users.id FROM users",
            &format!("SELECT users.id FROM users {words}"),
        );
    };
    lock(
        locked(LockStrength::Update, &["users"], LockWait::SkipLocked),
        "FOR UPDATE OF users SKIP LOCKED",
    );
    lock(
        locked(LockStrength::Share, &[], LockWait::NoWait),
        "FOR SHARE NOWAIT",
    );
    lock(
        locked(LockStrength::NoKeyUpdate, &[], LockWait::Wait),
        "FOR NO KEY UPDATE",
    );
    lock(
        locked(LockStrength::KeyShare, &["users", "order"], LockWait::Wait),
        "FOR KEY SHARE OF users, \"order\"",
    );
}

#[test]
fn rows_that_may_be_missing_are_not_locked() {
    let joined = |kinds: &[JoinKind]| {
        let mut select = from("a");
        for (kind, name) in kinds.iter().zip(["b", "c"]) {
            select.joins.push(Join {
                kind: *kind,
                from: table(name),
                on: Some(Expr::column("a", "id")),
            });
        }
        select.lock = Some(Lock::new(LockStrength::Update));
        POSTGRES
            .compile_select(&select)
            .map(|compiled| compiled.sql.split(" FOR UPDATE").nth(1).map(str::to_owned))
    };
    use JoinKind::{Full, Inner, Left, Right};
    let of = |kinds: &[JoinKind]| joined(kinds).unwrap().unwrap();
    assert_eq!(of(&[Inner, Inner]), "");
    assert_eq!(of(&[Left, Inner]), " OF a, c");
    assert_eq!(of(&[Right, Inner]), " OF b, c");
    assert_eq!(of(&[Inner, Right]), " OF c");
    assert_eq!(joined(&[Full]).unwrap_err().kind(), ErrorKind::InvalidQuery);
}

fn sum(over: Over) -> Expr {
    Expr::Function(Box::new(crate::sql::Function {
        over: Some(over),
        ..crate::sql::Function::new("sum", vec![Expr::column("a", "n")])
    }))
}

fn framed(unit: FrameUnit, start: FrameBound, end: Option<FrameBound>) -> Window {
    Window {
        frame: Some(Frame {
            unit,
            start,
            end,
            exclude: None,
        }),
        ..Window::default()
    }
}

#[test]
fn windows() {
    let over =
        |window, sql: &str| same(sum(Over::Window(window)), &format!("sum(a.n) OVER ({sql})"));
    over(Window::default(), "");
    let order = || vec![OrderBy::descending(Expr::column("a", "n")).nulls_last()];
    over(
        Window {
            partition_by: vec![Expr::column("a", "g"), Expr::column("a", "h")],
            order_by: order(),
            ..Window::default()
        },
        "PARTITION BY a.g, a.h ORDER BY a.n DESC NULLS LAST",
    );
    over(
        Window {
            base: Some("order".into()),
            order_by: order(),
            ..Window::default()
        },
        "\"order\" ORDER BY a.n DESC NULLS LAST",
    );
    over(
        framed(FrameUnit::Rows, FrameBound::UnboundedPreceding, None),
        "ROWS UNBOUNDED PRECEDING",
    );
    over(
        framed(
            FrameUnit::Range,
            FrameBound::CurrentRow,
            Some(FrameBound::UnboundedFollowing),
        ),
        "RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    );
    for (exclude, words) in [
        (FrameExclude::CurrentRow, "CURRENT ROW"),
        (FrameExclude::Group, "GROUP"),
        (FrameExclude::Ties, "TIES"),
    ] {
        let one = || Box::new(Expr::Literal(crate::sql::Literal::Integer(1)));
        let mut window = framed(
            FrameUnit::Groups,
            FrameBound::Preceding(one()),
            Some(FrameBound::Following(one())),
        );
        window.frame.as_mut().unwrap().exclude = Some(exclude);
        over(
            window,
            &format!("GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE {words}"),
        );
    }
    let mut select = from("a");
    select.items = vec![sum(Over::Named("w".into())).into()];
    select.add_having(Expr::column("a", "n"));
    select.windows = vec![
        ("w".into(), Window::default()),
        (
            "user".into(),
            Window {
                order_by: order(),
                ..Window::default()
            },
        ),
    ];
    select.order_by = order();
    both(
        select,
        "SELECT sum(a.n) OVER w FROM a HAVING a.n WINDOW w AS (), user AS (ORDER BY a.n DESC NULLS LAST) \
         ORDER BY a.n DESC NULLS LAST",
        "SELECT sum(a.n) OVER w FROM a HAVING a.n WINDOW w AS (), \"user\" AS (ORDER BY a.n DESC NULLS LAST) \
         ORDER BY a.n DESC NULLS LAST",
    );
}

#[test]
fn aggregates_in_full() {
    let mut list = crate::sql::Function::new(
        "string_agg",
        vec![Expr::column("a", "n"), Expr::column("a", "m")],
    );
    list.distinct = true;
    list.order_by = vec![OrderBy::ascending(Expr::column("a", "n"))];
    list.filter = Some(Expr::binary(
        BinaryOperator::Gt,
        Expr::column("a", "n"),
        Expr::column("a", "m"),
    ));
    same(
        Expr::Function(Box::new(list)),
        "string_agg(DISTINCT a.n, a.m ORDER BY a.n) FILTER (WHERE a.n > a.m)",
    );
    let mut sum = crate::sql::Function::new("sum", vec![Expr::column("a", "n")]);
    sum.read_as = Some(SqlType::BigInt);
    sum.over = Some(Over::Window(Window::default()));
    expr(
        Expr::Function(Box::new(sum)),
        "sum(a.n) OVER ()",
        "CAST(sum(a.n) OVER () AS BIGINT)",
    );
    let half = Expr::Literal(crate::sql::Literal::Integer(1));
    let mut median = crate::sql::Function::new("percentile_cont", vec![half]);
    median.within_group = vec![OrderBy::ascending(Expr::column("a", "n"))];
    let select = Select {
        items: vec![Expr::Function(Box::new(median)).into()],
        ..Select::default()
    };
    only_postgres(
        select,
        "SELECT percentile_cont(1) WITHIN GROUP (ORDER BY a.n)",
    );
    same(
        Expr::function("pg_catalog.lower", vec![]),
        "pg_catalog.lower()",
    );
    same(Expr::function("MyFunction", vec![]), "MyFunction()");
    same(Expr::function("select", vec![]), "\"select\"()");
}
