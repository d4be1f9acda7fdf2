use orm_core::Model;

#[derive(Model)]
struct Closed {
    #[orm(primary_key, input)]
    id: i64,
}

#[derive(Model)]
#[orm(input = "NewCounted", changes("CountedChanges", Deserialize))]
struct Counted {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(version, input)]
    version: i32,
    #[orm(input = "yes")]
    note: String,
}

#[derive(Model)]
#[orm(input = "New Thing")]
struct Thing {
    #[orm(primary_key)]
    id: i64,
}

#[derive(Model)]
#[orm(changes = "EmptyChanges")]
struct Empty {
    #[orm(primary_key, input)]
    id: i64,
}

#[derive(Model)]
#[orm(input = "NewDraft")]
struct Draft {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(input = false)]
    owner: i64,
}

fn main() {
    let _ = NewDraft { title: "a".into() }.create().build();
}
