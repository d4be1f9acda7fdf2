//! sqlx by hand, on a held connection: named statements, rows read by their order; arrays on PostgreSQL, a loop on SQLite.

mod work;

use protocol::{Clock, POOL, Peer};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{Connection, PgConnection, SqliteConnection};

enum Sqlx {
    Sqlite(SqliteConnection, sqlx::SqlitePool),
    Postgres(PgConnection, sqlx::PgPool),
}

impl Peer for Sqlx {
    async fn connect(url: &str, _: &str) -> Self {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let options = SqliteConnectOptions::new().filename(path).synchronous(SqliteSynchronous::Normal);
            let conn = SqliteConnection::connect_with(&options).await.expect("a connection");
            let pool = PoolOptions::new().max_connections(POOL as u32).test_before_acquire(false);
            Self::Sqlite(conn, pool.connect_with(options).await.expect("a pool"))
        } else {
            let conn = PgConnection::connect(url).await.expect("a connection");
            let pool = PoolOptions::new().max_connections(POOL as u32).test_before_acquire(false);
            Self::Postgres(conn, pool.connect(url).await.expect("a pool"))
        }
    }

    async fn run(&mut self, workload: &str, _: i64, clock: &mut Clock) -> Option<u64> {
        match self {
            Self::Sqlite(conn, pool) => work::sqlite::run(conn, pool, workload, clock).await,
            Self::Postgres(conn, pool) => work::postgres::run(conn, pool, workload, clock).await,
        }
        .expect(workload)
    }
}

fn main() {
    protocol::serve::<Sqlx>();
}
