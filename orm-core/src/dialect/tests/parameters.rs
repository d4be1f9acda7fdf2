//! Parameters by name, trees too deep, and the form for people.

use super::*;
use crate::sql::{ColumnRef, Cte, Parameter};

fn parameter(name: &'static str, value: Option<i64>) -> Expr {
    Expr::Parameter(Box::new(Parameter {
        name: name.into(),
        sql_type: SqlType::BigInt,
        value: value.map(Value::I64),
    }))
}

fn name(name: &'static str) -> Expr {
    Expr::Column(ColumnRef::bare(name))
}

fn equal(left: Expr, right: Expr) -> Expr {
    Expr::binary(BinaryOperator::Eq, left, right)
}

fn filtered(terms: Vec<Expr>) -> Statement {
    let mut select = from("t");
    select.filter = Some(Expr::And(terms));
    select.into()
}

#[test]
fn one_name_is_one_parameter() {
    let statement = filtered(vec![
        equal(name("a"), parameter("p", Some(1))),
        equal(name("b"), Expr::Bind(Value::I64(2))),
        equal(name("c"), parameter("p", None)),
    ]);
    both(
        statement.clone(),
        "SELECT t.id FROM t WHERE a = ? AND b = ? AND c = ?",
        "SELECT t.id FROM t WHERE a = $1 AND b = $2 AND c = $1",
    );
    let numbers =
        |numbers: &[i64]| -> Vec<Value> { numbers.iter().copied().map(Value::I64).collect() };
    assert_eq!(
        SQLITE.compile(&statement).unwrap().binds,
        numbers(&[1, 2, 1])
    );
    assert_eq!(
        POSTGRES.compile(&statement).unwrap().binds,
        numbers(&[1, 2])
    );
    let late = filtered(vec![
        equal(name("a"), parameter("p", None)),
        equal(name("c"), parameter("p", Some(7))),
    ]);
    assert_eq!(SQLITE.compile(&late).unwrap().binds, numbers(&[7, 7]));
    assert_eq!(POSTGRES.compile(&late).unwrap().binds, numbers(&[7]));
}

#[test]
fn parameters_without_a_value_are_named() {
    let missing = filtered(vec![equal(name("a"), parameter("year", None))]);
    let twice = filtered(vec![
        equal(name("a"), parameter("p", Some(1))),
        equal(name("a"), parameter("p", Some(2))),
    ]);
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES] {
        let error = dialect.compile(&missing).unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (
                ErrorKind::InvalidQuery,
                "the parameter year was given no value; give it one before the statement runs"
            )
        );
        let error = dialect.compile(&twice).unwrap_err();
        assert_eq!(
            error.message(),
            "the parameter p has two values; give one of the parameters another name"
        );
    }
}

#[test]
fn one_name_is_of_one_type() {
    let typed = |sql_type| {
        Expr::Parameter(Box::new(Parameter {
            name: "p".into(),
            sql_type,
            value: None,
        }))
    };
    let query = |other| {
        filtered(vec![
            equal(name("a"), typed(SqlType::Text)),
            equal(name("b"), typed(other)),
        ])
    };
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES] {
        assert!(dialect.template(&query(SqlType::VarChar(9))).is_ok());
        let statement = query(SqlType::BigInt);
        for error in [
            dialect.template(&statement).unwrap_err(),
            dialect.compile(&statement).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidQuery);
            assert_eq!(
                error.message(),
                "the parameter p is Text in one place and BigInt in another; give one of the parameters another name"
            );
        }
    }
}

#[test]
fn values_in_the_form_for_people_have_their_types() {
    let values = [
        Value::Json("{\"a\":\"it's\"}".into()),
        Value::Date(0),
        Value::Time(1_000_000),
        Value::Timestamp(0),
        Value::TimestampTz(0),
        Value::Decimal(crate::types::Numeric::parse("1.50").unwrap()),
        Value::Uuid([0; 16]),
        Value::Text("x".into()),
    ];
    let select = Select {
        items: values.map(|value| Expr::Bind(value).into()).into(),
        ..Select::default()
    };
    let statement = Statement::from(select);
    let plain = |types: [&str; 7], utc: &str| {
        let [json, date, time, timestamp, zoned, decimal, uuid] = types;
        format!(
            "SELECT '{{\"a\":\"it''s\"}}'{json}, '1970-01-01'{date}, '00:00:01'{time}, \
             '1970-01-01 00:00:00'{timestamp}, '1970-01-01 00:00:00{utc}'{zoned}, '1.50'{decimal}, '00000000-0000-0000-0000-000000000000'{uuid}, 'x'"
        )
    };
    assert_eq!(SQLITE.pretty(&statement).unwrap(), plain([""; 7], ""));
    assert_eq!(
        POSTGRES.pretty(&statement).unwrap(),
        plain(
            [
                "::JSONB",
                "::DATE",
                "::TIME",
                "::TIMESTAMP",
                "::TIMESTAMPTZ",
                "::NUMERIC",
                "::UUID"
            ],
            "Z"
        )
    );
}

