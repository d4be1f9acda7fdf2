//! What a flush has to write, in which order, in how few statements. A planner: it sends nothing itself.
//!
//! The phases: *collect* orphans and cascades, *order* tables (and rows, where tables form a cycle), *plan* the
//! batches, *emit* each one with the keys its parents have got meanwhile, *apply* the reply to the objects.

mod apply;
mod collect;
mod computed;
mod defaults;
mod emit;
mod guard;
mod inserts;
mod keys;
mod links;
mod order;
mod orphans;
mod plan;
mod rows;
mod switch;
mod sync;
mod updates;

#[cfg(test)]
mod tests;

pub(crate) use collect::{Cascades, Need};
pub(crate) use links::{LinkRows, LinkWrite};
pub(crate) use plan::{Operation, Plan, Step, Write};
