use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
struct Book {
    #[orm(primary_key)]
    id: i64,
    title: String,
    year: i32,
    note: Option<String>,
}

async fn run(engine: Engine, mut session: Session) {
    let _ = engine.execute(Book::select()).await;
    let _ = session.execute(Book::insert().on_conflict(Book::id)).await;
    let _ = engine.all(Book::delete()).await;
}

fn main() {}
