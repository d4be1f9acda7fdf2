//! What the dialects write means the same on both databases.

mod statements;

use super::*;
use crate::sql::{
    BinaryOperator as Op, ConflictAction, ConflictTarget, Cte, DateField, Delete, Expr, Frame,
    FrameBound, FrameExclude, FrameUnit, FromItem, Function, Insert, InsertSource, Item, Join,
    JoinKind, JsonStep, Literal, Name, OnConflict, OrderBy, Over, Parameter, Quantifier, Select,
    SetOperation, SetOperator, Statement, TableRef, Update, Window,
};

/// The rows of a statement; every integer and truth value as `I64`.
async fn rows(
    connection: &mut Connection,
    engine: &Engine,
    statement: &Statement,
) -> Vec<Vec<Value>> {
    let compiled = engine.dialect().compile(statement).unwrap();
    let text = compiled.sql.clone();
    let rows = match connection.fetch(compiled, Rows::default()).await {
        Ok(rows) => rows.0,
        Err(error) => panic!("{error}: {text}"),
    };
    let plain = |value| match value {
        Value::Bool(value) => Value::I64(value.into()),
        Value::I16(value) => Value::I64(value.into()),
        Value::I32(value) => Value::I64(value.into()),
        value => value,
    };
    rows.into_iter()
        .map(|row| row.into_iter().map(plain).collect())
        .collect()
}

fn select(exprs: impl IntoIterator<Item = Expr>) -> Select {
    Select {
        items: exprs.into_iter().map(Item::from).collect(),
        ..Select::default()
    }
}

/// The value of each expression, the same on both databases.
async fn values(cases: Vec<(Expr, Value)>) {
    for (engine, _, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        for (expr, expected) in &cases {
            let statement = select([expr.clone()]).into();
            let found = rows(&mut c, &engine, &statement).await;
            let sql = engine.dialect().compile(&statement).unwrap().sql;
            assert_eq!(found, [[expected.clone()]], "{:?}: {sql}", engine.backend());
        }
    }
}

fn int(value: i64) -> Expr {
    Expr::Bind(Value::I64(value))
}

fn text(value: &'static str) -> Expr {
    Expr::Bind(Value::Text(value.into()))
}

fn number(value: i64) -> Expr {
    Expr::Literal(Literal::Integer(value))
}

fn is(value: bool) -> Value {
    Value::I64(value.into())
}

fn says(value: &str) -> Value {
    Value::Text(value.into())
}

fn col(table: &'static str, name: &'static str) -> Expr {
    Expr::column(table, name)
}

fn eq(left: Expr, right: Expr) -> Expr {
    Expr::binary(Op::Eq, left, right)
}

