//! The statements of loads: the rows of one relationship, for many parents at once.

use super::by_key::KeyTest;
use super::plan::Step;
use super::source::made_name;
use crate::error::Result;
use crate::mapping::{Criteria, RelationDescriptor, entity_select};
use crate::sql::{
    BinaryOperator, Expr, FromItem, Function, Item, Join, JoinKind, Name, OrderBy, Over, Select,
    TableRef, Window,
};
use crate::types::Value;

/// The column that counts the rows of each parent.
const NUMBER: &str = "row_in_parent";

/// The rows of a relationship, each with the key of its parent: among its own columns, or, where there is a table between
/// the two models, behind them.
struct TargetRows {
    select: Select,
    /// The columns that hold the parent's key, as conditions call them.
    keys: Vec<Expr>,
}

/// All rows of a step that belong to some parent, in no order, whatever their number.
fn target_rows(step: &Step) -> Result<TargetRows> {
    let mut rows = any_rows(step.relation)?;
    for &column in &step.undeferred {
        rows.select.items[column].absent = false;
    }
    if let Some(filter) = step.relation.filter() {
        rows.select.add_filter(filter);
    }
    let criteria = step.criteria.as_deref();
    if let Some(filter) = criteria.and_then(|criteria| criteria.filter.clone()) {
        rows.select.add_filter(filter);
    }
    step.row_criteria().restrict(&mut rows.select);
    Ok(rows)
}

/// All rows of a relationship's target that belong to some parent, in no order.
fn any_rows(relation: &'static RelationDescriptor) -> Result<TargetRows> {
    let (link, target) = (relation.link()?, (relation.target)());
    let mut select = entity_select(target);
    let Some(table) = &link.table else {
        let keys = link.remote.iter();
        let keys = keys.map(|&key| Expr::column(target.table, target.columns[key].name));
        let keys = keys.collect();
        return Ok(TargetRows { select, keys });
    };
    let columns = table.local.columns.iter();
    let keys: Vec<Expr> = columns
        .map(|name| Expr::column(table.table, name.clone()))
        .collect();
    select.items.extend(keys.iter().cloned().map(Item::from));
    select.joins.push(Join {
        kind: JoinKind::Inner,
        from: FromItem::Table(TableRef::new(table.table)),
        on: Some(table.meets(&table.remote)),
    });
    Ok(TargetRows { select, keys })
}

/// The order in which a relationship's rows are loaded.
fn order(relation: &'static RelationDescriptor, criteria: Option<&Criteria>) -> Vec<OrderBy> {
    if let Some(criteria) = criteria.filter(|criteria| !criteria.order_by.is_empty()) {
        return criteria.order_by.clone();
    }
    let target = (relation.target)();
    let terms = relation.order_by.iter();
    terms.map(|term| term.term(target)).collect()
}

/// Numbers the rows of each parent.
fn number(select: &mut Select, keys: &[Expr], mut order: Vec<OrderBy>, step: &Step) {
    if order.is_empty() {
        // Which rows are the first must not change from one time to the next.
        let target = (step.relation.target)();
        let keys = target.primary_key.iter();
        order.extend(
            keys.map(|&key| {
                OrderBy::ascending(Expr::column(target.table, target.columns[key].name))
            }),
        );
    }
    let mut function = Function::known("row_number", Vec::new());
    function.over = Some(Over::Window(Window {
        partition_by: keys.to_vec(),
        order_by: order,
        ..Window::default()
    }));
    select.items.push(Item {
        expr: Expr::Function(Box::new(function)),
        label: Some(NUMBER.into()),
        absent: false,
    });
}

/// The condition that a row is one of those that a limit leaves.
fn within(alias: &Name, criteria: &Criteria) -> Option<Expr> {
    let compare = |operator, bound: u64| {
        let bound = i64::try_from(bound).unwrap_or(i64::MAX);
        let number = Expr::column(alias.clone(), NUMBER);
        Expr::binary(operator, number, Expr::Bind(Value::I64(bound)))
    };
    let offset = criteria.offset.unwrap_or(0);
    let first = (offset > 0).then(|| compare(BinaryOperator::Gt, offset));
    let last = criteria.limit;
    let last = last.map(|limit| compare(BinaryOperator::Le, offset.saturating_add(limit)));
    match (first, last) {
        (Some(first), Some(last)) => Some(first.and(last)),
        (first, last) => first.or(last),
    }
}

