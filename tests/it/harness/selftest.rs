//! The harness itself: that a test has a database of its own, and that it is gone afterwards.

use std::panic::catch_unwind;
use std::sync::Mutex;

use sqlx::{Connection, Row, SqliteConnection, postgres::PgConnection};

use super::{Backend, Db, both, run};

both! {
    /// The database takes statements, and holds nothing from another test.
    async fn database_is_fresh(db: Db) {
        for _ in 0..2 {
            let (mine, others) = tables(&db, "CREATE TABLE mine (id INTEGER PRIMARY KEY)").await;
            assert_eq!((mine, others), (1, 1));
            tables(&db, "DROP TABLE mine").await;
        }
        let (mine, others) = tables(&db, "SELECT 1").await;
        assert_eq!((mine, others), (0, 0), "tables of another test");
    }
}

/// Runs a statement, and counts the tables named `mine` and all tables.
async fn tables(db: &Db, statement: &'static str) -> (i64, i64) {
    const SQLITE: &str =
        "SELECT COUNT(*) FILTER (WHERE name = 'mine'), COUNT(*) FROM sqlite_schema";
    const POSTGRES: &str = "SELECT COUNT(*) FILTER (WHERE relname = 'mine'), COUNT(*) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    let connected = "the test's database takes connections";
    let answered = "the test's database answers";
    match db.backend() {
        Backend::Sqlite => {
            let mut connection = SqliteConnection::connect(db.url()).await.expect(connected);
            sqlx::raw_sql(statement)
                .execute(&mut connection)
                .await
                .expect(answered);
            let row = sqlx::query(SQLITE)
                .fetch_one(&mut connection)
                .await
                .expect(answered);
            connection.close().await.expect("closing");
            (row.get(0), row.get(1))
        }
        Backend::Postgres => {
            let mut connection = PgConnection::connect(db.url()).await.expect(connected);
            sqlx::raw_sql(statement)
                .execute(&mut connection)
                .await
                .expect(answered);
            let row = sqlx::query(POSTGRES)
                .fetch_one(&mut connection)
                .await
                .expect(answered);
            (row.get(0), row.get(1))
        }
    }
}

/// A failing behaviour fails its test, and its database is removed all the same.
#[test]
fn failure_is_reported_and_cleaned_up() {
    static URL: Mutex<Option<String>> = Mutex::new(None);
    let outcome = catch_unwind(|| {
        run(Backend::Sqlite, "fails", async |db: Db| {
            tables(&db, "CREATE TABLE mine (id INTEGER PRIMARY KEY)").await;
            *URL.lock().expect("unpoisoned") = Some(db.url().to_owned());
            Err(orm_core::Error::new(
                orm_core::ErrorKind::StaleData,
                "as it should",
            ))
        });
    });
    let message = outcome.expect_err("the failure must be reported");
    let message = message.downcast_ref::<String>().expect("a message");
    assert_eq!(message, "on Sqlite: [E201] stale data: as it should");
    let url = URL
        .lock()
        .expect("unpoisoned")
        .take()
        .expect("the behaviour ran");
    let file = url
        .trim_start_matches("sqlite://")
        .trim_end_matches("?mode=rwc");
    assert!(!std::path::Path::new(file).exists(), "{file} is left over");
}
