//! Rows that lack columns which their readers count.

use std::ops::Range;
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

    /// The place of a column in the row; none where it was left out.
    #[inline]
    pub(crate) fn place(&self, index: usize) -> Option<usize> {
        match self.places.get(index) {
            Some(place) => place.map(|place| place as usize),
            // An error of the row's own.
            None => Some(index),
        }
    }

    /// Whether some of these columns were left out.
    pub(crate) fn lacks(&self, columns: Range<usize>) -> bool {
        columns
            .into_iter()
            .any(|column| self.place(column).is_none())
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

/// A row with the columns that were left out, which are unloaded.
pub(crate) struct SpreadRow<'a> {
    pub(crate) row: &'a dyn Row,
    pub(crate) layout: &'a Layout,
}

impl Row for SpreadRow<'_> {
    fn len(&self) -> usize {
        self.layout.places.len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        match self.layout.place(index) {
            Some(place) => self.row.value(place),
            None => Ok(ValueRef::Unloaded),
        }
    }

    #[inline]
    fn integer(&self, index: usize) -> Option<i64> {
        self.row.integer(self.layout.place(index)?)
    }

    #[inline]
    fn float(&self, index: usize) -> Option<f64> {
        self.row.float(self.layout.place(index)?)
    }

    #[inline]
    fn text(&self, index: usize) -> Option<&str> {
        self.row.text(self.layout.place(index)?)
    }

    fn name(&self, index: usize) -> &str {
        self.layout
            .place(index)
            .map_or("", |place| self.row.name(place))
    }
}