/// The query of a step for the parents that `parents` leaves: it is given the columns that hold the parent's key, and gives
/// those that tell the parent.
pub(super) fn step_select(
    step: &Step,
    test: KeyTest,
    parents: impl FnOnce(&mut Select, Vec<Expr>) -> Result<Vec<Expr>>,
) -> Result<Select> {
    let TargetRows { mut select, keys } = target_rows(step)?;
    let keys = parents(&mut select, keys)?;
    let criteria = step.criteria.as_deref();
    let order = order(step.relation, criteria);
    let Some(criteria) = criteria.filter(|criteria| criteria.counts()) else {
        select.order_by = test.order(&keys, order);
        return Ok(select);
    };
    let width = select.items.len();
    name_keys(&mut select, step.relation);
    number(&mut select, &keys, order, step);
    let alias = made_name((step.relation.target)().table, 0);
    let column = |name: Name| Expr::column(alias.clone(), name);
    let items = select.items.iter().take(width);
    let items = items.filter_map(|item| Some((item.name()?.clone(), item.absent)));
    Ok(Select {
        items: items
            .map(|(name, absent)| Item {
                absent,
                ..column(name).into()
            })
            .collect(),
        filter: within(&alias, criteria),
        order_by: vec![OrderBy::ascending(column(NUMBER.into()))],
        from: vec![FromItem::Subquery {
            select: Box::new(select),
            alias: alias.clone(),
            lateral: false,
        }],
        ..Default::default()
    })
}

/// Gives the columns behind those of the target names that no column of the target has.
fn name_keys(select: &mut Select, relation: &'static RelationDescriptor) {
    let width = (relation.target)().columns.len();
    for (index, item) in select.items.iter_mut().skip(width).enumerate() {
        item.label = Some(parent_key(index));
    }
}

fn parent_key(index: usize) -> Name {
    format!("parent_key_{index}").into()
}

/// The rows of a step as a part of FROM, under a name, with the condition on which they belong to a parent's row whose
/// columns are these, and their order.
pub(super) struct Joined {
    pub(super) from: FromItem,
    pub(super) on: Expr,
    pub(super) order: Vec<OrderBy>,
}

/// A step whose criteria make a query of its own of its rows.
pub(super) fn joined_subquery(
    step: &Step,
    criteria: &Criteria,
    alias: &Name,
    parent: &[Expr],
) -> Result<Joined> {
    let relation = step.relation;
    let TargetRows { mut select, keys } = target_rows(step)?;
    name_keys(&mut select, relation);
    let numbered = criteria.counts() || !criteria.order_by.is_empty();
    if numbered {
        number(&mut select, &keys, order(relation, Some(criteria)), step);
    }
    let (link, target) = (relation.link()?, (relation.target)());
    let pairs: Vec<(Name, usize)> = match &link.table {
        Some(table) => {
            let keys = table.local.keys.iter().enumerate();
            keys.map(|(index, &local)| (parent_key(index), local))
                .collect()
        }
        None => {
            let pairs = link.remote.iter().zip(&link.local);
            pairs
                .map(|(&remote, &local)| (target.columns[remote].name.into(), local))
                .collect()
        }
    };
    let model = (relation.model)();
    let on = pairs
        .into_iter()
        .map(|(name, local)| {
            let key = Expr::column(alias.clone(), name);
            let sql_type = model.columns[local].sql_type;
            match sql_type.is_textual() {
                true => relation.meets(parent[local].clone(), key, sql_type),
                false => Expr::binary(BinaryOperator::Eq, key, parent[local].clone()),
            }
        })
        .fold(Expr::constant(true), Expr::and);
    let order = match numbered {
        true => vec![OrderBy::ascending(Expr::column(alias.clone(), NUMBER))],
        false => named_order(relation, alias),
    };
    Ok(Joined {
        on: match within(alias, criteria) {
            Some(within) => on.and(within),
            None => on,
        },
        from: FromItem::Subquery {
            select: Box::new(select),
            alias: alias.clone(),
            lateral: false,
        },
        order,
    })
}

/// The relationship's own order, its target being a query of all its columns.
fn named_order(relation: &'static RelationDescriptor, alias: &Name) -> Vec<OrderBy> {
    let terms = relation.order_by.iter();
    terms
        .map(|term| OrderBy {
            expr: Expr::column(alias.clone(), term.column),
            descending: term.descending,
            nulls: None,
        })
        .collect()
}
