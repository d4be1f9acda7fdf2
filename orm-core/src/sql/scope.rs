//! Which names mean something where: what a statement reads from, at every depth, before it is compiled.

use super::{
    Cte, Delete, Distinct, Expr, FromItem, Insert, InsertSource, Item, Join, Name, Over, Part,
    Refusal, Select, Statement, TableRef, Update, Window,
};

mod fault;

pub(crate) use fault::Fault;

type Checked = Result<(), Fault>;

/// Common table expressions that can be read by name, from the innermost statement outwards.
#[derive(Clone, Copy)]
struct Ctes<'a> {
    list: &'a [Cte],
    outer: Option<&'a Ctes<'a>>,
}

const NO_CTES: Ctes<'_> = Ctes {
    list: &[],
    outer: None,
};

impl<'a> Ctes<'a> {
    fn find(&self, table: &TableRef) -> Option<&'a Cte> {
        if table.schema.is_some() {
            return None;
        }
        let here = self.list.iter().find(|cte| cte.name == table.name);
        here.or_else(|| self.outer.and_then(|outer| outer.find(table)))
    }
}

/// What columns can be of at one place, from the innermost query outwards.
#[derive(Clone, Copy)]
struct Scope<'a> {
    /// The table of an INSERT, UPDATE or DELETE, and `excluded`.
    targets: &'a [&'a Name],
    from: &'a [FromItem],
    joins: &'a [Join],
    windows: &'a [(Name, Window)],
    ctes: Ctes<'a>,
    outer: Option<&'a Scope<'a>>,
}

impl<'a> Scope<'a> {
    fn new(ctes: Ctes<'a>, outer: Option<&'a Scope<'a>>) -> Self {
        Self {
            targets: &[],
            from: &[],
            joins: &[],
            windows: &[],
            ctes,
            outer,
        }
    }

    fn items(&self) -> impl Iterator<Item = &'a FromItem> + use<'a> {
        let joined = self.joins.iter().map(|join| &join.from);
        self.from.iter().chain(joined)
    }

    fn names(&self) -> Vec<Name> {
        let targets = self.targets.iter().map(|&name| name.clone());
        targets
            .chain(self.items().map(|item| item.label().clone()))
            .collect()
    }

    fn column(&self, table: &Name, column: &Name) -> Checked {
        let mut scope = Some(self);
        while let Some(here) = scope {
            if here.targets.contains(&table) {
                return Ok(());
            }
            if let Some(item) = here.items().find(|item| item.label() == table) {
                return match columns(item, &here.ctes) {
                    Some(columns) if !columns.clone().any(|known| known == column) => {
                        Err(Fault::Column {
                            source: table.clone(),
                            column: column.clone(),
                            columns: columns.cloned().collect(),
                        })
                    }
                    _ => Ok(()),
                };
            }
            scope = here.outer;
        }
        Err(Fault::Table {
            table: table.clone(),
            scope: self.names(),
        })
    }

    fn expr(&self, expr: &Expr) -> Checked {
        match expr {
            Expr::Column(column) => {
                if let Some(table) = &column.table {
                    self.column(table, &column.name)?;
                }
            }
            Expr::Label(label) => {
                return Err(Fault::LabelElsewhere {
                    label: label.clone(),
                });
            }
            Expr::Function(function) => {
                if let Some(Over::Named(window)) = &function.over {
                    self.window(window)?;
                }
                if let Some(Over::Window(Window {
                    base: Some(base), ..
                })) = &function.over
                {
                    self.window(base)?;
                }
            }
            Expr::Scalar(select) => width(select, 1)?,
            Expr::InSelect {
                operand, select, ..
            } => width(
                select,
                match &**operand {
                    Expr::Row(parts) => parts.len(),
                    _ => 1,
                },
            )?,
            _ => {}
        }
        let mut checked = Ok(());
        expr.parts(&mut |part| {
            if checked.is_ok() {
                checked = match part {
                    Part::Expr(expr) => self.expr(expr),
                    Part::Select(select) => query(select, &self.ctes, Some(self)),
                };
            }
        });
        checked
    }

    fn exprs<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> Checked {
        exprs.into_iter().try_for_each(|expr| self.expr(expr))
    }

    fn items_of(&self, items: &[Item]) -> Checked {
        self.exprs(items.iter().map(|item| &item.expr))
    }

    fn window(&self, name: &Name) -> Checked {
        if self.windows.iter().any(|(known, _)| known == name) {
            return Ok(());
        }
        Err(Fault::Window {
            window: name.clone(),
            windows: self.windows.iter().map(|(name, _)| name.clone()).collect(),
        })
    }

