//! The SQL language: texts for both databases, and the rows that they give.

mod changes;
mod clauses;
mod functions;
mod operators;
mod returned;
mod rows;
mod structure;
mod subqueries;
mod upserts;
