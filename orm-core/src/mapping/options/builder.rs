//! Load options as they are written: `Author::books.filter(..).limit(3).then(Book::tags.joined())`.

use std::marker::PhantomData;

use super::super::{Alias, Many, Model, Relation};
use super::{Depth, LoadOption, Strategy, merge};
use crate::sql::{Name, Refusal};

/// A load option whose path of relationships is checked: it begins at `P` and has reached `C`.
pub struct Load<P, C> {
    pub(super) option: LoadOption,
    /// What is wrong with it, told where it is used.
    refused: Option<Refusal>,
    marker: PhantomData<fn() -> (P, C)>,
}

/// A load option of all relationships that no other option names; made by [`Load::all`].
#[derive(Debug, Clone)]
pub struct LoadAll {
    option: LoadOption,
}

/// A load option, of whatever model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no load option",
    label = "expected a relationship such as `Author::books`, or `Load::all()`",
    note = "nested relationships go through the outer one: `.with(Author::books.then(Book::tags))`"
)]
pub trait AnyLoad {
    /// The option as data, or what is wrong with it.
    #[doc(hidden)]
    fn into_option(self) -> Result<LoadOption, Refusal>;
}

/// What `with` takes on a query of `P`: a relationship of `P`, or one with options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relationship of `{P}`",
    label = "expected a relationship of `{P}`",
    note = "nested relationships go through the outer one: `.with(Author::books.then(Book::tags))`"
)]
pub trait IntoLoad<P>: AnyLoad {}

impl<P: Model, C, K> AnyLoad for Relation<P, C, K> {
    fn into_option(self) -> Result<LoadOption, Refusal> {
        Ok(LoadOption::new(Some(self.descriptor())))
    }
}

impl<P, C> AnyLoad for Load<P, C> {
    fn into_option(self) -> Result<LoadOption, Refusal> {
        self.refused.map_or(Ok(self.option), Err)
    }
}

impl AnyLoad for LoadAll {
    fn into_option(self) -> Result<LoadOption, Refusal> {
        Ok(self.option)
    }
}

impl<P: Model, C, K> IntoLoad<P> for Relation<P, C, K> {}
impl<P, C> IntoLoad<P> for Load<P, C> {}
impl<P> IntoLoad<P> for LoadAll {}

