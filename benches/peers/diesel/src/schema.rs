//! Tables and structs.

use diesel::prelude::*;

diesel::table! { items (id) { id -> BigInt, author_id -> BigInt, title -> Text, year -> Integer, price -> Double, } }
diesel::table! { authors (id) { id -> BigInt, name -> Text, country -> Text, } }
diesel::table! { books (id) { id -> BigInt, author_id -> BigInt, title -> Text, year -> Integer, } }
diesel::table! { reviews (id) { id -> BigInt, book_id -> BigInt, stars -> Integer, body -> Text, } }
diesel::table! { users (id) { id -> BigInt, name -> Text, hair_color -> Nullable<Text>, } }
diesel::table! { posts (id) { id -> BigInt, user_id -> BigInt, title -> Text, body -> Nullable<Text>, } }
diesel::table! { comments (id) { id -> BigInt, post_id -> BigInt, text -> Text, } }
diesel::table! { notes (id) { id -> BigInt, title -> Text, } }
diesel::table! { tags (id) { id -> BigInt, name -> Text, } }
diesel::table! { note_tags (note_id, tag_id) { note_id -> BigInt, tag_id -> BigInt, } }
diesel::table! { readings (id) { id -> BigInt, sensor -> BigInt, value -> Double, } }
diesel::joinable!(note_tags -> notes (note_id));
diesel::joinable!(note_tags -> tags (tag_id));
diesel::allow_tables_to_appear_in_same_query!(notes, tags, note_tags);
diesel::joinable!(books -> authors (author_id));
diesel::joinable!(reviews -> books (book_id));
diesel::joinable!(posts -> users (user_id));
diesel::joinable!(comments -> posts (post_id));
diesel::allow_tables_to_appear_in_same_query!(authors, books, reviews);
diesel::allow_tables_to_appear_in_same_query!(users, posts, comments);

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = items)]
pub struct Item {
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

#[derive(Insertable)]
#[diesel(table_name = items)]
pub struct NewItem {
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = authors)]
pub struct Author {
    pub id: i64,
    pub name: String,
    pub country: String,
}

#[derive(Insertable)]
#[diesel(table_name = authors)]
pub struct NewAuthor {
    pub name: String,
    pub country: &'static str,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = books, belongs_to(Author))]
pub struct Book {
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
}

#[derive(Insertable)]
#[diesel(table_name = books)]
pub struct NewBook {
    pub author_id: i64,
    pub title: String,
    pub year: i32,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = reviews, belongs_to(Book))]
pub struct Review {
    pub id: i64,
    pub book_id: i64,
    pub stars: i32,
    pub body: String,
}

#[derive(Insertable)]
#[diesel(table_name = reviews)]
pub struct NewReview {
    pub book_id: i64,
    pub stars: i32,
    pub body: String,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub struct NewUser {
    pub name: String,
    pub hair_color: Option<&'static str>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = posts, belongs_to(User))]
pub struct Post {
    pub id: i64,
    pub user_id: i64,
    pub title: String,
    pub body: Option<String>,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = comments, belongs_to(Post))]
pub struct Comment {
    pub id: i64,
    pub post_id: i64,
    pub text: String,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = notes)]
pub struct Note {
    pub id: i64,
    pub title: String,
}

#[derive(Queryable, Selectable, Identifiable)]
#[diesel(table_name = tags)]
pub struct Tag {
    pub id: i64,
    pub name: String,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = note_tags, primary_key(note_id, tag_id), belongs_to(Note), belongs_to(Tag))]
pub struct NoteTag {
    pub note_id: i64,
    pub tag_id: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = readings)]
pub struct Reading {
    pub id: i64,
    pub sensor: i64,
    pub value: f64,
}
