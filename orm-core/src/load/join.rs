//! Relationships whose rows come with those of their parents: joins in the parents' own query.

use std::sync::Arc;

use super::columns::Equal;
use super::plan::{Plan, Step};
use super::source::{Source, counts_rows, is_combined, made_name, wrap};
use super::statement::joined_subquery;
use crate::dialect::{Compiled, StatementCache};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Link, RelationDescriptor, Strategy, compile_select, refers};
use crate::sql::{BinaryOperator, Expr, FromItem, Item, Join, JoinKind, Name, Select, TableRef};
use crate::types::{Layout, Value};

/// A relationship whose rows stand in the rows of a query.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) step: Step,
    /// The branch that the parents stand in; `None` for the objects of the query itself.
    pub(crate) parent: Option<usize>,
    /// Which of the objects in a row, where the parents are objects of the query itself.
    pub(crate) entity: usize,
    /// Where its columns begin.
    pub(crate) offset: usize,
    /// The column that tells the parent, where the statement leaves it out: it is the parent's key.
    pub(crate) equal: Option<Equal>,
    /// Whether an object belongs to one object only, and that again, up to those of the query itself.
    pub(crate) sole: bool,
    /// Whether an object stands in one row only.
    pub(crate) once: bool,
}

/// The branches of a query.
#[derive(Debug, Default)]
pub(crate) struct Branches {
    pub(crate) list: Vec<Branch>,
    /// Whether its own objects may stand in several rows because of them.
    pub(crate) repeats: bool,
    /// How the columns lie in its rows, where some are left out.
    pub(crate) layout: Option<Arc<Layout>>,
}

impl Branches {
    /// The query's text. Who reads the rows knows the branches, and so what the rows lack.
    ///
    /// # Errors
    /// As [`compile_select`].
    pub(crate) fn compile(
        &self,
        cache: &StatementCache,
        select: &Select,
        binds: &[(Name, Value)],
    ) -> Result<Compiled> {
        let mut compiled = compile_select(cache, select, binds)?;
        if !self.list.is_empty() {
            compiled.layout = None;
        }
        Ok(compiled)
    }
}

/// Joins to a query what the plans of its objects load by joins; `entities` are the places where those begin.
///
/// # Errors
/// `InvalidQuery` when a relationship is to be joined without end, or from a join that is not there.
pub(crate) fn join_branches(select: &mut Select, entities: &[(usize, &Plan)]) -> Result<Branches> {
    let mut list = Vec::new();
    for (entity, (_, plan)) in entities.iter().enumerate() {
        collect(&mut list, plan, None, entity)?;
    }
    if list.is_empty() {
        return Ok(Branches::default());
    }
    let missing: Vec<bool> = entities
        .iter()
        .map(|&(offset, _)| may_be_missing(select, offset))
        .collect();
    let multiplies = |branch: &Branch| branch.step.relation.is_many() && !branch.step.single();
    let added = |branch: &Branch| branch.step.strategy != Strategy::FromJoin;
    let limited = counts_rows(select) && list.iter().any(|it| multiplies(it) && added(it));
    if limited || (is_combined(select) && list.iter().any(added)) {
        *select = wrap(std::mem::take(select), 0);
    }
    let repeats = list.iter().any(multiplies);
    let distinct = has_each_once(select, entities);
    for index in 0..list.len() {
        let above = list[index].parent;
        let sole = above.is_none_or(|above: usize| list[above].sole);
        list[index].sole = sole && list[index].step.is_of_one()?;
        let way = std::iter::successors(Some(index), |&branch| list[branch].parent);
        let way: Vec<usize> = way.collect();
        let mut once = distinct && list[index].sole;
        for (beside, branch) in list.iter().enumerate() {
            once &= way.contains(&beside) || branch.step.is_at_most_one()?;
        }
        list[index].once = once;
    }
    if let Some(lock) = &mut select.lock
        && lock.of.is_empty()
    {
        // The other side of an outer join cannot be locked.
        let first = select.from.first().map(|from| from.label().clone());
        lock.of.extend(first);
    }
    let mut optional = vec![false; list.len()];
    for index in 0..list.len() {
        let (parent, offset) = match list[index].parent {
            Some(parent) => (optional[parent], list[parent].offset),
            None => {
                let entity = list[index].entity;
                (missing[entity], entities[entity].0)
            }
        };
        optional[index] = attach(select, &mut list[index], offset, parent, index + 1)?;
    }
    let layout = select.items.iter().any(|item| item.absent);
    let layout = layout.then(|| Layout::of(select.items.iter().map(|item| item.absent)));
    Ok(Branches {
        list,
        repeats,
        layout,
    })
}

