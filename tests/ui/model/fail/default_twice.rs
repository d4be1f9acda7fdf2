use orm_core::Model;

#[derive(Model, Debug, Clone, Default)]
struct Post {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(default = 5)]
    stars: i32,
    #[orm(default = 6)]
    hearts: i32,
}

#[derive(Debug, Clone, Default, Model)]
struct Reply {
    #[orm(primary_key)]
    id: i64,
    #[orm(default = 5)]
    stars: i32,
}

fn main() {
    let _ = Post::default();
}
