//! Which rows a relationship needs, and where they go. Planners: they send nothing themselves.
//!
//! A [`Plan`] says what is loaded beside the objects of one model: a [`Step`] for each relationship. What is joined goes into
//! the statement of the parents ([`Entities::join`], [`Parents::fetch`]); any other step is a statement of its own. The same
//! plan is followed for objects of a session and for plain values, and by what is loaded later, at first access.

mod by_key;
mod columns;
mod fetch;
mod folding;
mod groups;
mod join;
mod key_numbers;
mod key_places;
mod owned;
mod plan;
mod root;
mod rows;
mod source;
mod statement;
mod tracked;

use crate::mapping::Strategy;

pub(crate) use by_key::{ByKey, KeyTest};
pub(crate) use fetch::{LoadStatement, Parents};
pub(crate) use folding::{Comparison, Folding, has_text_keys};
pub(crate) use join::Branches;
pub(crate) use owned::{Trail, all_parents, attach};
pub(crate) use plan::{Defaults, Plan, Step, never_read};
pub(crate) use root::{Entities, RootRows};
pub(crate) use rows::Found;
pub(crate) use source::Source;
pub(crate) use tracked::{Purpose, Shares, children, finish, missing, share};

const SUBQUERY: Strategy = Strategy::Subquery;
