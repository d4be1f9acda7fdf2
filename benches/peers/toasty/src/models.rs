//! The tables as Toasty sees them.

use toasty::Deferred;

#[derive(Debug, toasty::Model)]
#[table = "items"]
pub struct Item {
    #[key]
    #[auto]
    pub id: u64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

#[derive(Debug, toasty::Model)]
#[table = "authors"]
pub struct Author {
    #[key]
    #[auto]
    pub id: u64,
    pub name: String,
    pub country: String,
    #[has_many]
    pub books: Deferred<Vec<Book>>,
}

#[derive(Debug, toasty::Model)]
#[table = "books"]
pub struct Book {
    #[key]
    #[auto]
    pub id: u64,
    #[index]
    pub author_id: u64,
    #[belongs_to(key = author_id, references = id)]
    pub author: Deferred<Author>,
    pub title: String,
    pub year: i32,
    #[has_many]
    pub reviews: Deferred<Vec<Review>>,
}

#[derive(Debug, toasty::Model)]
#[table = "reviews"]
pub struct Review {
    #[key]
    #[auto]
    pub id: u64,
    #[index]
    pub book_id: u64,
    #[belongs_to(key = book_id, references = id)]
    pub book: Deferred<Book>,
    pub stars: i32,
    pub body: String,
}

#[derive(Debug, toasty::Model)]
#[table = "users"]
pub struct User {
    #[key]
    #[auto]
    pub id: u64,
    pub name: String,
    pub hair_color: Option<String>,
    #[has_many]
    pub posts: Deferred<Vec<Post>>,
}

#[derive(Debug, toasty::Model)]
#[table = "posts"]
pub struct Post {
    #[key]
    #[auto]
    pub id: u64,
    #[index]
    pub user_id: u64,
    #[belongs_to(key = user_id, references = id)]
    pub user: Deferred<User>,
    pub title: String,
    pub body: Option<String>,
    #[has_many]
    pub comments: Deferred<Vec<Comment>>,
}

#[derive(Debug, toasty::Model)]
#[table = "comments"]
pub struct Comment {
    #[key]
    #[auto]
    pub id: u64,
    #[index]
    pub post_id: u64,
    #[belongs_to(key = post_id, references = id)]
    pub post: Deferred<Post>,
    pub text: String,
}

#[derive(Debug, toasty::Model)]
#[table = "notes"]
pub struct Note {
    #[key]
    #[auto]
    pub id: u64,
    pub title: String,
    #[has_many]
    pub note_tags: Deferred<Vec<NoteTag>>,
    #[has_many(via = note_tags.tag)]
    pub tags: Deferred<Vec<Tag>>,
}

#[derive(Debug, toasty::Model)]
#[table = "tags"]
pub struct Tag {
    #[key]
    #[auto]
    pub id: u64,
    pub name: String,
    #[has_many]
    pub note_tags: Deferred<Vec<NoteTag>>,
}

#[derive(Debug, toasty::Model)]
#[table = "note_tags"]
#[key(note_id, tag_id)]
pub struct NoteTag {
    #[index]
    pub note_id: u64,
    #[belongs_to(key = note_id, references = id)]
    pub note: Deferred<Note>,
    #[index]
    pub tag_id: u64,
    #[belongs_to(key = tag_id, references = id)]
    pub tag: Deferred<Tag>,
}

#[derive(Debug, toasty::Model)]
#[table = "readings"]
pub struct Reading {
    #[key]
    #[auto]
    pub id: u64,
    pub sensor: i64,
    pub value: f64,
}
