//! The checksums of what was loaded. What comes along with a parent comes in no said order.

use protocol::Sum;

use crate::models::{Author, Book, Comment, Item, Note, Post, Review, Tag, User, UserPost};

pub fn sum_items<'a>(items: impl IntoIterator<Item = &'a Item>) -> u64 {
    let mut sum = Sum::default();
    for item in items {
        sum.item(item.id, item.author_id, &item.title, item.year, item.price);
    }
    sum.done()
}

pub fn sum_pairs(rows: &[UserPost]) -> u64 {
    let mut sum = Sum::default();
    for row in rows {
        sum.int(row.id).text(&row.name).maybe(row.hair_color.as_deref());
        if let (Some(id), Some(title)) = (row.post_id, &row.title) {
            sum.int(id).text(title).maybe(row.body.as_deref());
        }
    }
    sum.done()
}

pub fn sum_users(users: &[User]) -> u64 {
    let mut sum = Sum::default();
    for user in users {
        sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
    }
    sum.done()
}

fn sorted<T>(rows: Option<&[T]>, id: impl Fn(&T) -> i64) -> Vec<&T> {
    let mut rows: Vec<&T> = rows.expect("they were loaded").iter().collect();
    rows.sort_by_key(|row| id(row));
    rows
}

fn add_author(sum: &mut Sum, author: &Author) {
    sum.int(author.id).text(&author.name).text(&author.country);
}

fn add_book(sum: &mut Sum, book: &Book) {
    sum.int(book.id).text(&book.title).int(book.year);
}

fn add_review(sum: &mut Sum, review: &Review) {
    sum.int(review.id).int(review.stars).text(&review.body);
}

pub fn sum_eager<'a>(authors: impl IntoIterator<Item = &'a Author>) -> u64 {
    let mut sum = Sum::default();
    for author in authors {
        add_author(&mut sum, author);
        for book in sorted(author.books.get_cached(), |book| book.id) {
            add_book(&mut sum, book);
            for review in sorted(book.reviews.get_cached(), |review| review.id) {
                add_review(&mut sum, review);
            }
        }
    }
    sum.done()
}

/// What was loaded row by row, with its children beside it.
pub type Graph = Vec<(Author, Vec<(Book, Vec<Review>)>)>;

pub fn sum_lazy(graph: &Graph) -> u64 {
    let mut sum = Sum::default();
    for (author, books) in graph {
        add_author(&mut sum, author);
        for (book, reviews) in books {
            add_book(&mut sum, book);
            for review in reviews {
                add_review(&mut sum, review);
            }
        }
    }
    sum.done()
}

pub fn sum_associations<'a>(users: impl IntoIterator<Item = &'a User>) -> u64 {
    let mut sum = Sum::default();
    for user in users {
        sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
        for post in sorted(user.posts.get_cached(), |post: &Post| post.id) {
            sum.int(post.id).text(&post.title).maybe(post.body.as_deref());
            for comment in sorted(post.comments.get_cached(), |comment: &Comment| comment.id) {
                sum.int(comment.id).text(&comment.text);
            }
        }
    }
    sum.done()
}

pub fn sum_notes<'a>(notes: impl IntoIterator<Item = &'a Note>) -> u64 {
    let mut sum = Sum::default();
    for note in notes {
        sum.int(note.id).text(&note.title);
        for tag in sorted(note.tags.get_cached(), |tag: &Tag| tag.id) {
            sum.int(tag.id).text(&tag.name);
        }
    }
    sum.done()
}
