//! The SQL language: texts for both databases, and the rows that they give.

mod clauses;
mod functions;
mod operators;
mod rows;
mod structure;
mod subqueries;
