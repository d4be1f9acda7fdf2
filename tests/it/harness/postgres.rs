//! A fresh PostgreSQL database on one server: that of `ORM_TEST_POSTGRES_URL`, or a throwaway cluster.

use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

/// The server that this process's tests share, where there is one.
pub(super) fn server() -> Option<Server> {
    let url = orm_tests::postgres_url()?;
    // The error of sqlx is not shown: it may hold the password.
    let options = PgConnectOptions::from_str(url)
        .unwrap_or_else(|_| panic!("ORM_TEST_POSTGRES_URL is not a PostgreSQL URL"));
    Some(Server { options })
}

/// A running server, and the right to create databases on it.
pub(super) struct Server {
    options: PgConnectOptions,
}

impl Server {
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
