//! The values of a statement, each once, in an order that depends on its structure alone.

use super::visit::Part;
use super::{
    ConflictAction, ConflictTarget, Cte, Delete, Distinct, Expr, FromItem, Insert, InsertSource,
    Item, Join, OnConflict, Select, Statement, Text, Update,
};
use crate::types::Value;

/// Takes the values of a statement, one by one.
pub(crate) struct Binds<'a, 'f>(pub(crate) &'f mut dyn FnMut(&'a Value));

impl<'a> Binds<'a, '_> {
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
        text.values().for_each(&mut *self.0);
    }

    fn insert(&mut self, insert: &'a Insert) {
        self.with(&insert.with);
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
        self.exprs(update.set.iter().map(|(_, value)| value));
        self.sources(&update.from, &update.joins);
        self.exprs(&update.filter);
        self.items(&update.returning);
    }

    fn delete(&mut self, delete: &'a Delete) {
        self.with(&delete.with);
        self.sources(&delete.using, &delete.joins);
        self.exprs(&delete.filter);
        self.items(&delete.returning);
    }

    fn with(&mut self, with: &'a [Cte]) {
        with.iter().for_each(|cte| self.statement(&cte.statement));
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

    fn source(&mut self, from: &'a FromItem) {
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

    fn expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Bind(value) => (self.0)(value),
            Expr::Parameter(parameter) => parameter.value.iter().for_each(&mut *self.0),
            Expr::Named(text) => self.text(text),
            Expr::InArrays { operands, arrays } => {
                self.exprs(operands);
                arrays.iter().for_each(&mut *self.0);
            }
            other => other.parts(&mut |part| self.part(part)),
        }
    }
}