#[test]
fn values_given_later() {
    let statement = filtered(vec![
        equal(name("a"), parameter("p", None)),
        equal(name("b"), parameter("q", Some(5))),
        equal(name("c"), parameter("p", None)),
    ]);
    for (dialect, positions, binds) in [
        (
            &SQLITE as &dyn Dialect,
            vec![("p", 0), ("q", 1), ("p", 2)],
            vec![1, 5, 1],
        ),
        (&POSTGRES, vec![("p", 0), ("q", 1)], vec![1, 5]),
    ] {
        let template = dialect.template(&statement).unwrap();
        let found: Vec<(&str, usize)> = template
            .parameters()
            .iter()
            .map(|(name, position)| (&**name, *position))
            .collect();
        assert_eq!(found, positions);
        let compiled = template.bind(&[("p", Value::I64(1))]).unwrap();
        let binds: Vec<Value> = binds.into_iter().map(Value::I64).collect();
        assert_eq!(compiled.binds, binds);
        let error = template.bind(&[]).unwrap_err();
        assert!(
            error
                .message()
                .starts_with("the parameter p was given no value")
        );
        let error = template
            .bind(&[("p", Value::Null), ("x", Value::Null)])
            .unwrap_err();
        assert_eq!(
            error.message(),
            "a value was given for the parameter x, which the statement does not have"
        );
    }
}

#[test]
fn chains_are_flat_however_long() {
    let mut sum = name("a");
    let mut conditions = name("a");
    for _ in 0..10_000 {
        sum = Expr::binary(BinaryOperator::Add, sum, name("b"));
        conditions = conditions.and(name("b"));
    }
    for expr in [sum, conditions] {
        let select = Select {
            items: vec![expr.into()],
            ..Select::default()
        };
        let text = SQLITE.compile_select(&select).unwrap().sql;
        assert_eq!(text.matches(" b").count(), 10_000);
        assert!(!text.contains('('));
    }
}

#[test]
fn trees_too_deep_are_refused() {
    let not = |depth| {
        (0..depth).fold(name("a"), |inner, _| {
            Expr::Unary(crate::sql::UnaryOperator::Not, Box::new(inner))
        })
    };
    let queries = |depth| {
        (0..depth).fold(name("a"), |inner, _| {
            let mut select = from("t");
            select.items = vec![inner.into()];
            Expr::Scalar(Box::new(select))
        })
    };
    let select = |expr: Expr| Select {
        items: vec![expr.into()],
        ..Select::default()
    };
    // Half of the stack that threads have is more than enough, even without optimization.
    let trees = [select(not(127)), select(queries(63))];
    let compiled = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || trees.map(|tree| SQLITE.compile_select(&tree).is_ok()))
        .unwrap()
        .join()
        .unwrap();
    assert_eq!(compiled, [true, true]);
    for deep in [not(10_000), queries(1_000)] {
        let error = POSTGRES.compile_select(&select(deep)).unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (
                ErrorKind::InvalidQuery,
                "the statement is nested more than 128 levels deep; split it, or put conditions side by side in one list"
            )
        );
    }
}

#[test]
fn the_form_for_people() {
    let mut inner = from("b");
    inner.add_filter(equal(name("x"), Expr::Bind(Value::Text("it's".into()))));
    let mut select = from("a");
    select.with = vec![Cte {
        name: "b".into(),
        columns: vec![],
        statement: Box::new(from("c").into()),
        recursive: false,
        materialized: None,
    }];
    select.joins.push(Join {
        kind: JoinKind::Left,
        from: FromItem::Subquery {
            select: Box::new(inner),
            alias: "s".into(),
            lateral: false,
        },
        on: Some(equal(name("y"), Expr::Bind(Value::Bool(true)))),
    });
    select.filter = Some(Expr::And(vec![
        equal(name("z"), Expr::Bind(Value::Bytes(vec![0, 171]))),
        equal(name("z"), parameter("year", None)),
        Expr::InArrays {
            operands: vec![name("n")],
            arrays: vec![array(SqlType::BigInt, [Value::I64(1), Value::I64(-2)])],
        },
    ]));
    select.order_by = vec![OrderBy::ascending(name("z"))];
    select.limit = Some(3);
    let text = "WITH b AS (
    SELECT c.id
    FROM c
)
SELECT a.id
FROM a
LEFT JOIN (
    SELECT b.id
    FROM b
    WHERE x = 'it''s'
) AS s ON y = #true
WHERE z = #bytes AND z = :year AND n #list
ORDER BY z
LIMIT 3";
    let statement = Statement::from(select);
    assert_eq!(
        SQLITE.pretty(&statement).unwrap(),
        text.replace("#true", "1")
            .replace("#bytes", "x'00ab'")
            .replace(
                "#list",
                "IN (SELECT value FROM json_each(json_array(1, -2)))"
            )
    );
    assert_eq!(
        POSTGRES.pretty(&statement).unwrap(),
        text.replace("#true", "true")
            .replace("#bytes", "'\\x00ab'::BYTEA")
            .replace("#list", "= ANY(ARRAY[1, -2]::BIGINT[])")
    );
    let update = Statement::from(Update {
        set: vec![("a".into(), Expr::Bind(Value::F64(0.5)))],
        filter: Some(equal(name("b"), Expr::Bind(Value::Null))),
        returning: vec![Expr::column("t", "id").into()],
        ..Update::new(TableRef::new("t"))
    });
    assert_eq!(
        SQLITE.pretty(&update).unwrap(),
        "UPDATE t\nSET a = 0.5\nWHERE b = NULL\nRETURNING id"
    );
}
