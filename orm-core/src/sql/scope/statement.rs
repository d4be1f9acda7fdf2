//! The scopes of statements: what their parts see.

use super::{Checked, Ctes, Fault, NO_CTES, Scope, returned};
use crate::sql::{
    ConflictAction, Cte, Delete, Expr, Insert, InsertSource, Item, Led, Name, Refusal, Select,
    Statement, Update,
};

/// Whether every name in a statement means something.
pub(crate) fn check(statement: &Statement) -> Checked {
    self::statement(statement, &NO_CTES)
}

/// The same for a query after models.
pub(crate) fn check_led(led: &Led<'_>) -> Checked {
    led_query(led, &NO_CTES, None)
}

fn statement(statement: &Statement, ctes: &Ctes<'_>) -> Checked {
    match statement {
        Statement::Select(select) => query(select, ctes, None),
        Statement::Insert(insert) => self::insert(insert, ctes),
        Statement::Update(update) => self::update(update, ctes),
        Statement::Delete(delete) => self::delete(delete, ctes),
        Statement::Text(_) => Ok(()),
    }
}

/// The common table expressions of a statement, each with those before it in scope.
fn with(list: &[Cte], outer: &Ctes<'_>, scope: Option<&Scope<'_>>) -> Checked {
    for (index, cte) in list.iter().enumerate() {
        if list[..index].iter().any(|other| other.name == cte.name) {
            return Err(Fault::Twice {
                table: cte.name.clone(),
            }
            .into());
        }
        let visible = Ctes {
            list: &list[..index + usize::from(cte.recursive)],
            outer: Some(outer),
        };
        match &*cte.statement {
            Statement::Select(select) => query(select, &visible, scope)?,
            other => statement(other, &visible)?,
        }
        let found = returned(&cte.statement).len();
        if !cte.columns.is_empty() && found > 0 && cte.columns.len() != found {
            return Err(Fault::ColumnList {
                source: cte.name.clone(),
                names: cte.columns.len(),
                found,
            }
            .into());
        }
    }
    Ok(())
}

pub(super) fn query(select: &Select, ctes: &Ctes<'_>, outer: Option<&Scope<'_>>) -> Checked {
    led_query(&Led { leads: &[], select }, ctes, outer)
}

fn led_query(led: &Led<'_>, ctes: &Ctes<'_>, outer: Option<&Scope<'_>>) -> Checked {
    let Led { leads, select } = *led;
    if let Some(refusal) = &select.refused {
        return Err(Fault::Refused(Refusal::clone(refusal)).into());
    }
    with(&select.with, ctes, outer)?;
    let ctes = ctes.and(&select.with);
    if let Some(set) = &select.set {
        if select.has_body() || select.lock.is_some() {
            return Err(Fault::SetParts.into());
        }
        let expected = select.width();
        for operand in &set.operands {
            if let (Some(expected), Some(found)) = (expected, operand.width())
                && found != expected
            {
                return Err(Fault::SetWidth { expected, found }.into());
            }
            query(operand, &ctes, outer)?;
        }
        let scope = Scope::new(ctes, outer);
        return select
            .order_by
            .iter()
            .try_for_each(|term| output(select, &scope, &term.expr));
    }
    let scope = Scope {
        targets: &[],
        from: &select.from,
        joins: &select.joins,
        windows: &select.windows,
        ctes,
        outer,
    };
    scope.sources()?;
    leads.iter().try_for_each(|lead| scope.lead(*lead))?;
    scope.items_of(&select.items)?;
    scope.exprs(&select.filter)?;
    scope.exprs(&select.having)?;
    select
        .terms()
        .try_for_each(|expr| output(select, &scope, expr))?;
    for (_, window) in &select.windows {
        if let Some(base) = &window.base {
            scope.window(base)?;
        }
        let order = window.order_by.iter().map(|term| &term.expr);
        scope.exprs(window.partition_by.iter().chain(order))?;
    }
    let locked = select.lock.iter().flat_map(|lock| &lock.of);
    for name in locked {
        if !scope.items().any(|item| item.label() == name) {
            return Err(Fault::Table {
                table: name.clone(),
                scope: scope.names(),
            }
            .into());
        }
    }
    Ok(())
}

/// An expression that may be a column of the result by its label.
fn output(select: &Select, scope: &Scope<'_>, expr: &Expr) -> Checked {
    let Expr::Label(label) = expr else {
        return scope.expr(expr);
    };
    let outputs = select.outputs();
    let mut named = outputs.iter().filter(|item| item.name() == Some(label));
    let Some(first) = named.next() else {
        return Err(Fault::Label {
            label: label.clone(),
            labels: outputs.iter().filter_map(Item::name).cloned().collect(),
        }
        .into());
    };
    if named.any(|other| other.expr != first.expr) {
        return Err(Fault::Ambiguous {
            label: label.clone(),
        }
        .into());
    }
    Ok(())
}

fn insert(insert: &Insert, ctes: &Ctes<'_>) -> Checked {
    with(&insert.with, ctes, None)?;
    let ctes = ctes.and(&insert.with);
    let table = [insert.table.label()];
    let scope = Scope {
        targets: &table,
        ..Scope::new(ctes, None)
    };
    match &insert.source {
        InsertSource::Defaults => {}
        InsertSource::Rows(rows) => Scope::new(ctes, None).exprs(rows.iter().flatten())?,
        InsertSource::Select(select) => {
            query(select, &ctes, None)?;
            let names = insert.columns.len();
            if let Some(found) = select.width()
                && names != found
            {
                return Err(Fault::ColumnList {
                    source: insert.table.name.clone(),
                    names,
                    found,
                }
                .into());
            }
        }
    }
    if let Some(conflict) = &insert.on_conflict
        && let ConflictAction::Update { set, filter } = &conflict.action
    {
        let excluded = Name::Borrowed("excluded");
        let targets = [insert.table.label(), &excluded];
        let scope = Scope {
            targets: &targets,
            ..scope
        };
        scope.exprs(set.iter().map(|(_, value)| value))?;
        scope.exprs(filter)?;
    }
    scope.items_of(&insert.returning)
}

fn update(update: &Update, ctes: &Ctes<'_>) -> Checked {
    with(&update.with, ctes, None)?;
    let table = [update.table.label()];
    let scope = Scope {
        targets: &table,
        from: &update.from,
        joins: &update.joins,
        windows: &[],
        ctes: Ctes {
            list: &update.with,
            outer: Some(ctes),
        },
        outer: None,
    };
    scope.sources()?;
    scope.exprs(update.set.iter().map(|(_, value)| value))?;
    scope.exprs(&update.filter)?;
    scope.items_of(&update.returning)
}

fn delete(delete: &Delete, ctes: &Ctes<'_>) -> Checked {
    with(&delete.with, ctes, None)?;
    let table = [delete.table.label()];
    let scope = Scope {
        targets: &table,
        from: &delete.using,
        joins: &delete.joins,
        windows: &[],
        ctes: Ctes {
            list: &delete.with,
            outer: Some(ctes),
        },
        outer: None,
    };
    scope.sources()?;
    scope.exprs(&delete.filter)?;
    scope.items_of(&delete.returning)
}
