//! What the database works out is set by nobody else.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone)]
#[orm(eager_defaults = "often")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    #[orm(generated = "price * 2", default = 1)]
    double: i64,
    #[orm(version = "mine")]
    version: i32,
}

fn main() {}
