//! Prepares what a workload needs, and afterwards checks what it wrote and takes it away again, so that each workload of
//! each contender begins with the same rows and keys.

use std::collections::HashMap;
use std::future::Future;
use std::io::{BufRead, Write};

use protocol::{DOOMED, LARGE, SMALL, Shape, Sum};

use crate::sqlite_api::Db;

pub const TABLES: [&str; 10] = [
    "items", "authors", "books", "reviews", "users", "posts", "comments", "notes", "tags", "readings",
];

/// How many rows of each table there are at the beginning, where workloads add some.
const FIRST: [(&str, i64); 5] = [
    ("items", 10_000),
    ("authors", 100),
    ("books", 1_000),
    ("reviews", 3_000),
    ("users", 10_000),
];

/// What is summed up after a workload, in the order of the keys.
const LOOK: [&str; 5] = [
    "SELECT id, author_id, title, year, price FROM items WHERE id <= 1000 OR id > 10000 ORDER BY id",
    "SELECT id, name, country FROM authors ORDER BY id",
    "SELECT id, author_id, title, year FROM books ORDER BY id",
    "SELECT id, book_id, stars, body FROM reviews ORDER BY id",
    "SELECT id, name, hair_color FROM users WHERE id > 10000 ORDER BY id",
];

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

/// The next key follows the largest.
pub fn sequence(table: &str) -> String {
    format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
}

enum Database {
    Sqlite(Db),
    Postgres(tokio_postgres::Client),
}

impl Database {
    async fn open(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => Self::Sqlite(Db::open(path)),
            None => Self::Postgres(crate::postgres::connect(url).await),
        }
    }

    async fn execute(&self, sql: &str) {
        match self {
            Self::Sqlite(db) => db.execute(sql),
            Self::Postgres(client) => client.batch_execute(sql).await.expect("the statement"),
        }
    }

    /// Texts of all values: for the eye of one program only, so their form does not matter.
    async fn sum(&self, sql: &str, sum: &mut Sum) {
        let columns = sql.split(" FROM ").next().unwrap_or_default().split(',').count();
        match self {
            Self::Sqlite(db) => {
                let statement = db.prepare(sql);
                while statement.step() {
                    for column in 0..columns {
                        sum.maybe(statement.get_maybe(column as i32).as_deref());
                    }
                }
                statement.reset();
                statement.finalize();
            }
            Self::Postgres(client) => {
                for message in client.simple_query(sql).await.expect("rows") {
                    if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                        for column in 0..columns {
                            sum.maybe(row.get(column));
                        }
                    }
                }
            }
        }
    }

    /// Puts in what the workload deletes.
    async fn prepare(&self, workload: &str) {
        let shape = match workload {
            "graph_delete_small" => SMALL,
            "graph_delete_large" => LARGE,
            "cascade_10000" => Shape {
                authors: 1,
                books: 10_000,
                reviews: 0,
            },
            _ => return,
        };
        let counted =
            |last: i64| format!("WITH RECURSIVE c (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM c WHERE n < {last})");
        let (books, reviews) = (shape.authors * shape.books, shape.authors * shape.books * shape.reviews);
        let mut sql = format!(
            "BEGIN; INSERT INTO authors (id, name, country) {} SELECT {DOOMED} + n, 'Doomed', 'UK' FROM c;
             INSERT INTO books (id, author_id, title, year)
             {} SELECT {DOOMED} + n, {DOOMED} + 1 + (n - 1) / {}, 'Doomed', 2000 FROM c;",
            counted(shape.authors),
            counted(books),
            shape.books,
        );
        if reviews > 0 {
            sql += &format!(
                "INSERT INTO reviews (id, book_id, stars, body)
                 {} SELECT {DOOMED} + n, {DOOMED} + 1 + (n - 1) / {}, 1, 'Doomed' FROM c;",
                counted(reviews),
                shape.reviews
            );
        }
        self.execute(&(sql + "COMMIT")).await;
        self.settle().await;
    }

    async fn settle(&self) {
        match self {
            Self::Sqlite(db) => db.execute("PRAGMA wal_checkpoint(TRUNCATE)"),
            Self::Postgres(client) => {
                client
                    .batch_execute("VACUUM items, authors, books, reviews, users")
                    .await
                    .expect("a vacuum");
            }
        }
    }

    /// The sum of what is there now; then all is as it was at the beginning.
    async fn verify(&self) -> u64 {
        let mut sum = Sum::default();
        for sql in LOOK {
            self.sum(sql, &mut sum).await;
        }
        self.execute("BEGIN").await;
        for (table, first) in FIRST.iter().rev() {
            self.execute(&format!("DELETE FROM {table} WHERE id > {first}")).await;
        }
        // As they were filled in; the two databases do not divide alike in text, so this is said with a number.
        self.execute("UPDATE items SET price = id / CAST(7.0 AS DOUBLE PRECISION) WHERE price <> id / CAST(7.0 AS DOUBLE PRECISION)")
            .await;
        self.execute("COMMIT").await;
        if let Self::Postgres(client) = self {
            for (table, _) in FIRST {
                client.batch_execute(&sequence(table)).await.expect("the sequences");
            }
        }
        self.settle().await;
        sum.done()
    }
}

/// Answers `prepare <workload> <url>` and `verify <workload> <url>`.
pub fn serve() {
    block_on(async {
        let mut databases: HashMap<String, Database> = HashMap::new();
        for line in std::io::stdin().lock().lines() {
            let line = line.expect("a line");
            let words: Vec<&str> = line.split(' ').collect();
            let [order, workload, url] = words[..] else {
                panic!("not understood: {line}");
            };
            if !databases.contains_key(url) {
                databases.insert(url.to_owned(), Database::open(url).await);
            }
            let database = &databases[url];
            let answer = match order {
                "prepare" => {
                    database.prepare(workload).await;
                    0
                }
                _ => database.verify().await,
            };
            let mut out = std::io::stdout().lock();
            writeln!(out, "ok 0 {answer}").and_then(|()| out.flush()).expect("the driver reads");
        }
    });
}
