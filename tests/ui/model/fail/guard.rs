//! A guard is one that is known.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
#[orm(guard = "all")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: i64,
}

fn main() {}
