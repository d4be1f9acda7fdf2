//! Rows as the layers above the drivers see them.

use super::{FromValue, ValueRef};
use crate::error::Result;

/// One row of a result, borrowed from the driver while it stands on it.
pub trait Row {
    /// How many columns the row has.
    fn len(&self) -> usize;

    /// Whether the row has no columns.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `index`.
    ///
    /// # Errors
    /// `Decode` when the index is out of range, or the driver's bytes are not a value of the column's type.
    fn value(&self, index: usize) -> Result<ValueRef<'_>>;

    /// The integer at `index`, if it is one and the driver reads it without the way over a [`ValueRef`]. `None` says
    /// nothing: [`Row::value`] tells what is there.
    fn integer(&self, _index: usize) -> Option<i64> {
        None
    }

    /// As [`Row::integer`], of a float.
    fn float(&self, _index: usize) -> Option<f64> {
        None
    }

    /// As [`Row::integer`], of text.
    fn text(&self, _index: usize) -> Option<&str> {
        None
    }

    /// The name of the column at `index`, for messages and for rows read by name.
    fn name(&self, index: usize) -> &str;
}

impl dyn Row + '_ {
    /// The value at `index` as a Rust type.
    ///
    /// # Errors
    /// `Decode`, naming the column, its SQL type and the Rust type.
    #[inline]
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        match T::read_quick(self, index) {
            Some(value) => Ok(value),
            None => self.get_slowly(index),
        }
    }

    fn get_slowly<T: FromValue>(&self, index: usize) -> Result<T> {
        match T::from_value(self.value(index)?) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.with_columns([self.name(index)])),
        }
    }
}

/// What takes the rows of a result, one at a time, as the driver steps through them.
///
/// It is owned by the execution, so that a long statement can finish on another thread, and given back at its end.
pub trait RowSink: Send + 'static {
    /// Takes one row.
    ///
    /// # Errors
    /// Ends the statement; the error is the statement's.
    fn row(&mut self, row: &dyn Row) -> Result<()>;
}

/// A sink with much in it, which is not to be moved about.
impl<S: RowSink> RowSink for Box<S> {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        (**self).row(row)
    }
}
