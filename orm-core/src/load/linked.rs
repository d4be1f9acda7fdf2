//! Rows of a many-to-many relationship: each with the key of the object it belongs to, behind its own columns.

use super::key_places::KeyPlaces;
use crate::error::Result;
use crate::mapping::{Key, LinkTable, Rows};
use crate::types::{Row, RowSink};

/// Reads rows of the target, and whose they are.
pub(crate) struct LinkedRows {
    pub(crate) rows: Box<dyn Rows>,
    /// For each row the key of the object that it belongs to.
    pub(crate) owners: Vec<Key>,
    places: KeyPlaces,
}

impl LinkedRows {
    pub(crate) fn new(table: &LinkTable) -> Self {
        Self {
            rows: table.remote.model.model_type.rows(),
            owners: Vec::new(),
            places: KeyPlaces::behind_target(table),
        }
    }
}

impl RowSink for LinkedRows {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        // The table's columns cannot be NULL, so every row has an owner.
        if let Some(owner) = self.places.read(row)? {
            self.rows.read(row, 0)?;
            self.owners.push(owner);
        }
        Ok(())
    }
}
