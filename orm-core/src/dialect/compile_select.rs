//! `SELECT`, clause by clause.

use super::compiler::{invalid, summary};
use super::{Compiler, Summary};
use crate::error::Result;
use crate::sql::{
    Distinct, Expr, FromItem, Item, JoinKind, Lead, Lock, LockStrength, LockWait, Name, Nulls,
    OrderBy, Select,
};
use crate::types::Layout;

impl Compiler<'_> {
    pub(super) fn select_summary(&mut self, select: &Select) -> Result<Summary> {
        self.select(select)?;
        let table: Option<&Name> = select.from.first().map(|from| match from {
            FromItem::Table(table) => &table.name,
            other => other.label(),
        });
        // A query that locks rows writes, as far as connections for reading are concerned; so may raw text,
        // and functions that are not known.
        let reads = !self.writes && (!self.raw || self.capabilities.selects_only_read);
        Ok(summary("SELECT", table, reads))
    }

    /// Appends a query.
    ///
    /// # Errors
    /// `InvalidQuery` when it has no columns, or a part of it cannot be written.
    pub fn select(&mut self, select: &Select) -> Result<()> {
        // A query inside RETURNING has tables of its own.
        let bare = std::mem::take(&mut self.bare_columns);
        self.deeper(|out| out.whole_select(select, false))?;
        self.bare_columns = bare;
        Ok(())
    }

    /// A query; `end_with_where` when what follows would be taken for a part of its FROM.
    pub(super) fn whole_select(&mut self, select: &Select, end_with_where: bool) -> Result<()> {
        let leads = std::mem::take(&mut self.leads);
        self.with(&select.with)?;
        match &select.set {
            Some(set) => self.set_operation(select, set)?,
            None => self.query(select, leads, end_with_where)?,
        }
        if !select.order_by.is_empty() {
            self.clause("ORDER BY ");
            // Only the columns of the result can be named after a set operation.
            let bare = std::mem::replace(&mut self.bare_columns, select.set.is_some());
            self.list(&select.order_by, ", ", |out, term| {
                out.result_term(&term.expr, select)?;
                out.direction(term);
                Ok(())
            })?;
            self.bare_columns = bare;
        }
        self.limit(select.limit, select.offset);
        if let Some(lock) = &select.lock {
            self.writes = true;
            self.lock(lock, select)?;
        }
        Ok(())
    }

    fn query(
        &mut self,
        select: &Select,
        leads: &[&'static dyn Lead],
        end_with_where: bool,
    ) -> Result<()> {
        if select.items.is_empty() && leads.is_empty() {
            return Err(invalid("the query has no columns; name at least one"));
        }
        self.push("SELECT ");
        match &select.distinct {
            Distinct::No => {}
            Distinct::Rows => self.push("DISTINCT "),
            Distinct::On(keys) => self.distinct_on(keys, select)?,
        }
        self.list(leads, ", ", |out, lead| out.lead(*lead))?;
        if !leads.is_empty() && !select.items.is_empty() {
            self.push(", ");
        }
        if self.leaves_out(select) {
            let before = leads.iter().flat_map(|lead| {
                let columns = (0..).map_while(|position| lead.column(position));
                columns.map(|_| false)
            });
            let items = select.items.iter();
            self.layout = Some(Layout::of(before.chain(items.map(|item| item.absent))));
            let there: Vec<_> = select.items.iter().filter(|item| !item.absent).collect();
            self.list(&there, ", ", |out, item| out.item(item))?;
        } else {
            self.list(&select.items, ", ", Self::item)?;
        }
        self.sources("FROM ", &select.from, &select.joins)?;
        match &select.filter {
            Some(filter) => {
                self.clause("WHERE ");
                self.condition(filter)?;
            }
            None if end_with_where => {
                self.clause("WHERE ");
                self.push(self.capabilities.truth.condition(true));
            }
            None => {}
        }
        if !select.group_by.is_empty() {
            self.clause("GROUP BY ");
            self.list(&select.group_by, ", ", |out, term| {
                out.group_term(term, select)
            })?;
        }
        if let Some(having) = &select.having {
            self.clause("HAVING ");
            self.condition(having)?;
        }
        if !select.windows.is_empty() {
            self.clause("WINDOW ");
            self.list(&select.windows, ", ", |out, (name, window)| {
                out.identifier(name)?;
                out.push(" AS ");
                out.window(window)
            })?;
        }
        Ok(())
    }

    fn distinct_on(&mut self, keys: &[Expr], select: &Select) -> Result<()> {
        self.needs(
            self.capabilities.distinct_on,
            "DISTINCT ON",
            "number the rows with row_number() over a window in a subquery, and keep those with 1",
        )?;
        if keys.is_empty() {
            return Err(invalid(
                "DISTINCT ON has no expression; name at least one, or use distinct()",
            ));
        }
        self.push("DISTINCT ON (");
        self.list(keys, ", ", |out, key| out.result_term(key, select))?;
        self.push(") ");
        Ok(())
    }

    /// A label as the number of its column: by its name PostgreSQL would rather take a column of a table.
    fn group_term(&mut self, term: &Expr, select: &Select) -> Result<()> {
        if let Expr::Label(label) = term
            && let Some(index) = select
                .items
                .iter()
                .take_while(|item| item.is_one())
                .position(|item| item.label.as_ref() == Some(label))
        {
            self.place(select, index);
            return Ok(());
        }
        self.result_term(term, select)
    }

    /// Whether columns of a query are left out: it is the statement itself, and no part of another.
    fn leaves_out(&self, select: &Select) -> bool {
        select.set.is_none()
            && select.items.iter().any(|item| item.absent)
            && self.whole.is_some_and(|whole| whole.is(select))
    }

    /// The number of a column in the result, by its index among all of them.
    fn place(&mut self, select: &Select, index: usize) {
        let before = select.items.iter().take(index);
        let absent = match self.leaves_out(select) {
            true => before.filter(|item| item.absent).count(),
            false => 0,
        };
        self.number((index - absent) as u64 + 1);
    }

    /// An expression that may be a column of the result. One with values that is, is written as the number of its column,
    /// and a constant so that it is not taken for such a number.
    fn result_term(&mut self, term: &Expr, select: &Select) -> Result<()> {
        if let Some(place) = select.place(term) {
            self.place(select, place - 1);
            return Ok(());
        }
        match term {
            Expr::Literal(literal) => self.cast(term, literal.sql_type()),
            _ => self.expr(term),
        }
    }

    #[inline]
    pub(super) fn item(&mut self, item: &Item) -> Result<()> {
        match &item.expr {
            Expr::Column(column) => self.column(column)?,
            other => self.untyped(other)?,
        }
        if let Some(label) = &item.label {
            self.push(" AS ");
            self.identifier(label)?;
        }
        Ok(())
    }

    pub(super) fn order_term(&mut self, term: &OrderBy) -> Result<()> {
        self.expr(&term.expr)?;
        self.direction(term);
        Ok(())
    }

    fn direction(&mut self, term: &OrderBy) {
        if term.descending {
            self.push(" DESC");
        }
        match term.nulls {
            Some(Nulls::First) => self.push(" NULLS FIRST"),
            Some(Nulls::Last) => self.push(" NULLS LAST"),
            None => {}
        }
    }

    /// The numbers stand in the text: as parameters they would get a plan that does not know them.
    fn limit(&mut self, limit: Option<u64>, offset: Option<u64>) {
        // No table has more rows than this, and no database takes a larger number.
        let most = i64::MAX.unsigned_abs();
        let needs_limit = offset.is_some() && self.capabilities.offset_needs_limit;
        if let Some(limit) = limit.or(needs_limit.then_some(most)) {
            self.clause("LIMIT ");
            self.number(limit.min(most));
        }
        if let Some(offset) = offset {
            self.clause("OFFSET ");
            self.number(offset.min(most));
        }
    }

    fn lock(&mut self, lock: &Lock, select: &Select) -> Result<()> {
        if select.set.is_some() {
            return Err(invalid(
                "the rows of a set operation cannot be locked; lock those of the queries it combines",
            ));
        }
        if !self.capabilities.row_locks {
            return Ok(());
        }
        self.clause(match lock.strength {
            LockStrength::Update => "FOR UPDATE",
            LockStrength::NoKeyUpdate => "FOR NO KEY UPDATE",
            LockStrength::Share => "FOR SHARE",
            LockStrength::KeyShare => "FOR KEY SHARE",
        });
        if !lock.of.is_empty() {
            self.push(" OF ");
            self.identifiers(&lock.of)?;
        } else if let Some(kept) = always_there(select) {
            if kept.is_empty() {
                return Err(invalid(
                    "every table may be missing in a row of these joins, so that no row can be locked; use inner joins",
                ));
            }
            self.push(" OF ");
            self.identifiers(kept)?;
        }
        self.push(match lock.wait {
            LockWait::Wait => "",
            LockWait::NoWait => " NOWAIT",
            LockWait::SkipLocked => " SKIP LOCKED",
        });
        Ok(())
    }
}

/// The sources whose rows can be locked where outer joins leave others out; `None` where there are no outer joins.
fn always_there(select: &Select) -> Option<Vec<&Name>> {
    let mut outer = false;
    let mut kept: Vec<&FromItem> = select.from.iter().collect();
    for join in &select.joins {
        match join.kind {
            JoinKind::Inner | JoinKind::Cross => kept.push(&join.from),
            JoinKind::Left => outer = true,
            JoinKind::Right => {
                outer = true;
                kept = vec![&join.from];
            }
            JoinKind::Full => {
                outer = true;
                kept.clear();
            }
        }
    }
    let lockable = |from: &&FromItem| match from {
        FromItem::Table(table) => select.with.iter().all(|cte| cte.name != table.name),
        FromItem::Subquery { .. } | FromItem::Text { .. } => true,
        FromItem::Values { .. } | FromItem::Function { .. } => false,
    };
    outer.then(|| {
        kept.into_iter()
            .filter(lockable)
            .map(FromItem::label)
            .collect()
    })
}
