use orm_core::prelude::*;

#[derive(Model, Default)]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    #[orm(sql = Self::price * 2, unique)]
    double: i64,
    #[orm(sql)]
    half: i64,
}

#[derive(Model, Default)]
struct Other {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    #[orm(sql = Self::price * 2)]
    double: String,
}

fn main() {}
