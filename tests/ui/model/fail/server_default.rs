use orm_core::Model;
use orm_core::types::Server;

#[derive(Model, Default)]
struct Post {
    #[orm(primary_key)]
    id: i64,
    #[orm(server_default = "'draft'")]
    state: String,
    #[orm(server_default = "5")]
    stars: i32,
    #[orm(server_default = "5")]
    hearts: Option<i32>,
    #[orm(server_default = "5")]
    shares: Server<i32>,
}

fn main() {}