#[tokio::test]
async fn operators_bind_as_the_tree_says() {
    let op = Expr::binary;
    let one = || number(1);
    let row = |a, b| Expr::Row(vec![int(a), int(b)]);
    let in_rows = |negated| Expr::InList {
        operand: Box::new(row(1, 2)),
        list: vec![row(3, 4), row(1, 2)],
        negated,
    };
    values(vec![
        (
            op(Op::Sub, number(9), op(Op::Sub, number(5), one())),
            Value::I64(5),
        ),
        (
            op(Op::BitAnd, number(7), op(Op::Add, number(1), number(2))),
            Value::I64(3),
        ),
        (
            op(Op::Add, op(Op::BitAnd, number(7), number(2)), number(1)),
            Value::I64(3),
        ),
        (
            op(Op::BitOr, number(4), op(Op::BitAnd, number(7), number(1))),
            Value::I64(5),
        ),
        (
            op(Op::BitAnd, op(Op::BitOr, number(4), number(1)), number(1)),
            Value::I64(1),
        ),
        (
            op(Op::ShiftLeft, number(1), op(Op::Add, number(1), number(2))),
            Value::I64(8),
        ),
        (
            op(
                Op::ShiftRight,
                op(Op::ShiftLeft, number(1), number(4)),
                number(2),
            ),
            Value::I64(4),
        ),
        (
            Expr::Unary(crate::sql::UnaryOperator::Neg, Box::new(number(-5))),
            Value::I64(5),
        ),
        (op(Op::Sub, number(1), number(-5)), Value::I64(6)),
        (number(i64::MIN), Value::I64(i64::MIN)),
        (number(i64::MAX), Value::I64(i64::MAX)),
        (
            op(Op::Concat, text("a"), op(Op::Concat, text("b"), text("c"))),
            says("abc"),
        ),
        (
            Expr::Literal(Literal::Text("it's \\ \" %".into())),
            says("it's \\ \" %"),
        ),
        (Expr::Literal(Literal::Bool(true)), is(true)),
        (Expr::constant(false), is(false)),
        (
            eq(Expr::Literal(Literal::Bool(true)), eq(one(), one())),
            is(true),
        ),
        (
            op(Op::IsDistinctFrom, int(1), Expr::Bind(Value::Null)),
            is(true),
        ),
        (op(Op::IsNotDistinctFrom, int(1), int(1)), is(true)),
        (
            Expr::IsNull {
                operand: Box::new(Expr::Bind(Value::Null)),
                negated: false,
            },
            is(true),
        ),
        (
            Expr::IsTruth {
                operand: Box::new(eq(one(), Expr::Literal(Literal::Null))),
                value: true,
                negated: true,
            },
            is(true),
        ),
        (
            Expr::IsTruth {
                operand: Box::new(eq(one(), one())),
                value: true,
                negated: false,
            },
            is(true),
        ),
        (op(Op::Lt, row(1, 2), row(1, 3)), is(true)),
        (in_rows(false), is(true)),
        (in_rows(true), is(false)),
        (
            Expr::InSelect {
                operand: Box::new(row(1, 2)),
                select: Box::new(select([int(1), int(2)])),
                negated: false,
            },
            is(true),
        ),
        (
            Expr::Between {
                operand: Box::new(number(2)),
                low: Box::new(op(Op::Add, one(), number(0))),
                high: Box::new(number(3)),
                negated: true,
            },
            is(false),
        ),
        (
            Expr::Quantified {
                operator: Op::Eq,
                operand: Box::new(int(2)),
                quantifier: Quantifier::Any,
                values: Box::new(Expr::Scalar(Box::new(select([int(2)])))),
            },
            is(true),
        ),
        (
            Expr::Quantified {
                operator: Op::Ne,
                operand: Box::new(int(2)),
                quantifier: Quantifier::All,
                values: Box::new(Expr::Bind(Value::Array(Box::new((
                    SqlType::BigInt,
                    vec![Value::I64(2)],
                ))))),
            },
            is(false),
        ),
        (
            Expr::Like {
                operand: Box::new(text("50%")),
                pattern: Box::new(text("50/%")),
                escape: Some('/'),
                ignore_case: false,
                negated: false,
            },
            is(true),
        ),
        (
            Expr::function("coalesce", vec![Expr::Bind(Value::Null), int(3)]),
            Value::I64(3),
        ),
        (
            Expr::function("count", vec![Expr::Bind(Value::Null)]),
            Value::I64(0),
        ),
        (
            Expr::Cast(Box::new(text("12")), SqlType::BigInt),
            Value::I64(12),
        ),
        (Expr::Cast(Box::new(text("1")), SqlType::Bool), is(true)),
        (
            Expr::Cast(Box::new(text("1.5")), SqlType::Double),
            Value::F64(1.5),
        ),
        (Expr::Cast(Box::new(int(7)), SqlType::Text), says("7")),
    ])
    .await;
}