/// Whether the rows of a query are those of one table, each once.
fn has_each_once(select: &Select, entities: &[(usize, &Plan)]) -> bool {
    match (select.from.as_slice(), entities) {
        ([FromItem::Table(table)], [(_, plan)]) => {
            select.with.is_empty() && select.joins.is_empty() && table.name == plan.model().table
        }
        _ => false,
    }
}

fn collect(
    list: &mut Vec<Branch>,
    plan: &Plan,
    parent: Option<usize>,
    entity: usize,
) -> Result<()> {
    for step in plan.steps()? {
        if !step.strategy.is_joined() {
            continue;
        }
        if step.to_end {
            return Err(refused(
                &step,
                "is to be joined again and again without end; say how often with .recursive(..), or load it by .select_in()",
            ));
        }
        let nested = step.plan.clone();
        list.push(Branch {
            step,
            parent,
            entity,
            offset: 0,
            equal: None,
            sole: false,
            once: false,
        });
        let here = list.len() - 1;
        collect(list, &nested, Some(here), entity)?;
    }
    Ok(())
}

#[cold]
fn refused(step: &Step, what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidQuery,
        format!("{:?} {what}", step.relation),
    )
    .with_table((step.relation.model)().table)
}

impl Step {
    /// Whether a parent has at most one, as its criteria say.
    fn single(&self) -> bool {
        let limit = self.criteria.as_ref().and_then(|criteria| criteria.limit);
        limit.is_some_and(|limit| limit <= 1)
    }

    /// Whether a parent has at most one for sure: a limit says so, or it holds the other's key.
    fn is_at_most_one(&self) -> Result<bool> {
        let (relation, link) = (self.relation, self.relation.link()?);
        let key = (relation.target)().primary_key;
        let holds_key =
            relation.owns_key() && key.iter().all(|column| link.remote.contains(column));
        Ok(self.single() || holds_key)
    }

    /// Whether an object belongs to one parent only: its foreign key is the parent's key.
    fn is_of_one(&self) -> Result<bool> {
        let (relation, link) = (self.relation, self.relation.link()?);
        let key = (relation.model)().primary_key;
        Ok(self.strategy != Strategy::FromJoin
            && !relation.owns_key()
            && link.table.is_none()
            && key.len() == link.local.len()
            && key.iter().all(|column| link.local.contains(column)))
    }

    /// The foreign key, by its place among the target's columns, where it need not be read since it is the parent's key; and
    /// the place of that. Only integers: what else is equal need not be the same.
    fn told_by_parent(&self) -> Result<Option<Equal>> {
        let (model, target) = ((self.relation.model)(), (self.relation.target)());
        let link = self.relation.link()?;
        let (&[column], &[to]) = (link.remote.as_slice(), link.local.as_slice()) else {
            return Ok(None);
        };
        let (own, parents) = (&target.columns[column], &model.columns[to]);
        let told = self.is_of_one()?
            && own.sql_type == parents.sql_type
            && own.sql_type.is_integer()
            // Without a key there is no child.
            && !target.primary_key.contains(&column)
            && !own.deferred;
        Ok(told.then_some(Equal { column, to }))
    }

    /// Whether every parent's row has a match for sure.
    fn always(&self) -> Result<bool> {
        let relation = self.relation;
        let model = (relation.model)();
        Ok(relation.owns_key()
            && self.criteria.is_none()
            && relation.options.filter.is_none()
            && !self.is_restricted()?
            && !relation.options.view_only
            && relation
                .link()?
                .local
                .iter()
                .all(|&column| !model.columns[column].nullable))
    }
}

