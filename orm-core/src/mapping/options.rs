//! Load options as data: which relationships a query loads beside its objects, and how.

use std::marker::PhantomData;

use super::{Model, Relation, RelationDescriptor};

/// How one relationship is loaded.
#[derive(Debug, Clone)]
pub struct LoadOption {
    /// The relationship.
    pub relation: &'static RelationDescriptor,
    /// How it is loaded.
    pub strategy: Strategy,
    /// Relationships of the objects it leads to.
    pub nested: Vec<LoadOption>,
}

/// How a relationship is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Strategy {
    /// By one more query for all parents, `WHERE foreign key IN (their keys)`.
    #[default]
    SelectIn,
    /// When it is first asked for.
    Lazy,
}

/// A load option whose path of relationships is checked: it begins at `P` and has reached `C`.
pub struct Load<P, C> {
    option: LoadOption,
    marker: PhantomData<fn() -> (P, C)>,
}

/// What `with` takes on a query of `P`: a relationship of `P`, or one with options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relationship of `{P}`",
    label = "expected a relationship of `{P}`",
    note = "nested relationships go through the outer one: `.with(Author::books.then(Book::tags))`"
)]
pub trait IntoLoad<P> {
    /// The option as data.
    fn into_load(self) -> LoadOption;
}

impl<P: Model, C, K> IntoLoad<P> for Relation<P, C, K> {
    fn into_load(self) -> LoadOption {
        LoadOption {
            relation: self.descriptor(),
            strategy: Strategy::default(),
            nested: Vec::new(),
        }
    }
}

impl<P, C> IntoLoad<P> for Load<P, C> {
    fn into_load(self) -> LoadOption {
        self.option
    }
}

impl<P: Model, C, K> Relation<P, C, K> {
    /// Loads it by one more query for all parents; the default.
    pub fn select_in(self) -> Load<P, C> {
        Load::new(self, Strategy::SelectIn)
    }

    /// Leaves it to be loaded when it is first asked for.
    pub fn lazy(self) -> Load<P, C> {
        Load::new(self, Strategy::Lazy)
    }

    /// Loads it, and a relationship of the objects it leads to.
    pub fn then(self, nested: impl IntoLoad<C>) -> Load<P, C> {
        Load::new(self, Strategy::default()).then(nested)
    }
}

impl<P, C> Load<P, C> {
    fn new<K>(relation: Relation<P, C, K>, strategy: Strategy) -> Self
    where
        P: Model,
    {
        Self {
            option: LoadOption {
                relation: relation.descriptor(),
                strategy,
                nested: Vec::new(),
            },
            marker: PhantomData,
        }
    }

    /// Loads also a relationship of the objects that this one leads to.
    #[must_use]
    pub fn then(mut self, nested: impl IntoLoad<C>) -> Self {
        merge(&mut self.option.nested, nested.into_load());
        self
    }
}

impl<P, C> Clone for Load<P, C> {
    fn clone(&self) -> Self {
        Self {
            option: self.option.clone(),
            marker: PhantomData,
        }
    }
}

impl<P, C> std::fmt::Debug for Load<P, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.option.fmt(f)
    }
}

/// Adds an option; of two for one relationship the later strategy counts, and what they nest is put together.
pub(super) fn merge(options: &mut Vec<LoadOption>, option: LoadOption) {
    let known = options
        .iter_mut()
        .find(|known| std::ptr::eq(known.relation, option.relation));
    match known {
        Some(known) => {
            known.strategy = option.strategy;
            for nested in option.nested {
                merge(&mut known.nested, nested);
            }
        }
        None => options.push(option),
    }
}
