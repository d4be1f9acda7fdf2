//! Loading a relationship of plain values: trees without a session.

use std::collections::HashMap;

use super::ByKey;
use super::key_places::KeyPlaces;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Key, RelationDescriptor, Rows};
use crate::types::{Row, RowSink, Value};

/// What is to be read for one relationship of a list of plain objects.
pub(crate) struct OwnedPlan {
    /// The rows; empty when no object has a key to look for.
    pub(crate) rows: ByKey,
    /// Reads them.
    pub(crate) sink: OwnedRows,
}

/// Reads related rows, each once for every parent it belongs to: plain values cannot be shared.
pub(crate) struct OwnedRows {
    relation: &'static RelationDescriptor,
    parents: HashMap<Key, Vec<usize>>,
    /// Where a row has the parent's key.
    places: KeyPlaces,
    children: Box<dyn Rows>,
    parent_of: Vec<usize>,
}

impl OwnedPlan {
    pub(crate) fn new(relation: &'static RelationDescriptor, parents: &dyn Rows) -> Result<Self> {
        let link = relation.link()?;
        let mut rows = ByKey::of(relation)?;
        let mut by_key: HashMap<Key, Vec<usize>> = HashMap::new();
        for index in 0..parents.count() {
            let Some(parent) = parents.get(index) else {
                continue;
            };
            let values: Vec<Value> = link
                .local
                .iter()
                .map(|&column| parent.value(column))
                .collect();
            let Some(key) = Key::from_values(values.iter().map(Value::as_ref)) else {
                continue;
            };
            by_key
                .entry(key)
                .or_insert_with(|| {
                    rows.push(values);
                    Vec::new()
                })
                .push(index);
        }
        let children = rows.target.model_type.rows();
        let places = match rows.through {
            Some(table) => KeyPlaces::behind_target(table),
            None => KeyPlaces::in_target(link, rows.target),
        };
        let sink = OwnedRows {
            relation,
            parents: by_key,
            places,
            children,
            parent_of: Vec::new(),
        };
        Ok(Self { rows, sink })
    }
}

impl RowSink for OwnedRows {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        let key = self.places.read(row)?;
        let parents = key.and_then(|key| self.parents.get(&key));
        for &parent in parents.map_or(&[][..], Vec::as_slice) {
            self.children.read(row, 0)?;
            self.parent_of.push(parent);
        }
        Ok(())
    }
}

impl OwnedRows {
    /// The objects read, for the relationships of their own.
    pub(crate) fn children_mut(&mut self) -> &mut dyn Rows {
        &mut *self.children
    }

    /// Gives every parent its share.
    ///
    /// # Errors
    /// `InvalidMapping` when the relationship's field is of another type than its descriptor says.
    pub(crate) fn attach(self, parents: &mut dyn Rows) -> Result<()> {
        if self
            .relation
            .field
            .attach(parents, self.children, &self.parent_of)
        {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InvalidMapping,
            format!(
                "the field of {:?} is not of the type its descriptor says",
                self.relation
            ),
        ))
    }
}