/// Joins one branch; whether its columns may be NULL because nothing was found.
fn attach(
    select: &mut Select,
    branch: &mut Branch,
    parent: usize,
    parent_optional: bool,
    number: usize,
) -> Result<bool> {
    let step = &branch.step;
    let relation = step.relation;
    let (model, target) = ((relation.model)(), (relation.target)());
    let offset = select.items.len();
    let told = step.told_by_parent()?;
    branch.offset = offset;
    branch.equal = told.map(|Equal { column, to }| Equal {
        column: offset + column,
        to: parent + to,
    });
    let kind = match step.strategy {
        // What is not there has no match either, and nothing further up is to be lost with it.
        _ if parent_optional => JoinKind::Left,
        Strategy::InnerJoined => JoinKind::Inner,
        _ if step.always()? => JoinKind::Inner,
        _ => JoinKind::Left,
    };
    // Of the table itself, not of what calls its columns by the same names.
    let columns = |alias: &Name, own: bool| {
        let columns = target.columns.iter().enumerate();
        let columns = columns.map(|(index, column)| Item {
            expr: match own {
                true => column.expr_of(target.table, alias),
                false => Expr::column(alias.clone(), column.name),
            },
            label: None,
            absent: (column.deferred && !step.undeferred.contains(&index))
                || told.is_some_and(|told| told.column == index),
        });
        columns.collect::<Vec<_>>()
    };
    if step.strategy == Strategy::FromJoin {
        let alias = step.joined_as.clone().unwrap_or(target.table.into());
        if !select.sources().any(|source| *source == alias) {
            return Err(refused(
                step,
                &format!(
                    "is to be loaded from a join of {alias}, which the query does not have; add .join(..)"
                ),
            ));
        }
        let own = is_table(select, &alias, target.table);
        select.items.extend(columns(&alias, own));
        return Ok(true);
    }
    let alias = made_name(target.table, 100 * number);
    let parent = Source::columns(select, parent, model);
    let joins = select.joins.len();
    let order = match (step.criteria.as_deref(), relation.link()?) {
        (Some(criteria), _) => {
            let joined = joined_subquery(step, criteria, &alias, &parent)?;
            select.joins.push(Join {
                kind,
                from: joined.from,
                on: Some(joined.on),
            });
            joined.order
        }
        (None, link) => {
            let on = join_plain(select, kind, (relation, link), &parent, &alias, number);
            select.joins.push(Join {
                kind,
                from: FromItem::Table(TableRef::new(target.table).alias(alias.clone())),
                on: Some(relation.filtered_as(on, &alias)),
            });
            step.row_criteria()
                .restrict_joined(&mut select.joins[joins..]);
            let terms = relation.order_by.iter();
            terms.map(|term| term.term_of(target, &alias)).collect()
        }
    };
    select
        .items
        .extend(columns(&alias, step.criteria.is_none()));
    if relation.is_many() {
        select.order_by.extend(order);
    }
    Ok(kind == JoinKind::Left)
}

/// Whether rows of a query may lack the object whose columns begin at `offset`, because of an outer join of its own.
fn may_be_missing(select: &Select, offset: usize) -> bool {
    let label = select
        .items
        .iter()
        .skip(offset)
        .find_map(|item| match &item.expr {
            Expr::Column(column) => column.table.as_ref(),
            _ => None,
        });
    select.joins.iter().any(|join| match join.kind {
        JoinKind::Left => label == Some(join.from.label()),
        JoinKind::Right | JoinKind::Full => true,
        JoinKind::Inner | JoinKind::Cross => false,
    })
}

/// Whether a name that a query reads from is that of a table.
fn is_table(select: &Select, label: &Name, table: &str) -> bool {
    let joined = select.joins.iter().map(|join| &join.from);
    let mut sources = select.from.iter().chain(joined);
    sources.any(|source| match source {
        FromItem::Table(known) => known.label() == label && known.name == table,
        _ => false,
    })
}

/// Joins the table between the two models, where there is one; the condition for the target's rows.
fn join_plain(
    select: &mut Select,
    kind: JoinKind,
    (relation, link): (&RelationDescriptor, &Link),
    parent: &[Expr],
    alias: &Name,
    number: usize,
) -> Expr {
    let target = (relation.target)();
    let Some(table) = &link.table else {
        let pairs = link.local.iter().zip(&link.remote);
        return pairs
            .map(|(&local, &remote)| {
                let remote = &target.columns[remote];
                let sql_type = remote.sql_type;
                let remote = Expr::column(alias.clone(), remote.name);
                match sql_type.is_textual() {
                    true => relation.meets(parent[local].clone(), remote, sql_type),
                    false => Expr::binary(BinaryOperator::Eq, remote, parent[local].clone()),
                }
            })
            .fold(Expr::constant(true), Expr::and);
    };
    let between = made_name(table.table, 100 * number + 1);
    let pairs = table.local.columns.iter().zip(table.local.keys);
    let on = pairs
        .map(|(column, &key)| {
            let column = Expr::column(between.clone(), column.clone());
            let sql_type = table.local.model.columns[key].sql_type;
            refers(column, parent[key].clone(), sql_type)
        })
        .fold(Expr::constant(true), Expr::and);
    select.joins.push(Join {
        kind,
        from: FromItem::Table(TableRef::new(table.table).alias(between.clone())),
        on: Some(on),
    });
    table.remote.meets(&between, alias)
}