macro_rules! strategies {
    ($($(#[$doc:meta])* $name:ident $strategy:ident;)*) => {
        impl<P: Model, C, K> Relation<P, C, K> {
            $($(#[$doc])*
            pub fn $name(self) -> Load<P, C> {
                Load::new(self).$name()
            })*
        }

        impl<P, C> Load<P, C> {
            $($(#[$doc])*
            #[must_use]
            pub fn $name(self) -> Self {
                self.by(Strategy::$strategy)
            })*
        }
    };
}

strategies! {
    /// Loads it by one more query for all parents, whose keys are one parameter, however many there are; the default.
    select_in SelectIn;
    /// Leaves it to be loaded when it is first asked for.
    lazy Lazy;
    /// Leaves it to be loaded when it is first asked for, and then for all objects that came with the same result.
    batch Batch;
    /// Loads it by a LEFT JOIN in the query itself, or by a JOIN where there always is a match. The filters, joins and
    /// order of the query see nothing of it; a query with a limit becomes a subquery when there may be many matches.
    /// Objects of the query are given once each.
    joined Joined;
    /// As [`joined`](Self::joined), by a JOIN: parents without a match are left out. Where the parent itself may be missing,
    /// since it comes by an outer join, it is a LEFT JOIN.
    inner_joined InnerJoined;
    /// Loads it by one more query, which repeats that of the parents as a subquery instead of sending their keys. A query
    /// with a limit needs an order for it that leaves nothing open, so that both find the same parents.
    subquery Subquery;
    /// Loads it by one more query for each parent, at once.
    immediate Immediate;
    /// Makes it an error to ask for it.
    raise Raise;
    /// Makes it an error to ask for it where that needs a statement; what the session holds anyway is given.
    raise_on_sql RaiseOnSql;
}

impl<P: Model, C, K> Relation<P, C, K> {
    /// Loads it from a join that the query has: `.join(Author::books).filter(..).with(Author::books.from_join())`. The
    /// collection shows the rows that the query found, and no more.
    #[doc(alias = "contains_eager")]
    pub fn from_join(self) -> Load<P, C>
    where
        C: Model,
    {
        Load::new(self).named_in_query(C::descriptor().table)
    }

    /// As [`from_join`](Self::from_join), where the join has another name for the table.
    pub fn from_join_of(self, alias: &Alias<C>) -> Load<P, C>
    where
        C: Model,
    {
        Load::new(self).named_in_query(alias.label().clone())
    }

    /// Loads it, and a relationship of the objects it leads to.
    pub fn then(self, nested: impl IntoLoad<C>) -> Load<P, C> {
        Load::new(self).then(nested)
    }
}

impl<P: Model> Relation<P, P, Many> {
    /// Loads it, and for the objects found again, `levels` times in all.
    pub fn recursive(self, levels: u32) -> Load<P, P> {
        Load::new(self).recursive(levels)
    }

    /// Loads it, and for the objects found again, as long as there are some.
    pub fn recursive_to_end(self) -> Load<P, P> {
        Load::new(self).recursive_to_end()
    }
}

impl<P: Model> Relation<P, P, super::super::One> {
    /// Loads it, and for the object found again, `levels` times in all.
    pub fn recursive(self, levels: u32) -> Load<P, P> {
        Load::new(self).recursive(levels)
    }

    /// Loads it, and for the object found again, as long as there is one.
    pub fn recursive_to_end(self) -> Load<P, P> {
        Load::new(self).recursive_to_end()
    }
}

impl<P> Load<P, P> {
    /// Follows it again from the objects found, `levels` times in all; what is nested is loaded at every level.
    #[must_use]
    pub fn recursive(mut self, levels: u32) -> Self {
        self.option.depth = Depth::Levels(levels.max(1));
        self
    }

    /// Follows it again from the objects found, as long as there are some.
    #[must_use]
    pub fn recursive_to_end(mut self) -> Self {
        self.option.depth = Depth::ToEnd;
        self
    }
}

impl<P, C> Load<P, C> {
    pub(super) fn new<K>(relation: Relation<P, C, K>) -> Self
    where
        P: Model,
    {
        Self {
            option: LoadOption::new(Some(relation.descriptor())),
            refused: None,
            marker: PhantomData,
        }
    }

    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.refused.get_or_insert(refusal);
    }

    fn by(mut self, strategy: Strategy) -> Self {
        self.option.strategy = Some(strategy);
        self
    }

    fn named_in_query(mut self, name: impl Into<Name>) -> Self {
        self.option.joined_as = Some(name.into());
        self.by(Strategy::FromJoin)
    }

    /// Loads also a relationship of the objects that this one leads to.
    #[must_use]
    pub fn then(mut self, nested: impl IntoLoad<C>) -> Self {
        let nested = nested.into_option();
        let merged = nested.and_then(|nested| merge(&mut self.option.nested, nested));
        if let Err(refusal) = merged {
            self.refuse(refusal);
        }
        self
    }
}

impl Load<(), ()> {
    /// All relationships that no other option names, of the objects of the query; unless it is an eager strategy, of all
    /// objects that are loaded with them too: `.with(Load::all().raise())`.
    pub fn all() -> LoadAll {
        LoadAll {
            option: LoadOption::new(None),
        }
    }
}

macro_rules! of_all {
    ($($(#[$doc:meta])* $name:ident $strategy:ident;)*) => {
        impl LoadAll {
            $($(#[$doc])*
            #[must_use]
            pub fn $name(mut self) -> Self {
                self.option.strategy = Some(Strategy::$strategy);
                self
            })*
        }
    };
}

of_all! {
    /// Leaves them to be loaded when they are first asked for.
    lazy Lazy;
    /// Leaves them to be loaded when they are first asked for, and then for all objects that came with the same result.
    batch Batch;
    /// Loads each by one more query for all parents; the default.
    select_in SelectIn;
    /// Loads them by joins.
    joined Joined;
    /// Loads each by one more query, which repeats that of the parents.
    subquery Subquery;
    /// Loads each by one more query for each parent.
    immediate Immediate;
    /// Makes it an error to ask for them.
    raise Raise;
    /// Makes it an error to ask for them where that needs a statement.
    raise_on_sql RaiseOnSql;
}

impl<P, C> Clone for Load<P, C> {
    fn clone(&self) -> Self {
        Self {
            option: self.option.clone(),
            refused: self.refused.clone(),
            marker: PhantomData,
        }
    }
}

impl<P, C> std::fmt::Debug for Load<P, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.option.fmt(f)
    }
}
