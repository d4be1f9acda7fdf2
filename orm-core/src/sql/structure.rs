//! What the text of a statement depends on, and the values that it does not depend on, in one walk.

use std::hash::{Hash, Hasher};

use super::{
    ColumnRef, Distinct, Expr, FromItem, Item, Join, Key, Led, Met, OrderBy, Select, Statement,
    TableRef, Text, Walk,
};
use crate::types::Value;

/// Feeds a key every name, operator and literal of a statement, and of a value only its kind; and hands over the values.
///
/// No two statements feed the same: each part begins with its mark, and says how long it is or where it ends. The parts that
/// most queries are made of are walked here; others feed what their [`Hash`] does.
pub(crate) struct Structure<'a, 'f> {
    key: &'f mut Key,
    values: &'f mut Found<'a>,
    /// The table of the column before: most columns beside it are of the same.
    table: Option<&'a str>,
}

/// The values of a statement; most have so few that they need no memory of their own.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    few: [&'a Value; 8],
    count: usize,
    /// All of them, once there are more.
    many: Vec<&'a Value>,
}

impl<'a> Found<'a> {
    pub(crate) fn new() -> Self {
        Self {
            few: [&Value::Null; 8],
            count: 0,
            many: Vec::new(),
        }
    }

    fn push(&mut self, value: &'a Value) {
        if let Some(place) = self.few.get_mut(self.count) {
            *place = value;
            self.count += 1;
            return;
        }
        if self.many.is_empty() {
            self.many.extend(self.few);
        }
        self.many.push(value);
    }

    pub(crate) fn values(&self) -> &[&'a Value] {
        if self.many.is_empty() {
            &self.few[..self.count]
        } else {
            &self.many
        }
    }
}

/// The marks.
mod mark {
    pub(super) const NONE: u8 = 0;
    pub(super) const SOME: u8 = 1;
    pub(super) const OTHER: u8 = 2;
    pub(super) const SELECT: u8 = 3;
    pub(super) const TABLE: u8 = 4;
    pub(super) const BARE_COLUMN: u8 = 5;
    pub(super) const COLUMN: u8 = 6;
    pub(super) const COLUMN_OF_THE_SAME: u8 = 7;
    pub(super) const BIND: u8 = 8;
    pub(super) const BINARY: u8 = 9;
    pub(super) const AND: u8 = 10;
    pub(super) const OR: u8 = 11;
    pub(super) const STATEMENT: u8 = 12;
    pub(super) const TEXT: u8 = 13;
    pub(super) const LABEL: u8 = 14;
    pub(super) const NAME: u8 = 15;
    pub(super) const LEAD: u8 = 16;
    pub(super) const ABSENT: u8 = 17;
}

impl<'a, 'f> Structure<'a, 'f> {
    pub(crate) fn new(key: &'f mut Key, values: &'f mut Found<'a>) -> Self {
        Self {
            key,
            values,
            table: None,
        }
    }

    pub(crate) fn statement(&mut self, statement: &'a Statement) {
        match statement {
            Statement::Select(select) => self.select(select),
            Statement::Text(text) => self.text(text),
            other => {
                self.mark(mark::STATEMENT);
                self.other(other, |walk| walk.statement(other));
            }
        }
    }

    pub(crate) fn text(&mut self, text: &'a Text) {
        self.mark(mark::TEXT);
        self.other(text, |walk| walk.text(text));
    }

    /// A query after models, which are told by their addresses.
    pub(crate) fn led(&mut self, led: &Led<'a>) {
        for lead in led.leads {
            self.mark(mark::LEAD);
            let address = std::ptr::from_ref(*lead).addr();
            self.key.write(&address.to_ne_bytes());
        }
        self.select(led.select);
    }

    pub(crate) fn select(&mut self, select: &'a Select) {
        let Select {
            with,
            set,
            items,
            distinct,
            from,
            joins,
            filter,
            group_by,
            having,
            windows,
            order_by,
            limit,
            offset,
            lock,
            refused,
        } = select;
        let usual = with.is_empty()
            && set.is_none()
            && matches!(distinct, Distinct::No)
            && windows.is_empty()
            && lock.is_none()
            && refused.is_none();
        if !usual {
            self.mark(mark::OTHER);
            return self.other(select, |walk| walk.select(select));
        }
        self.mark(mark::SELECT);
        self.each(items, Self::item);
        self.each(from, Self::from);
        self.each(joins, Self::join);
        self.option(filter, Self::expr);
        self.each(group_by, |out, term| {
            out.expr(term);
            out.place(select, term);
        });
        self.option(having, Self::expr);
        self.each(order_by, |out, term| {
            out.order(term);
            out.place(select, &term.expr);
        });
        self.option(limit, |out, limit| out.key.write_u64(*limit));
        self.option(offset, |out, offset| out.key.write_u64(*offset));
    }

