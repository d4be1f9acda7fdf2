use orm_core::prelude::*;

#[derive(Model, Default)]
struct Doc {
    #[orm(primary_key)]
    id: i64,
    #[orm(deferred)]
    body: String,
    #[orm(deferred = 3)]
    note: Deferred<String>,
    #[orm(references = Doc::id)]
    parent_id: Deferred<i64>,
    #[orm(version)]
    version: Deferred<i64>,
}

#[derive(Model, Default)]
struct Key {
    #[orm(primary_key)]
    id: Deferred<i64>,
}

fn main() {}
