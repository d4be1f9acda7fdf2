//! Defaults of new rows: a NULL in a column that has one counts as not given, as a struct has no unset fields.

use super::sync;
use crate::error::Result;
use crate::mapping::{ColumnSet, ModelDescriptor, ObjectId};
use crate::state::State;
use crate::types::Value;

/// A column, and what makes its value.
pub(super) type Default = (usize, fn() -> Value);

/// The columns that may be NULL and that the database has a default for.
pub(super) fn by_database(model: &ModelDescriptor) -> Vec<usize> {
    let columns = model.columns.iter().enumerate();
    let columns = columns.filter(|(_, column)| {
        // A field that can be without a value says NULL when it holds it.
        column.nullable
            && !column.omittable
            && column.server_default.is_some()
            && column.client_default.is_none()
    });
    columns.map(|(index, _)| index).collect()
}

/// Leaves to the database what is NULL, unless a relationship says what is to stand there.
pub(super) fn leave_nulls(state: &State, id: ObjectId, columns: &[usize], unset: &mut ColumnSet) {
    let Ok(object) = state.any(id) else { return };
    for &column in columns {
        if object.value(column) == Value::Null && !sync::linked(state, id).any(|it| it == column) {
            unset.insert(column);
        }
    }
}

/// The columns that need not be given and that the program has a default for, with what makes it.
pub(super) fn by_program(model: &ModelDescriptor) -> Vec<Default> {
    let columns = model.columns.iter().enumerate();
    let columns = columns.filter(|(_, column)| column.nullable || column.omittable);
    columns
        .filter_map(|(index, column)| Some((index, column.client_default?)))
        .collect()
}

/// Gives a new object the program's defaults where it has no value, unless a relationship says what is to stand there.
pub(super) fn fill(state: &mut State, id: ObjectId, defaults: &[Default]) -> Result<()> {
    for &(column, make) in defaults {
        let omittable = state.descriptor(id).columns[column].omittable;
        let missing = if omittable {
            Value::Unloaded
        } else {
            Value::Null
        };
        if state.any(id)?.value(column) == missing
            && !sync::linked(state, id).any(|it| it == column)
        {
            state.any_mut(id)?.set(column, make().as_ref())?;
        }
    }
    Ok(())
}
