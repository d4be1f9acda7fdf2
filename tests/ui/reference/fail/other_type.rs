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
    #[orm(references = Author::id)]
    author_id: String,
    #[orm(references = Author::id)]
    editor_id: Option<i32>,
}

fn main() {}