#[tokio::test]
async fn named_parameters_are_sent() {
    let parameter = |value: Option<Value>| {
        Expr::Parameter(Box::new(Parameter {
            name: "n".into(),
            sql_type: SqlType::BigInt,
            value,
        }))
    };
    values(vec![(
        Expr::binary(Op::Add, parameter(Some(Value::I64(2))), parameter(None)),
        Value::I64(4),
    )])
    .await;
    for (engine, _, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        let test = Expr::IsNull {
            operand: Box::new(parameter(None)),
            negated: false,
        };
        let template = engine
            .dialect()
            .template(&select([parameter(None), test]).into())
            .unwrap();
        for (value, null) in [(Value::I64(5), false), (Value::Null, true)] {
            let statement = template.bind(&[("n", value.clone())]).unwrap();
            let rows = c.fetch(statement, Rows::default()).await.unwrap().0;
            assert_eq!(rows[0][0], value);
            assert!(rows[0][1] == Value::Bool(null) || rows[0][1] == is(null));
        }
    }
}

#[tokio::test]
async fn json_keys_find_exactly_their_member() {
    let keys = [
        "a",
        "",
        "a.b",
        "a b",
        "1",
        "é\u{1F600}",
        "it's",
        "q\"x",
        "back\\slash",
        "$",
        "[0]",
        "\n",
        "*",
        "\"",
        "\\\"",
    ];
    let json = serde_json::to_string(&serde_json::Value::Object(
        keys.iter()
            .enumerate()
            .map(|(index, key)| ((*key).to_owned(), (index + 100).into()))
            .collect(),
    ))
    .unwrap();
    let document =
        serde_json::json!({"list": [{"0": "inner"}, null, true, 1.5, "te\"xt", 12], "o": {"a": 1}})
            .to_string();
    for (engine, _, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        let stored = |json: &str| match engine.backend() {
            crate::engine::Backend::Sqlite => Expr::Bind(Value::Text(json.to_owned())),
            crate::engine::Backend::Postgres => {
                Expr::Text(format!("CAST('{}' AS JSONB)", json.replace('\'', "''")).into())
            }
        };
        let read = |json: &str, path: Vec<JsonStep>, text| {
            select([Expr::Json {
                operand: Box::new(stored(json)),
                path,
                text,
            }])
            .into()
        };
        for (index, key) in keys.iter().enumerate() {
            let statement = read(&json, vec![JsonStep::Key(Name::Borrowed(key))], true);
            let found = rows(&mut c, &engine, &statement).await;
            assert_eq!(
                found,
                [[says(&(index + 100).to_string())]],
                "{key:?} on {:?}",
                engine.backend()
            );
        }
        let item = |index| vec![JsonStep::Key("list".into()), JsonStep::Index(index)];
        let mut inner = item(0);
        inner.push(JsonStep::Key("0".into()));
        for (path, expected) in [
            (inner, says("inner")),
            (item(1), Value::Null),
            (item(2), says("true")),
            (item(3), says("1.5")),
            (item(4), says("te\"xt")),
            (item(5), says("12")),
            (item(9), Value::Null),
            (vec![JsonStep::Key("0".into())], Value::Null),
            (
                vec![JsonStep::Key("list".into()), JsonStep::Key("0".into())],
                Value::Null,
            ),
        ] {
            let found = rows(&mut c, &engine, &read(&document, path.clone(), true)).await;
            assert_eq!(found, [[expected]], "{path:?} on {:?}", engine.backend());
        }
        let read = Expr::Cast(
            Box::new(Expr::Json {
                operand: Box::new(stored(&document)),
                path: item(0),
                text: false,
            }),
            SqlType::Text,
        );
        let found = rows(&mut c, &engine, &select([read]).into()).await;
        let Value::Text(found) = &found[0][0] else {
            panic!("{found:?}")
        };
        assert_eq!(found.replace(' ', ""), "{\"0\":\"inner\"}");
    }
}

