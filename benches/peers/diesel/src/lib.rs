//! Diesel: the same code for each connection, waited for where the connection is asynchronous.

pub mod schema;

use protocol::Sum;
use schema::{Author, Book, Comment, Item, Note, NoteTag, Post, Review, Tag, User};

pub fn sum_items(items: &[Item]) -> u64 {
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

pub fn sum_pairs(pairs: &[(User, Option<Post>)]) -> u64 {
    let mut sum = Sum::default();
    for (user, post) in pairs {
        sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
        if let Some(post) = post {
            sum.int(post.id).text(&post.title).maybe(post.body.as_deref());
        }
    }
    sum.done()
}

pub type Graph = Vec<(Author, Vec<(Book, Vec<Review>)>)>;

pub fn sum_graph(authors: &Graph) -> u64 {
    let mut sum = Sum::default();
    for (author, books) in authors {
        sum.int(author.id).text(&author.name).text(&author.country);
        for (book, reviews) in books {
            sum.int(book.id).text(&book.title).int(book.year);
            for review in reviews {
                sum.int(review.id).int(review.stars).text(&review.body);
            }
        }
    }
    sum.done()
}

pub fn sum_users(users: &[(User, Vec<(Post, Vec<Comment>)>)]) -> u64 {
    let mut sum = Sum::default();
    for (user, posts) in users {
        sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
        for (post, comments) in posts {
            sum.int(post.id).text(&post.title).maybe(post.body.as_deref());
            for comment in comments {
                sum.int(comment.id).text(&comment.text);
            }
        }
    }
    sum.done()
}

pub fn sum_notes(notes: &[(Note, Vec<(NoteTag, Tag)>)]) -> u64 {
    let mut sum = Sum::default();
    for (note, tags) in notes {
        sum.int(note.id).text(&note.title);
        for (_, tag) in tags {
            sum.int(tag.id).text(&tag.name);
        }
    }
    sum.done()
}
