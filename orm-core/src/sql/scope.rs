//! Which names mean something where: what a statement reads from, at every depth, before it is compiled.

use super::{
    ColumnRef, Cte, Expr, FromItem, Item, Join, Lead, Name, Over, Part, Select, Statement,
    TableRef, Window,
};

mod fault;
mod statement;

pub(crate) use fault::Fault;
use statement::query;
pub(crate) use statement::{check, check_led};

/// In a box, since nearly every check of the many finds nothing.
type Checked = Result<(), Box<Fault>>;

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
    /// With those of a statement inside.
    #[inline]
    fn and(&'a self, list: &'a [Cte]) -> Self {
        if list.is_empty() {
            return *self;
        }
        Self {
            list,
            outer: Some(self),
        }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.list.is_empty() && self.outer.is_none_or(Self::is_empty)
    }

    #[inline]
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

    #[inline]
    fn column(&self, table: &Name, column: &Name) -> Checked {
        // Most columns are of the one table that is read, or of the first.
        if let (Some(FromItem::Table(first)), []) = (self.from.first(), self.targets)
            && same(first.label(), table)
            && self.ctes.is_empty()
        {
            return Ok(());
        }
        self.column_of_any(table, column)
    }

    fn column_of_any(&self, table: &Name, column: &Name) -> Checked {
        let mut scope = Some(self);
        while let Some(here) = scope {
            if here.targets.contains(&table) {
                return Ok(());
            }
            if let Some(item) = here.items().find(|item| same(item.label(), table)) {
                if matches!(item, FromItem::Table(_)) && here.ctes.is_empty() {
                    // Only the database knows the columns of a table.
                    return Ok(());
                }
                return match columns(item, &here.ctes) {
                    Some(columns) if !columns.clone().any(|known| known == column) => {
                        Err(Fault::Column {
                            source: table.clone(),
                            column: column.clone(),
                            columns: columns.cloned().collect(),
                        }
                        .into())
                    }
                    _ => Ok(()),
                };
            }
            scope = here.outer;
        }
        Err(Fault::Table {
            table: table.clone(),
            scope: self.names(),
        }
        .into())
    }

    #[inline]
    fn expr(&self, expr: &Expr) -> Checked {
        match expr {
            Expr::Column(column) => match &column.table {
                Some(table) => self.column(table, &column.name),
                None => Ok(()),
            },
            Expr::Bind(_) | Expr::Literal(_) => Ok(()),
            _ => self.compound(expr),
        }
    }

    fn compound(&self, expr: &Expr) -> Checked {
        match expr {
            Expr::Binary(_, operands) => {
                let (left, right) = &**operands;
                self.expr(left)?;
                return self.expr(right);
            }
            Expr::And(terms) | Expr::Or(terms) => return self.exprs(terms),
            Expr::Label(label) => {
                return Err(Fault::LabelElsewhere {
                    label: label.clone(),
                }
                .into());
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
        // The table of the column before, if only the database knows its columns: most columns beside it are of the same.
        let mut open: Option<&str> = None;
        for item in items {
            match &item.expr {
                Expr::Column(ColumnRef {
                    table: Some(table), ..
                }) if open.is_some_and(|open| std::ptr::eq(open, &**table)) => {}
                Expr::Column(ColumnRef {
                    table: Some(table), ..
                }) if self.is_open(table) => open = Some(table),
                other => self.expr(other)?,
            }
        }
        Ok(())
    }

    /// Whether a name is that of a table, whose columns only the database knows.
    fn is_open(&self, table: &Name) -> bool {
        let item = self.items().find(|item| same(item.label(), table));
        matches!(item, Some(FromItem::Table(_))) && self.ctes.is_empty()
    }

    /// All columns of a model.
    fn lead(&self, lead: &dyn Lead) -> Checked {
        let table = Name::Borrowed(lead.table());
        if self.is_open(&table) {
            return Ok(());
        }
        let mut position = 0;
        while let Some(column) = lead.column(position) {
            self.column(&table, &Name::Borrowed(column))?;
            position += 1;
        }
        Ok(())
    }

    fn window(&self, name: &Name) -> Checked {
        if self.windows.iter().any(|(known, _)| known == name) {
            return Ok(());
        }
        Err(Fault::Window {
            window: name.clone(),
            windows: self.windows.iter().map(|(name, _)| name.clone()).collect(),
        }
        .into())
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
        if let ([FromItem::Table(_)], [], []) = (self.from, self.joins, self.targets) {
            return Ok(());
        }
        for (index, item) in self.items().enumerate() {
            let before = self.items().take(index).map(FromItem::label);
            if self
                .targets
                .iter()
                .copied()
                .chain(before)
                .any(|name| same(name, item.label()))
            {
                return Err(Fault::Twice {
                    table: item.label().clone(),
                }
                .into());
            }
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

/// The name of what has none of its own: the dialect makes one of it, of this text and a number. The first character,
/// which no real name has, tells it from others, and what follows tells one such name from another.
pub(crate) fn anonymous_name(name: &str, number: u64) -> String {
    format!("\0{name}\0{number}")
}

/// What a name of [`anonymous_name`] was made of; none for a name that was not made by it.
pub(crate) fn anonymous_base(name: &str) -> Option<&str> {
    let (base, number) = name.strip_prefix('\0')?.split_once('\0')?;
    number.parse::<u64>().is_ok().then_some(base)
}

/// A name as it is shown: one made by [`anonymous_name`] by what it was made of.
pub(crate) fn plain_name(name: &str) -> &str {
    anonymous_base(name).unwrap_or(name)
}

/// Whether two names are equal. Most are the very same text of a model.
#[inline]
fn same(one: &Name, other: &Name) -> bool {
    let (one, other) = (one.as_ref(), other.as_ref());
    std::ptr::eq(one, other) || one == other
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
    match select.width() {
        Some(found) if found != expected => Err(Fault::Width { expected, found }.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
