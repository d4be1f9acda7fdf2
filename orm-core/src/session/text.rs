//! The texts of the statements that a session sends again and again; compiled once for an engine.

use crate::dialect::{
    BatchStyle, BatchText, Compiled, DeleteShape, InsertShape, Returning, Summary, UpdateShape,
};
use crate::engine::{Engine, TextKey};
use crate::error::Result;
use crate::load::{ByKey, KeyTest};
use crate::mapping::{LinkEnd, ModelCriteria, ModelDescriptor, entity_select};
use crate::sql::{
    BinaryOperator, Delete, Expr, FromItem, Join, JoinKind, Lock, LockStrength, Select, Statement,
    TableRef,
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
    let many = write.objects.len() > 1 && !write.in_turn;
    let silent = write.returning.is_empty();
    let kind = match (write.operation, many) {
        (Operation::Insert, false) if silent => "insert one, nothing back",
        (Operation::Insert, true) if silent => "insert many, nothing back",
        (Operation::Insert, false) => "insert one",
        (Operation::Insert, true) => "insert many",
        (Operation::Update, false) => "update one",
        (Operation::Update, true) => "update many",
        (Operation::Delete, false) => "delete one",
        (Operation::Delete, true) => "delete many",
    };
    if !write.guard.is_empty() {
        return guarded(engine, write, kind);
    }
    let key = TextKey::new((write.descriptor.type_id)(), kind, &write.columns);
    engine.texts().get(key, || compile_batch(engine, write))
}

/// The text of a batch that finds its rows by old values too.
#[cold]
fn guarded(engine: &Engine, write: &Write, kind: &'static str) -> Result<BatchText> {
    let columns = [&write.columns[..], &[usize::MAX], &write.guard].concat();
    let key = TextKey::new((write.descriptor.type_id)(), kind, &columns);
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
        let shape = DeleteShape {
            table,
            keys,
            guard: &[],
        };
        dialect.delete_batch(&shape, count)
    })
}

/// The text of a batch that takes pairs away by the keys of their ends as those compare them; compiled each time, as few
/// are sent.
pub(super) fn unlink(engine: &Engine, write: &LinkWrite, ends: &[&LinkEnd]) -> Result<BatchText> {
    let table = write.table.table;
    let meets = |end: &&LinkEnd| {
        let keys = end.keys.iter();
        let asked = keys.map(|&key| {
            let key = Expr::column(end.model.table, end.model.columns[key].name);
            Expr::binary(BinaryOperator::Eq, key, Expr::Bind(Value::Null))
        });
        let asked = asked.fold(Expr::constant(true), Expr::and);
        let mut select = Select {
            items: vec![Expr::constant(true).into()],
            from: vec![FromItem::Table(TableRef::new(end.model.table))],
            ..Select::default()
        };
        select.add_filter(asked);
        select.add_filter(end.meets(&table.into(), &end.model.table.into()));
        Expr::Exists(Box::new(select))
    };
    let delete = Delete {
        filter: ends.iter().map(meets).reduce(Expr::and),
        ..Delete::new(TableRef::new(table))
    };
    let compiled = engine.dialect().compile(&Statement::Delete(delete))?;
    let columns = write.columns();
    Ok(BatchText {
        columns: columns.iter().map(|(name, _)| (*name).into()).collect(),
        types: columns.iter().map(|(_, sql_type)| *sql_type).collect(),
        ..only_text(compiled)
    })
}

/// The text of an update of rows by key, and by version where it is guarded.
pub(super) fn update(
    engine: &Engine,
    model: &'static ModelDescriptor,
    columns: &[usize],
    guarded: bool,
    many: bool,
) -> Result<BatchText> {
    let kind = match (guarded, many) {
        (false, false) => "update one by key",
        (false, true) => "update many by key",
        (true, false) => "update one by key and version",
        (true, true) => "update many by key and version",
    };
    let key = TextKey::new((model.type_id)(), kind, columns);
    engine.texts().get(key, || {
        let guard = model.guard();
        let keys = match guarded {
            true => &guard,
            false => model.primary_key,
        };
        let shape = UpdateShape {
            table: model.table,
            set: &typed(model, columns),
            keys: &typed(model, keys),
            guard: &[],
            returning: &[],
        };
        engine.dialect().update_batch(&shape, usize::from(many) + 1)
    })
}

