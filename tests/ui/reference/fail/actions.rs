use orm_core::Model;

#[derive(Model)]
struct Author {
    #[orm(primary_key)]
    id: i64,
    #[orm(on_delete = "cascade")]
    editor_id: i64,
}

#[derive(Model)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Author::id, on_delete = "set null")]
    author_id: i64,
    #[orm(references = Author::id, on_update = "casacde")]
    editor_id: i64,
}

fn main() {}
