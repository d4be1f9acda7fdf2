use orm_core::Model;

#[derive(Model)]
#[orm(table = "books", table = "tomes")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    #[orm(unique, column = "t")]
    title: String,
}

fn main() {}
