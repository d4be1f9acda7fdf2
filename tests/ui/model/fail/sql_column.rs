use orm_core::prelude::*;

#[derive(Model)]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    #[orm(sql = Self::price * 2, unique)]
    double: i64,
    #[orm(sql)]
    half: i64,
    #[orm(sql = Self::price, default = 3)]
    third: i64,
}

fn main() {}
