//! SELECT.

use super::{Cte, Expr, FromItem, Join, Lock, Met, Name, OrderBy, SetOperation, Walk, Window};
use crate::error::{Error, ErrorKind};

/// A query.
#[derive(Debug, Clone, PartialEq, Default, Hash)]
pub struct Select {
    /// The common table expressions before it.
    pub with: Vec<Cte>,
    /// The queries whose rows it combines; where there are some, what stands between here and the order is empty.
    pub set: Option<Box<SetOperation>>,
    /// The columns.
    pub items: Vec<Item>,
    /// Whether duplicate rows are left out.
    pub distinct: Distinct,
    /// What it reads from; several are a cross product.
    pub from: Vec<FromItem>,
    /// The joins, in order.
    pub joins: Vec<Join>,
    /// The condition.
    pub filter: Option<Expr>,
    /// What rows are grouped by.
    pub group_by: Vec<Expr>,
    /// The condition on groups.
    pub having: Option<Expr>,
    /// The windows that have names.
    pub windows: Vec<(Name, Window)>,
    /// The order.
    pub order_by: Vec<OrderBy>,
    /// At most this many rows.
    pub limit: Option<u64>,
    /// Without this many rows at the beginning.
    pub offset: Option<u64>,
    /// The lock taken on the rows.
    pub lock: Option<Lock>,
    /// What was wrong while the query was built, which is told when it is compiled, wherever in a statement it stands.
    pub refused: Option<Box<Refusal>>,
}

/// A mistake in the building of a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// The kind of the error.
    pub kind: ErrorKind,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Refusal {
    /// As an error. (No `From`: a second one for `Error` would leave the type of `Ok(())` open in programs' own blocks.)
    pub fn to_error(&self) -> Error {
        Error::new(self.kind, self.message.clone())
    }

    /// A query that cannot be right.
    pub fn query(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::InvalidQuery,
            message: message.into(),
        }
    }
}

/// Which duplicate rows are left out.
#[derive(Debug, Clone, PartialEq, Default, Hash)]
pub enum Distinct {
    /// None.
    #[default]
    No,
    /// Those that are equal to another.
    Rows,
    /// Those after the first with the same values of these (`DISTINCT ON`).
    On(Vec<Expr>),
}

/// One column of a query's result.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Item {
    /// The expression.
    pub expr: Expr,
    /// Its name in the result.
    pub label: Option<Name>,
    /// Whether the outermost query leaves it out, and its readers take it for a deferred column that is not loaded. Inside
    /// another query it is there.
    pub absent: bool,
}

impl Select {
    /// Adds a condition: all of them have to hold.
    #[inline]
    pub fn add_filter(&mut self, condition: Expr) {
        add(&mut self.filter, condition);
    }

    /// The columns of its rows: of a set operation, those of its first query.
    pub fn outputs(&self) -> &[Item] {
        match &self.set {
            Some(set) => set.operands.first().map_or(&[], Self::outputs),
            None => &self.items,
        }
    }

    /// Notes what is wrong; the first mistake counts.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.refused.get_or_insert_with(|| Box::new(refusal));
    }

    /// The names by which columns call what the query reads from.
    pub fn sources(&self) -> impl Iterator<Item = &Name> {
        let joined = self.joins.iter().map(|join| &join.from);
        self.from.iter().chain(joined).map(FromItem::label)
    }

    /// The number of columns of the result, where it is known: raw text may stand for several.
    pub(crate) fn width(&self) -> Option<usize> {
        match &self.set {
            Some(set) => set.operands.iter().find_map(Self::width),
            None => (self.items.iter().all(Item::is_one)).then_some(self.items.len()),
        }
    }

    /// The terms that can be columns of the result: those of DISTINCT ON, GROUP BY and ORDER BY.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &Expr> {
        let distinct: &[Expr] = match &self.distinct {
            Distinct::On(terms) => terms,
            _ => &[],
        };
        let order = self.order_by.iter().map(|term| &term.expr);
        distinct.iter().chain(&self.group_by).chain(order)
    }

    /// The number, from one, of the column of the result that a term with values is, where it is one: a database that sees
    /// two parameters does not know that they are equal. Raw text may stand for several columns, so that none after it has a
    /// number that is known.
    pub(crate) fn place(&self, term: &Expr) -> Option<usize> {
        if matches!(term, Expr::Column(_) | Expr::Literal(_) | Expr::Label(_)) {
            return None;
        }
        let items = self.items.iter().take_while(|item| item.is_one());
        let found = items.enumerate().find(|(_, item)| item.expr == *term)?.0;
        let mut values = false;
        Walk(&mut |met| values |= matches!(met, Met::Value(_))).expr(term);
        values.then_some(found + 1)
    }

    /// Whether it has anything of its own between SELECT and ORDER BY.
    pub(crate) fn has_body(&self) -> bool {
        !self.items.is_empty()
            || self.distinct != Distinct::No
            || !self.from.is_empty()
            || !self.joins.is_empty()
            || self.filter.is_some()
            || !self.group_by.is_empty()
            || self.having.is_some()
            || !self.windows.is_empty()
    }

    /// Adds a condition on groups: all of them have to hold.
    #[inline]
    pub fn add_having(&mut self, condition: Expr) {
        add(&mut self.having, condition);
    }
}

#[inline]
fn add(conditions: &mut Option<Expr>, condition: Expr) {
    match conditions {
        None => *conditions = Some(condition),
        Some(others) => others.and_also(condition),
    }
}

impl Item {
    /// Whether it is one column for certain.
    pub(crate) fn is_one(&self) -> bool {
        self.label.is_some() || !matches!(self.expr, Expr::Text(_) | Expr::Named(_))
    }

    /// The name of the column in the result, where it is known.
    pub fn name(&self) -> Option<&Name> {
        match (&self.label, &self.expr) {
            (Some(label), _) => Some(label),
            (None, Expr::Column(column)) => Some(&column.name),
            _ => None,
        }
    }
}

impl From<Expr> for Item {
    fn from(expr: Expr) -> Self {
        Self {
            expr,
            label: None,
            absent: false,
        }
    }
}
