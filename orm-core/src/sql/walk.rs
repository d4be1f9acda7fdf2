//! One walk over a statement, at every depth, in an order that depends on its structure alone.

use super::visit::Part;
use super::{
    ConflictAction, ConflictTarget, Cte, Delete, Distinct, Expr, FromItem, Insert, InsertSource,
    Item, Join, Name, OnConflict, Select, Statement, Text, Update,
};
use crate::types::Value;

/// What is met on the way.
pub(crate) enum Met<'a> {
    /// A value; each is met once.
    Value(&'a Value),
    /// A query, before what stands in it.
    Query(&'a Select),
    /// The name by which columns call a table, or whatever else rows are read from.
    Source(&'a Name),
}

/// Hands over the values, queries and names of a statement, one by one.
pub(crate) struct Walk<'a, 'f>(pub(crate) &'f mut dyn FnMut(Met<'a>));

impl<'a> Walk<'a, '_> {
    pub(crate) fn statement(&mut self, statement: &'a Statement) {
        match statement {
            Statement::Select(select) => self.select(select),
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            Statement::Text(text) => self.text(text),
        }
    }

    pub(crate) fn select(&mut self, select: &'a Select) {
        self.meet(Met::Query(select));
        self.with(&select.with);
        if let Some(set) = &select.set {
            set.operands.iter().for_each(|operand| self.select(operand));
        }
        if let Distinct::On(terms) = &select.distinct {
            self.exprs(terms);
        }
        self.items(&select.items);
        self.sources(&select.from, &select.joins);
        self.exprs(&select.filter);
        self.exprs(&select.group_by);
        self.exprs(&select.having);
        for (_, window) in &select.windows {
            window.parts(&mut |part| self.part(part));
        }
        self.exprs(select.order_by.iter().map(|term| &term.expr));
    }

    pub(crate) fn text(&mut self, text: &'a Text) {
        text.values().for_each(|value| self.meet(Met::Value(value)));
    }

    fn meet(&mut self, met: Met<'a>) {
        (self.0)(met);
    }

    fn insert(&mut self, insert: &'a Insert) {
        self.with(&insert.with);
        self.meet(Met::Source(insert.table.label()));
        match &insert.source {
            InsertSource::Defaults => {}
            InsertSource::Rows(rows) => rows.iter().for_each(|row| self.exprs(row)),
            InsertSource::Select(select) => self.select(select),
        }
        if let Some(on_conflict) = &insert.on_conflict {
            self.on_conflict(on_conflict);
        }
        self.items(&insert.returning);
    }

    fn on_conflict(&mut self, on_conflict: &'a OnConflict) {
        if let ConflictTarget::Columns {
            filter: Some(filter),
            ..
        } = &on_conflict.target
        {
            self.expr(filter);
        }
        if let ConflictAction::Update { set, filter } = &on_conflict.action {
            self.exprs(set.iter().map(|(_, value)| value));
            self.exprs(filter);
        }
    }

    fn update(&mut self, update: &'a Update) {
        self.with(&update.with);
        self.meet(Met::Source(update.table.label()));
        self.exprs(update.set.iter().map(|(_, value)| value));
        self.sources(&update.from, &update.joins);
        self.exprs(&update.filter);
        self.items(&update.returning);
    }

    fn delete(&mut self, delete: &'a Delete) {
        self.with(&delete.with);
        self.meet(Met::Source(delete.table.label()));
        self.sources(&delete.using, &delete.joins);
        self.exprs(&delete.filter);
        self.items(&delete.returning);
    }

    fn with(&mut self, with: &'a [Cte]) {
        for cte in with {
            self.meet(Met::Source(&cte.name));
            self.statement(&cte.statement);
        }
    }

    fn items(&mut self, items: &'a [Item]) {
        self.exprs(items.iter().map(|item| &item.expr));
    }

    fn sources(&mut self, from: &'a [FromItem], joins: &'a [Join]) {
        from.iter().for_each(|from| self.source(from));
        for join in joins {
            self.source(&join.from);
            self.exprs(&join.on);
        }
    }

    pub(super) fn source(&mut self, from: &'a FromItem) {
        self.meet(Met::Source(from.label()));
        match from {
            FromItem::Table(_) => {}
            FromItem::Subquery { select, .. } => self.select(select),
            FromItem::Values { rows, .. } => rows.iter().for_each(|row| self.exprs(row)),
            FromItem::Text { text, .. } => self.text(text),
            FromItem::Function { function, .. } => function.parts(&mut |part| self.part(part)),
        }
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn part(&mut self, part: Part<'a>) {
        match part {
            Part::Expr(expr) => self.expr(expr),
            Part::Select(select) => self.select(select),
        }
    }

    pub(super) fn expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Bind(value) => self.meet(Met::Value(value)),
            Expr::Parameter(parameter) => {
                let values = parameter.value.iter();
                values.for_each(|value| self.meet(Met::Value(value)));
            }
            Expr::Named(text) => self.text(text),
            Expr::InArrays { operands, arrays } => {
                self.exprs(operands);
                arrays.iter().for_each(|value| self.meet(Met::Value(value)));
            }
            Expr::Column(_) | Expr::Literal(_) => {}
            Expr::Binary(_, operands) => {
                let (left, right) = &**operands;
                self.expr(left);
                self.expr(right);
            }
            Expr::And(terms) | Expr::Or(terms) => self.exprs(terms),
            other => other.parts(&mut |part| self.part(part)),
        }
    }
}
