//! What is read, and its checksums.

use protocol::{Item, Sum};

pub fn sum_items<'a>(items: impl IntoIterator<Item = &'a Item>) -> u64 {
    let mut sum = Sum::default();
    for item in items {
        sum.item(item.id, item.author_id, &item.title, item.year, item.price);
    }
    sum.done()
}

pub type User = (i64, String, Option<String>);
pub type Post = (i64, String, Option<String>);

pub fn sum_pairs(pairs: &[(User, Option<Post>)]) -> u64 {
    let mut sum = Sum::default();
    for ((id, name, hair), post) in pairs {
        sum.int(*id).text(name).maybe(hair.as_deref());
        if let Some((id, title, body)) = post {
            sum.int(*id).text(title).maybe(body.as_deref());
        }
    }
    sum.done()
}

/// A row with its children, two levels deep.
pub struct Review(pub i64, pub i32, pub String);
pub struct Book(pub i64, pub String, pub i32, pub Vec<Review>);
pub struct Author(pub i64, pub String, pub String, pub Vec<Book>);

pub fn sum_graph(authors: &[Author]) -> u64 {
    let mut sum = Sum::default();
    for author in authors {
        sum.int(author.0).text(&author.1).text(&author.2);
        for book in &author.3 {
            sum.int(book.0).text(&book.1).int(book.2);
            for review in &book.3 {
                sum.int(review.0).int(review.1).text(&review.2);
            }
        }
    }
    sum.done()
}

/// A note with its tags.
pub type Note = (i64, String, Vec<(i64, String)>);

pub fn sum_notes(notes: &[Note]) -> u64 {
    let mut sum = Sum::default();
    for (id, title, tags) in notes {
        sum.int(*id).text(title);
        for (id, name) in tags {
            sum.int(*id).text(name);
        }
    }
    sum.done()
}

pub const NOTE_TAGS: &str = "SELECT t.id, t.name, n.note_id FROM note_tags n JOIN tags t ON t.id = n.tag_id ORDER BY n.note_id, t.id";

pub struct Comment(pub i64, pub String);
pub struct Posted(pub Post, pub Vec<Comment>);

pub fn sum_users(users: &[(User, Vec<Posted>)]) -> u64 {
    let mut sum = Sum::default();
    for ((id, name, hair), posts) in users {
        sum.int(*id).text(name).maybe(hair.as_deref());
        for Posted((id, title, body), comments) in posts {
            sum.int(*id).text(title).maybe(body.as_deref());
            for Comment(id, text) in comments {
                sum.int(*id).text(text);
            }
        }
    }
    sum.done()
}

/// Children that come in the order of their parents, to their parents.
pub fn attach<P, C>(parents: &mut [P], children: Vec<(i64, C)>, id: impl Fn(&P) -> i64, of: impl Fn(&mut P) -> &mut Vec<C>) {
    let mut place = 0;
    for (parent, child) in children {
        while id(&parents[place]) != parent {
            place += 1;
        }
        of(&mut parents[place]).push(child);
    }
}
