//! The floor on PostgreSQL: prepared statements of tokio-postgres, arrays where there are many rows.

use std::collections::HashMap;
use std::sync::Arc;

use protocol::{Clock, GETS, Item, LARGE, POOL, SMALL, Shape, Sum, TASKS, Totals, items, key};
use tokio::sync::Semaphore;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

mod read;

use read::{book, id, read, review, user};

use crate::rows::{Author, Comment, NOTE_TAGS, Note, Post, Posted, User, attach, sum_graph, sum_items, sum_notes, sum_pairs, sum_users};

pub struct Postgres {
    client: Client,
    statements: HashMap<&'static str, Statement>,
    pool: Arc<Pool>,
}

struct Pool {
    free: Semaphore,
    clients: std::sync::Mutex<Vec<(Client, Statement)>>,
}

const ITEM: &str = "SELECT id, author_id, title, year, price FROM items WHERE id = $1";

/// Connects, and keeps the connection going beside.
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a connection");
    tokio::spawn(async move { connection.await.expect("the connection") });
    client
}

impl Postgres {
    pub async fn connect(url: &str) -> Self {
        let mut clients = Vec::new();
        for _ in 0..POOL {
            let client = connect(url).await;
            let get = client.prepare(ITEM).await.expect("a statement");
            clients.push((client, get));
        }
        let pool = Arc::new(Pool {
            free: Semaphore::new(POOL),
            clients: clients.into(),
        });
        Self {
            client: connect(url).await,
            statements: HashMap::new(),
            pool,
        }
    }

    async fn prepare(&mut self, sql: &'static str) -> Statement {
        if let Some(statement) = self.statements.get(sql) {
            return statement.clone();
        }
        let statement = self.client.prepare(sql).await.expect("a statement");
        self.statements.insert(sql, statement.clone());
        statement
    }

    async fn all<T>(&mut self, sql: &'static str, values: &[&(dyn ToSql + Sync)], read: impl Fn(&Row) -> T) -> Vec<T> {
        let statement = self.prepare(sql).await;
        self.client
            .query(&statement, values)
            .await
            .expect("rows")
            .iter()
            .map(read)
            .collect()
    }

    async fn begin(&self) {
        self.client.batch_execute("BEGIN").await.expect("BEGIN");
    }

    async fn commit(&self) {
        self.client.batch_execute("COMMIT").await.expect("COMMIT");
    }

