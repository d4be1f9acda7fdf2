//! Reads `#[orm(..)]`: from tokens to named slots, without asking what they mean together.

pub(crate) mod container;
pub(crate) mod field;
mod item;
pub(crate) mod keys;
pub(crate) mod record;
pub(crate) mod relation;
mod slot;
pub(crate) mod variant;

pub(crate) use item::items;
pub(crate) use slot::Slot;
