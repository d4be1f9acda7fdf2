//! Raw SQL as a query: text whose rows are values or entities.

use std::marker::PhantomData;

use super::query::Query;
use super::{ByName, Entity, FromRow, LoadOption, Model, Scalar, Shape};
use crate::dialect::{Compiled, StatementCache};
use crate::error::Result;
use crate::sql::Text;
use crate::types::ColumnType;

/// Raw SQL whose rows are read as `S`; made by [`Text::columns`] and [`Text::entities`].
#[derive(Debug, Clone)]
pub struct TextQuery<S> {
    text: Text,
    shape: PhantomData<fn() -> S>,
}

/// Rust types that the columns of raw SQL can be read as: a column type, or a tuple of up to twelve.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from the columns of a query",
    label = "not a column type, nor a tuple of column types"
)]
pub trait ColumnTypes {
    /// The shape of one row.
    type Shape: Shape<Owned = Self>;
}

impl<T: ColumnType> ColumnTypes for T {
    type Shape = Scalar<T>;
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: ColumnType),+> ColumnTypes for ($($name,)+) {
            type Shape = ($(Scalar<$name>,)+);
        }
    };
}
super::tuples::tuples!(tuple);

impl Text {
    /// Reads the rows as values, column by column.
    ///
    /// ```
    /// use orm_core::prelude::*;
    ///
    /// let query = text("SELECT id, name FROM users WHERE name = :name").bind("name", "ed");
    /// let query = query.columns::<(i64, String)>();
    /// # let _ = query;
    /// ```
    pub fn columns<C: ColumnTypes>(self) -> TextQuery<C::Shape> {
        TextQuery {
            text: self,
            shape: PhantomData,
        }
    }

    /// Reads the rows as structs with `#[derive(FromRow)]`, by the names of the columns.
    pub fn rows<T: FromRow>(self) -> TextQuery<ByName<T>> {
        TextQuery {
            text: self,
            shape: PhantomData,
        }
    }

    /// Reads the rows as objects of a model; the text gives its columns in the order of the fields.
    pub fn entities<M: Model>(self) -> TextQuery<Entity<M>> {
        TextQuery {
            text: self,
            shape: PhantomData,
        }
    }
}

impl<S> From<TextQuery<S>> for Text {
    fn from(query: TextQuery<S>) -> Self {
        query.text
    }
}

impl<S: Shape> Query for TextQuery<S> {
    type Shape = S;

    fn compile(&self, cache: &StatementCache) -> Result<Compiled> {
        cache.text(&self.text)
    }

    fn loads(&self) -> &[LoadOption] {
        &[]
    }

    fn overwrite(&self) -> bool {
        false
    }
}
