//! The typed constants of a model: `Book::year`, `Author::books`.

use std::fmt;
use std::marker::PhantomData;

use super::{Model, RelationDescriptor};

/// A column of model `M` with Rust type `T`, as a constant on the struct: `Book::year`.
pub struct Column<M, T> {
    index: usize,
    name: &'static str,
    marker: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Column<M, T> {
    /// The column at `index` of the model's descriptor; written by the derive.
    #[doc(hidden)]
    pub const fn new(index: usize, name: &'static str) -> Self {
        Self {
            index,
            name,
            marker: PhantomData,
        }
    }

    /// The column's position in the model.
    pub const fn index(&self) -> usize {
        self.index
    }

    /// The column's name in the database.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Model, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", M::descriptor().table, self.name)
    }
}

/// Marks a relationship that holds many objects.
#[derive(Debug, Clone, Copy)]
pub struct Many;

/// Marks a relationship that holds at most one object.
#[derive(Debug, Clone, Copy)]
pub struct One;

/// The two ends of a relationship, and how many it holds; as a function's result, so that a relationship is `Send` and
/// `Sync` whatever they are.
type Ends<P, C, K> = fn() -> (P, C, K);

/// A relationship from model `P` to model `C`, as a constant on the struct: `Author::books`.
pub struct Relation<P, C, K> {
    index: usize,
    marker: PhantomData<Ends<P, C, K>>,
}

impl<P, C, K> Relation<P, C, K> {
    /// The relationship at `index` of the model's descriptor; written by the derive.
    #[doc(hidden)]
    pub const fn new(index: usize) -> Self {
        Self {
            index,
            marker: PhantomData,
        }
    }

    /// The relationship's position in the model.
    pub const fn index(&self) -> usize {
        self.index
    }
}

impl<P: Model, C, K> Relation<P, C, K> {
    /// What is known of the relationship.
    pub fn descriptor(&self) -> &'static RelationDescriptor {
        &P::descriptor().relations[self.index]
    }
}

impl<P, C, K> Clone for Relation<P, C, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, C, K> Copy for Relation<P, C, K> {}

impl<P: Model, C, K> fmt::Debug for Relation<P, C, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", P::descriptor().name, self.descriptor().name)
    }
}
