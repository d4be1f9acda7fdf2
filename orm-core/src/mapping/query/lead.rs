//! The models whose columns a query begins with, and how they become columns like any other.

use std::borrow::Cow;

use super::super::ModelDescriptor;
use super::Body;
use crate::sql::{self, Expr, Item, Lead, Led, Name};

impl Lead for ModelDescriptor {
    fn table(&self) -> &'static str {
        self.table
    }

    fn column(&self, position: usize) -> Option<&'static str> {
        self.columns.get(position).map(|column| column.name)
    }
}

/// All columns of a model, by name and in the descriptor's order: never `*`, whose meaning changes with the table.
pub(in crate::mapping) fn model_items(
    descriptor: &'static ModelDescriptor,
) -> impl Iterator<Item = Item> {
    let columns = descriptor.columns.iter();
    columns.map(|column| Item {
        expr: column.expr(descriptor.table),
        label: column.sql.map(|_| Name::Borrowed(column.name)),
        absent: column.deferred,
    })
}

impl ModelDescriptor {
    /// Whether every query reads all its columns, and each is one of its table.
    pub(in crate::mapping) fn is_lead(&self) -> bool {
        let mut columns = self.columns.iter();
        columns.all(|column| !column.deferred && column.is_stored())
    }
}

/// All columns of a lead.
pub(in crate::mapping) fn lead_items(lead: &dyn Lead) -> impl Iterator<Item = Item> {
    let columns = (0..).map_while(|position| lead.column(position));
    columns.map(|column| Expr::column(lead.table(), column).into())
}

/// Puts the columns of the leads before the others.
pub(super) fn write_out(leads: &[&'static dyn Lead], statement: &mut sql::Select) {
    let columns = leads.iter().flat_map(|lead| lead_items(*lead));
    statement.items.splice(0..0, columns);
}

impl Body {
    /// The statement with all its columns.
    pub(super) fn statement(&self) -> Cow<'_, sql::Select> {
        if self.leads.is_empty() {
            return Cow::Borrowed(&self.statement);
        }
        let mut statement = self.statement.clone();
        write_out(&self.leads, &mut statement);
        Cow::Owned(statement)
    }

    /// Hands over the statement after its leads; with all its columns, where a term may be one by its label or number.
    pub(super) fn led<T>(&self, take: impl FnOnce(&Led<'_>) -> T) -> T {
        let plain = |term: &Expr| matches!(term, Expr::Column(_));
        if self.statement.terms().all(plain) {
            return take(&Led {
                leads: &self.leads,
                select: &self.statement,
            });
        }
        take(&Led {
            leads: &[],
            select: &self.statement(),
        })
    }
}
