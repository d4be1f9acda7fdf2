//! The models, the rows of their tables, and the checksum of what is loaded.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "items")]
pub struct Item {
    #[orm(primary_key)]
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "users")]
pub struct User {
    #[orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
    #[orm(back_populates = user, order_by = Post::id)]
    pub posts: HasMany<Post>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "posts", index(user_id))]
pub struct Post {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = User::id)]
    pub user_id: i64,
    pub title: String,
    pub body: Option<String>,
    #[orm(back_populates = posts)]
    pub user: BelongsTo<User>,
    #[orm(back_populates = post, order_by = Comment::id)]
    pub comments: HasMany<Comment>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "comments", index(post_id))]
pub struct Comment {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Post::id)]
    pub post_id: i64,
    pub text: String,
    #[orm(back_populates = comments)]
    pub post: BelongsTo<Post>,
}

pub const ITEMS: i64 = 10_000;
const USERS: i64 = 100;
const POSTS: i64 = 10;
const COMMENTS: i64 = 3;

/// The key of the nth get: every one of the first thousand, not in order.
pub fn key(n: i64) -> i64 {
    n * 337 % 1_000 + 1
}

/// Makes the tables and their rows.
pub async fn fill(engine: &Engine) -> orm_core::Result<()> {
    let metadata = Metadata::of::<(Item, User, Post, Comment)>()?;
    metadata.create_all(engine).await?;
    let mut session = engine.session();
    session.add_all((1..=ITEMS).map(|n| Item {
        id: 0,
        author_id: n % 100,
        title: format!("The title of book number {n}"),
        year: 1900 + (n % 120) as i32,
        price: n as f64 / 7.0,
    }));
    let post = |n| Post {
        title: format!("About the day of number {n}"),
        body: (n % 2 == 0).then(|| format!("What there is to say of day {n}")),
        comments: (0..COMMENTS)
            .map(|it| Comment {
                text: format!("Comment {it} on {n}"),
                ..Comment::default()
            })
            .collect::<Vec<_>>()
            .into(),
        ..Post::default()
    };
    session.add_all((0..USERS).map(|n| {
        User {
            name: format!("User {n}"),
            hair_color: (n % 3 > 0).then(|| "black".to_owned()),
            posts: (0..POSTS)
                .map(|it| post(n * POSTS + it))
                .collect::<Vec<_>>()
                .into(),
            ..User::default()
        }
    }));
    session.commit().await
}

/// A checksum of values in their order.
#[derive(Default)]
pub struct Sum(u64);

impl Sum {
    pub fn int(&mut self, value: i64) -> &mut Self {
        self.0 = (self.0 ^ value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 29;
        self
    }

    pub fn text(&mut self, value: &str) -> &mut Self {
        value.bytes().fold(self, |sum, byte| sum.int(byte.into()))
    }

    pub fn maybe(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.int(-1),
        }
    }

    pub fn done(&self) -> u64 {
        self.0
    }
}
