//! The SQL language: texts for both databases, and the rows that they give.

mod operators;
mod rows;
mod structure;
