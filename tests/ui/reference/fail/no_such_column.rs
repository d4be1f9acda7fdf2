use orm_core::Model;

#[derive(Model)]
struct Author {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Author::number)]
    author_id: i64,
    #[orm(references = author_id)]
    editor_id: i64,
}

fn main() {}
