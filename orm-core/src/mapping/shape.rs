//! What a row of a query is read as: an object, a value, or a tuple of those.

use std::fmt;
use std::marker::PhantomData;

use super::{Model, ModelDescriptor};
use crate::error::Result;
use crate::types::{ColumnType, Row, ValueRef};

/// What a row of a query is read as.
pub trait Shape: 'static {
    /// The owned value of one row.
    type Owned: Send + 'static;

    /// How many columns it takes.
    fn width() -> usize;

    /// Reads one row whose columns for this shape start at `offset`.
    ///
    /// # Errors
    /// `Decode`, naming the column.
    fn decode(row: &dyn Row, offset: usize) -> Result<Self::Owned>;

    /// As [`Shape::decode`], into a list.
    ///
    /// # Errors
    /// As [`Shape::decode`].
    #[doc(hidden)]
    #[inline]
    fn decode_into(list: &mut Vec<Self::Owned>, row: &dyn Row, offset: usize) -> Result<()> {
        list.push(Self::decode(row, offset)?);
        Ok(())
    }

    /// Names the objects of a row: the column where each begins, and its model.
    #[doc(hidden)]
    fn entities(_offset: usize, _found: &mut dyn FnMut(usize, &'static ModelDescriptor)) {}
}

/// The shape of whole objects of a model; its value stands for all columns of the model in `select(..)`.
pub struct Entity<M>(PhantomData<fn() -> M>);

/// All columns of a model, as one object of the row: `select((entity::<Book>(), Author::name))`.
pub fn entity<M: Model>() -> Entity<M> {
    Entity(PhantomData)
}

impl<M> Clone for Entity<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Entity<M> {}

impl<M: Model> fmt::Debug for Entity<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(M::descriptor().name)
    }
}

impl<M: Model> Shape for Entity<M> {
    type Owned = M;

    fn width() -> usize {
        M::descriptor().columns.len()
    }

    #[inline]
    fn decode(row: &dyn Row, offset: usize) -> Result<M> {
        M::from_row(row, offset)
    }

    #[inline]
    fn decode_into(list: &mut Vec<M>, row: &dyn Row, offset: usize) -> Result<()> {
        M::read_into(list, row, offset)
    }

    fn entities(offset: usize, found: &mut dyn FnMut(usize, &'static ModelDescriptor)) {
        found(offset, M::descriptor());
    }
}

/// The shape of one value.
#[derive(Debug, Clone, Copy)]
pub struct Scalar<T>(PhantomData<fn() -> T>);

impl<T: ColumnType> Shape for Scalar<T> {
    type Owned = T;

    fn width() -> usize {
        1
    }

    #[inline]
    fn decode(row: &dyn Row, offset: usize) -> Result<T> {
        row.get(offset)
    }
}

/// The shape of an object that may be missing: a whole model of the nullable side of an outer join.
///
/// A row in which the object's primary key is NULL has none.
pub struct Optional<S>(pub(super) S);

impl<M> Entity<M> {
    /// The object, or `None` where an outer join found no row for it.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use orm_core::prelude::*;
    /// use orm_core::mapping::entity;
    ///
    /// #[derive(Model, Debug, Clone, Default)]
    /// #[orm(table = "authors")]
    /// struct Author {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     books: HasMany<Book>,
    /// }
    ///
    /// #[derive(Model, Debug, Clone, Default)]
    /// #[orm(table = "books")]
    /// struct Book {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     #[orm(references = Author::id)]
    ///     author_id: i64,
    /// }
    ///
    /// // Rows of `(Author, Option<Book>)`.
    /// let query = select((entity::<Author>(), entity::<Book>().optional())).left_join(Author::books);
    /// # let _ = query;
    /// # }
    /// ```
    pub fn optional(self) -> Optional<Self> {
        Optional(self)
    }
}

impl<S: Clone> Clone for Optional<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S: fmt::Debug> fmt::Debug for Optional<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Optional").field(&self.0).finish()
    }
}

impl<M: Model> Shape for Optional<Entity<M>> {
    type Owned = Option<M>;

    fn width() -> usize {
        Entity::<M>::width()
    }

    #[inline]
    fn decode(row: &dyn Row, offset: usize) -> Result<Option<M>> {
        for &column in M::descriptor().primary_key {
            if matches!(row.value(offset + column)?, ValueRef::Null) {
                return Ok(None);
            }
        }
        M::from_row(row, offset).map(Some)
    }

    fn entities(offset: usize, found: &mut dyn FnMut(usize, &'static ModelDescriptor)) {
        found(offset, M::descriptor());
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Shape),+> Shape for ($($name,)+) {
            type Owned = ($($name::Owned,)+);

            fn width() -> usize {
                0 $(+ $name::width())+
            }

            #[inline]
            #[allow(unused_assignments, reason = "the last part moves the offset for nobody")]
            fn decode(row: &dyn Row, mut offset: usize) -> Result<Self::Owned> {
                Ok(($({
                    let value = $name::decode(row, offset)?;
                    offset += $name::width();
                    value
                },)+))
            }

            #[allow(unused_assignments, reason = "the last part moves the offset for nobody")]
            fn entities(mut offset: usize, found: &mut dyn FnMut(usize, &'static ModelDescriptor)) {
                $(
                    $name::entities(offset, found);
                    offset += $name::width();
                )+
            }
        }
    };
}
super::tuples::tuples!(tuple);
