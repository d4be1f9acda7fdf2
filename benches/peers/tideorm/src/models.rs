//! The models.

use tideorm::prelude::*;

#[tideorm::model(table = "items")]
pub struct Item {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

#[tideorm::model(table = "authors")]
pub struct Author {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub name: String,
    pub country: String,
    #[tideorm(has_many = "Book", foreign_key = "author_id")]
    pub books: HasMany<Book>,
}

#[tideorm::model(table = "books")]
pub struct Book {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    #[tideorm(belongs_to = "Author", foreign_key = "author_id")]
    pub author: BelongsTo<Author>,
    #[tideorm(has_many = "Review", foreign_key = "book_id")]
    pub reviews: HasMany<Review>,
}

#[tideorm::model(table = "reviews")]
pub struct Review {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub book_id: i64,
    pub stars: i32,
    pub body: String,
    #[tideorm(belongs_to = "Book", foreign_key = "book_id")]
    pub book: BelongsTo<Book>,
}

#[tideorm::model(table = "users")]
pub struct User {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
    #[tideorm(has_many = "Post", foreign_key = "user_id")]
    pub posts: HasMany<Post>,
}

#[tideorm::model(table = "posts")]
pub struct Post {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub user_id: i64,
    pub title: String,
    pub body: Option<String>,
    #[tideorm(belongs_to = "User", foreign_key = "user_id")]
    pub user: BelongsTo<User>,
    #[tideorm(has_many = "Comment", foreign_key = "post_id")]
    pub comments: HasMany<Comment>,
}

#[tideorm::model(table = "comments")]
pub struct Comment {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub post_id: i64,
    pub text: String,
    #[tideorm(belongs_to = "Post", foreign_key = "post_id")]
    pub post: BelongsTo<Post>,
}

#[tideorm::model(table = "notes")]
pub struct Note {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub title: String,
    #[tideorm(has_many_through = "Tag", pivot = "note_tags", foreign_key = "note_id", related_key = "tag_id")]
    pub tags: HasManyThrough<Tag, NoteTag>,
}

#[tideorm::model(table = "tags")]
pub struct Tag {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub name: String,
}

#[tideorm::model(table = "note_tags")]
pub struct NoteTag {
    #[tideorm(primary_key)]
    pub note_id: i64,
    #[tideorm(primary_key)]
    pub tag_id: i64,
}

#[tideorm::model(table = "readings")]
pub struct Reading {
    #[tideorm(primary_key, auto_increment)]
    pub id: i64,
    pub sensor: i64,
    pub value: f64,
}

/// A row of the join, which no model has: TideORM reads such rows into a type of one's own.
#[derive(serde::Deserialize)]
pub struct UserPost {
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
    pub post_id: Option<i64>,
    pub title: Option<String>,
    pub body: Option<String>,
}
