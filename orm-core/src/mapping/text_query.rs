//! Raw SQL as a query: text whose rows are values or entities.

use std::marker::PhantomData;

use super::options::merge;
use super::query::Query;
use super::{ByName, FromRow, IntoLoad, LoadOption, Model, NamedEntity, Scalar, Shape};
use crate::dialect::{Compiled, StatementCache};
use crate::error::Result;
use crate::sql::{Refusal, Text};
use crate::types::ColumnType;

/// Raw SQL whose rows are read as `S`; made by [`Text::columns`] and [`Text::entities`].
#[derive(Debug, Clone)]
pub struct TextQuery<S> {
    text: Text,
    loads: Vec<LoadOption>,
    refused: Option<Refusal>,
    populate_existing: bool,
    shape: PhantomData<fn() -> S>,
}

impl<S> TextQuery<S> {
    fn new(text: Text) -> Self {
        Self {
            text,
            loads: Vec::new(),
            refused: None,
            populate_existing: false,
            shape: PhantomData,
        }
    }
}

impl<M: Model> TextQuery<NamedEntity<M>> {
    /// Loads a relationship of the objects too, to any depth, as [`Select::with`](super::Select::with) does. It cannot be
    /// joined, as the text is written already.
    #[must_use]
    pub fn with(mut self, load: impl IntoLoad<M>) -> Self {
        let option = load.into_option();
        if let Err(refusal) = option.and_then(|option| merge(&mut self.loads, option)) {
            self.refused.get_or_insert(refusal);
        }
        self
    }

    /// Gives objects that the session holds already the values of the rows.
    #[must_use]
    pub fn populate_existing(mut self) -> Self {
        self.populate_existing = true;
        self
    }
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
        TextQuery::new(self)
    }

    /// Reads the rows as structs with `#[derive(FromRow)]`, by the names of the columns.
    pub fn rows<T: FromRow>(self) -> TextQuery<ByName<T>> {
        TextQuery::new(self)
    }

    /// Reads the rows as objects of a model, each column by its name, in whatever order they stand. All columns of the model
    /// have to be there, those apart that are `Deferred`; more may be.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use orm_core::prelude::*;
    ///
    /// #[derive(Model, Debug, Clone, Default)]
    /// #[orm(table = "books")]
    /// struct Book {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     title: String,
    /// }
    ///
    /// let query = text("SELECT * FROM books WHERE length(title) > :n").bind("n", 20).entities::<Book>();
    /// # let _ = query;
    /// # }
    /// ```
    pub fn entities<M: Model>(self) -> TextQuery<NamedEntity<M>> {
        TextQuery::new(self)
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
        match &self.refused {
            None => cache.text(&self.text),
            Some(refusal) => Err(refusal.to_error()),
        }
    }

    fn loads(&self) -> &[LoadOption] {
        &self.loads
    }

    fn overwrite(&self) -> bool {
        self.populate_existing
    }
}
