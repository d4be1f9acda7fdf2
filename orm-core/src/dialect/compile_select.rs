//! `SELECT`, clause by clause.

use super::{Compiled, Compiler};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{
    Distinct, FromItem, Item, Join, JoinKind, Lock, LockStrength, Name, Nulls, OrderBy, Select,
};

impl Compiler<'_> {
    pub(super) fn select_statement(mut self, select: &Select) -> Result<Compiled> {
        self.select(select)?;
        let table: Option<&Name> = select.from.first().map(|from| match from {
            FromItem::Table(table) => &table.name,
            other => other.label(),
        });
        // A query that locks rows writes, as far as connections for reading are concerned; so may raw text,
        // and functions that are not known.
        let reads = !self.locks && (!self.raw || self.dialect.capabilities().selects_only_read);
        self.finish("SELECT", table, reads)
    }

    /// Appends a query.
    ///
    /// # Errors
    /// `InvalidQuery` when it has no columns, or a part of it cannot be written.
    pub fn select(&mut self, select: &Select) -> Result<()> {
        if select.items.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                "the query has no columns; name at least one",
            ));
        }
        self.push(if select.distinct == Distinct::Rows {
            "SELECT DISTINCT "
        } else {
            "SELECT "
        });
        self.list(&select.items, ", ", Self::item)?;
        if !select.from.is_empty() {
            self.push(" FROM ");
            // A comma binds less than JOIN, so that a condition would not see what stands before the last one.
            let separator = if select.joins.is_empty() {
                ", "
            } else {
                " CROSS JOIN "
            };
            self.list(&select.from, separator, Self::from)?;
        }
        for join in &select.joins {
            self.join(join)?;
        }
        if let Some(filter) = &select.filter {
            self.push(" WHERE ");
            self.expr(filter)?;
        }
        if !select.group_by.is_empty() {
            self.push(" GROUP BY ");
            self.list(&select.group_by, ", ", Self::expr)?;
        }
        if let Some(having) = &select.having {
            self.push(" HAVING ");
            self.expr(having)?;
        }
        if !select.order_by.is_empty() {
            self.push(" ORDER BY ");
            self.list(&select.order_by, ", ", Self::order_term)?;
        }
        self.limit(select.limit, select.offset);
        if let Some(lock) = &select.lock {
            self.locks = true;
            self.lock(lock, select)?;
        }
        Ok(())
    }

    pub(super) fn item(&mut self, item: &Item) -> Result<()> {
        self.expr(&item.expr)?;
        if let Some(label) = &item.label {
            self.push(" AS ");
            self.identifier(label)?;
        }
        Ok(())
    }

    fn from(&mut self, from: &FromItem) -> Result<()> {
        match from {
            FromItem::Table(table) => self.table(table),
            FromItem::Subquery { select, alias, .. } => {
                self.push("(");
                self.select(select)?;
                self.push(") AS ");
                self.identifier(alias)
            }
            FromItem::Text { text, alias, .. } => {
                self.raw = true;
                self.push("(");
                self.text(text)?;
                self.push(") AS ");
                self.identifier(alias)
            }
            _ => Err(super::compiler::unsupported("this kind of source")),
        }
    }

    fn join(&mut self, join: &Join) -> Result<()> {
        if join.on.is_some() == (join.kind == JoinKind::Cross) {
            let message = if join.on.is_some() {
                "a cross join takes no condition; use an inner join, or filter"
            } else {
                "a join needs a condition; use a cross join to pair every row with every row"
            };
            return Err(
                Error::new(ErrorKind::InvalidQuery, message).with_table(join.from.label().clone())
            );
        }
        self.push(match join.kind {
            JoinKind::Inner => " JOIN ",
            JoinKind::Left => " LEFT JOIN ",
            JoinKind::Cross => " CROSS JOIN ",
            _ => return Err(super::compiler::unsupported("this kind of join")),
        });
        self.from(&join.from)?;
        if let Some(on) = &join.on {
            self.push(" ON ");
            self.expr(on)?;
        }
        Ok(())
    }

    pub(super) fn order_term(&mut self, term: &OrderBy) -> Result<()> {
        self.expr(&term.expr)?;
        if term.descending {
            self.push(" DESC");
        }
        match term.nulls {
            Some(Nulls::First) => self.push(" NULLS FIRST"),
            Some(Nulls::Last) => self.push(" NULLS LAST"),
            None => {}
        }
        Ok(())
    }

    /// The numbers stand in the text: as parameters they would get a plan that does not know them.
    fn limit(&mut self, limit: Option<u64>, offset: Option<u64>) {
        // No table has more rows than this, and no database takes a larger number.
        let most = i64::MAX.unsigned_abs();
        let needs_limit = offset.is_some() && self.dialect.capabilities().offset_needs_limit;
        if let Some(limit) = limit.or(needs_limit.then_some(most)) {
            self.push(&format!(" LIMIT {}", limit.min(most)));
        }
        if let Some(offset) = offset {
            self.push(&format!(" OFFSET {}", offset.min(most)));
        }
    }

    fn lock(&mut self, lock: &Lock, select: &Select) -> Result<()> {
        if !self.dialect.capabilities().row_locks {
            return Ok(());
        }
        self.push(match lock.strength {
            LockStrength::Update => " FOR UPDATE",
            LockStrength::Share => " FOR SHARE",
            _ => return Err(super::compiler::unsupported("this kind of lock")),
        });
        // Rows of the nullable side of an outer join cannot be locked, so the others are named.
        if select.joins.iter().any(|join| join.kind == JoinKind::Left) {
            let inner = select
                .joins
                .iter()
                .filter(|join| join.kind != JoinKind::Left);
            let sources = select.from.iter().chain(inner.map(|join| &join.from));
            self.push(" OF ");
            self.identifiers(sources.map(FromItem::label))?;
        }
        Ok(())
    }
}
