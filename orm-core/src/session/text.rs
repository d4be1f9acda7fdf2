//! The texts of the statements that a session sends again and again; compiled once for an engine.

use crate::dialect::{
    BatchStyle, BatchText, Compiled, DeleteShape, InsertShape, Returning, Summary, UpdateShape,
};
use crate::engine::{Engine, TextKey};
use crate::error::Result;
use crate::load::ByKey;
use crate::mapping::{Criteria, ModelDescriptor, entity_select};
use crate::sql::{
    BinaryOperator, Expr, FromItem, Join, JoinKind, Lock, LockStrength, OrderBy, Select, TableRef,
};
use crate::types::{SqlType, Value};
use crate::unit_of_work::{LinkRows, LinkWrite, Operation, Write};

/// What a batch does, for logs.
pub(super) fn summary(operation: Operation, table: &'static str) -> Summary {
    let operation = match operation {
        Operation::Insert => "INSERT",
        Operation::Update => "UPDATE",
        Operation::Delete => "DELETE",
    };
    Summary {
        operation: operation.into(),
        table: Some(table.into()),
        reads: false,
    }
}

/// The text of a batch.
pub(super) fn batch(engine: &Engine, write: &Write) -> Result<BatchText> {
    let many = write.objects.len() > 1;
    let kind = match (write.operation, many) {
        (Operation::Insert, false) => "insert one",
        (Operation::Insert, true) => "insert many",
        (Operation::Update, false) => "update one",
        (Operation::Update, true) => "update many",
        (Operation::Delete, false) => "delete one",
        (Operation::Delete, true) => "delete many",
    };
    let key = TextKey::new((write.descriptor.type_id)(), kind, &write.columns);
    engine.texts().get(key, || compile_batch(engine, write))
}

/// The text of a batch of a table between two models.
pub(super) fn links(engine: &Engine, write: &LinkWrite) -> Result<BatchText> {
    let count = write.count();
    let kind = match (write.operation, &write.rows, count > 1) {
        (Operation::Insert, _, false) => "link one",
        (Operation::Insert, _, true) => "link many",
        (_, LinkRows::Pairs(_), false) => "unlink one",
        (_, LinkRows::Pairs(_), true) => "unlink many",
        (_, LinkRows::Of(_), false) => "unlink all of one",
        (_, LinkRows::Of(_), true) => "unlink all of many",
    };
    let mark = [std::ptr::from_ref(write.table) as usize];
    let key = TextKey::new((write.table.local.model.type_id)(), kind, &mark);
    engine.texts().get(key, || {
        let (table, columns) = (write.table.table, write.columns());
        let dialect = engine.dialect();
        if write.operation == Operation::Insert {
            let shape = InsertShape {
                table,
                columns: &columns,
                returning: &[],
                generated_key: None,
            };
            return dialect.insert_batch(&shape, count);
        }
        let keys = &columns;
        dialect.delete_batch(&DeleteShape { table, keys }, count)
    })
}

fn compile_batch(engine: &Engine, write: &Write) -> Result<BatchText> {
    let descriptor = write.descriptor;
    let typed = |columns: &[usize]| -> Vec<(&str, SqlType)> {
        columns
            .iter()
            .map(|&column| {
                (
                    descriptor.columns[column].name,
                    descriptor.columns[column].sql_type,
                )
            })
            .collect()
    };
    let (columns, keys) = (typed(&write.columns), typed(&descriptor.guard()));
    let (table, count, dialect) = (descriptor.table, write.objects.len(), engine.dialect());
    match write.operation {
        Operation::Insert => {
            let returning: Vec<_> = write
                .returning
                .iter()
                .map(|&column| descriptor.columns[column].name)
                .collect();
            let generated_key = descriptor
                .generated_key()
                .map(|column| descriptor.columns[column].name);
            dialect.insert_batch(
                &InsertShape {
                    table,
                    columns: &columns,
                    returning: &returning,
                    generated_key,
                },
                count,
            )
        }
        Operation::Update => dialect.update_batch(
            &UpdateShape {
                table,
                set: &columns,
                keys: &keys,
            },
            count,
        ),
        Operation::Delete => dialect.delete_batch(&DeleteShape { table, keys: &keys }, count),
    }
}

