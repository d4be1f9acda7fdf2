//! A table, a column, a constraint, a label, a savepoint and a JSON key of each name, and each text as a value, in the
//! databases.

use orm_core::engine::Engine;
use orm_core::schema::{Check, Column, CreateTable, Ddl, Table};
use orm_core::sql::{
    BinaryOperator, ColumnRef, Expr, FromItem, Insert, InsertSource, Item, JsonStep, Literal, Name,
    Select, Statement, TableRef,
};
use orm_core::types::{SqlType, Value};
use orm_core::{Error, ErrorKind};

use crate::harness::both;
use crate::suite::sql::run::Plain;

async fn run(engine: &Engine, statement: impl Into<Statement>) -> Result<Vec<Vec<Value>>, Error> {
    engine
        .all(Plain::compiled(&statement.into(), engine.dialect())?)
        .await
}

/// Names that a database keeps for itself, or cannot take at all.
fn can_be_a_name(name: &str, engine: &Engine) -> bool {
    let limit = engine.dialect().capabilities().max_identifier_length;
    !name.is_empty() && !name.contains('\0') && limit.is_none_or(|limit| name.len() <= limit)
}

async fn names(engine: &Engine, text: &str) -> Result<(), Error> {
    let name = Name::Owned(text.to_owned());
    let column = || Expr::column(name.clone(), name.clone());
    let mut table = Table::new(name.clone());
    table.columns = vec![Column::new(name.clone(), SqlType::Text)];
    table.checks = vec![Check {
        name: Some(name.clone()),
        condition: Expr::binary(
            BinaryOperator::Ne,
            Expr::Column(ColumnRef::bare(name.clone())),
            Expr::Literal(Literal::Text("nothing like this".into())),
        ),
    }];
    let create = Ddl::CreateTable(CreateTable {
        table,
        if_not_exists: false,
    });
    let create = engine.dialect().compile_ddl(&create)?;
    engine.all(Plain::text(&create.sql)).await?;
    let mut insert = Insert::new(TableRef::new(name.clone()));
    insert.columns = vec![name.clone()];
    insert.source = InsertSource::Rows(vec![vec![Expr::Bind(Value::Text(text.to_owned()))]]);
    insert.returning = vec![Expr::Column(ColumnRef::bare(name.clone())).into()];
    let expected = vec![vec![Value::Text(text.to_owned())]];
    assert_eq!(
        run(engine, insert).await?,
        expected,
        "returned from {text:?}"
    );
    let select = Select {
        items: vec![Item {
            expr: column(),
            label: Some(name.clone()),
            absent: false,
        }],
        from: vec![FromItem::Table(TableRef::new(name.clone()))],
        filter: Some(Expr::binary(
            BinaryOperator::Eq,
            column(),
            Expr::Literal(Literal::Text(name.clone())),
        )),
        ..Select::default()
    };
    assert_eq!(run(engine, select).await?, expected, "from {text:?}");
    let mut transaction = engine.begin().await?;
    transaction.savepoint(text).await?;
    transaction.rollback_to(text).await?;
    transaction.release(text).await?;
    transaction.commit().await
}

async fn values(engine: &Engine, text: &str) -> Result<(), Error> {
    let json = serde_json::json!({ text: text }).to_string();
    let select = Select {
        items: vec![
            Expr::Literal(Literal::Text(text.to_owned().into())).into(),
            Expr::Bind(Value::Text(text.to_owned())).into(),
            Expr::Json {
                operand: Box::new(Expr::Bind(Value::Json(json))),
                path: vec![JsonStep::Key(text.to_owned().into())],
                text: true,
            }
            .into(),
        ],
        ..Select::default()
    };
    let pretty = engine
        .dialect()
        .pretty(&Statement::Select(select.clone()))?;
    let found = run(engine, select).await?;
    assert_eq!(found, [vec![Value::Text(text.to_owned()); 3]], "{text:?}");
    let found = engine.all(Plain::text(&pretty)).await?;
    assert_eq!(
        found,
        [vec![Value::Text(text.to_owned()); 3]],
        "{text:?} in\n{pretty}"
    );
    Ok(())
}

both! {
    /// What is stored under a name comes back, and so does a value; what cannot be is refused with a typed error.
    async fn names_and_values_come_back(db: Db) {
        let engine = db.engine().await;
        let mut faults = Vec::new();
        let mut tried = 0;
        for text in super::all() {
            tried += 2;
            match names(&engine, &text).await {
                Ok(()) if can_be_a_name(&text, &engine) => {}
                Err(error)
                    if !can_be_a_name(&text, &engine)
                        && matches!(error.kind(), ErrorKind::InvalidQuery | ErrorKind::Encode) => {}
                other => faults.push(format!("name {text:?}: {other:?}")),
            }
            match values(&engine, &text).await {
                Ok(()) if !text.contains('\0') => {}
                Err(error)
                    if text.contains('\0')
                        && matches!(error.kind(), ErrorKind::InvalidQuery | ErrorKind::Encode) => {}
                other => faults.push(format!("value {text:?}: {other:?}")),
            }
        }
        assert!(faults.is_empty(), "of {tried}, {}:\n{}", faults.len(), faults.join("\n"));
    }
}
