//! Typed storage behind untyped doors: what a model's type is needed for.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use super::{AnyModel, Key, Model, ModelDescriptor, ModelKey as _};
use crate::error::Result;
use crate::types::{Row, Value};

/// Makes storage for a model whose type is only known by its descriptor.
pub trait ModelType: Send + Sync {
    /// An empty arena.
    fn slots(&self) -> Box<dyn Slots>;
    /// An empty list of rows.
    fn rows(&self) -> Box<dyn Rows>;
    /// Reads a primary key from a row whose columns for it start at `offset`.
    ///
    /// # Errors
    /// `Decode`, naming the column.
    fn key(&self, row: &dyn Row, offset: usize) -> Result<Key>;
}

/// The [`ModelType`] of `M`; written into the descriptor by the derive.
pub struct TypeOf<M>(PhantomData<fn() -> M>);

impl<M> TypeOf<M> {
    /// The only value.
    pub const NEW: Self = Self(PhantomData);
}

impl<M> fmt::Debug for TypeOf<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::any::type_name::<M>())
    }
}

impl<M: Model> ModelType for TypeOf<M> {
    fn slots(&self) -> Box<dyn Slots> {
        Box::new(Vec::<Option<M>>::new())
    }

    fn rows(&self) -> Box<dyn Rows> {
        Box::new(Vec::<M>::new())
    }

    fn key(&self, row: &dyn Row, offset: usize) -> Result<Key> {
        Ok(M::Key::read(row, offset)?.to_key())
    }
}

/// Where a row's object goes in an arena.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Into a new slot at the end.
    Append,
    /// Into this slot, whose object it replaces.
    Slot(u32),
    /// Into these columns of the object in this slot.
    Columns(u32, Vec<usize>),
    /// Nowhere: the object in hand wins.
    Discard,
    /// Into the deferred columns of the object in this slot that are not loaded: in all else the object in hand wins.
    Fill(u32),
}

/// The objects of an arena: a vector of `Option<M>`, empty where an object has been expunged.
pub trait Slots: Any + Send + Sync {
    /// The object in a slot.
    fn get(&self, slot: u32) -> Option<&dyn AnyModel>;
    /// The object in a slot, to change.
    fn get_mut(&mut self, slot: u32) -> Option<&mut dyn AnyModel>;
    /// How many slots there are.
    fn count(&self) -> usize;
    /// Empties a slot and drops its object.
    fn clear(&mut self, slot: u32);
    /// Moves the objects of `rows` in, each where `place` says, and tells `filled` of each column that was filled; false if
    /// they are of another model, and nothing moved.
    fn absorb(
        &mut self,
        rows: Box<dyn Rows>,
        place: &mut dyn FnMut(Key) -> Place,
        filled: &mut Vec<(u32, usize)>,
    ) -> bool;
    /// The vector, to find its type again.
    fn as_any(&self) -> &dyn Any;
    /// The vector, to find its type again and change it.
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<M: Model> Slots for Vec<Option<M>> {
    #[inline]
    fn get(&self, slot: u32) -> Option<&dyn AnyModel> {
        <[Option<M>]>::get(self, slot as usize)?
            .as_ref()
            .map(|object| object as _)
    }

    #[inline]
    fn get_mut(&mut self, slot: u32) -> Option<&mut dyn AnyModel> {
        <[Option<M>]>::get_mut(self, slot as usize)?
            .as_mut()
            .map(|object| object as _)
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn clear(&mut self, slot: u32) {
        if let Some(place) = <[Option<M>]>::get_mut(self, slot as usize) {
            *place = None;
        }
    }

    fn absorb(
        &mut self,
        rows: Box<dyn Rows>,
        place: &mut dyn FnMut(Key) -> Place,
        filled: &mut Vec<(u32, usize)>,
    ) -> bool {
        let Ok(rows) = rows.into_any().downcast::<Vec<M>>() else {
            return false;
        };
        let mut rows = *rows;
        let mut next = None;
        if self.is_empty() {
            // The first objects of a session take the memory of the rows along.
            let mut new = 0;
            for object in &rows {
                match place(object.key().to_key()) {
                    Place::Append => new += 1,
                    other => {
                        next = Some(other);
                        break;
                    }
                }
            }
            let rest = rows.split_off(new);
            *self = rows.into_iter().map(Some).collect();
            rows = rest;
        }
        self.reserve(rows.len());
        for object in rows {
            let to = next.take();
            match to.unwrap_or_else(|| place(object.key().to_key())) {
                Place::Append => self.push(Some(object)),
                Place::Slot(slot) => {
                    if let Some(place) = <[Option<M>]>::get_mut(self, slot as usize) {
                        *place = Some(object);
                    }
                }
                Place::Columns(slot, columns) => {
                    if let Some(Some(held)) = <[Option<M>]>::get_mut(self, slot as usize) {
                        for column in columns {
                            // A value of the same field fits it.
                            let _fits = held.set(column, Model::value(&object, column).as_ref());
                        }
                    }
                }
                Place::Discard => {}
                Place::Fill(slot) => {
                    if let Some(Some(held)) = <[Option<M>]>::get_mut(self, slot as usize) {
                        let columns = M::descriptor().columns.iter().enumerate();
                        for (column, _) in columns.filter(|(_, column)| column.deferred) {
                            let value = Model::value(&object, column);
                            let lacks = value != Value::Unloaded
                                && Model::value(held, column) == Value::Unloaded;
                            if lacks && held.set(column, value.as_ref()).is_ok() {
                                filled.push((slot, column));
                            }
                        }
                    }
                }
            }
        }
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Objects that were read but belong to nobody yet: a `Vec<M>`.
pub trait Rows: Any + Send + Sync {
    /// The model.
    fn descriptor(&self) -> &'static ModelDescriptor;
    /// How many there are.
    fn count(&self) -> usize;
    /// Reads one more from a row whose columns start at `offset`.
    ///
    /// # Errors
    /// `Decode`, naming the column.
    fn read(&mut self, row: &dyn Row, offset: usize) -> Result<()>;
    /// The object at `index`.
    fn get(&self, index: usize) -> Option<&dyn AnyModel>;
    /// The object at `index`, to change.
    fn get_mut(&mut self, index: usize) -> Option<&mut dyn AnyModel>;
    /// The list, to find its type again.
    fn as_any_mut(&mut self) -> &mut dyn Any;
    /// The list, to find its type again and keep it.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<M: Model> Rows for Vec<M> {
    fn descriptor(&self) -> &'static ModelDescriptor {
        M::descriptor()
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn read(&mut self, row: &dyn Row, offset: usize) -> Result<()> {
        M::read_into(self, row, offset)
    }

    fn get(&self, index: usize) -> Option<&dyn AnyModel> {
        <[M]>::get(self, index).map(|object| object as _)
    }

    fn get_mut(&mut self, index: usize) -> Option<&mut dyn AnyModel> {
        <[M]>::get_mut(self, index).map(|object| object as _)
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
