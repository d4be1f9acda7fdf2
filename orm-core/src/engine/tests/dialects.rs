//! What the dialects write means the same on both databases.

mod changes;
mod statements;
mod values;

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
