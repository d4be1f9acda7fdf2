//! The SQL language: texts for both databases, and the rows that they give.

mod clauses;
mod operators;
mod rows;
mod structure;
