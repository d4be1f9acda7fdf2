//! The SQL language: texts for both databases, and the rows that they give.

mod changes;
mod operators;
mod returned;
mod structure;
mod upserts;
