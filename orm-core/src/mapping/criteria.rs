//! Conditions that hold for a model wherever a statement reads it.

use std::sync::Arc;

use super::{Model, ModelDescriptor, entity_select};
use crate::sql::{
    Condition, Expr, FromItem, Join, JoinKind, Name, Rewrite, Select, Statement, TableRef,
};

/// A condition on the rows of a model.
#[derive(Debug, Clone)]
struct Criterion {
    model: &'static ModelDescriptor,
    condition: Expr,
}

/// Conditions that are added to a statement, for each place where it reads one of their models: those of a session, and
/// those given with one query.
#[derive(Debug, Clone, Default)]
pub struct ModelCriteria(Option<Arc<Vec<Criterion>>>);

impl ModelCriteria {
    /// None.
    pub(crate) const NONE: Self = Self(None);

    /// Adds a condition on the rows of a model.
    pub(crate) fn add<M: Model>(&mut self, condition: impl Condition) {
        Arc::make_mut(self.0.get_or_insert_default()).push(Criterion {
            model: M::descriptor(),
            condition: condition.into_condition(),
        });
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// These, and those.
    pub(crate) fn and(&self, others: &Self) -> Self {
        match (&self.0, &others.0) {
            (_, None) => self.clone(),
            (None, _) => others.clone(),
            (Some(these), Some(those)) => {
                let all = these.iter().chain(those.iter()).cloned();
                Self(Some(Arc::new(all.collect())))
            }
        }
    }

    /// Whether they came with the same query.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }

    fn all(&self) -> &[Criterion] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Whether there is one on this table.
    pub(crate) fn concern(&self, table: &str) -> bool {
        self.all().iter().any(|it| it.model.table == table)
    }

    /// What they say of the rows of a model.
    pub(crate) fn condition(&self, model: &ModelDescriptor) -> Option<Expr> {
        let all = self.on(&TableRef::new(model.table)).into_iter();
        all.reduce(Expr::and)
    }

    /// Adds them to a query, and to the queries in it.
    pub(crate) fn restrict(&self, select: &mut Select) {
        select.rewrite(&mut Restrict(self));
    }

    /// Adds them to a statement that reads or changes rows.
    pub(crate) fn restrict_statement(&self, statement: &mut Statement) {
        statement.rewrite(&mut Restrict(self));
        let (table, sources, joins, filter) = match statement {
            Statement::Update(update) => (
                &update.table,
                &update.from,
                &mut update.joins,
                &mut update.filter,
            ),
            Statement::Delete(delete) => (
                &delete.table,
                &delete.using,
                &mut delete.joins,
                &mut delete.filter,
            ),
            _ => return,
        };
        let mut conditions = self.on(table);
        for source in sources {
            conditions.extend(self.on_source(source));
        }
        self.restrict_joins(joins, &mut conditions);
        for condition in conditions {
            *filter = Some(match filter.take() {
                Some(others) => others.and(condition),
                None => condition,
            });
        }
    }

    /// The conditions on a table, by the name that it has in the statement.
    fn on(&self, table: &TableRef) -> Vec<Expr> {
        let known =
            |criterion: &&Criterion| table.schema.is_none() && criterion.model.table == table.name;
        let here = self.all().iter().filter(known);
        here.map(|criterion| {
            let condition = criterion.condition.clone();
            condition.renamed(criterion.model.table, table.label())
        })
        .collect()
    }

    fn on_source(&self, source: &FromItem) -> Vec<Expr> {
        match source {
            FromItem::Table(table) => self.on(table),
            _ => Vec::new(),
        }
    }

    /// Adds them to tables that were joined to a query, inner or left.
    pub(crate) fn restrict_joined(&self, joins: &mut [Join]) {
        self.restrict_joins(joins, &mut Vec::new());
    }

    /// Puts conditions on joined tables where they leave the other rows alone.
    fn restrict_joins(&self, joins: &mut [Join], conditions: &mut Vec<Expr>) {
        for join in joins {
            let here = self.on_source(&join.from);
            match (&mut join.on, join.kind) {
                (Some(on), JoinKind::Inner | JoinKind::Left) => {
                    for condition in here {
                        let others = std::mem::replace(on, Expr::constant(true));
                        *on = others.and(condition);
                    }
                }
                _ => conditions.extend(here),
            }
        }
    }

    /// Reads a table by way of a query that has the conditions: for joins that keep rows without a partner on the left.
    fn wrap(&self, source: &mut FromItem) {
        let FromItem::Table(table) = source else {
            return;
        };
        let alias = table.label().clone();
        let inner = TableRef::new(table.name.clone());
        let Some(criterion) = self.all().iter().find(|it| it.model.table == table.name) else {
            return;
        };
        let mut select = entity_select(criterion.model);
        select.items.retain(|item| item.label.is_none());
        for condition in self.on(&inner) {
            select.add_filter(condition);
        }
        *source = FromItem::Subquery {
            select: Box::new(select),
            alias,
            lateral: false,
        };
    }
}

/// The walk that adds criteria.
struct Restrict<'a>(&'a ModelCriteria);

impl Rewrite for Restrict<'_> {
    fn select(&mut self, select: &mut Select) {
        let shadowed = |name: &Name| select.with.iter().any(|cte| cte.name == *name);
        if self
            .0
            .all()
            .iter()
            .any(|it| shadowed(&Name::Borrowed(it.model.table)))
        {
            // A common table expression has the table's name, and the criteria of what it reads itself.
            return;
        }
        let keeps_left = |join: &Join| matches!(join.kind, JoinKind::Right | JoinKind::Full);
        if select.joins.iter().any(keeps_left) {
            let joined = select.joins.iter_mut().map(|join| &mut join.from);
            select
                .from
                .iter_mut()
                .chain(joined)
                .for_each(|source| self.0.wrap(source));
            return;
        }
        let mut conditions = Vec::new();
        for source in &select.from {
            conditions.extend(self.0.on_source(source));
        }
        self.0.restrict_joins(&mut select.joins, &mut conditions);
        for condition in conditions {
            select.add_filter(condition);
        }
    }
}
