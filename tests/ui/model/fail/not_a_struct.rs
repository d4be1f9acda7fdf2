use orm_core::Model;

#[derive(Model)]
enum Shape {
    Round,
}

#[derive(Model)]
struct Pair(i64, i64);

#[derive(Model)]
union Bits {
    a: i64,
    b: f64,
}

#[derive(Model)]
struct Boxed<T> {
    #[orm(primary_key)]
    id: T,
}

fn main() {
    let _ = Shape::descriptor();
    let _ = Pair::descriptor();
}
