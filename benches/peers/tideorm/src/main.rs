//! TideORM: its query builder with eager loading, `insert_all` for many rows, its entity manager for what is held. Its
//! dirty tracking is not switched on: that copies each row that is loaded, and `update()` writes all columns either way.

mod models;
mod sums;

use std::sync::Arc;
use std::time::Duration;

use models::*;
use protocol::{Clock, DOOMED, GETS, LARGE, POOL, Peer, SMALL, Shape, Sum, TASKS, Totals, key};
use sums::*;
use tideorm::Result;
use tideorm::prelude::*;

/// How many rows a chunk of the stream has.
const CHUNK: u64 = 1_000;

/// The pool is global, as its documentation teaches.
struct Tide;

impl Peer for Tide {
    async fn connect(url: &str, _: &str) -> Self {
        // It cannot be told how to set up a connection that it opens, so all are opened now and kept.
        let (all, day) = (POOL as u32, Duration::from_secs(86_400));
        let config = TideConfig::init().database(url).max_connections(all).min_connections(all);
        config.idle_timeout(day).max_lifetime(day).connect().await.expect("a pool");
        if url.starts_with("sqlite") {
            // They take turns. Foreign keys and the timeout are set already.
            for _ in 0..all {
                Database::execute("PRAGMA synchronous = NORMAL").await.expect("a setting");
            }
        }
        Self
    }

    async fn run(&mut self, workload: &str, _: i64, clock: &mut Clock) -> Option<u64> {
        work(workload, clock).await.expect(workload)
    }
}

fn main() {
    protocol::serve::<Tide>();
}

async fn work(workload: &str, clock: &mut Clock) -> Result<Option<u64>> {
    Ok(Some(match workload {
        "load_1" => load(1, clock).await?,
        "load_100" => load(100, clock).await?,
        "load_10000" => load(10_000, clock).await?,
        "gets_1000" => sum_items(&clock.wait(gets()).await?),
        "gets_tasks" => sum_items(&clock.wait(tasks()).await?),
        "get_held" => sum_items(&clock.wait(held()).await?),
        "insert_1" => {
            let row = rows(1).remove(0);
            // A statement alone is a transaction.
            sum_items(&[clock.wait(row.save()).await?])
        }
        "insert_100" => insert(100, clock).await?,
        "insert_10000" => insert(10_000, clock).await?,
        "change_1000" => sum_items(&clock.wait(change()).await?),
        "change_commit_500" => sum_items(&clock.wait(change_commit()).await?),
        "graph_eager" => {
            let query = Author::query().order_asc(Author::ID).with("books.reviews");
            let authors = clock.wait(query.get()).await?;
            sum_eager(authors.iter().map(|author| &author.model))
        }
        "graph_lazy" => sum_lazy(&clock.wait(lazy()).await?),
        "left_join" => {
            let query = pairs().where_lte(User::ID, 1_000).order_asc(User::ID).order_asc(Post::ID);
            sum_pairs(&clock.wait(query.get_as()).await?)
        }
        "users_medium" => {
            let query = pairs().where_eq(User::HAIR_COLOR, "black");
            let query = query.order_desc(User::NAME).order_asc(Post::ID);
            sum_pairs(&clock.wait(query.get_as()).await?)
        }
        "users_10000" => sum_users(&clock.wait(User::query().order_asc(User::ID).get()).await?),
        "users_insert_100" => {
            let users: Vec<_> = (1..=100).map(user).collect();
            clock.wait(User::insert_all(users)).await?;
            0
        }
        "users_associations" => {
            let query = User::query().where_lte(User::ID, 100).order_asc(User::ID).with("posts.comments");
            let users = clock.wait(query.get()).await?;
            sum_associations(users.iter().map(|user| &user.model))
        }
        "many_to_many" => {
            let notes = clock.wait(Note::query().order_asc(Note::ID).with(Note::TAGS).get()).await?;
            sum_notes(notes.iter().map(|note| &note.model))
        }
        "stream" => stream(clock).await?,
        "graph_insert_small" => graph_insert(SMALL, clock).await?,
        "graph_insert_large" => graph_insert(LARGE, clock).await?,
        "graph_delete_small" | "graph_delete_large" | "cascade_10000" => {
            clock.wait(Author::query().where_gt(Author::ID, DOOMED).delete()).await?;
            0
        }
        _ => return Ok(None),
    }))
}

async fn load(count: u64, clock: &mut Clock) -> Result<u64> {
    let items = clock.wait(Item::query().order_asc(Item::ID).limit(count).get()).await?;
    Ok(sum_items(&items))
}

async fn gets() -> Result<Vec<Item>> {
    let mut found = Vec::new();
    for n in 0..GETS {
        found.push(Item::find_or_fail(key(n)).await?);
    }
    Ok(found)
}

