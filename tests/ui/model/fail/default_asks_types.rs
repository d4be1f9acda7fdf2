use orm_core::{DbEnum, Model};

#[derive(DbEnum, Clone, Copy, PartialEq)]
enum Status {
    Draft,
}

#[derive(Model)]
struct Job {
    #[orm(primary_key)]
    id: i64,
    status: Status,
    #[orm(default = 3)]
    attempts: i32,
}

fn main() {
    let _ = Job { status: Status::Draft, ..Default::default() };
}