    #[inline]
    fn item(&mut self, item: &'a Item) {
        if item.absent {
            self.mark(mark::ABSENT);
        }
        match item {
            Item {
                expr: Expr::Column(column),
                label: None,
                ..
            } => self.column(column),
            Item {
                expr, label: None, ..
            } => self.expr(expr),
            Item {
                expr,
                label: Some(label),
                ..
            } => {
                self.name(mark::LABEL, label);
                self.expr(expr);
            }
        }
    }

    fn from(&mut self, from: &'a FromItem) {
        match from {
            FromItem::Table(TableRef {
                schema,
                name,
                alias,
            }) => {
                self.name(mark::TABLE, name);
                self.option(schema, |out, name| out.name(mark::NAME, name));
                self.option(alias, |out, name| out.name(mark::NAME, name));
            }
            other => {
                self.mark(mark::OTHER);
                self.other(other, |walk| walk.source(other));
            }
        }
    }

    fn join(&mut self, join: &'a Join) {
        let Join { kind, from, on } = join;
        kind.hash(self.key);
        self.from(from);
        self.option(on, Self::expr);
    }

    fn order(&mut self, order: &'a OrderBy) {
        let OrderBy {
            expr,
            descending,
            nulls,
        } = order;
        self.expr(expr);
        (descending, nulls).hash(self.key);
    }

    fn expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Column(column) => self.column(column),
            Expr::Bind(value) => {
                self.mark(mark::BIND);
                value.hash(self.key);
                self.values.push(value);
            }
            Expr::Binary(operator, operands) => {
                let (left, right) = &**operands;
                self.mark(mark::BINARY);
                operator.hash(self.key);
                self.expr(left);
                self.expr(right);
            }
            Expr::And(terms) => {
                self.mark(mark::AND);
                self.each(terms, Self::expr);
            }
            Expr::Or(terms) => {
                self.mark(mark::OR);
                self.each(terms, Self::expr);
            }
            other => {
                self.mark(mark::OTHER);
                self.other(other, |walk| walk.expr(other));
            }
        }
    }

    #[inline]
    fn column(&mut self, column: &'a ColumnRef) {
        let ColumnRef { table, name } = column;
        match table.as_deref() {
            None => self.name(mark::BARE_COLUMN, name),
            // Told by its address: nearly all columns of one table name it by the very same text of a model.
            Some(table) if self.table.is_some_and(|same| std::ptr::eq(same, table)) => {
                self.name(mark::COLUMN_OF_THE_SAME, name);
            }
            Some(table) => {
                self.table = Some(table);
                self.name(mark::COLUMN, table);
                self.name(mark::NAME, name);
            }
        }
    }

    /// The column of the result that a term is: the text has its number, and whether it is one hangs on values.
    #[inline]
    fn place(&mut self, select: &Select, term: &Expr) {
        if !matches!(term, Expr::Column(_)) {
            self.key.write_usize(select.place(term).unwrap_or(0));
        }
    }

    #[inline]
    fn name(&mut self, mark: u8, name: &str) {
        self.key.name(mark, name);
    }

    #[inline]
    fn mark(&mut self, mark: u8) {
        self.key.write_u8(mark);
    }

    #[inline]
    fn each<T>(&mut self, items: &'a [T], mut feed: impl FnMut(&mut Self, &'a T)) {
        self.key.write_usize(items.len());
        for item in items {
            feed(self, item);
        }
    }

    #[inline]
    fn option<T>(&mut self, item: &'a Option<T>, feed: impl FnOnce(&mut Self, &'a T)) {
        match item {
            None => self.mark(mark::NONE),
            Some(item) => {
                self.mark(mark::SOME);
                feed(self, item);
            }
        }
    }

    fn other(&mut self, part: &'a impl Hash, walk: impl FnOnce(&mut Walk<'a, '_>)) {
        part.hash(self.key);
        walk(&mut Walk(&mut |met| match met {
            Met::Value(value) => self.values.push(value),
            Met::Query(select) => select.terms().for_each(|term| self.place(select, term)),
            Met::Source(_) => {}
        }));
    }
}