    /// What is read from; `before` is what stands before it.
    fn source(&self, item: &FromItem, before: &Scope<'_>) -> Checked {
        match item {
            FromItem::Table(_) | FromItem::Text { .. } => Ok(()),
            FromItem::Subquery {
                select, lateral, ..
            } => query(
                select,
                &self.ctes,
                if *lateral { Some(before) } else { self.outer },
            ),
            FromItem::Values { rows, .. } => before.exprs(rows.iter().flatten()),
            FromItem::Function { function, .. } => before.exprs(&function.arguments),
        }
    }

    /// What a statement reads from, from left to right, and the conditions of the joins.
    fn sources(&self) -> Checked {
        let mut names = self.targets.iter().copied().collect::<Vec<_>>();
        for item in self.items() {
            if names.contains(&item.label()) {
                return Err(Fault::Twice {
                    table: item.label().clone(),
                });
            }
            names.push(item.label());
        }
        for (index, item) in self.from.iter().enumerate() {
            let before = Scope {
                from: &self.from[..index],
                joins: &[],
                ..*self
            };
            self.source(item, &before)?;
        }
        for (index, join) in self.joins.iter().enumerate() {
            let before = Scope {
                joins: &self.joins[..index],
                ..*self
            };
            self.source(&join.from, &before)?;
            let here = Scope {
                joins: &self.joins[..=index],
                ..*self
            };
            here.exprs(&join.on)?;
        }
        Ok(())
    }
}

/// The names of the columns of a source, where they are known.
fn columns<'a>(
    item: &'a FromItem,
    ctes: &Ctes<'a>,
) -> Option<impl Iterator<Item = &'a Name> + Clone + use<'a>> {
    let (items, names): (&[Item], &[Name]) = match item {
        FromItem::Subquery { select, .. } => (select.outputs(), &[]),
        FromItem::Values { columns, .. }
        | FromItem::Text { columns, .. }
        | FromItem::Function { columns, .. } => (&[], columns),
        FromItem::Table(table) => {
            let cte = ctes.find(table)?;
            if cte.columns.is_empty() {
                (returned(&cte.statement), &[])
            } else {
                (&[], &cte.columns)
            }
        }
    };
    let known = items.iter().all(|item| item.name().is_some());
    (known && items.len() + names.len() > 0)
        .then(|| items.iter().filter_map(Item::name).chain(names))
}

/// The columns of a statement's rows.
pub(crate) fn returned(statement: &Statement) -> &[Item] {
    match statement {
        Statement::Select(select) => select.outputs(),
        Statement::Insert(insert) => &insert.returning,
        Statement::Update(update) => &update.returning,
        Statement::Delete(delete) => &delete.returning,
        Statement::Text(_) => &[],
    }
}

fn width(select: &Select, expected: usize) -> Checked {
    let found = select.outputs().len();
    if found == expected {
        return Ok(());
    }
    Err(Fault::Width { expected, found })
}

/// Whether every name in a statement means something.
pub(crate) fn check(statement: &Statement) -> Checked {
    self::statement(statement, &NO_CTES)
}

/// The same for a query.
pub(crate) fn check_select(select: &Select) -> Checked {
    query(select, &NO_CTES, None)
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
            });
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
            });
        }
    }
    Ok(())
}

fn query(select: &Select, ctes: &Ctes<'_>, outer: Option<&Scope<'_>>) -> Checked {
    if let Some(refusal) = &select.refused {
        return Err(Fault::Refused(Refusal::clone(refusal)));
    }
    with(&select.with, ctes, outer)?;
    let ctes = Ctes {
        list: &select.with,
        outer: Some(ctes),
    };
    if let Some(set) = &select.set {
        let expected = select.outputs().len();
        for operand in &set.operands {
            let found = operand.outputs().len();
            if found != expected {
                return Err(Fault::SetWidth { expected, found });
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
    scope.items_of(&select.items)?;
    scope.exprs(&select.filter)?;
    scope.exprs(&select.having)?;
    let distinct: &[Expr] = match &select.distinct {
        Distinct::On(exprs) => exprs,
        _ => &[],
    };
    let order = select.order_by.iter().map(|term| &term.expr);
    distinct
        .iter()
        .chain(&select.group_by)
        .chain(order)
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
            });
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
        });
    };
    if named.any(|other| other.expr != first.expr) {
        return Err(Fault::Ambiguous {
            label: label.clone(),
        });
    }
    Ok(())
}

fn insert(insert: &Insert, ctes: &Ctes<'_>) -> Checked {
    with(&insert.with, ctes, None)?;
    let ctes = Ctes {
        list: &insert.with,
        outer: Some(ctes),
    };
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
            let (names, found) = (insert.columns.len(), select.outputs().len());
            if names != found {
                return Err(Fault::ColumnList {
                    source: insert.table.name.clone(),
                    names,
                    found,
                });
            }
        }
    }
    if let Some(conflict) = &insert.on_conflict
        && let super::ConflictAction::Update { set, filter } = &conflict.action
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

#[cfg(test)]
mod tests;
