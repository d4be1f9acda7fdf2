use orm_core::{DbEnum, Model};

#[derive(DbEnum, Clone, Copy, PartialEq)]
enum Status {
    Draft,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(default = 1.5)]
    year: i32,
    #[orm(default = "draft")]
    status: Status,
    #[orm(server_default = "'draft'")]
    state: Status,
}

fn main() {}