fn typed(descriptor: &'static ModelDescriptor, columns: &[usize]) -> Vec<(&'static str, SqlType)> {
    let columns = columns.iter().map(|&column| &descriptor.columns[column]);
    columns.map(|it| (it.name, it.sql_type)).collect()
}

fn compile_batch(engine: &Engine, write: &Write) -> Result<BatchText> {
    let descriptor = write.descriptor;
    let (columns, keys) = (
        typed(descriptor, &write.columns),
        typed(descriptor, &descriptor.guard()),
    );
    let guard = typed(descriptor, &write.guard);
    let (table, dialect) = (descriptor.table, engine.dialect());
    // Rows that are written one after the other have the text of one.
    let count = if write.in_turn {
        1
    } else {
        write.objects.len()
    };
    let returning = write.returning.iter();
    let returning: Vec<_> = returning
        .map(|&column| descriptor.columns[column].name)
        .collect();
    match write.operation {
        Operation::Insert => {
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
                guard: &guard,
                returning: &returning,
            },
            count,
        ),
        Operation::Delete => {
            let shape = DeleteShape {
                table,
                keys: &keys,
                guard: &guard,
            };
            dialect.delete_batch(&shape, count)
        }
    }
}

/// `SELECT .. WHERE key = ?`.
pub(super) fn get(
    engine: &Engine,
    descriptor: &'static ModelDescriptor,
    for_update: bool,
    key: Vec<Value>,
    criteria: Option<ModelCriteria>,
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
fn restricted(engine: &Engine, mut select: Select, criteria: &ModelCriteria) -> Result<Compiled> {
    criteria.restrict(&mut select);
    engine.statement_cache().compile(&select, || Ok(()))
}

/// `SELECT .. WHERE column IN (many keys)`, or what says the same of these keys.
pub(super) fn by_key(engine: &Engine, mut rows: ByKey) -> Result<Compiled> {
    let descriptor = rows.target;
    let (test, binds) = rows.take_test();
    let kind = match test {
        KeyTest::One => "by one key",
        KeyTest::Range => "by keys without a gap",
        KeyTest::List => "by keys",
    };
    let order = rows.order_by;
    // The order is the relationship's own static data, so its address tells the texts apart.
    let through = rows
        .through
        .map_or(0, |table| std::ptr::from_ref(table) as usize);
    let mark = [usize::MAX, order.as_ptr() as usize, order.len(), through];
    let marks: Vec<usize> = rows.columns.iter().copied().chain(mark).collect();
    let text = engine
        .texts()
        .get(TextKey::new((descriptor.type_id)(), kind, &marks), || {
            let column = |name: &'static str| Expr::column(descriptor.table, name);
            let mut select = entity_select(descriptor);
            let mut operands: Vec<Expr> = rows
                .columns
                .iter()
                .map(|&index| column(descriptor.columns[index].name))
                .collect();
            if let Some(table) = rows.through {
                let owner = table.local.columns.iter();
                operands = owner
                    .map(|name| Expr::column(table.table, name.clone()))
                    .collect();
                select
                    .items
                    .extend(operands.iter().cloned().map(Into::into));
                select.joins.push(Join {
                    kind: JoinKind::Inner,
                    from: FromItem::Table(TableRef::new(table.table)),
                    on: Some(table.meets(&table.remote)),
                });
            }
            let terms = order.iter().map(|term| term.term(descriptor)).collect();
            select.order_by = test.order(&operands, terms);
            select.add_filter(test.condition(operands, binds.clone()));
            Ok(only_text(engine.dialect().compile_select(&select)?))
        })?;
    Ok(with_binds(text, descriptor, binds))
}

fn only_text(compiled: Compiled) -> BatchText {
    BatchText {
        sql: compiled.sql,
        columns: [].into(),
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
