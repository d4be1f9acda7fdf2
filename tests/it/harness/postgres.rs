//! A fresh PostgreSQL database on one server: that of `ORM_TEST_POSTGRES_URL`, or a throwaway cluster.

mod cluster;
mod skip;

use std::str::FromStr;
use std::sync::OnceLock;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

/// The server that this process's tests share. `None` where there is none and none is required; that is then said
/// once, visibly.
pub(super) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    let server = SERVER.get_or_init(Server::find);
    match server {
        Ok(server) => Some(server),
        Err(reason) if skip::forbidden() => {
            panic!("PostgreSQL is required (ORM_REQUIRE_POSTGRES), but {reason}")
        }
        Err(reason) => {
            skip::tell(reason);
            None
        }
    }
}

/// A running server, and the right to create databases on it.
pub(super) struct Server {
    options: PgConnectOptions,
}

impl Server {
    fn find() -> Result<Self, String> {
        let url = match std::env::var("ORM_TEST_POSTGRES_URL") {
            Ok(url) => url,
            Err(_) => cluster::start()?,
        };
        // The error of sqlx is not shown: it may hold the password.
        let options = PgConnectOptions::from_str(&url)
            .map_err(|_| "ORM_TEST_POSTGRES_URL is not a PostgreSQL URL".to_owned())?;
        Ok(Self { options })
    }

    /// Creates an empty database and gives its URL.
    pub(super) async fn create(&self, name: &str) -> String {
        self.run(format!("CREATE DATABASE \"{name}\"")).await;
        let options = self.options.clone().database(name);
        options.to_url_lossy().to_string()
    }

    /// Drops a database, and whatever is still connected to it.
    pub(super) async fn remove(&self, name: &str) {
        self.run(format!("DROP DATABASE \"{name}\" WITH (FORCE)"))
            .await;
    }

    async fn run(&self, sql: String) {
        let outcome = async {
            let mut connection = PgConnection::connect_with(&self.options).await?;
            sqlx::raw_sql(AssertSqlSafe(sql.as_str()))
                .execute(&mut connection)
                .await?;
            connection.close().await
        };
        if let Err(error) = outcome.await {
            panic!("the test server refuses {sql}: {error}");
        }
    }
}