    pub async fn run(&mut self, workload: &str, _: i64, clock: &mut Clock) -> Option<u64> {
        Some(match workload {
            "load_1" => self.load("SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT 1", clock).await,
            "load_100" => self.load("SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT 100", clock).await,
            "load_10000" => self.load("SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT 10000", clock).await,
            "gets_1000" => self.gets(key, clock).await,
            "get_held" => self.gets(|_| 1, clock).await,
            "gets_tasks" => {
                let found = clock.wait(self.tasks()).await;
                sum_items(&found)
            }
            "insert_1" => self.insert(1, clock).await,
            "insert_100" => self.insert(100, clock).await,
            "insert_10000" => self.insert(10_000, clock).await,
            "change_1000" => {
                let changed = clock
                    .wait(async {
                        let mut rows = self.all("SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT 1000", &[], read).await;
                        for row in &mut rows {
                            row.price += 1.0;
                        }
                        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
                        let prices: Vec<f64> = rows.iter().map(|row| row.price).collect();
                        let update = self.prepare("UPDATE items SET price = c.price FROM UNNEST($1::bigint[], $2::double precision[]) AS c (id, price) WHERE items.id = c.id").await;
                        self.begin().await;
                        self.client.execute(&update, &[&ids, &prices]).await.expect("the update");
                        self.commit().await;
                        rows
                    })
                    .await;
                sum_items(&changed)
            }
            "change_commit_500" => {
                let changed = clock
                    .wait(async {
                        let get = self.prepare(ITEM).await;
                        let update = self.prepare("UPDATE items SET price = $1 WHERE id = $2").await;
                        let mut changed = Vec::new();
                        for n in 0..500 {
                            let mut item = read(&self.client.query_one(&get, &[&key(n)]).await.expect("a row"));
                            item.price += 1.0;
                            self.client.execute(&update, &[&item.price, &item.id]).await.expect("the update");
                            changed.push(item);
                        }
                        changed
                    })
                    .await;
                sum_items(&changed)
            }
            "left_join" => {
                self.pairs("SELECT u.id, u.name, u.hair_color, p.id, p.title, p.body FROM users u LEFT JOIN posts p ON p.user_id = u.id WHERE u.id <= 1000 ORDER BY u.id, p.id", clock).await
            }
            "users_medium" => {
                self.pairs("SELECT u.id, u.name, u.hair_color, p.id, p.title, p.body FROM users u LEFT JOIN posts p ON p.user_id = u.id WHERE u.hair_color = 'black' ORDER BY u.name DESC, p.id", clock).await
            }
            "users_10000" => {
                let users = clock.wait(self.all("SELECT id, name, hair_color FROM users ORDER BY id", &[], user)).await;
                let mut sum = Sum::default();
                for (id, name, hair) in &users {
                    sum.int(*id).text(name).maybe(hair.as_deref());
                }
                sum.done()
            }
            "users_insert_100" => {
                let names: Vec<_> = (1..=100).map(|n| format!("User {n}")).collect();
                let hair: Vec<_> = (1..=100).map(protocol::hair).collect();
                clock
                    .wait(async {
                        let insert = self.prepare("INSERT INTO users (name, hair_color) SELECT * FROM UNNEST($1::text[], $2::text[])").await;
                        self.client.execute(&insert, &[&names, &hair]).await.expect("the rows");
                    })
                    .await;
                0
            }
            "users_associations" => {
                let users = clock
                    .wait(async {
                        let mut users: Vec<(User, Vec<Posted>)> = self
                            .all("SELECT id, name, hair_color FROM users WHERE id <= 100 ORDER BY id", &[], |row| (user(row), Vec::new()))
                            .await;
                        let ids: Vec<i64> = users.iter().map(|user| user.0.0).collect();
                        let mut posts: Vec<(i64, Posted)> = self
                            .all("SELECT id, title, body, user_id FROM posts WHERE user_id = ANY($1) ORDER BY user_id, id", &[&ids], |row| {
                                (row.get(3), Posted((row.get(0), row.get(1), row.get(2)), Vec::new()))
                            })
                            .await;
                        let ids: Vec<i64> = posts.iter().map(|post| post.1.0.0).collect();
                        let comments = self
                            .all("SELECT id, text, post_id FROM comments WHERE post_id = ANY($1) ORDER BY post_id, id", &[&ids], |row| {
                                (row.get(2), Comment(row.get(0), row.get(1)))
                            })
                            .await;
                        attach(&mut posts, comments, |post| post.1.0.0, |post| &mut post.1.1);
                        attach(&mut users, posts, |user| user.0.0, |user| &mut user.1);
                        users
                    })
                    .await;
                sum_users(&users)
            }
            "graph_eager" => {
                let authors = clock
                    .wait(async {
                        let mut authors = self.authors().await;
                        let mut books = self.all("SELECT id, title, year, author_id FROM books ORDER BY author_id, id", &[], |row| (row.get(3), book(row))).await;
                        let reviews = self.all("SELECT id, stars, body, book_id FROM reviews ORDER BY book_id, id", &[], |row| (row.get(3), review(row))).await;
                        attach(&mut books, reviews, |book| book.1.0, |book| &mut book.1.3);
                        attach(&mut authors, books, |author| author.0, |author| &mut author.3);
                        authors
                    })
                    .await;
                sum_graph(&authors)
            }
            "graph_lazy" => {
                let authors = clock
                    .wait(async {
                        let mut authors = self.authors().await;
                        for author in &mut authors {
                            author.3 = self.all("SELECT id, title, year FROM books WHERE author_id = $1 ORDER BY id", &[&author.0], book).await;
                            for book in &mut author.3 {
                                book.3 = self.all("SELECT id, stars, body FROM reviews WHERE book_id = $1 ORDER BY id", &[&book.0], review).await;
                            }
                        }
                        authors
                    })
                    .await;
                sum_graph(&authors)
            }
            "many_to_many" => {
                let notes = clock
                    .wait(async {
                        let mut notes: Vec<Note> = self
                            .all("SELECT id, title FROM notes ORDER BY id", &[], |row| (row.get(0), row.get(1), Vec::new()))
                            .await;
                        let tags = self.all(NOTE_TAGS, &[], |row| (row.get(2), (row.get(0), row.get(1)))).await;
                        attach(&mut notes, tags, |note| note.0, |note| &mut note.2);
                        notes
                    })
                    .await;
                sum_notes(&notes)
            }
            "stream" => {
                let mut totals = Totals::default();
                clock
                    .wait(async {
                        let query = self.prepare("SELECT id, sensor, value FROM readings ORDER BY id").await;
                        let transaction = self.client.transaction().await.expect("BEGIN");
                        let portal = transaction.bind(&query, &[]).await.expect("a portal");
                        // Taken as they come, rows would all lie in its channel: it has no limit.
                        loop {
                            let rows = transaction.query_portal(&portal, 1_000).await.expect("rows");
                            for row in &rows {
                                totals.add(row.get(0), row.get(1), row.get(2));
                            }
                            if rows.len() < 1_000 {
                                break;
                            }
                        }
                        transaction.commit().await.expect("COMMIT");
                    })
                    .await;
                totals.done()
            }
            "graph_insert_small" => self.graph_insert(SMALL, clock).await,
            "graph_insert_large" => self.graph_insert(LARGE, clock).await,
            "graph_delete_small" | "graph_delete_large" | "cascade_10000" => {
                clock
                    .wait(async {
                        let delete = self.prepare("DELETE FROM authors WHERE id > $1").await;
                        self.client.execute(&delete, &[&protocol::DOOMED]).await.expect("the rows");
                    })
                    .await;
                0
            }
            _ => return None,
        })
    }

