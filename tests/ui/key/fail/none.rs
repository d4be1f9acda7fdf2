use orm_core::Model;

#[derive(Model)]
struct Book {
    id: i64,
    title: String,
}

#[derive(Model)]
struct Log {
    line: String,
}

fn main() {}
