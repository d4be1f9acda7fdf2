//! Rows to be updated by their primary keys.

use std::collections::HashMap;

use super::super::{Key, Model, ModelDescriptor};
use super::assignment::{Assignments, list};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::Expr;
use crate::types::Value;

/// The new values of one row, found by its primary key.
#[derive(Debug)]
pub(crate) struct KeyedRow {
    pub(crate) key: Key,
    /// The primary key, then the version that the row has to have, if it was said.
    pub(crate) guard: Vec<Value>,
    /// The columns set, by position.
    pub(crate) columns: Vec<usize>,
    pub(crate) values: Vec<Value>,
}

/// Takes rows apart: each has to say its whole primary key and something to set, all of it values.
///
/// # Errors
/// `InvalidQuery`, naming the row and the column.
pub(crate) fn keyed_rows<M: Model, A: Assignments<M>>(
    rows: impl IntoIterator<Item = A>,
) -> Result<Vec<KeyedRow>> {
    let model = M::descriptor();
    let mut keyed = Vec::new();
    let mut numbers: HashMap<Key, usize> = HashMap::new();
    for (index, row) in rows.into_iter().enumerate() {
        let number = index + 1;
        let row = keyed_row(model, number, list(row))?;
        if let Some(other) = numbers.insert(row.key.clone(), number) {
            let (name, key) = (model.name, &row.key);
            let message =
                format!("rows {other} and {number} are both {name}({key}); give each row once");
            return Err(refuse(model, message));
        }
        keyed.push(row);
    }
    Ok(keyed)
}

fn keyed_row(
    model: &'static ModelDescriptor,
    number: usize,
    assignments: Vec<(usize, Expr)>,
) -> Result<KeyedRow> {
    let name = |column: usize| model.columns[column].name;
    let mut set: Vec<(usize, Value)> = Vec::with_capacity(assignments.len());
    for (column, value) in assignments {
        if !model.columns[column].is_written() {
            let refusal = model.columns[column].refusal();
            let message = format!("row {number} sets {}, which {refusal}", name(column));
            return Err(refuse(model, message));
        }
        let Expr::Bind(value) = value else {
            let message = format!(
                "row {number} sets {} to an expression; rows found by their keys are given values, expressions are for \
                 {}::update()",
                name(column),
                model.name
            );
            return Err(refuse(model, message));
        };
        if set.iter().any(|&(other, _)| other == column) {
            let message = format!("row {number} sets {} twice; set it once", name(column));
            return Err(refuse(model, message));
        }
        set.push((column, value));
    }
    let mut guard = Vec::with_capacity(model.primary_key.len() + 1);
    for &column in model.primary_key {
        let Some(place) = set.iter().position(|&(other, _)| other == column) else {
            let message = format!(
                "row {number} does not say its primary key {}; give every row its key",
                name(column)
            );
            return Err(refuse(model, message));
        };
        guard.push(set.swap_remove(place).1);
    }
    let key = Key::from_values(guard.iter().map(Value::as_ref)).ok_or_else(|| {
        refuse(
            model,
            format!("row {number} has a primary key that is NULL"),
        )
    })?;
    if set.is_empty() {
        let message = format!("row {number} sets no column but its key; set one, or leave it out");
        return Err(refuse(model, message));
    }
    let given = |set: &[(usize, Value)], column| set.iter().any(|&(other, _)| other == column);
    for default in model.on_write.defaults {
        if !given(&set, default.column) {
            set.push((default.column, (default.value)()));
        }
    }
    if let Some(version) = &model.on_write.version
        && let Some(place) = set.iter().position(|&(other, _)| other == version.column)
    {
        match version.next {
            Some(next) => {
                let next = next(Some(&set[place].1));
                guard.push(std::mem::replace(&mut set[place].1, next));
            }
            None if model.is_server_version(version.column) => {
                guard.push(set.swap_remove(place).1);
            }
            None => {}
        }
    }
    // Rows that set the same columns go together, in whatever order they name them.
    set.sort_unstable_by_key(|&(column, _)| column);
    let (columns, values) = set.into_iter().unzip();
    Ok(KeyedRow {
        key,
        guard,
        columns,
        values,
    })
}

#[cold]
fn refuse(model: &ModelDescriptor, message: String) -> Error {
    let table = model.table;
    let message = format!("the update of {table} by keys: {message}");
    Error::new(ErrorKind::InvalidQuery, message).with_table(table)
}
