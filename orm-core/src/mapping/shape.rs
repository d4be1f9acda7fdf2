//! What a row of a query is read as: an object, a value, or a tuple of those.

use std::fmt;
use std::marker::PhantomData;

use super::Model;
use crate::error::Result;
use crate::types::{ColumnType, Row};

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

macro_rules! tuple {
    ($($name:ident),+) => {
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
        }
    };
}

tuple!(A);
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
tuple!(A, B, C, D, E);
tuple!(A, B, C, D, E, F);
tuple!(A, B, C, D, E, F, G);
tuple!(A, B, C, D, E, F, G, H);
