//! The derive writes `Default` with the declared defaults; what the database fills can be left out.

use std::sync::atomic::{AtomicI32, Ordering};

use orm_core::mapping::{BelongsTo, HasMany, Key, ModelKey as _};
use orm_core::types::{Deferred, Server, SqlType, Value};
use orm_core::{DbEnum, Model};

fn next() -> i32 {
    static NEXT: AtomicI32 = AtomicI32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
enum Status {
    Draft,
    Published,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Post {
    #[orm(primary_key)]
    id: i64,
    #[orm(default = 5)]
    stars: i32,
    #[orm(default = next)]
    number: i32,
    #[orm(default = "untitled")]
    title: String,
    #[orm(default = Status::Published)]
    status: Status,
    #[orm(default = "long")]
    body: Deferred<String>,
    #[orm(server_default = "'draft'")]
    state: Server<String>,
    #[orm(server_default = "'en'")]
    language: Option<String>,
    #[orm(server_default = "1", version = "server")]
    version: i32,
    rest: bool,
    #[orm(references = Post::id)]
    parent_id: Option<i64>,
    #[orm(back_populates = replies)]
    parent: BelongsTo<Post>,
    #[orm(back_populates = parent)]
    replies: HasMany<Post>,
}

// A type without a default of its own: the model has none either, and is one all the same.
#[derive(Model, Debug)]
struct Job {
    #[orm(primary_key)]
    id: i64,
    status: Status,
    #[orm(default = 3)]
    attempts: i32,
}

#[derive(Model, Debug, Default)]
struct Badge {
    #[orm(primary_key, server_default = "random()")]
    code: Server<String>,
    holder: Server<Option<i32>>,
}

fn main() {
    let post = Post::default();
    assert_eq!((post.stars, &*post.title, post.status), (5, "untitled", Status::Published));
    assert_eq!(post.body.get().unwrap(), "long");
    assert_eq!(Post { stars: 1, ..Default::default() }.number, post.number + 1);
    assert!(post.state.is_left_out() && post.replies.is_unloaded());
    assert_eq!(Model::value(&post, 6), Value::Unloaded);
    assert_eq!(format!("{:?}", post.state), "<left to the database>");
    let post = Post { state: "old".into(), ..post };
    assert_eq!(post.state, "old");
    assert_eq!(Model::value(&post, 6), Value::Text("old".into()));
    assert_eq!(Post::create().state("new").rest(true).build().object.state.get().unwrap(), "new");
    let error = Post::default().state.into_inner().unwrap_err();
    assert!(error.to_string().contains("has not given its value yet"));

    let column = &Post::descriptor().columns[6];
    assert_eq!((column.sql_type, column.nullable, column.deferred, column.omittable), (SqlType::Text, false, false, true));
    let job = Job::create().status(Status::Draft).build().object;
    assert_eq!((job.id, job.status, job.attempts), (0, Status::Draft, 3));
    assert_eq!(Badge::default().key().to_key(), Key::Text("".into()));
    assert_eq!(Model::value(&Badge { holder: None.into(), ..Default::default() }, 1), Value::Null);
}
