//! Diesel: synchronous, SQLite and PostgreSQL.

mod postgres;
mod sqlite;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Error, Pool};
use peer_diesel::schema::{Item, items};
use peer_diesel::sum_items;
use protocol::{Clock, GETS, POOL, Peer, TASKS, key};

enum Diesel {
    Sqlite(SqliteConnection, Pool<ConnectionManager<SqliteConnection>>),
    Postgres(PgConnection, Pool<ConnectionManager<PgConnection>>),
}

#[derive(Debug)]
struct Pragmas;

impl CustomizeConnection<SqliteConnection, Error> for Pragmas {
    fn on_acquire(&self, conn: &mut SqliteConnection) -> Result<(), Error> {
        conn.batch_execute(protocol::PRAGMAS).map_err(Error::QueryError)
    }
}

/// A thread for each task, since a connection blocks.
macro_rules! tasks {
    ($pool:expr) => {{
        let pool = $pool;
        let mut found: Vec<(i64, Item)> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..TASKS as i64)
                .map(|task| {
                    scope.spawn(move || {
                        let mut conn = pool.get().expect("a connection");
                        (task..GETS)
                            .step_by(TASKS)
                            .map(|n| {
                                let item = items::table.find(key(n)).select(Item::as_select()).first(&mut conn);
                                (n, item.expect("a row"))
                            })
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("a thread")).collect()
        });
        found.sort_by_key(|(n, _)| *n);
        found.into_iter().map(|(_, item)| item).collect::<Vec<_>>()
    }};
}

impl Peer for Diesel {
    async fn connect(url: &str, _: &str) -> Self {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let mut conn = SqliteConnection::establish(path).expect("a connection");
            conn.batch_execute(protocol::PRAGMAS).expect("the pragmas");
            let pool = Pool::builder()
                .max_size(POOL as u32)
                .test_on_check_out(false)
                .connection_customizer(Box::new(Pragmas))
                .build(ConnectionManager::new(path));
            Self::Sqlite(conn, pool.expect("a pool"))
        } else {
            let conn = PgConnection::establish(url).expect("a connection");
            let pool = Pool::builder()
                .max_size(POOL as u32)
                .test_on_check_out(false)
                .build(ConnectionManager::new(url));
            Self::Postgres(conn, pool.expect("a pool"))
        }
    }

    async fn run(&mut self, workload: &str, _: i64, clock: &mut Clock) -> Option<u64> {
        if workload == "gets_tasks" {
            let found = clock.time(|| match &*self {
                Self::Sqlite(_, pool) => tasks!(pool),
                Self::Postgres(_, pool) => tasks!(pool),
            });
            return Some(sum_items(&found));
        }
        let outcome = match self {
            Self::Sqlite(conn, _) => sqlite::work(conn, workload, clock).await,
            Self::Postgres(conn, _) => postgres::work(conn, workload, clock).await,
        };
        outcome.expect(workload)
    }
}

fn main() {
    protocol::serve::<Diesel>();
}
