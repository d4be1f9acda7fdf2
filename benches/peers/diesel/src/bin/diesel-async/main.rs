//! diesel-async on PostgreSQL.

mod work;

use std::sync::Arc;

use diesel::prelude::{QueryDsl, SelectableHelper};
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use peer_diesel::schema::{Item, items};
use peer_diesel::sum_items;
use protocol::{Clock, GETS, POOL, Peer, TASKS, key};

struct DieselAsync {
    conn: AsyncPgConnection,
    pool: Arc<Pool<AsyncPgConnection>>,
}

impl Peer for DieselAsync {
    async fn connect(url: &str, _: &str) -> Self {
        let conn = AsyncPgConnection::establish(url).await.expect("a connection");
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        let pool = Pool::builder(manager).max_size(POOL).build().expect("a pool");
        Self {
            conn,
            pool: Arc::new(pool),
        }
    }

    async fn run(&mut self, workload: &str, _: i64, clock: &mut Clock) -> Option<u64> {
        if workload == "gets_tasks" {
            return Some(sum_items(&clock.wait(tasks(&self.pool)).await));
        }
        work::work(&mut self.conn, workload, clock).await.expect(workload)
    }
}

async fn tasks(pool: &Arc<Pool<AsyncPgConnection>>) -> Vec<Item> {
    let tasks: Vec<_> = (0..TASKS as i64)
        .map(|task| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut conn = pool.get().await.expect("a connection");
                let mut found = Vec::new();
                for n in (task..GETS).step_by(TASKS) {
                    let item = items::table.find(key(n)).select(Item::as_select()).first(&mut conn).await;
                    found.push((n, item.expect("a row")));
                }
                found
            })
        })
        .collect();
    let mut found = Vec::new();
    for task in tasks {
        found.extend(task.await.expect("a task"));
    }
    found.sort_by_key(|(n, _)| *n);
    found.into_iter().map(|(_, item)| item).collect()
}

fn main() {
    protocol::serve::<DieselAsync>();
}
