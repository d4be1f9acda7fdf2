//! Whole statements.

use super::*;

pub(super) fn named(expr: Expr, label: &'static str) -> Item {
    Item {
        expr,
        label: Some(label.into()),
        absent: false,
    }
}

pub(super) fn table(name: &str) -> FromItem {
    FromItem::Table(TableRef::new(name.to_owned()))
}

pub(super) fn constant(value: i64) -> Select {
    Select {
        items: vec![named(int(value), "n")],
        ..Select::default()
    }
}

pub(super) fn combined(operator: SetOperator, operands: Vec<Select>) -> Select {
    Select {
        set: Some(Box::new(SetOperation {
            operator,
            all: false,
            operands,
        })),
        order_by: vec![OrderBy::ascending(Expr::Label("n".into()))],
        ..Select::default()
    }
}

pub(super) fn numbers(values: &[i64]) -> Vec<Vec<Value>> {
    values
        .iter()
        .map(|value| vec![Value::I64(*value)])
        .collect()
}

/// The rows of each query, the same on both databases.
async fn gives(cases: Vec<(Statement, Vec<Vec<Value>>)>) {
    for (engine, _, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        for (statement, expected) in &cases {
            let found = rows(&mut c, &engine, statement).await;
            let sql = engine.dialect().compile(statement).unwrap().sql;
            assert_eq!(found, *expected, "{:?}: {sql}", engine.backend());
        }
    }
}

#[tokio::test]
async fn set_operations_are_taken_as_the_tree_says() {
    let union = |operands| combined(SetOperator::Union, operands);
    let mut limited = constant(7);
    limited.order_by = vec![OrderBy::descending(Expr::Label("n".into()))];
    limited.limit = Some(1);
    let (one, two) = (|| constant(1), || constant(2));
    let mut inner = union(vec![one(), two()]);
    inner.order_by.clear();
    gives(vec![
        (union(vec![two(), one(), two()]).into(), numbers(&[1, 2])),
        (
            combined(SetOperator::Intersect, vec![inner.clone(), two()]).into(),
            numbers(&[2]),
        ),
        (
            union(vec![
                one(),
                Select {
                    order_by: vec![],
                    ..combined(SetOperator::Intersect, vec![two(), one()])
                },
            ])
            .into(),
            numbers(&[1]),
        ),
        (
            combined(SetOperator::Except, vec![inner.clone(), two()]).into(),
            numbers(&[1]),
        ),
        (
            combined(
                SetOperator::Except,
                vec![
                    one(),
                    Select {
                        order_by: vec![],
                        ..combined(SetOperator::Except, vec![one(), one()])
                    },
                ],
            )
            .into(),
            numbers(&[1]),
        ),
        (union(vec![limited, inner]).into(), numbers(&[1, 2, 7])),
    ])
    .await;
}

