//! Rows that lack columns which their readers count.

use std::sync::Arc;

use super::{Row, RowSink, ValueRef};
use crate::error::Result;

/// Which of the columns that readers count are in the rows, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// For each column its place in the row; none for one that was left out.
    places: Box<[Option<u32>]>,
}

impl Layout {
    /// Of columns of which some are left out.
    pub(crate) fn of(absent: impl Iterator<Item = bool>) -> Arc<Self> {
        let mut next = 0..;
        let places = absent.map(|absent| if absent { None } else { next.next() });
        let places = places.collect();
        Arc::new(Self { places })
    }
}

/// Hands rows on with the columns that were left out, as unloaded.
pub(crate) struct Spread<S> {
    pub(crate) sink: S,
    pub(crate) layout: Arc<Layout>,
}

impl<S: RowSink> RowSink for Spread<S> {
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        let layout = &self.layout;
        self.sink.row(&SpreadRow { row, layout })
    }
}

struct SpreadRow<'a> {
    row: &'a dyn Row,
    layout: &'a Layout,
}

impl SpreadRow<'_> {
    fn place(&self, index: usize) -> Option<usize> {
        match self.layout.places.get(index) {
            Some(place) => place.map(|place| place as usize),
            // An error of the row's own.
            None => Some(index),
        }
    }
}

impl Row for SpreadRow<'_> {
    fn len(&self) -> usize {
        self.layout.places.len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        match self.place(index) {
            Some(place) => self.row.value(place),
            None => Ok(ValueRef::Unloaded),
        }
    }

    fn name(&self, index: usize) -> &str {
        self.place(index).map_or("", |place| self.row.name(place))
    }
}
