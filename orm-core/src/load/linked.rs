//! Rows of a many-to-many relationship: each with the key of the object it belongs to, behind its own columns.

use crate::error::Result;
use crate::mapping::{Key, LinkTable, Rows};
use crate::types::{Row, RowSink, ValueRef};

/// Reads rows of the target, and whose they are.
pub(crate) struct LinkedRows {
    pub(crate) rows: Box<dyn Rows>,
    /// For each row the key of the object that it belongs to.
    pub(crate) owners: Vec<Key>,
    places: std::ops::Range<usize>,
}

/// Where a row of the target with the key of its owner behind it has that key.
pub(super) fn owner_places(table: &LinkTable) -> std::ops::Range<usize> {
    let width = table.remote.model.columns.len();
    width..width + table.local.columns.len()
}

impl LinkedRows {
    pub(crate) fn new(table: &LinkTable) -> Self {
        Self {
            rows: table.remote.model.model_type.rows(),
            owners: Vec::new(),
            places: owner_places(table),
        }
    }
}

impl RowSink for LinkedRows {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        let values = self.places.clone().map(|place| row.value(place));
        let values: Vec<ValueRef<'_>> = values.collect::<Result<_>>()?;
        // The table's columns cannot be NULL, so every row has an owner.
        if let Some(owner) = Key::from_values(values) {
            self.rows.read(row, 0)?;
            self.owners.push(owner);
        }
        Ok(())
    }
}
