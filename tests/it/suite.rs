//! Behaviours, by subject. Names like IDM-01 are those of the recorded reference cases.

mod autoflush;
mod bad_input;
mod cancel;
mod columns;
mod detached;
mod identity_map;
mod inspect;
mod lifecycle;
mod many;
mod merge;
mod moves;
mod random;
mod reflection;
mod refresh;
mod relationships;
mod retry;
mod rollback;
mod savepoints;
mod schema;
mod shapes;
mod sql;
mod states;
mod types;
mod unit_of_work;
