//! Objects from rows of raw SQL: each column is found by its name, since the text may give them in any order.

use std::marker::PhantomData;

use super::from_row::find_named;
use super::{ColumnDescriptor, Entity, Model, ModelDescriptor, Shape};
use crate::error::Result;
use crate::types::{Row, ValueRef};

/// The shape of whole objects of a model, read by the names of the columns.
#[derive(Debug, Clone, Copy)]
pub struct NamedEntity<M>(PhantomData<fn() -> M>);

impl<M: Model> Shape for NamedEntity<M> {
    type Owned = M;

    fn width() -> usize {
        Entity::<M>::width()
    }

    #[inline]
    fn decode(row: &dyn Row, offset: usize) -> Result<M> {
        let model = M::descriptor();
        if stands_as_declared(row, offset, model) {
            return M::from_row(row, offset);
        }
        M::from_row(&Arranged::new(row, model)?, 0)
    }

    fn entities(offset: usize, found: &mut dyn FnMut(usize, &'static ModelDescriptor)) {
        Entity::<M>::entities(offset, found);
    }
}

fn stands_as_declared(row: &dyn Row, offset: usize, model: &ModelDescriptor) -> bool {
    let columns = model.columns.iter().zip(offset..);
    row.len() >= offset + model.columns.len()
        && columns
            .map(|(column, place)| (column.name, row.name(place)))
            .all(|(a, b)| a == b)
}

/// A row in the order of the model's columns.
struct Arranged<'a> {
    row: &'a dyn Row,
    /// For each column its place in the row; none for a deferred one that the text leaves out.
    places: Vec<Option<usize>>,
}

impl<'a> Arranged<'a> {
    fn new(row: &'a dyn Row, model: &ModelDescriptor) -> Result<Self> {
        let place = |column: &ColumnDescriptor| {
            let there = (0..row.len()).any(|index| row.name(index) == column.name);
            if column.deferred && !there {
                return Ok(None);
            }
            find_named(row, column.name, model.name).map(Some)
        };
        let places = model.columns.iter().map(place).collect::<Result<_>>()?;
        Ok(Self { row, places })
    }
}

impl Row for Arranged<'_> {
    fn len(&self) -> usize {
        self.places.len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        match self.places.get(index) {
            Some(Some(place)) => self.row.value(*place),
            Some(None) => Ok(ValueRef::Unloaded),
            // An error of the row's own.
            None => self.row.value(self.row.len()),
        }
    }

    fn name(&self, index: usize) -> &str {
        let place = self.places.get(index).copied().flatten();
        place.map_or("", |place| self.row.name(place))
    }
}