#[tokio::test]
async fn sources() {
    let pairs = || FromItem::Values {
        rows: vec![vec![int(1), text("a")], vec![int(2), text("b")]],
        alias: "v".into(),
        columns: vec!["k".into(), "s".into()],
    };
    let other = FromItem::Values {
        rows: vec![vec![int(2)], vec![int(3)]],
        alias: "w".into(),
        columns: vec!["order".into()],
    };
    let joined = |kind| Select {
        from: vec![pairs()],
        joins: vec![Join {
            kind,
            from: other.clone(),
            on: Some(eq(col("v", "k"), col("w", "order"))),
        }],
        order_by: vec![
            OrderBy::ascending(col("v", "k")).nulls_last(),
            OrderBy::ascending(col("w", "order")).nulls_first(),
        ],
        ..select([col("v", "k"), col("w", "order")])
    };
    let row = |a: Option<i64>, b: Option<i64>| {
        vec![
            a.map_or(Value::Null, Value::I64),
            b.map_or(Value::Null, Value::I64),
        ]
    };
    let tree = Cte {
        name: "tree".into(),
        columns: vec!["n".into()],
        statement: Box::new(Statement::Select(Select {
            set: Some(Box::new(SetOperation {
                operator: SetOperator::Union,
                all: true,
                operands: vec![
                    constant(1),
                    Select {
                        from: vec![table("tree")],
                        filter: Some(Expr::binary(Op::Lt, col("tree", "n"), int(3))),
                        ..select([Expr::binary(Op::Add, col("tree", "n"), int(1))])
                    },
                ],
            })),
            ..Select::default()
        })),
        recursive: true,
        materialized: None,
    };
    let once = Cte {
        name: "once".into(),
        columns: Vec::new(),
        statement: Box::new(constant(5).into()),
        recursive: false,
        materialized: Some(true),
    };
    gives(vec![
        (joined(JoinKind::Inner).into(), vec![row(Some(2), Some(2))]),
        (
            joined(JoinKind::Left).into(),
            vec![row(Some(1), None), row(Some(2), Some(2))],
        ),
        (
            joined(JoinKind::Right).into(),
            vec![row(Some(2), Some(2)), row(None, Some(3))],
        ),
        (
            joined(JoinKind::Full).into(),
            vec![
                row(Some(1), None),
                row(Some(2), Some(2)),
                row(None, Some(3)),
            ],
        ),
        (
            Select {
                with: vec![tree, once],
                from: vec![table("tree"), table("once")],
                order_by: vec![OrderBy::descending(col("tree", "n"))],
                ..select([Expr::binary(Op::Add, col("tree", "n"), col("once", "n"))])
            }
            .into(),
            numbers(&[8, 7, 6]),
        ),
    ])
    .await;
}

#[tokio::test]
async fn windows_and_aggregates() {
    let source = FromItem::Values {
        rows: (1..=4).map(|n| vec![int(n % 2), int(n)]).collect(),
        alias: "v".into(),
        columns: vec!["g".into(), "n".into()],
    };
    let order = || vec![OrderBy::ascending(col("v", "n"))];
    let sum = |over| {
        Expr::Function(Box::new(Function {
            over: Some(over),
            read_as: Some(SqlType::BigInt),
            ..Function::new("sum", vec![col("v", "n")])
        }))
    };
    let frame = Window {
        base: Some("w".into()),
        frame: Some(Frame {
            unit: FrameUnit::Groups,
            start: FrameBound::Preceding(Box::new(int(1))),
            end: Some(FrameBound::Following(Box::new(int(1)))),
            exclude: Some(FrameExclude::CurrentRow),
        }),
        ..Window::default()
    };
    let per_group = Window {
        partition_by: vec![col("v", "g")],
        order_by: order(),
        ..Window::default()
    };
    let running = Select {
        from: vec![source.clone()],
        windows: vec![(
            "w".into(),
            Window {
                order_by: order(),
                ..Window::default()
            },
        )],
        order_by: order(),
        ..select([
            sum(Over::Named("w".into())),
            sum(Over::Window(frame)),
            sum(Over::Window(per_group)),
        ])
    };
    let filtered = Function {
        filter: Some(Expr::binary(Op::Gt, col("v", "n"), int(2))),
        ..Function::count_all()
    };
    let list = |name: &'static str| Function {
        order_by: vec![OrderBy::descending(col("v", "n"))],
        ..Function::new(
            name,
            vec![
                Expr::Cast(Box::new(col("v", "n")), SqlType::Text),
                text(","),
            ],
        )
    };
    gives(vec![
        (
            running.into(),
            [[1, 2, 1], [3, 4, 2], [6, 6, 4], [10, 3, 6]]
                .map(|row| row.map(Value::I64).to_vec())
                .to_vec(),
        ),
        (
            Select {
                from: vec![source],
                ..select([
                    Expr::Function(Box::new(filtered)),
                    Expr::Function(Box::new(list("string_agg"))),
                ])
            }
            .into(),
            vec![vec![Value::I64(2), says("4,3,2,1")]],
        ),
    ])
    .await;
}
