use orm_core::{DbEnum, Model};

#[derive(DbEnum, Clone, Copy, PartialEq)]
struct Status;

#[derive(DbEnum, Clone, PartialEq)]
enum Shape {
    Round,
    Square(i32),
}

#[derive(DbEnum, Clone, Copy, PartialEq)]
enum Size {
    Small,
    #[orm(rename = "small")]
    Tiny,
    #[orm(renam = "big")]
    Large,
}

#[derive(DbEnum, Clone, Copy, PartialEq)]
enum Never {}

// No error of its own.
#[derive(Model)]
struct Tile {
    #[orm(primary_key)]
    id: i64,
    shape: Shape,
    size: Size,
}

fn main() {}
