use orm_core::Model;

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: Option<i64>,
}

#[derive(Model)]
struct Reading {
    #[orm(primary_key)]
    sensor: i64,
    #[orm(primary_key)]
    value: f64,
}

fn main() {}
