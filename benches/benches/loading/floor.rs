//! The floor: prepared statements by hand on held connections, rows put together by merging what comes in order.

use std::collections::HashMap;

use crate::capi::{Db, Statement};
use crate::models::{Sum, key};
use crate::{Outcome, Work, timed};

struct Item(i64, i64, String, i32, f64);
struct User(i64, String, Option<String>, Vec<Post>);
struct Post(i64, i64, String, Option<String>, Vec<Comment>);
struct Comment(i64, i64, String);

fn item(row: &Statement) -> Item {
    Item(
        row.int(0),
        row.int(1),
        row.text(2),
        row.int(3) as i32,
        row.real(4),
    )
}

fn user(row: &Statement) -> User {
    User(row.int(0), row.text(1), row.maybe(2), Vec::new())
}

fn post(row: &Statement) -> Post {
    Post(
        row.int(0),
        row.int(1),
        row.text(2),
        row.maybe(3),
        Vec::new(),
    )
}

fn comment(row: &Statement) -> Comment {
    Comment(row.int(0), row.int(1), row.text(2))
}

const ALL: &str = "SELECT id, author_id, title, year, price FROM items ORDER BY id LIMIT ?1";
const GET: &str = "SELECT id, author_id, title, year, price FROM items WHERE id = ?1";
const USERS: &str = "SELECT id, name, hair_color FROM users ORDER BY id";
const POSTS: &str = "SELECT id, user_id, title, body FROM posts ORDER BY user_id, id";
const COMMENTS: &str = "SELECT id, post_id, text FROM comments ORDER BY post_id, id";
const POSTS_OF: &str = "SELECT id, user_id, title, body FROM posts WHERE user_id = ?1 ORDER BY id";
const COMMENTS_OF: &str = "SELECT id, post_id, text FROM comments WHERE post_id = ?1 ORDER BY id";

pub struct Floor {
    statements: HashMap<&'static str, Statement>,
    pool: Vec<Statement>,
}

impl Floor {
    pub fn open(path: &str) -> Self {
        let db = Db::open(path);
        let texts = [ALL, GET, USERS, POSTS, COMMENTS, POSTS_OF, COMMENTS_OF];
        let pool = (0..crate::POOL).map(|_| Db::open(path).prepare(GET));
        Self {
            pool: pool.collect(),
            statements: texts.map(|text| (text, db.prepare(text))).into(),
        }
    }

    pub fn run(&self, work: Work) -> Outcome {
        match work {
            Work::Load(count) => {
                let all = &self.statements[ALL];
                let (seconds, rows) = timed(|| all.bind(1, count).all(item));
                (seconds, sum_items(&rows))
            }
            Work::Gets => {
                let get = &self.statements[GET];
                let found = || (0..1_000).map(|n| get.bind(1, key(n)).one(item));
                let (seconds, rows) = timed(|| found().collect::<Vec<_>>());
                (seconds, sum_items(&rows))
            }
            Work::Tasks => {
                let of = |n: i64| &self.pool[n as usize % crate::POOL];
                let found = || (0..1_000).map(|n| of(n).bind(1, key(n)).one(item));
                let (seconds, rows) = timed(|| found().collect::<Vec<_>>());
                (seconds, sum_items(&rows))
            }
            Work::Lazy => sum_users(timed(|| self.one_by_one())),
            _ => sum_users(timed(|| self.three_queries())),
        }
    }

    fn one_by_one(&self) -> Vec<User> {
        let mut users = self.statements[USERS].all(user);
        for user in &mut users {
            user.3 = self.statements[POSTS_OF].bind(1, user.0).all(post);
            for post in &mut user.3 {
                post.4 = self.statements[COMMENTS_OF].bind(1, post.0).all(comment);
            }
        }
        users
    }

    fn three_queries(&self) -> Vec<User> {
        let mut users = self.statements[USERS].all(user);
        let mut posts = self.statements[POSTS].all(post);
        let mut place = 0;
        for comment in self.statements[COMMENTS].all(comment) {
            while posts[place].0 != comment.1 {
                place += 1;
            }
            posts[place].4.push(comment);
        }
        let mut place = 0;
        for post in posts {
            while users[place].0 != post.1 {
                place += 1;
            }
            users[place].3.push(post);
        }
        users
    }
}

fn sum_items(items: &[Item]) -> u64 {
    let mut sum = Sum::default();
    for Item(id, author_id, title, year, price) in items {
        sum.int(*id).int(*author_id).text(title);
        sum.int((*year).into()).int(price.to_bits() as i64);
    }
    sum.done()
}

fn sum_users((seconds, users): (f64, Vec<User>)) -> Outcome {
    let mut sum = Sum::default();
    for User(id, name, hair_color, posts) in &users {
        sum.int(*id).text(name).maybe(hair_color.as_deref());
        for Post(id, user_id, title, body, comments) in posts {
            sum.int(*id).int(*user_id).text(title);
            sum.maybe(body.as_deref());
            for Comment(id, post_id, text) in comments {
                sum.int(*id).int(*post_id).text(text);
            }
        }
    }
    (seconds, sum.done())
}
