//! Load options as data: which relationships are loaded beside the objects of a query, how, and which of their rows.

mod builder;
mod criteria;
mod merge;
mod policy;

use std::sync::Arc;

use super::{ModelDescriptor, RelationDescriptor};
use crate::sql::{Expr, Name, OrderBy};

pub use builder::{AnyLoad, IntoLoad, Load, LoadAll};
pub(crate) use merge::merge;
pub(crate) use policy::LoadPolicy;

/// How one relationship is loaded, or all that no other option names.
#[derive(Debug, Clone)]
pub struct LoadOption {
    /// The relationship; `None` for all.
    pub relation: Option<&'static RelationDescriptor>,
    /// How it is loaded; when it is not said, as its own default says if that is an eager one, and otherwise by
    /// [`Strategy::SelectIn`].
    pub strategy: Option<Strategy>,
    /// Which of its rows, and in which order; all when it is not said.
    pub criteria: Option<Arc<Criteria>>,
    /// The name that its rows have in the query, where they come from a join that the query has anyway.
    pub joined_as: Option<Name>,
    /// How often it is followed, where it leads to its own model.
    pub depth: Depth,
    /// The deferred columns of its objects that are loaded too.
    pub undeferred: Vec<usize>,
    /// Relationships of the objects it leads to.
    pub nested: Vec<LoadOption>,
}

/// How a relationship is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Strategy {
    /// When it is first asked for, for one object.
    #[default]
    Lazy,
    /// When it is first asked for, for all objects that came with the same result.
    Batch,
    /// By one more query for all parents, `WHERE foreign key IN (their keys)`.
    SelectIn,
    /// By a join in the query of the parents, which are kept without a match.
    Joined,
    /// As [`Strategy::Joined`]; parents without a match are left out.
    InnerJoined,
    /// From a join that the query has anyway.
    FromJoin,
    /// By one more query, which repeats that of the parents as a subquery.
    Subquery,
    /// By one more query for each parent, at once.
    Immediate,
    /// Not at all: it is an error to ask for it.
    Raise,
    /// Only from what the session holds: it is an error to ask for what needs a statement.
    RaiseOnSql,
    /// Never: the relationship is written, counted and queried, but not read as a whole.
    WriteOnly,
}

/// Which rows of a relationship are loaded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Criteria {
    /// The condition.
    pub filter: Option<Expr>,
    /// The order, in the place of the relationship's own.
    pub order_by: Vec<OrderBy>,
    /// At most this many for each parent.
    pub limit: Option<u64>,
    /// Without this many at the beginning for each parent.
    pub offset: Option<u64>,
}

/// How often a relationship that leads to its own model is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// So many times; once when nothing is said.
    Levels(u32),
    /// As long as there is something.
    ToEnd,
}

impl Strategy {
    /// Whether it loads with the query, and not when it is asked for.
    pub const fn is_eager(self) -> bool {
        matches!(
            self,
            Self::SelectIn
                | Self::Joined
                | Self::InnerJoined
                | Self::FromJoin
                | Self::Subquery
                | Self::Immediate
        )
    }

    /// Whether the rows come with those of the parents.
    pub const fn is_joined(self) -> bool {
        matches!(self, Self::Joined | Self::InnerJoined | Self::FromJoin)
    }

    /// Its name, as the method that chooses it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lazy => "lazy",
            Self::Batch => "batch",
            Self::SelectIn => "select_in",
            Self::Joined => "joined",
            Self::InnerJoined => "inner_joined",
            Self::FromJoin => "from_join",
            Self::Subquery => "subquery",
            Self::Immediate => "immediate",
            Self::Raise => "raise",
            Self::RaiseOnSql => "raise_on_sql",
            Self::WriteOnly => "write_only",
        }
    }
}

impl Criteria {
    /// Whether rows are counted for each parent.
    pub(crate) fn counts(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }
}

impl Depth {
    /// What is left after one step; `None` at the end.
    pub(crate) fn next(self) -> Option<Self> {
        match self {
            Self::ToEnd => Some(Self::ToEnd),
            Self::Levels(levels) if levels > 1 => Some(Self::Levels(levels - 1)),
            Self::Levels(_) => None,
        }
    }
}

impl LoadOption {
    pub(crate) fn new(relation: Option<&'static RelationDescriptor>) -> Self {
        Self {
            relation,
            strategy: None,
            criteria: None,
            joined_as: None,
            depth: Depth::Levels(1),
            undeferred: Vec::new(),
            nested: Vec::new(),
        }
    }

    /// Whether it is of a relationship of this model, or of all.
    pub(crate) fn is_of(&self, model: &ModelDescriptor) -> bool {
        self.relation
            .is_none_or(|relation| *(relation.model)() == *model)
    }
}
