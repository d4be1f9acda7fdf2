//! Which rows a relationship needs, and where they go. Planners: they send nothing themselves.

mod by_key;
mod key_places;
mod linked;
mod owned;
mod tracked;

pub(crate) use by_key::ByKey;
pub(crate) use linked::LinkedRows;
pub(crate) use owned::OwnedPlan;
pub(crate) use tracked::{finish, prepare};
