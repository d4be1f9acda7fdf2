//! INSERT, UPDATE and DELETE, and the form for people.

use super::statements::{combined, constant, named, numbers, table};
use super::*;

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
