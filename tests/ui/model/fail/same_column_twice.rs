use orm_core::Model;

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(column = "name")]
    title: String,
}

fn main() {}
