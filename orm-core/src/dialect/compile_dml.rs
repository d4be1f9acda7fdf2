//! `INSERT`, `UPDATE`, `DELETE`.

use super::compiler::{invalid, summary};
use super::{Compiler, Summary};
use crate::error::{Error, Result};
use crate::sql::{
    ConflictAction, ConflictTarget, Delete, Expr, FromItem, Insert, InsertSource, Item, Join, Name,
    OnConflict, Select, TableRef, Update,
};

impl Compiler<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<Summary> {
        self.writes = true;
        self.with(&insert.with)?;
        self.push("INSERT INTO ");
        self.table(&insert.table)?;
        if insert.columns.is_empty() {
            if !matches!(insert.source, InsertSource::Defaults) {
                return Err(invalid(
                    "an insert without columns writes one row of defaults, but rows were given; name their columns",
                )
                .with_table(insert.table.name.clone()));
            }
            if insert.on_conflict.is_some() {
                self.needs(
                    self.capabilities.default_conflicts,
                    "ON CONFLICT for a row of defaults",
                    "name a column and give it its value",
                )?;
            }
            self.push(" DEFAULT VALUES");
        } else {
            self.push(" (");
            self.identifiers(&insert.columns)?;
            self.push(")");
            self.insert_source(insert)?;
        }
        if let Some(on_conflict) = &insert.on_conflict {
            self.on_conflict(on_conflict)
                .map_err(|error| error.with_table(insert.table.name.clone()))?;
        }
        self.returning(&insert.returning, &insert.table, false)?;
        Ok(summary("INSERT", Some(&insert.table.name), false))
    }

    fn insert_source(&mut self, insert: &Insert) -> Result<()> {
        let columns = insert.columns.len();
        let wrong = |message: String| invalid(message).with_table(insert.table.name.clone());
        match &insert.source {
            InsertSource::Defaults => Err(wrong(format!(
                "an insert of {columns} columns has no values; give it rows or a query, or name no columns"
            ))),
            InsertSource::Rows(rows) => {
                let found = match rows.iter().position(|row| row.len() != columns) {
                    Some(row) => Some(format!("row {} has {}", row + 1, rows[row].len())),
                    None if rows.is_empty() => Some("there is no row".to_owned()),
                    None => None,
                };
                if let Some(found) = found {
                    return Err(wrong(format!(
                        "an insert of {columns} columns needs at least one row, and {columns} values in each; {found}"
                    )));
                }
                self.clause("VALUES ");
                self.list(rows, ", ", |out, row| {
                    out.push("(");
                    out.list(row, ", ", Self::expr)?;
                    out.push(")");
                    Ok(())
                })
            }
            InsertSource::Select(select) => {
                if let Some(width) = select.width()
                    && width != columns
                {
                    return Err(wrong(format!(
                        "an insert of {columns} columns takes the rows of a query of {width}; give both the same number"
                    )));
                }
                self.clause("");
                let needs_where =
                    insert.on_conflict.is_some() && self.capabilities.conflict_needs_where;
                self.inserted_query(select, needs_where)
            }
        }
    }

    /// A query whose end is told from the ON of a conflict by a WHERE, where nothing else stands between.
    fn inserted_query(&mut self, select: &Select, needs_where: bool) -> Result<()> {
        let open_end = select.order_by.is_empty() && select.limit.is_none();
        if select.set.is_some() && needs_where && open_end {
            self.push("SELECT * FROM ");
            self.subquery(select)?;
            self.clause("WHERE ");
            self.push(self.capabilities.truth.condition(true));
            return Ok(());
        }
        let ends_open = needs_where && !select.from.is_empty();
        self.deeper(|out| out.whole_select(select, ends_open))
    }

    fn on_conflict(&mut self, on_conflict: &OnConflict) -> Result<()> {
        self.clause("ON CONFLICT");
        match &on_conflict.target {
            ConflictTarget::Any => {
                if matches!(on_conflict.action, ConflictAction::Update { .. }) {
                    return Err(invalid(
                        "an insert that updates rows on a conflict needs the columns of the unique key; name them",
                    ));
                }
            }
            ConflictTarget::Columns { columns, filter } => {
                if columns.is_empty() {
                    return Err(invalid("the conflict names no column; name at least one"));
                }
                self.push(" (");
                self.identifiers(columns)?;
                self.push(")");
                if let Some(filter) = filter {
                    self.push(" WHERE ");
                    let bare = std::mem::replace(&mut self.bare_columns, true);
                    self.expr(filter)?;
                    self.bare_columns = bare;
                }
            }
            ConflictTarget::Constraint(name) => {
                self.needs(
                    self.capabilities.constraint_targets,
                    "ON CONFLICT ON CONSTRAINT",
                    "name the columns of the constraint",
                )?;
                self.push(" ON CONSTRAINT ");
                self.identifier(name)?;
            }
        }
        match &on_conflict.action {
            ConflictAction::Nothing => self.push(" DO NOTHING"),
            ConflictAction::Update { set, filter } => {
                if set.is_empty() {
                    return Err(invalid(
                        "the conflict updates no column; name at least one, or do nothing",
                    ));
                }
                self.push(" DO UPDATE SET ");
                self.set(set)?;
                if let Some(filter) = filter {
                    self.push(" WHERE ");
                    self.expr(filter)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn update(&mut self, update: &Update) -> Result<Summary> {
        self.writes = true;
        if update.set.is_empty() {
            return Err(invalid("the update sets no column; name at least one")
                .with_table(update.table.name.clone()));
        }
        self.with(&update.with)?;
        self.push("UPDATE ");
        self.table(&update.table)?;
        self.clause("SET ");
        self.set(&update.set)?;
        self.sources("FROM ", &update.from, &update.joins)?;
        self.filter(update.filter.as_ref())?;
        self.returning(&update.returning, &update.table, !update.from.is_empty())?;
        Ok(summary("UPDATE", Some(&update.table.name), false))
    }

    /// The columns stand without their table, which no database takes before the sign.
    fn set(&mut self, set: &[(Name, Expr)]) -> Result<()> {
        self.list(set, ", ", |out, (column, value)| {
            out.identifier(column)?;
            out.push(" = ");
            out.expr(value)
        })
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<Summary> {
        self.writes = true;
        self.with(&delete.with)?;
        self.push("DELETE FROM ");
        self.table(&delete.table)?;
        let others = !delete.using.is_empty();
        if others && !self.capabilities.delete_using {
            self.exists_in(&delete.using, &delete.joins, delete.filter.as_ref())?;
        } else {
            self.sources("USING ", &delete.using, &delete.joins)?;
            self.filter(delete.filter.as_ref())?;
        }
        self.returning(&delete.returning, &delete.table, others)?;
        Ok(summary("DELETE", Some(&delete.table.name), false))
    }

    /// A row goes when there is a row of the other tables for it: the same as USING, which may find several.
    fn exists_in(
        &mut self,
        using: &[FromItem],
        joins: &[Join],
        filter: Option<&Expr>,
    ) -> Result<()> {
        self.clause("WHERE EXISTS ");
        self.open();
        self.push("SELECT 1");
        self.sources("FROM ", using, joins)?;
        self.filter(filter)?;
        self.close();
        Ok(())
    }

    fn filter(&mut self, filter: Option<&Expr>) -> Result<()> {
        if let Some(filter) = filter {
            self.clause("WHERE ");
            self.condition(filter)?;
        }
        Ok(())
    }

    /// `others` says that the statement reads from other tables too, whose columns may have the same names.
    fn returning(&mut self, returning: &[Item], table: &TableRef, others: bool) -> Result<()> {
        if returning.is_empty() {
            return Ok(());
        }
        let qualified = others && self.capabilities.returning_others;
        if others && !qualified {
            self.check_returning(returning, table)?;
        }
        self.clause("RETURNING ");
        let before = std::mem::replace(&mut self.bare_columns, !qualified);
        self.list(returning, ", ", Self::item)?;
        self.bare_columns = before;
        Ok(())
    }

    fn check_returning(&self, returning: &[Item], table: &TableRef) -> Result<()> {
        for item in returning {
            let tables = item.expr.tables();
            if let Some(other) = tables.into_iter().find(|name| *name != table.label()) {
                let what = format!(
                    "RETURNING for columns of {other}, which the statement only reads from"
                );
                return self
                    .needs(
                        false,
                        &what,
                        "return the columns of the changed table, or read the others with a query",
                    )
                    .map_err(|error: Error| error.with_table(table.name.clone()));
            }
        }
        Ok(())
    }
}
