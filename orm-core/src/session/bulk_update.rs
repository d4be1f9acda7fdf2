//! Many rows updated by their primary keys.

use std::collections::HashMap;

use super::bulk::with_table;
use super::load::ModelRows;
use super::{Phase, Session};
use crate::dialect::Batch;
use crate::error::{Error, ErrorKind, Result};
use crate::load::ByKey;
use crate::mapping::{Assignments, Change, Key, KeyedRow, Model, ModelDescriptor, keyed_rows};
use crate::types::{Value, Values};
use crate::unit_of_work::{Operation, Plan};

impl Session {
    /// Updates rows by their primary keys, each to values of its own: one statement for each set of columns, cut where the
    /// flush would cut it. Gives their number. Pending changes are flushed first; objects held have the new values.
    ///
    /// A row is one or more assignments, those of its primary key among them. Where it says its version too, that is the
    /// version the row has to have, and it is counted on.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "books")]
    /// # struct Book { #[orm(primary_key)] id: i64, price: i32 }
    /// # async fn example(session: &mut Session) -> orm_core::Result<()> {
    /// let prices = [(1, 20), (2, 35)];
    /// let rows = prices.map(|(id, price)| (Book::id.to(id), Book::price.to(price)));
    /// session.bulk_update::<Book>(rows).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidQuery` when a row lacks its key, sets nothing, or there are two of it; `StaleData` naming the object when a
    /// row is not there. As [`Session::flush`], and after an error everything is as after a failed flush.
    #[doc(alias = "bulk_update_mappings")]
    pub async fn bulk_update<M: Model>(
        &mut self,
        rows: impl IntoIterator<Item: Assignments<M>>,
    ) -> Result<u64> {
        let rows = keyed_rows(rows)?;
        self.before_query().await?;
        if rows.is_empty() {
            return Ok(0);
        }
        let (model, count) = (M::descriptor(), rows.len() as u64);
        self.begin_writing()?;
        match self.update_rows(model, &rows).await {
            Ok(()) => {
                self.end_writing();
                Ok(count)
            }
            Err(error) => {
                let error = self.fall_back(error).await;
                Err(self.name_stale(error, model, &rows).await)
            }
        }
    }

    async fn update_rows(
        &mut self,
        model: &'static ModelDescriptor,
        rows: &[KeyedRow],
    ) -> Result<()> {
        self.open_transaction().await?;
        self.state.model_written(model, Change::Updates, false);
        for group in groups(rows) {
            for part in group.chunks(Plan::ROWS) {
                self.update_part(model, part).await?;
            }
        }
        Ok(())
    }

    /// Sends rows that set the same columns.
    async fn update_part(
        &mut self,
        model: &'static ModelDescriptor,
        rows: &[&KeyedRow],
    ) -> Result<()> {
        let Some(first) = rows.first() else {
            return Ok(());
        };
        let guarded = first.guard.len() > model.primary_key.len();
        let count = rows.len();
        let text = super::text::update(&self.engine, model, &first.columns, guarded, count > 1)?;
        let mut values = Values::with_capacity(count * (first.values.len() + first.guard.len()));
        for value in rows
            .iter()
            .flat_map(|row| row.values.iter().chain(&row.guard))
        {
            values.push(value.as_ref());
        }
        let summary = super::text::summary(Operation::Update, model.table);
        let told = self.tell_executing(&text.sql, &summary)?;
        let batch = Box::new(Batch {
            sql: text.sql,
            columns: text.columns,
            types: text.types,
            rows: values,
            count,
            style: text.style,
            returning: text.returning,
            one_each: true,
            generated_key: None,
            summary,
            room: Values::default(),
        });
        let reply = self.connect().await?.batch(batch).await;
        let reply = reply.map_err(|error| with_table(error, model))?;
        if reply.affected != count as u64 {
            let held = rows
                .iter()
                .filter_map(|row| self.state.find(model, &row.key));
            let held: Vec<_> = held.collect();
            self.state.refused.extend(held);
            let missed = reply.missed.and_then(|index| rows.get(index).copied());
            return Err(stale(model, missed));
        }
        self.tell_executed(told, reply.affected);
        let mut updated = Vec::new();
        for row in rows {
            if let Some(id) = self.state.find(model, &row.key) {
                let values = row.columns.iter().zip(&row.values);
                let mut values: Vec<_> = values
                    .map(|(&column, value)| (column, Some(value.clone())))
                    .collect();
                values.extend(model.followers(&row.columns).map(|it| (it, None)));
                self.state.row_updated_by_hand(id, &values)?;
                updated.push(id);
            }
        }
        if updated.len() < count {
            self.state.rows_came(model, Some(&first.columns))?;
        }
        if !updated.is_empty() && model.computes() {
            Box::pin(self.read_back(updated)).await?;
        }
        Ok(())
    }

    /// Names the row that was not there, or not at the version that was said, where the batch only tells that there is one.
    #[cold]
    async fn name_stale(
        &mut self,
        error: Error,
        model: &'static ModelDescriptor,
        rows: &[KeyedRow],
    ) -> Error {
        if error.kind() != ErrorKind::StaleData || error.object().is_some() {
            return error;
        }
        // What the batch did is undone, so that the rows are as they were before it.
        let phase = std::mem::replace(&mut self.phase, Phase::Writing);
        let found = self.look_for(model, rows).await;
        self.phase = phase;
        match found {
            Ok(Some(row)) => stale(model, Some(row)),
            Ok(None) | Err(_) => error,
        }
    }

    async fn look_for<'r>(
        &mut self,
        model: &'static ModelDescriptor,
        rows: &'r [KeyedRow],
    ) -> Result<Option<&'r KeyedRow>> {
        let keys = model.primary_key.len();
        let version = model.on_write.version.as_ref();
        for part in rows.chunks(Plan::ROWS) {
            let mut wanted = ByKey::new(model, model.primary_key, &[]);
            for row in part {
                wanted.push(row.guard[..keys].iter().cloned());
            }
            let statement = super::text::by_key(&self.engine, wanted)?;
            let found = self.fetch(statement, ModelRows::new(model)).await?.0;
            let found = (0..found.count()).filter_map(|index| {
                let row = found.get(index)?;
                Some((row.identity(), version.map(|it| row.value(it.column))))
            });
            let found: HashMap<Key, Option<Value>> = found.collect();
            let other = |row: &&KeyedRow| match (found.get(&row.key), row.guard.get(keys)) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(now), said) => now.as_ref() != said,
            };
            if let Some(row) = part.iter().find(other) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

#[cold]
fn stale(model: &ModelDescriptor, row: Option<&KeyedRow>) -> Error {
    let table = model.table;
    let object = row.map(|row| format!("{}({})", model.name, row.key));
    let what = object.as_deref().unwrap_or("a row");
    let message = format!(
        "the update of {table} by keys: {what} is not there, or was changed by another transaction; read it anew and try again"
    );
    let error = Error::new(ErrorKind::StaleData, message).with_table(table);
    match object {
        Some(object) => error.with_object(object),
        None => error,
    }
}

/// Rows by the columns that they set, each group in the order of the keys.
fn groups(rows: &[KeyedRow]) -> Vec<Vec<&KeyedRow>> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    let mut groups: Vec<Vec<&KeyedRow>> = Vec::new();
    for row in rows {
        let same = |group: &&mut Vec<&KeyedRow>| {
            group.first().is_some_and(|first| {
                first.columns == row.columns && first.guard.len() == row.guard.len()
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}
