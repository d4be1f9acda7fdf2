//! The SQL language: texts for both databases, and the rows that they give.

mod functions;
mod operators;
mod structure;
mod subqueries;
