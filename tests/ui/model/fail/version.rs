//! A version counts, once for each row, and is no part of the key.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
struct Doc {
    #[orm(primary_key, version)]
    id: i64,
    #[orm(version)]
    version: i64,
}

#[derive(Model, Debug, Clone, Default)]
struct Page {
    #[orm(primary_key)]
    id: i64,
    #[orm(version)]
    version: String,
}

#[derive(Model, Debug, Clone, Default)]
struct Form {
    #[orm(primary_key)]
    id: i64,
    #[orm(version = next)]
    version: String,
    #[orm(on_update = 1.5)]
    edits: i32,
}

fn next(previous: i64) -> i64 {
    previous
}

fn main() {}