    async fn load(&mut self, sql: &'static str, clock: &mut Clock) -> u64 {
        sum_items(&clock.wait(self.all(sql, &[], read)).await)
    }

    async fn gets(&mut self, key: impl Fn(i64) -> i64, clock: &mut Clock) -> u64 {
        let get = self.prepare(ITEM).await;
        let found = clock
            .wait(async {
                let mut found = Vec::new();
                for n in 0..GETS {
                    found.push(read(&self.client.query_one(&get, &[&key(n)]).await.expect("a row")));
                }
                found
            })
            .await;
        sum_items(&found)
    }

    async fn tasks(&self) -> Vec<Item> {
        let tasks: Vec<_> = (0..TASKS as i64)
            .map(|task| {
                let pool = self.pool.clone();
                tokio::spawn(async move {
                    let _permit = pool.free.acquire().await.expect("open");
                    let (client, get) = pool.clients.lock().expect("whole").pop().expect("a free one");
                    let mut found = Vec::new();
                    for n in (task..GETS).step_by(TASKS) {
                        found.push((n, read(&client.query_one(&get, &[&key(n)]).await.expect("a row"))));
                    }
                    pool.clients.lock().expect("whole").push((client, get));
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

    async fn insert(&mut self, count: i64, clock: &mut Clock) -> u64 {
        let mut rows = items(count);
        clock
            .wait(async {
                let insert = self
                    .prepare("INSERT INTO items (author_id, title, year, price) SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::int[], $4::double precision[]) RETURNING id")
                    .await;
                let authors: Vec<i64> = rows.iter().map(|row| row.author_id).collect();
                let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
                let years: Vec<i32> = rows.iter().map(|row| row.year).collect();
                let prices: Vec<f64> = rows.iter().map(|row| row.price).collect();
                self.begin().await;
                let keys = self.client.query(&insert, &[&authors, &titles, &years, &prices]).await.expect("keys");
                self.commit().await;
                for (row, key) in rows.iter_mut().zip(&keys) {
                    row.id = key.get(0);
                }
            })
            .await;
        sum_items(&rows)
    }

    async fn pairs(&mut self, sql: &'static str, clock: &mut Clock) -> u64 {
        let pairs = clock
            .wait(self.all(sql, &[], |row| -> (User, Option<Post>) {
                let post: Option<i64> = row.get(3);
                (user(row), post.map(|post| (post, row.get(4), row.get(5))))
            }))
            .await;
        sum_pairs(&pairs)
    }

    async fn authors(&mut self) -> Vec<Author> {
        self.all("SELECT id, name, country FROM authors ORDER BY id", &[], |row| {
            Author(row.get(0), row.get(1), row.get(2), Vec::new())
        })
        .await
    }

    async fn graph_insert(&mut self, shape: Shape, clock: &mut Clock) -> u64 {
        let count = shape.authors * shape.books;
        let names: Vec<_> = (1..=shape.authors).map(protocol::author_name).collect();
        let countries: Vec<_> = (1..=shape.authors).map(protocol::country).collect();
        let titles: Vec<_> = (1..=count).map(protocol::book_title).collect();
        let years: Vec<_> = (1..=count).map(|n| 1900 + (n % 120) as i32).collect();
        let texts: Vec<_> = (1..=count * shape.reviews).map(protocol::review_text).collect();
        let stars: Vec<_> = (1..=count * shape.reviews).map(|n| (n % 5 + 1) as i32).collect();
        let keys = clock
            .wait(async {
                self.begin().await;
                let keys = self
                    .all(
                        "INSERT INTO authors (name, country) SELECT * FROM UNNEST($1::text[], $2::text[]) RETURNING id",
                        &[&names, &countries],
                        id,
                    )
                    .await;
                let parents: Vec<i64> = keys.iter().flat_map(|key| (0..shape.books).map(move |_| *key)).collect();
                let books = self
                    .all(
                        "INSERT INTO books (author_id, title, year) SELECT * FROM UNNEST($1::bigint[], $2::text[], $3::int[]) RETURNING id",
                        &[&parents, &titles, &years],
                        id,
                    )
                    .await;
                let parents: Vec<i64> = books.iter().flat_map(|key| (0..shape.reviews).map(move |_| *key)).collect();
                self.all(
                    "INSERT INTO reviews (book_id, stars, body) SELECT * FROM UNNEST($1::bigint[], $2::int[], $3::text[]) RETURNING id",
                    &[&parents, &stars, &texts],
                    id,
                )
                .await;
                self.commit().await;
                keys
            })
            .await;
        let mut sum = Sum::default();
        for key in keys {
            sum.int(key);
        }
        sum.done()
    }
}
