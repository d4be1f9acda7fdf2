//! Behaviours, by subject. Names like IDM-01 are those of the recorded reference cases.

mod bad_input;
mod cancel;
mod cascades;
mod cycles;
mod expressions;
mod identity_map;
mod many;
mod many_to_many;
mod moves;
mod random;
mod reflection;
mod relationships;
mod rollback;
mod schema;
mod shapes;
mod sql;
mod states;
mod types;
mod unit_of_work;
mod versions;
