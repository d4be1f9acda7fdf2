//! The same by the ORM: objects of a session, and plain values.

use std::time::Instant;

use orm_core::Result;
use orm_core::prelude::*;

use crate::models::*;
use crate::{Outcome, TASKS, Work};

pub async fn tracked(engine: &Engine, work: Work) -> Result<Outcome> {
    let users = || User::select().order_by(User::id);
    match work {
        Work::Load(count) => load(engine, count).await,
        Work::Gets => gets(engine).await,
        Work::Tasks => tasks(engine).await,
        Work::Lazy => graph(engine, users(), true).await,
        Work::Batch => {
            let nested = User::posts.batch().then(Post::comments.batch());
            graph(engine, users().with(nested), true).await
        }
        Work::SelectIn => {
            let nested = User::posts.select_in().then(Post::comments.select_in());
            graph(engine, users().with(nested), false).await
        }
        Work::Subquery => {
            let nested = User::posts.subquery().then(Post::comments.subquery());
            graph(engine, users().with(nested), false).await
        }
        Work::Joined => {
            let nested = User::posts.joined().then(Post::comments.joined());
            graph(engine, users().with(nested), false).await
        }
    }
}

/// The same without a session; `None` where that makes no sense.
pub async fn plain(engine: &Engine, work: Work) -> Result<Option<Outcome>> {
    let users = || User::select().order_by(User::id);
    let start = Instant::now();
    Ok(Some(match work {
        Work::Load(count) => {
            let query = Item::select().order_by(Item::id).limit(count as u64);
            let items = engine.all(query).await?;
            (start.elapsed().as_secs_f64(), sum_items(&items))
        }
        Work::Gets => {
            let mut items = Vec::new();
            for n in 0..1_000 {
                let query = Item::select().filter(Item::id.eq(key(n)));
                items.push(engine.one(query).await?);
            }
            (start.elapsed().as_secs_f64(), sum_items(&items))
        }
        Work::SelectIn => {
            let nested = User::posts.select_in().then(Post::comments.select_in());
            let users = engine.all(users().with(nested)).await?;
            (start.elapsed().as_secs_f64(), sum_users(&users)?)
        }
        Work::Joined => {
            let nested = User::posts.joined().then(Post::comments.joined());
            let users = engine.all(users().with(nested)).await?;
            (start.elapsed().as_secs_f64(), sum_users(&users)?)
        }
        _ => return Ok(None),
    }))
}

async fn load(engine: &Engine, count: i64) -> Result<Outcome> {
    let start = Instant::now();
    let mut session = engine.session();
    let query = Item::select().order_by(Item::id).limit(count as u64);
    let items = session.all(query).await?;
    let seconds = start.elapsed().as_secs_f64();
    let items = items.into_iter().map(|item| &session[item]);
    Ok((seconds, sum_items(items)))
}

async fn gets(engine: &Engine) -> Result<Outcome> {
    let start = Instant::now();
    let mut session = engine.session();
    let mut items = Vec::new();
    for n in 0..1_000 {
        items.push(session.get_one::<Item>(key(n)).await?);
    }
    let seconds = start.elapsed().as_secs_f64();
    let items = items.into_iter().map(|item| &session[item]);
    Ok((seconds, sum_items(items)))
}

async fn tasks(engine: &Engine) -> Result<Outcome> {
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let mut session = engine.session();
            tokio::spawn(async move {
                let mut found = Vec::new();
                for n in (task..1_000).step_by(TASKS) {
                    let item = session.get_one::<Item>(key(n as i64)).await?;
                    found.push((n, item));
                }
                let found = found.into_iter();
                let found: Vec<_> = found.map(|(n, it)| (n, session[it].clone())).collect();
                Result::Ok(found)
            })
        })
        .collect();
    let mut found = Vec::new();
    for task in tasks {
        found.extend(task.await.expect("a task")?);
    }
    found.sort_by_key(|(n, _)| *n);
    let seconds = start.elapsed().as_secs_f64();
    Ok((seconds, sum_items(found.iter().map(|(_, item)| item))))
}

/// A graph of users; the way down it is part of the work where it loads.
async fn graph(
    engine: &Engine,
    query: impl orm_core::mapping::Query<Shape = Users>,
    walk: bool,
) -> Result<Outcome> {
    let start = Instant::now();
    let mut session = engine.session();
    let users = session.all(query).await?;
    if walk {
        for user in &users {
            for post in user.posts(&mut session).await? {
                post.comments(&mut session).await?;
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let mut sum = Sum::default();
    for user in users {
        sum_user(&mut sum, &session[user]);
        for post in user.posts(&mut session).await? {
            sum_post(&mut sum, &session[post]);
            for comment in post.comments(&mut session).await? {
                sum_comment(&mut sum, &session[comment]);
            }
        }
    }
    Ok((seconds, sum.done()))
}

type Users = orm_core::mapping::Entity<User>;

fn sum_items<'a>(items: impl IntoIterator<Item = &'a Item>) -> u64 {
    let mut sum = Sum::default();
    for item in items {
        sum.int(item.id).int(item.author_id).text(&item.title);
        sum.int(item.year.into()).int(item.price.to_bits() as i64);
    }
    sum.done()
}

fn sum_user(sum: &mut Sum, user: &User) {
    sum.int(user.id).text(&user.name);
    sum.maybe(user.hair_color.as_deref());
}

fn sum_post(sum: &mut Sum, post: &Post) {
    sum.int(post.id).int(post.user_id).text(&post.title);
    sum.maybe(post.body.as_deref());
}

fn sum_comment(sum: &mut Sum, comment: &Comment) {
    sum.int(comment.id).int(comment.post_id).text(&comment.text);
}

fn sum_users(users: &[User]) -> Result<u64> {
    let mut sum = Sum::default();
    for user in users {
        sum_user(&mut sum, user);
        for post in user.posts.get()? {
            sum_post(&mut sum, post);
            for comment in post.comments.get()? {
                sum_comment(&mut sum, comment);
            }
        }
    }
    Ok(sum.done())
}
