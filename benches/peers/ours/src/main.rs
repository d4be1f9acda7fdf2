//! This ORM: with a session, or as plain values without one.

mod models;
mod plain;
mod sums;

use models::*;
use orm_core::Result;
use orm_core::prelude::*;
use protocol::{Clock, GETS, LARGE, Peer, SMALL, Shape, Sum, TASKS, Totals, key};
use sums::{sum_graph, sum_items};

struct Ours {
    engine: Engine,
    plain: bool,
}

impl Peer for Ours {
    async fn connect(url: &str, variant: &str) -> Self {
        let engine = Engine::builder(url)
            .max_connections(protocol::POOL)
            .connect()
            .await
            .expect("an engine");
        Self {
            engine,
            plain: variant == "plain",
        }
    }

    async fn run(&mut self, workload: &str, _: i64, clock: &mut Clock) -> Option<u64> {
        let outcome = match self.plain {
            true => plain::run(&self.engine, workload, clock).await,
            false => tracked(&self.engine, workload, clock).await,
        };
        outcome.expect(workload)
    }
}

fn main() {
    protocol::serve::<Ours>();
}

async fn tracked(engine: &Engine, workload: &str, clock: &mut Clock) -> Result<Option<u64>> {
    let sum = match workload {
        "load_1" => load(engine, 1, clock).await?,
        "load_100" => load(engine, 100, clock).await?,
        "load_10000" => load(engine, 10_000, clock).await?,
        "gets_1000" => {
            let (session, found) = clock
                .wait(async {
                    let mut session = engine.session();
                    let mut found = Vec::new();
                    for n in 0..GETS {
                        found.push(session.get_one::<Item>(key(n)).await?);
                    }
                    Result::Ok((session, found))
                })
                .await?;
            sum_items(&session, found)
        }
        "get_held" => {
            let mut session = engine.session();
            session.get_one::<Item>(1).await?;
            let found = clock
                .wait(async {
                    let mut found = Vec::new();
                    for _ in 0..GETS {
                        found.push(session.get_one::<Item>(1).await?);
                    }
                    Result::Ok(found)
                })
                .await?;
            sum_items(&session, found)
        }
        "gets_tasks" => {
            let found = clock.wait(tasks(engine)).await?;
            let mut sum = Sum::default();
            for Item {
                id,
                author_id,
                title,
                year,
                price,
            } in &found
            {
                sum.item(*id, *author_id, title, *year, *price);
            }
            sum.done()
        }
        "insert_1" => insert(engine, 1, clock).await?,
        "insert_100" => insert(engine, 100, clock).await?,
        "insert_10000" => insert(engine, 10_000, clock).await?,
        "change_1000" => {
            let (session, items) = clock
                .wait(async {
                    let mut session = engine.session();
                    let items = session.all(Item::select().order_by(Item::id).limit(1_000)).await?;
                    for &item in &items {
                        session[item].price += 1.0;
                    }
                    session.commit().await?;
                    Result::Ok((session, items))
                })
                .await?;
            sum_items(&session, items)
        }
        "change_commit_500" => {
            let (session, items) = clock
                .wait(async {
                    let mut session = engine.session();
                    let mut items = Vec::new();
                    for n in 0..500 {
                        let item = session.get_one::<Item>(key(n)).await?;
                        session[item].price += 1.0;
                        session.commit().await?;
                        items.push(item);
                    }
                    Result::Ok((session, items))
                })
                .await?;
            sum_items(&session, items)
        }
        "graph_eager" => {
            let (mut session, authors) = clock
                .wait(async {
                    let mut session = engine.session();
                    let authors = session
                        .all(Author::select().order_by(Author::id).with(Author::books.then(Book::reviews)))
                        .await?;
                    Result::Ok((session, authors))
                })
                .await?;
            sum_graph(&mut session, authors).await?
        }
        "graph_lazy" => {
            let (mut session, authors) = clock
                .wait(async {
                    let mut session = engine.session();
                    let authors = session.all(Author::select().order_by(Author::id)).await?;
                    for author in &authors {
                        for book in author.books(&mut session).await? {
                            book.reviews(&mut session).await?;
                        }
                    }
                    Result::Ok((session, authors))
                })
                .await?;
            sum_graph(&mut session, authors).await?
        }
        "many_to_many" => {
            let (mut session, notes) = clock
                .wait(async {
                    let mut session = engine.session();
                    let notes = session.all(Note::select().order_by(Note::id).with(Note::tags)).await?;
                    Result::Ok((session, notes))
                })
                .await?;
            let mut sum = Sum::default();
            for note in notes {
                sum.int(session[note].id).text(&session[note].title);
                for tag in note.tags(&mut session).await? {
                    sum.int(session[tag].id).text(&session[tag].name);
                }
            }
            sum.done()
        }
        "stream" => {
            let mut totals = Totals::default();
            clock
                .wait(async {
                    let mut session = engine.session();
                    let mut stream = session.stream(Reading::select().order_by(Reading::id));
                    while let Some(batch) = stream.next(&mut session).await? {
                        for reading in batch {
                            let Reading { id, sensor, value } = &session[reading];
                            totals.add(*id, *sensor, *value);
                        }
                        session.expunge_all();
                    }
                    Result::Ok(())
                })
                .await?;
            totals.done()
        }
        "left_join" => pairs(engine, plain::joined(), clock).await?,
        "users_medium" => pairs(engine, plain::medium(), clock).await?,
        "users_10000" => {
            let (session, users) = clock
                .wait(async {
                    let mut session = engine.session();
                    let users = session.all(User::select().order_by(User::id)).await?;
                    Result::Ok((session, users))
                })
                .await?;
            let mut sum = Sum::default();
            for user in users {
                let User { id, name, hair_color, .. } = &session[user];
                sum.int(*id).text(name).maybe(hair_color.as_deref());
            }
            sum.done()
        }
        "users_insert_100" => {
            let users = new_users();
            clock
                .wait(async {
                    let mut session = engine.session();
                    session.add_all(users);
                    session.commit().await?;
                    Result::Ok(session)
                })
                .await?;
            0
        }
        "users_associations" => {
            let (mut session, users) = clock
                .wait(async {
                    let mut session = engine.session();
                    let users = User::select().filter(User::id.le(100)).order_by(User::id);
                    let users = session.all(users.with(User::posts.then(Post::comments))).await?;
                    Result::Ok((session, users))
                })
                .await?;
            let mut sum = Sum::default();
            for user in users {
                let User { id, name, hair_color, .. } = &session[user];
                sum.int(*id).text(name).maybe(hair_color.as_deref());
                for post in user.posts(&mut session).await? {
                    let Post { id, title, body, .. } = &session[post];
                    sum.int(*id).text(title).maybe(body.as_deref());
                    for comment in post.comments(&mut session).await? {
                        let Comment { id, text, .. } = &session[comment];
                        sum.int(*id).text(text);
                    }
                }
            }
            sum.done()
        }
        "graph_insert_small" => graph_insert(engine, SMALL, clock).await?,
        "graph_insert_large" => graph_insert(engine, LARGE, clock).await?,
        "graph_delete_small" | "graph_delete_large" | "cascade_10000" => {
            clock
                .wait(async {
                    let mut session = engine.session();
                    for author in session.all(Author::select().filter(Author::id.gt(protocol::DOOMED))).await? {
                        session.delete(author)?;
                    }
                    session.commit().await?;
                    Result::Ok(session)
                })
                .await?;
            0
        }
        _ => return Ok(None),
    };
    Ok(Some(sum))
}

