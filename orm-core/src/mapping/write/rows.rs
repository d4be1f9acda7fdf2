//! The rows of an INSERT: all of them set the same columns.

use std::ops::Range;

use super::super::{ColumnDescriptor, ModelDescriptor};
use crate::error::Result;
use crate::sql::{Expr, Name, Refusal};
use crate::types::Value;

/// Rows, and the columns that they set.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// The columns, in the order of the first row; then those that have a default of the program's own.
    pub(super) columns: Vec<usize>,
    /// The columns for which a row said a value.
    pub(super) given: Vec<usize>,
    pub(super) rows: Vec<Vec<Expr>>,
}

/// A column that nothing writes.
pub(super) fn not_written(model: &'static ModelDescriptor, column: usize) -> Refusal {
    let known = &model.columns[column];
    Refusal::query(format!(
        "{}.{} {}",
        model.name,
        known.field,
        known.refusal()
    ))
}

/// What an object's field says of its column: NULL counts as not given where a plain `Option` has a default.
pub(super) fn given(column: &ColumnDescriptor, value: Value) -> Expr {
    if value != Value::Null || column.omittable {
        return Expr::Bind(value);
    }
    match (column.client_default, column.server_default) {
        (Some(make), _) => Expr::Bind(make()),
        (None, Some(sql)) => Expr::Text(sql.into()),
        (None, None) => Expr::Bind(value),
    }
}

impl Rows {
    /// Adds a row.
    pub(super) fn push(
        &mut self,
        model: &'static ModelDescriptor,
        mut row: Vec<(usize, Expr)>,
    ) -> std::result::Result<(), Refusal> {
        let number = self.rows.len() + 1;
        let name = |column: usize| model.columns[column].name;
        let first_row = self.rows.is_empty();
        for (index, &(column, _)) in row.iter().enumerate() {
            if !model.columns[column].is_written() {
                return Err(not_written(model, column));
            }
            if row[..index].iter().any(|&(other, _)| other == column) {
                let (table, column) = (model.table, name(column));
                return Err(Refusal::query(format!(
                    "row {number} of the insert into {table} sets {column} twice; set it once"
                )));
            }
            if !self.given.contains(&column) {
                self.given.push(column);
            }
        }
        if first_row {
            self.columns = row.iter().map(|&(column, _)| column).collect();
            let defaults = (0..model.columns.len())
                .filter(|&column| model.columns[column].client_default.is_some());
            let missing: Vec<usize> = defaults.filter(|it| !self.columns.contains(it)).collect();
            self.columns.extend(missing);
        }
        let mut values = Vec::with_capacity(self.columns.len());
        for (at, &column) in self.columns.iter().enumerate() {
            // Rows made in one way have their columns in one order.
            let found = if row.get(at).is_some_and(|&(here, _)| here == column) {
                Some(at)
            } else {
                row.iter().position(|&(here, _)| here == column)
            };
            let value = match (found, model.columns[column].client_default) {
                (Some(index), _) => std::mem::replace(&mut row[index].1, Expr::constant(true)),
                (None, Some(default)) => Expr::Bind(default()),
                (None, None) => {
                    return Err(uneven(model, number, "does not set", name(column), "does"));
                }
            };
            values.push(value);
        }
        let added = row
            .iter()
            .find(|(column, _)| !self.columns.contains(column));
        if let Some(&(column, _)) = added {
            return Err(uneven(model, number, "sets", name(column), "does not"));
        }
        self.rows.push(values);
        Ok(())
    }

    /// The rows in parts, each with as many parameters as a statement can have; `others` tells how many there are beside
    /// the rows', given those of the first row. A row of nothing but defaults is a part of its own.
    pub(super) fn parts(
        &self,
        limit: usize,
        others: impl FnOnce(usize) -> Result<usize>,
    ) -> Result<Vec<Range<usize>>> {
        let count = self.rows.len();
        if self.columns.is_empty() {
            return Ok((0..count).map(|row| row..row + 1).collect());
        }
        let sizes: Vec<usize> = self
            .rows
            .iter()
            .map(|row| row.iter().map(parameters).sum())
            .collect();
        let others = match sizes.first() {
            Some(&first) if count > 1 => others(first)?,
            _ => 0,
        };
        let (mut parts, mut start, mut used) = (Vec::new(), 0, others);
        for (index, &size) in sizes.iter().enumerate() {
            if index > start && used + size > limit {
                parts.push(start..index);
                (start, used) = (index, others);
            }
            used += size;
        }
        if start < count {
            parts.push(start..count);
        }
        Ok(parts)
    }

    /// The names of the columns.
    pub(super) fn names(&self, model: &'static ModelDescriptor) -> Vec<Name> {
        let columns = self.columns.iter();
        columns
            .map(|&column| Name::Borrowed(model.columns[column].name))
            .collect()
    }
}

fn uneven(
    model: &ModelDescriptor,
    number: usize,
    does: &str,
    column: &str,
    first: &str,
) -> Refusal {
    Refusal::query(format!(
        "row {number} of the insert into {} {does} {column}, and row 1 {first}; all rows of an insert set the same columns, \
         so send the others in a statement of their own",
        model.table
    ))
}

/// How many parameters an expression has, queries inside it apart.
fn parameters(expr: &Expr) -> usize {
    if matches!(expr, Expr::Bind(_)) {
        return 1;
    }
    let mut count = 0;
    expr.walk(&mut |part| count += usize::from(matches!(part, Expr::Bind(_) | Expr::Parameter(_))));
    count
}
