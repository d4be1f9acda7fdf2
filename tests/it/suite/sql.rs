//! The SQL language: texts for both databases, and the rows that they give.

mod clauses;
mod evaluation;
mod functions;
mod hostile;
mod operators;
mod rows;
mod run;
mod structure;