async fn load(engine: &Engine, count: u64, clock: &mut Clock) -> Result<u64> {
    let (session, items) = clock
        .wait(async {
            let mut session = engine.session();
            let items = session.all(Item::select().order_by(Item::id).limit(count)).await?;
            Result::Ok((session, items))
        })
        .await?;
    Ok(sum_items(&session, items))
}

async fn tasks(engine: &Engine) -> Result<Vec<Item>> {
    let tasks: Vec<_> = (0..TASKS as i64)
        .map(|task| {
            let mut session = engine.session();
            tokio::spawn(async move {
                let mut found = Vec::new();
                for n in (task..GETS).step_by(TASKS) {
                    found.push((n, session.get_one::<Item>(key(n)).await?));
                }
                let found: Vec<(i64, Item)> = found.into_iter().map(|(n, item)| (n, session[item].clone())).collect();
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

fn new_items(count: i64) -> Vec<Item> {
    protocol::items(count)
        .into_iter()
        .map(|row| Item {
            id: 0,
            author_id: row.author_id,
            title: row.title,
            year: row.year,
            price: row.price,
        })
        .collect()
}

fn new_users() -> Vec<User> {
    (1..=100)
        .map(|n| User {
            name: format!("User {n}"),
            hair_color: protocol::hair(n).map(str::to_owned),
            ..Default::default()
        })
        .collect()
}

async fn insert(engine: &Engine, count: i64, clock: &mut Clock) -> Result<u64> {
    let rows = new_items(count);
    let (session, items) = clock
        .wait(async {
            let mut session = engine.session();
            let items = session.add_all(rows);
            session.commit().await?;
            Result::Ok((session, items))
        })
        .await?;
    Ok(sum_items(&session, items))
}

async fn pairs(engine: &Engine, query: plain::Pairs, clock: &mut Clock) -> Result<u64> {
    let (session, pairs) = clock
        .wait(async {
            let mut session = engine.session();
            let pairs = session.all(query).await?;
            Result::Ok((session, pairs))
        })
        .await?;
    let mut sum = Sum::default();
    for (user, post) in pairs {
        plain::sum_pair(&mut sum, &session[user], post.map(|post| &session[post]));
    }
    Ok(sum.done())
}

async fn graph_insert(engine: &Engine, shape: Shape, clock: &mut Clock) -> Result<u64> {
    let (mut book, mut review) = (0, 0);
    let mut reviews = || {
        review += 1;
        Review {
            stars: (review % 5 + 1) as i32,
            body: protocol::review_text(review),
            ..Default::default()
        }
    };
    let mut books = || {
        book += 1;
        Book {
            title: protocol::book_title(book),
            year: 1900 + (book % 120) as i32,
            reviews: (0..shape.reviews).map(|_| reviews()).collect::<Vec<_>>().into(),
            ..Default::default()
        }
    };
    let authors: Vec<Author> = (1..=shape.authors)
        .map(|n| Author {
            name: protocol::author_name(n),
            country: protocol::country(n).to_owned(),
            books: (0..shape.books).map(|_| books()).collect::<Vec<_>>().into(),
            ..Default::default()
        })
        .collect();
    let (session, authors) = clock
        .wait(async {
            let mut session = engine.session();
            let authors = session.add_all(authors);
            session.commit().await?;
            Result::Ok((session, authors))
        })
        .await?;
    let mut sum = Sum::default();
    for author in authors {
        sum.int(session[author].id);
    }
    Ok(sum.done())
}
