//! Whole statements.

use super::*;

fn named(expr: Expr, label: &'static str) -> Item {
    Item {
        expr,
        label: Some(label.into()),
    }
}

fn table(name: &str) -> FromItem {
    FromItem::Table(TableRef::new(name.to_owned()))
}

fn constant(value: i64) -> Select {
    Select {
        items: vec![named(int(value), "n")],
        ..Select::default()
    }
}

fn combined(operator: SetOperator, operands: Vec<Select>) -> Select {
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

fn numbers(values: &[i64]) -> Vec<Vec<Value>> {
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

#[tokio::test]
async fn changes() {
    for (engine, t, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        execute(
            &mut c,
            &format!(
                "CREATE TABLE {t} (id BIGINT PRIMARY KEY, name TEXT UNIQUE, n BIGINT DEFAULT 7)"
            ),
        )
        .await;
        let target = || TableRef::new(t.clone());
        let own = |name: &'static str| Expr::column(t.clone(), name);
        let upsert = || OnConflict {
            target: ConflictTarget::Columns {
                columns: vec!["id".into()],
                filter: None,
            },
            action: ConflictAction::Update {
                set: vec![(
                    "n".into(),
                    Expr::binary(Op::Add, own("n"), col("excluded", "n")),
                )],
                filter: Some(Expr::binary(Op::Lt, own("n"), int(50))),
            },
        };
        let pairs = |alias: &'static str| FromItem::Values {
            rows: vec![vec![int(1), int(10)], vec![int(2), int(20)]],
            alias: alias.into(),
            columns: vec!["k".into(), "s".into()],
        };
        let insert = |source, on_conflict| {
            Statement::Insert(Insert {
                columns: vec!["id".into(), "n".into()],
                source,
                on_conflict,
                returning: vec![
                    own("id").into(),
                    named(Expr::binary(Op::Add, own("n"), int(1)), "more"),
                ],
                ..Insert::new(target())
            })
        };
        let from_values = || {
            InsertSource::Select(Box::new(Select {
                from: vec![pairs("v")],
                ..select([col("v", "k"), col("v", "s")])
            }))
        };
        let pair = |a, b| vec![Value::I64(a), Value::I64(b)];
        let found = rows(&mut c, &engine, &insert(from_values(), Some(upsert()))).await;
        assert_eq!(found, [pair(1, 11), pair(2, 21)]);
        let found = rows(&mut c, &engine, &insert(from_values(), Some(upsert()))).await;
        assert_eq!(found, [pair(1, 21), pair(2, 41)]);
        let either = InsertSource::Select(Box::new(Select {
            order_by: vec![],
            ..combined(
                SetOperator::Union,
                vec![select([int(1), int(5)]), select([int(1), int(5)])],
            )
        }));
        let found = rows(&mut c, &engine, &insert(either, Some(upsert()))).await;
        assert_eq!(found, [pair(1, 26)]);
        let nothing = OnConflict {
            target: ConflictTarget::Any,
            action: ConflictAction::Nothing,
        };
        let row = InsertSource::Rows(vec![vec![int(1), Expr::Bind(Value::Null)]]);
        assert!(
            rows(&mut c, &engine, &insert(row, Some(nothing)))
                .await
                .is_empty()
        );

        let update = Statement::Update(Update {
            set: vec![("n".into(), Expr::binary(Op::Add, own("n"), col("w", "s")))],
            from: vec![pairs("v")],
            joins: vec![Join {
                kind: JoinKind::Inner,
                from: pairs("w"),
                on: Some(eq(col("w", "k"), col("v", "k"))),
            }],
            filter: Some(eq(own("id"), col("v", "k"))),
            returning: vec![own("n").into()],
            ..Update::new(target())
        });
        let mut found = rows(&mut c, &engine, &update).await;
        found.sort_by_key(|row| format!("{row:?}"));
        assert_eq!(found, numbers(&[35, 60]));

        let delete = Statement::Delete(Delete {
            using: vec![pairs("v")],
            filter: Some(Expr::And(vec![
                eq(own("id"), col("v", "k")),
                eq(col("v", "s"), int(20)),
            ])),
            returning: vec![own("id").into()],
            ..Delete::new(target())
        });
        assert_eq!(rows(&mut c, &engine, &delete).await, numbers(&[2]));

        let with = Statement::Delete(Delete {
            with: vec![Cte {
                name: "gone".into(),
                columns: vec!["k".into()],
                statement: Box::new(constant(1).into()),
                recursive: false,
                materialized: None,
            }],
            filter: Some(Expr::InSelect {
                operand: Box::new(own("id")),
                select: Box::new(Select {
                    from: vec![table("gone")],
                    ..select([col("gone", "k")])
                }),
                negated: false,
            }),
            returning: vec![named(
                Expr::Scalar(Box::new(Select {
                    from: vec![pairs("v")],
                    filter: Some(eq(col("v", "k"), own("id"))),
                    ..select([col("v", "s")])
                })),
                "s",
            )],
            ..Delete::new(target())
        });
        assert_eq!(rows(&mut c, &engine, &with).await, numbers(&[10]));
        execute(&mut c, &format!("DROP TABLE {t}")).await;
    }
}

#[tokio::test]
async fn the_form_for_people_is_a_statement_too() {
    let source = FromItem::Values {
        rows: vec![vec![int(-1), text("it's")]],
        alias: "v".into(),
        columns: vec!["k".into(), "s".into()],
    };
    let statement = Statement::Select(Select {
        from: vec![source],
        filter: Some(eq(col("v", "s"), text("it's"))),
        ..select([
            Expr::Unary(crate::sql::UnaryOperator::Neg, Box::new(int(-5))),
            Expr::Bind(Value::Bytes(vec![0, 255])),
        ])
    });
    for (engine, _, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        let sql = engine.dialect().pretty(&statement).unwrap();
        let found = all(&mut c, &sql, []).await.unwrap();
        assert!(
            matches!(found[0][0], Value::I64(5) | Value::I32(5)),
            "{found:?}"
        );
        assert_eq!(found[0][1], Value::Bytes(vec![0, 255]));
    }
}
