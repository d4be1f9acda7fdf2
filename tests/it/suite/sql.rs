//! The SQL language: texts for both databases, and the rows that they give.

mod evaluation;
mod functions;
mod operators;
mod run;
mod structure;
