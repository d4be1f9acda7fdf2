//! The floor: the same work by hand, on a held connection with prepared statements. On SQLite by its C interface, on
//! PostgreSQL by tokio-postgres with a statement for any number of rows. It also fills the databases and checks, after
//! each workload that writes, what the contenders wrote.

mod audit;
mod fill;
mod postgres;
mod rows;
mod sqlite;
mod sqlite_api;

use protocol::{Clock, Peer};

enum Floor {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Peer for Floor {
    async fn connect(url: &str, _: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => Self::Sqlite(sqlite::Sqlite::open(path)),
            None => Self::Postgres(postgres::Postgres::connect(url).await),
        }
    }

    async fn run(&mut self, workload: &str, tick: i64, clock: &mut Clock) -> Option<u64> {
        match self {
            Self::Sqlite(floor) => floor.run(workload, tick, clock),
            Self::Postgres(floor) => floor.run(workload, tick, clock).await,
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[1..] {
        ["fill", url] => fill::fill(url),
        ["audit"] => audit::serve(),
        _ => protocol::serve::<Floor>(),
    }
}
