//! Plain values, which no session keeps.

use orm_core::Result;
use orm_core::mapping::{Entity, Optional, Select, entity};
use orm_core::prelude::*;
use protocol::{Clock, GETS, Sum, TASKS, Totals, key};

use crate::models::{Author, Book, Item, Note, Post, Reading, User};

/// A query of users with their posts, if any.
pub type Pairs = Select<(Entity<User>, Optional<Entity<Post>>)>;

/// The first thousand users with their posts.
pub fn joined() -> Pairs {
    select((entity::<User>(), entity::<Post>().optional()))
        .left_join(User::posts)
        .filter(User::id.le(1_000))
        .order_by((User::id, Post::id))
}

/// The medium complex query.
pub fn medium() -> Pairs {
    select((entity::<User>(), entity::<Post>().optional()))
        .left_join(User::posts)
        .filter(User::hair_color.eq("black"))
        .order_by((User::name.desc(), Post::id))
}

pub fn sum_pair(sum: &mut Sum, user: &User, post: Option<&Post>) {
    sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
    if let Some(post) = post {
        sum.int(post.id).text(&post.title).maybe(post.body.as_deref());
    }
}

fn sum_items(items: &[Item]) -> u64 {
    let mut sum = Sum::default();
    for Item {
        id,
        author_id,
        title,
        year,
        price,
    } in items
    {
        sum.item(*id, *author_id, title, *year, *price);
    }
    sum.done()
}

async fn load(engine: &Engine, count: u64, clock: &mut Clock) -> Result<u64> {
    Ok(sum_items(
        &clock.wait(engine.all(Item::select().order_by(Item::id).limit(count))).await?,
    ))
}

async fn insert(engine: &Engine, count: i64, clock: &mut Clock) -> Result<u64> {
    let rows = crate::new_items(count);
    let mut inserted = rows.clone();
    let keys = clock
        .wait(async {
            let mut session = engine.session();
            let keys = session.bulk_insert_keys(rows).await?;
            session.commit().await?;
            Result::Ok(keys)
        })
        .await?;
    for (row, key) in inserted.iter_mut().zip(keys) {
        row.id = key;
    }
    Ok(sum_items(&inserted))
}

async fn pairs(engine: &Engine, query: Pairs, clock: &mut Clock) -> Result<u64> {
    let mut sum = Sum::default();
    for (user, post) in &clock.wait(engine.all(query)).await? {
        sum_pair(&mut sum, user, post.as_ref());
    }
    Ok(sum.done())
}

pub async fn run(engine: &Engine, workload: &str, clock: &mut Clock) -> Result<Option<u64>> {
    let sum = match workload {
        "load_1" => load(engine, 1, clock).await?,
        "load_100" => load(engine, 100, clock).await?,
        "load_10000" => load(engine, 10_000, clock).await?,
        "gets_1000" => {
            let found = clock
                .wait(async {
                    let mut found = Vec::new();
                    for n in 0..GETS {
                        found.push(engine.one(Item::select().filter(Item::id.eq(key(n)))).await?);
                    }
                    Result::Ok(found)
                })
                .await?;
            sum_items(&found)
        }
        "gets_tasks" => {
            let tasks: Vec<_> = (0..TASKS as i64)
                .map(|task| {
                    let engine = engine.clone();
                    async move {
                        let mut found = Vec::new();
                        for n in (task..GETS).step_by(TASKS) {
                            found.push((n, engine.one(Item::select().filter(Item::id.eq(key(n)))).await?));
                        }
                        Result::Ok(found)
                    }
                })
                .collect();
            let mut found = clock
                .wait(async {
                    let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
                    let mut found = Vec::new();
                    for task in tasks {
                        found.extend(task.await.expect("a task")?);
                    }
                    Result::Ok(found)
                })
                .await?;
            found.sort_by_key(|(n, _)| *n);
            sum_items(&found.into_iter().map(|(_, item)| item).collect::<Vec<_>>())
        }
        "insert_1" => insert(engine, 1, clock).await?,
        "insert_100" => insert(engine, 100, clock).await?,
        "insert_10000" => insert(engine, 10_000, clock).await?,
        "users_insert_100" => {
            let users = crate::new_users();
            clock.wait(engine.execute(User::insert().objects(&users))).await?;
            0
        }
        "graph_eager" => {
            let query = Author::select().order_by(Author::id).with(Author::books.then(Book::reviews));
            let authors = clock.wait(engine.all(query)).await?;
            let mut sum = Sum::default();
            for author in &authors {
                sum.int(author.id).text(&author.name).text(&author.country);
                for book in author.books.get()? {
                    sum.int(book.id).text(&book.title).int(book.year);
                    for review in book.reviews.get()? {
                        sum.int(review.id).int(review.stars).text(&review.body);
                    }
                }
            }
            sum.done()
        }
        "many_to_many" => {
            let query = Note::select().order_by(Note::id).with(Note::tags);
            let notes = clock.wait(engine.all(query)).await?;
            let mut sum = Sum::default();
            for note in &notes {
                sum.int(note.id).text(&note.title);
                for tag in note.tags.get()? {
                    sum.int(tag.id).text(&tag.name);
                }
            }
            sum.done()
        }
        "stream" => {
            let mut totals = Totals::default();
            clock
                .wait(async {
                    let mut stream = engine.stream(Reading::select().order_by(Reading::id));
                    while let Some(Reading { id, sensor, value }) = stream.next().await? {
                        totals.add(id, sensor, value);
                    }
                    Result::Ok(())
                })
                .await?;
            totals.done()
        }
        "left_join" => pairs(engine, joined(), clock).await?,
        "users_medium" => pairs(engine, medium(), clock).await?,
        "users_10000" => {
            let mut sum = Sum::default();
            for user in &clock.wait(engine.all(User::select().order_by(User::id))).await? {
                sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
            }
            sum.done()
        }
        "users_associations" => {
            let query = User::select()
                .filter(User::id.le(100))
                .order_by(User::id)
                .with(User::posts.then(Post::comments));
            let mut sum = Sum::default();
            for user in &clock.wait(engine.all(query)).await? {
                sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
                for post in user.posts.get()? {
                    sum.int(post.id).text(&post.title).maybe(post.body.as_deref());
                    for comment in post.comments.get()? {
                        sum.int(comment.id).text(&comment.text);
                    }
                }
            }
            sum.done()
        }
        "graph_delete_small" | "graph_delete_large" | "cascade_10000" => {
            clock
                .wait(engine.execute(Author::delete().filter(Author::id.gt(protocol::DOOMED))))
                .await?;
            0
        }
        _ => return Ok(None),
    };
    Ok(Some(sum))
}
