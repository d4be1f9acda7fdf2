//! The column types of other crates: dates and times, decimals, UUIDs, JSON and arrays.

mod affinity;
mod all;
mod arrays;
mod decimals;
mod forms;
mod generated;
mod keys;
mod refused;
mod symmetric;
