use orm_core::prelude::*;

#[derive(Model, Default)]
struct Other {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    discount: Option<i64>,
    #[orm(sql = Self::price * 2)]
    double: String,
    #[orm(sql = Self::price - Self::discount)]
    left: i64,
    #[orm(sql = Self::prize)]
    same: i64,
}

fn main() {}