/// `SELECT .. WHERE key = ?`.
pub(super) fn get(
    engine: &Engine,
    descriptor: &'static ModelDescriptor,
    for_update: bool,
    key: Vec<Value>,
    criteria: Option<Criteria>,
) -> Result<Compiled> {
    if let Some(criteria) = criteria {
        return restricted(engine, get_select(descriptor, for_update, &key), &criteria);
    }
    let kind = if for_update { "get for update" } else { "get" };
    let text = engine
        .texts()
        .get(TextKey::new((descriptor.type_id)(), kind, &[]), || {
            let unknown = vec![Value::Null; descriptor.primary_key.len()];
            let select = get_select(descriptor, for_update, &unknown);
            Ok(only_text(engine.dialect().compile_select(&select)?))
        })?;
    Ok(with_binds(text, descriptor, key))
}

fn get_select(descriptor: &'static ModelDescriptor, for_update: bool, key: &[Value]) -> Select {
    let mut select = entity_select(descriptor);
    for (&column, value) in descriptor.primary_key.iter().zip(key) {
        let column = Expr::column(descriptor.table, descriptor.columns[column].name);
        let value = Expr::Bind(value.clone());
        select.add_filter(Expr::binary(BinaryOperator::Eq, column, value));
    }
    select.lock = for_update.then(|| Lock::new(LockStrength::Update));
    select
}

/// A query with the criteria of a session; found again by its structure.
fn restricted(engine: &Engine, mut select: Select, criteria: &Criteria) -> Result<Compiled> {
    criteria.restrict(&mut select);
    engine.statement_cache().compile(&select, || Ok(()))
}

/// `SELECT .. WHERE column IN (many keys)`.
pub(super) fn by_key(engine: &Engine, rows: ByKey, criteria: Option<Criteria>) -> Result<Compiled> {
    let descriptor = rows.target;
    if let Some(criteria) = criteria {
        let mut select = by_key_select(&rows, Vec::new());
        select.filter = None;
        let operands = by_key_operands(&rows);
        let arrays = rows.into_binds();
        select.add_filter(Expr::InArrays { operands, arrays });
        return restricted(engine, select, &criteria);
    }
    let order = rows.order_by;
    // The order is the relationship's own static data, so its address tells the texts apart.
    let through = rows
        .through
        .map_or(0, |table| std::ptr::from_ref(table) as usize);
    let mark = [usize::MAX, order.as_ptr() as usize, order.len(), through];
    let marks: Vec<usize> = rows.columns.iter().copied().chain(mark).collect();
    let text = engine.texts().get(
        TextKey::new((descriptor.type_id)(), "by key", &marks),
        || {
            let select = by_key_select(&rows, rows.empty_binds());
            Ok(only_text(engine.dialect().compile_select(&select)?))
        },
    )?;
    Ok(with_binds(text, descriptor, rows.into_binds()))
}

/// The columns that hold the keys.
fn by_key_operands(rows: &ByKey) -> Vec<Expr> {
    match rows.through {
        Some(table) => {
            let owner = table.local.columns.iter();
            owner
                .map(|name| Expr::column(table.table, name.clone()))
                .collect()
        }
        None => {
            let columns = rows.columns.iter();
            columns
                .map(|&index| Expr::column(rows.target.table, rows.target.columns[index].name))
                .collect()
        }
    }
}

fn by_key_select(rows: &ByKey, arrays: Vec<Value>) -> Select {
    let operands = by_key_operands(rows);
    let mut select = entity_select(rows.target);
    if let Some(table) = rows.through {
        let owners = operands.iter().cloned().map(Into::into);
        select.items.extend(owners);
        select.joins.push(Join {
            kind: JoinKind::Inner,
            from: FromItem::Table(TableRef::new(table.table)),
            on: Some(table.meets(&table.remote)),
        });
    }
    select.add_filter(Expr::InArrays { operands, arrays });
    let terms = rows.order_by.iter();
    select.order_by = terms
        .map(|term| OrderBy {
            expr: Expr::column(rows.target.table, term.column),
            descending: term.descending,
            nulls: None,
        })
        .collect();
    select
}

fn only_text(compiled: Compiled) -> BatchText {
    BatchText {
        sql: compiled.sql,
        types: [].into(),
        style: BatchStyle::PerRow,
        returning: Returning::Nothing,
        layout: compiled.layout,
    }
}

fn with_binds(
    text: BatchText,
    descriptor: &'static ModelDescriptor,
    binds: Vec<Value>,
) -> Compiled {
    let summary = Summary {
        operation: "SELECT".into(),
        table: Some(descriptor.table.into()),
        reads: true,
    };
    Compiled {
        sql: text.sql,
        binds,
        summary,
        layout: text.layout,
    }
}