async fn tasks() -> Result<Vec<Item>> {
    let tasks: Vec<_> = (0..TASKS as i64)
        .map(|task| {
            tokio::spawn(async move {
                let mut found = Vec::new();
                for n in (task..GETS).step_by(TASKS) {
                    found.push((n, Item::find_or_fail(key(n)).await?));
                }
                Result::Ok(found)
            })
        })
        .collect();
    let mut found = Vec::new();
    for task in tasks {
        found.extend(task.await.expect("a task")?);
    }
    found.sort_by_key(|(n, _)| *n);
    Ok(found.into_iter().map(|(_, item)| item).collect())
}

async fn held() -> Result<Vec<Item>> {
    let manager = EntityManager::new(Arc::new(require_db()?));
    let mut found = Vec::new();
    for _ in 0..GETS {
        found.push(manager.find::<Item>(1).await?.expect("a row"));
    }
    Ok(found)
}

/// New rows: a key of 0 is for the database to give.
fn rows(count: i64) -> Vec<Item> {
    let row = |row: protocol::Item| Item {
        id: 0,
        author_id: row.author_id,
        title: row.title,
        year: row.year,
        price: row.price,
    };
    protocol::items(count).into_iter().map(row).collect()
}

async fn insert(count: i64, clock: &mut Clock) -> Result<u64> {
    let rows = rows(count);
    // It is a transaction, however many statements it takes.
    Ok(sum_items(&clock.wait(Item::insert_all(rows)).await?))
}

async fn change() -> Result<Vec<Item>> {
    let items = Item::query().order_asc(Item::ID).limit(1_000).get().await?;
    Item::transaction(|_| {
        Box::pin(async move {
            let mut changed = Vec::with_capacity(items.len());
            for mut item in items {
                item.price += 1.0;
                changed.push(item.update().await?);
            }
            Ok(changed)
        })
    })
    .await
}

async fn change_commit() -> Result<Vec<Item>> {
    let mut changed = Vec::new();
    for n in 0..500 {
        let mut item = Item::find_or_fail(key(n)).await?;
        item.price += 1.0;
        // A statement alone is a transaction.
        changed.push(item.update().await?);
    }
    Ok(changed)
}

async fn lazy() -> Result<Graph> {
    let mut graph = Vec::new();
    for author in Author::query().order_asc(Author::ID).get().await? {
        let mut books = Vec::new();
        for book in author.books.load_with(|query| query.order_asc(Book::ID)).await? {
            let reviews = book.reviews.load_with(|query| query.order_asc(Review::ID)).await?;
            books.push((book, reviews));
        }
        graph.push((author, books));
    }
    Ok(graph)
}

fn pairs() -> QueryBuilder<User> {
    User::query().select_also_linked("posts", "id", "user_id", vec!["id AS post_id", "title", "body"])
}

fn user(n: i64) -> User {
    User {
        name: format!("User {n}"),
        hair_color: protocol::hair(n).map(str::to_owned),
        ..User::default()
    }
}

/// It reads in chunks, each of which begins after the last key of the one before.
async fn stream(clock: &mut Clock) -> Result<u64> {
    let mut totals = Totals::default();
    let sum = &mut totals;
    clock
        .wait(Reading::query().order_asc(Reading::ID).chunk(CHUNK, |rows| {
            for Reading { id, sensor, value } in rows {
                sum.add(id, sensor, value);
            }
            std::future::ready(Ok(()))
        }))
        .await?;
    Ok(totals.done())
}

async fn graph_insert(shape: Shape, clock: &mut Clock) -> Result<u64> {
    let authors: Vec<_> = (1..=shape.authors)
        .map(|n| Author {
            name: protocol::author_name(n),
            country: protocol::country(n).to_owned(),
            ..Author::default()
        })
        .collect();
    let count = shape.authors * shape.books;
    let mut books: Vec<_> = (1..=count)
        .map(|n| Book {
            title: protocol::book_title(n),
            year: 1900 + (n % 120) as i32,
            ..Book::default()
        })
        .collect();
    let mut reviews: Vec<_> = (1..=count * shape.reviews)
        .map(|n| Review {
            stars: (n % 5 + 1) as i32,
            body: protocol::review_text(n),
            ..Review::default()
        })
        .collect();
    let work = Author::transaction(|_| {
        Box::pin(async move {
            let authors = Author::insert_all(authors).await?;
            for (n, book) in books.iter_mut().enumerate() {
                book.author_id = authors[n / shape.books as usize].id;
            }
            let books = Book::insert_all(books).await?;
            for (n, review) in reviews.iter_mut().enumerate() {
                review.book_id = books[n / shape.reviews as usize].id;
            }
            Review::insert_all(reviews).await?;
            Ok(authors)
        })
    });
    let authors = clock.wait(work).await?;
    let mut sum = Sum::default();
    for author in authors {
        sum.int(author.id);
    }
    Ok(sum.done())
}
