//! The trait that `#[derive(Model)]` implements, and its form without the type.

use std::any::Any;

use super::{
    Delete, Entity, Insert, Key, ModelDescriptor, ModelKey, Select, Update, entity, select,
};
use crate::error::Result;
use crate::types::{Row, Value, ValueRef, Values};

/// A struct that is mapped to a table. Implemented by `#[derive(Model)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "put #[derive(Model)] on the struct"
)]
pub trait Model: Sized + Send + Sync + 'static {
    /// The primary key's type: the column's, or a tuple for several columns.
    type Key: ModelKey;
    /// What [`Model::create`] gives.
    type Builder;

    /// The model as static data.
    fn descriptor() -> &'static ModelDescriptor;

    /// Reads an object from a row whose columns start at `offset`, in the descriptor's order; relationships are unloaded.
    ///
    /// # Errors
    /// `Decode`, naming the column.
    fn from_row(row: &dyn Row, offset: usize) -> Result<Self>;

    /// As [`Model::from_row`], into a list.
    ///
    /// # Errors
    /// As [`Model::from_row`].
    #[doc(hidden)]
    fn read_into(list: &mut Vec<Self>, row: &dyn Row, offset: usize) -> Result<()> {
        list.push(Self::from_row(row, offset)?);
        Ok(())
    }

    /// The primary key.
    fn key(&self) -> Self::Key;

    /// The value of the column at `column`; NULL when there is no such column.
    fn value(&self, column: usize) -> Value;

    /// Appends the value of the column at `column` to a list; NULL when there is no such column.
    fn push(&self, column: usize, list: &mut Values);

    /// Whether the column at `column` holds `value`, compared by value, without allocating.
    fn same(&self, column: usize, value: &Value) -> bool;

    /// Sets the column at `column`.
    ///
    /// # Errors
    /// `Decode` when the value does not fit the field's type.
    fn set(&mut self, column: usize, value: ValueRef<'_>) -> Result<()>;

    /// Starts a builder whose missing required columns are compile errors.
    fn create() -> Self::Builder;

    /// The query of all objects, with every column by name.
    fn select() -> Select<Entity<Self>> {
        select(entity::<Self>())
    }

    /// An INSERT into the table.
    fn insert() -> Insert<Self> {
        Insert::new()
    }

    /// An UPDATE of the table.
    fn update() -> Update<Self> {
        Update::new()
    }

    /// A DELETE from the table.
    fn delete() -> Delete<Self> {
        Delete::new()
    }
}

/// A model without its type: what the session and the unit of work see.
pub trait AnyModel: Any + Send + Sync {
    /// The model as static data.
    fn descriptor(&self) -> &'static ModelDescriptor;
    /// The primary key.
    fn identity(&self) -> Key;
    /// See [`Model::value`].
    fn value(&self, column: usize) -> Value;
    /// Appends the values of several columns.
    fn push_values(&self, columns: &[usize], list: &mut Values);
    /// See [`Model::same`].
    fn same(&self, column: usize, value: &Value) -> bool;
    /// See [`Model::set`].
    ///
    /// # Errors
    /// `Decode` when the value does not fit the field's type.
    fn set(&mut self, column: usize, value: ValueRef<'_>) -> Result<()>;
    /// The object as [`Any`], to find its type again.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<M: Model> AnyModel for M {
    fn descriptor(&self) -> &'static ModelDescriptor {
        M::descriptor()
    }

    fn identity(&self) -> Key {
        self.key().to_key()
    }

    fn value(&self, column: usize) -> Value {
        Model::value(self, column)
    }

    fn push_values(&self, columns: &[usize], list: &mut Values) {
        for &column in columns {
            Model::push(self, column, list);
        }
    }

    fn same(&self, column: usize, value: &Value) -> bool {
        Model::same(self, column, value)
    }

    fn set(&mut self, column: usize, value: ValueRef<'_>) -> Result<()> {
        Model::set(self, column, value)
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
