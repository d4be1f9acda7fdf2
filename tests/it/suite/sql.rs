//! The SQL language: texts for both databases, and the rows that they give.

mod changes;
mod clauses;
mod evaluation;
mod flags;
mod functions;
mod hostile;
mod numbers;
mod operators;
mod oracle;
mod parts;
mod returned;
mod rows;
mod run;
mod structure;
mod subqueries;
mod terms;
mod upserts;