#[tokio::test]
async fn parts_of_dates() {
    let extract = |field, of: &'static str, sql_type: &'static str| (field, of, sql_type);
    let cases = [
        (
            extract(DateField::Year, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            2024,
        ),
        (
            extract(
                DateField::Quarter,
                "2024-12-30 23:59:59.999999",
                "TIMESTAMP",
            ),
            4,
        ),
        (
            extract(DateField::Month, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            12,
        ),
        (
            extract(DateField::Week, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            1,
        ),
        (extract(DateField::Week, "2021-01-03", "DATE"), 53),
        (
            extract(DateField::Day, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            30,
        ),
        (extract(DateField::DayOfWeek, "2024-12-29", "DATE"), 0),
        (extract(DateField::DayOfYear, "2024-12-31", "DATE"), 366),
        (
            extract(DateField::Hour, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            23,
        ),
        (
            extract(DateField::Minute, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            59,
        ),
        (
            extract(
                DateField::Second,
                "2024-12-30 23:59:59.999999Z",
                "TIMESTAMPTZ",
            ),
            59,
        ),
        (
            extract(
                DateField::Epoch,
                "1970-01-02 00:00:01.999999Z",
                "TIMESTAMPTZ",
            ),
            86401,
        ),
        (
            extract(
                DateField::Epoch,
                "1969-12-31 23:59:58.500000Z",
                "TIMESTAMPTZ",
            ),
            -2,
        ),
        (extract(DateField::Hour, "13:14:15.000000", "TIME"), 13),
    ];
    let cut = [
        (
            DateField::Year,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-01-01 00:00:00.000000",
        ),
        (
            DateField::Quarter,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-07-01 00:00:00.000000",
        ),
        (
            DateField::Month,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-01 00:00:00.000000",
        ),
        (
            DateField::Week,
            "2024-09-01 23:59:59.999999",
            "TIMESTAMP",
            "2024-08-26 00:00:00.000000",
        ),
        (
            DateField::Week,
            "2024-08-26 00:00:00.000000",
            "TIMESTAMP",
            "2024-08-26 00:00:00.000000",
        ),
        (
            DateField::Day,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-30 00:00:00.000000",
        ),
        (
            DateField::Hour,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-30 23:00:00.000000",
        ),
        (
            DateField::Minute,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-30 23:59:00.000000",
        ),
        (
            DateField::Second,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-30 23:59:58.000000",
        ),
        (DateField::Quarter, "2024-12-30", "DATE", "2024-10-01"),
        (DateField::Week, "2024-12-31", "DATE", "2024-12-30"),
        (DateField::Hour, "2024-12-31", "DATE", "2024-12-31"),
        (
            DateField::Day,
            "2024-08-30 23:59:58.999999Z",
            "TIMESTAMPTZ",
            "2024-08-30 00:00:00.000000Z",
        ),
    ];
    for (engine, _, _file) in engines().await {
        let sqlite = engine.backend() == crate::engine::Backend::Sqlite;
        let mut c = engine.acquire().await.unwrap();
        let stored = |of: &'static str, sql_type: &str| {
            Box::new(if sqlite {
                text(of)
            } else {
                Expr::Text(format!("CAST('{of}' AS {sql_type})").into())
            })
        };
        for ((field, of, sql_type), expected) in cases {
            let expr = Expr::Extract(field, stored(of, sql_type));
            let found = rows(&mut c, &engine, &select([expr]).into()).await;
            assert_eq!(
                found,
                [[Value::I64(expected)]],
                "{field:?} of {of} on {:?}",
                engine.backend()
            );
        }
        for (field, of, sql_type, expected) in cut {
            let cut = Expr::Truncate(field, stored(of, sql_type));
            let expr = if sqlite {
                cut
            } else {
                let format = match sql_type {
                    "DATE" => "YYYY-MM-DD",
                    "TIMESTAMPTZ" => "YYYY-MM-DD HH24:MI:SS.US\"Z\"",
                    _ => "YYYY-MM-DD HH24:MI:SS.US",
                };
                Expr::function("to_char", vec![cut, text(format)])
            };
            let found = rows(&mut c, &engine, &select([expr]).into()).await;
            assert_eq!(
                found,
                [[says(expected)]],
                "{field:?} of {of} on {:?}",
                engine.backend()
            );
        }
    }
}
