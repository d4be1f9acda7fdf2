//! The models.

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
#[orm(table = "authors")]
pub struct Author {
    #[orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub country: String,
    #[orm(back_populates = author, cascade = "all, delete-orphan", passive_deletes, order_by = Book::id)]
    pub books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
pub struct Book {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Author::id, on_delete = "cascade")]
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    #[orm(back_populates = books)]
    pub author: BelongsTo<Author>,
    #[orm(back_populates = book, cascade = "all, delete-orphan", passive_deletes, order_by = Review::id)]
    pub reviews: HasMany<Review>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "reviews")]
pub struct Review {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Book::id, on_delete = "cascade")]
    pub book_id: i64,
    pub stars: i32,
    pub body: String,
    #[orm(back_populates = reviews)]
    pub book: BelongsTo<Book>,
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
#[orm(table = "posts")]
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
#[orm(table = "notes")]
pub struct Note {
    #[orm(primary_key)]
    pub id: i64,
    pub title: String,
    #[orm(secondary = "note_tags", back_populates = notes, order_by = Tag::id)]
    pub tags: HasMany<Tag>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "tags")]
pub struct Tag {
    #[orm(primary_key)]
    pub id: i64,
    pub name: String,
    #[orm(secondary = "note_tags", back_populates = tags)]
    pub notes: HasMany<Note>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "readings")]
pub struct Reading {
    #[orm(primary_key)]
    pub id: i64,
    pub sensor: i64,
    pub value: f64,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "comments")]
pub struct Comment {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Post::id)]
    pub post_id: i64,
    pub text: String,
    #[orm(back_populates = comments)]
    pub post: BelongsTo<Post>,
}
