//! Rows as plain structs, column by column by name.

use std::marker::PhantomData;

use super::Shape;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{ColumnType, Row};

/// A struct that a row can be read as, each field from the column of its name; implemented by `#[derive(FromRow)]`.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use orm_core::prelude::*;
///
/// #[derive(FromRow, Debug)]
/// struct Summary {
///     id: i64,
///     #[orm(column = "n")]
///     count: i64,
/// }
///
/// let query = text("SELECT author_id AS id, count(*) AS n FROM books GROUP BY author_id");
/// let query = query.rows::<Summary>();
/// # let _ = query;
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    label = "not a struct with #[derive(FromRow)]",
    note = "put #[derive(FromRow)] on the struct; a tuple of values is read by `.columns::<(..)>()`, a model by `.entities::<..>()`"
)]
pub trait FromRow: Sized + Send + 'static {
    /// How many columns it takes.
    const WIDTH: usize;

    /// Reads one row, whose columns for this struct are expected from `first` on, and found by their names wherever they
    /// stand.
    ///
    /// # Errors
    /// `Decode`, naming the struct and the column.
    fn from_row(row: &dyn Row, first: usize) -> Result<Self>;
}

/// The shape of rows that are read as structs by the names of their columns.
#[derive(Debug, Clone, Copy)]
pub struct ByName<T>(PhantomData<fn() -> T>);

impl<T: FromRow> Shape for ByName<T> {
    type Owned = T;

    fn width() -> usize {
        T::WIDTH
    }

    #[inline]
    fn decode(row: &dyn Row, offset: usize) -> Result<T> {
        T::from_row(row, offset)
    }
}

/// Reads a field of a struct by the name of its column; `expected` is where it stands when the columns are in the order of
/// the fields. Called by the derive.
///
/// # Errors
/// `Decode` when there is no such column, or its value does not fit.
#[doc(hidden)]
#[inline]
pub fn read_named<T: ColumnType>(
    row: &dyn Row,
    expected: usize,
    name: &str,
    owner: &str,
) -> Result<T> {
    let index = if expected < row.len() && row.name(expected) == name {
        expected
    } else {
        find_named(row, name, owner)?
    };
    row.get(index)
}

/// Where a row has the column of this name; for a reader called `owner`.
///
/// # Errors
/// `Decode` when there is none, or more than one.
#[cold]
pub(super) fn find_named(row: &dyn Row, name: &str, owner: &str) -> Result<usize> {
    let mut named = (0..row.len()).filter(|&index| row.name(index) == name);
    match (named.next(), named.next()) {
        (Some(index), None) => Ok(index),
        (Some(_), Some(_)) => Err(Error::new(
            ErrorKind::Decode,
            format!("{owner}.{name} could be any of several columns of that name; give them different names"),
        )
        .with_columns([name.to_owned()])),
        (None, _) => {
            let names: Vec<&str> = (0..row.len()).map(|index| row.name(index)).collect();
            Err(Error::new(
                ErrorKind::Decode,
                format!(
                    "{owner} needs a column {name}, which the row does not have; it has {}",
                    names.join(", ")
                ),
            )
            .with_columns([name.to_owned()]))
        }
    }
}
