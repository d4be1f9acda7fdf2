use orm_core::Model;

struct Money(i64);

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    price: Money,
    count: Option<u64>,
}

fn main() {}
