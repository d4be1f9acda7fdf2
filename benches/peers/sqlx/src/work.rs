//! What both databases have in common, and the two of them.

pub mod postgres;
pub mod sqlite;

use protocol::Sum;

pub const ITEM: &str = "SELECT id, author_id, title, year, price FROM items WHERE id = $1";
pub const AUTHORS: &str = "SELECT id, name, country FROM authors ORDER BY id";
pub const UPDATE: &str = "UPDATE items SET price = $1 WHERE id = $2";
pub const PAIRS: [&str; 2] = [
    "SELECT u.id, u.name, u.hair_color, p.id, p.title, p.body FROM users u LEFT JOIN posts p ON p.user_id = u.id WHERE u.id <= 1000 ORDER BY u.id, p.id",
    "SELECT u.id, u.name, u.hair_color, p.id, p.title, p.body FROM users u LEFT JOIN posts p ON p.user_id = u.id WHERE u.hair_color = 'black' ORDER BY u.name DESC, p.id",
];

#[derive(sqlx::FromRow)]
pub struct Item {
    pub id: i64,
    pub author_id: i64,
    pub title: String,
    pub year: i32,
    pub price: f64,
}

/// `id, name, hair_color, id, title, body`.
pub type Pair = (i64, String, Option<String>, Option<i64>, Option<String>, Option<String>);
/// `id, name, country`.
pub type Author = (i64, String, String);
/// `id, title, year, author_id`.
pub type Book = (i64, String, i32, i64);
/// `id, stars, body, book_id`.
pub type Review = (i64, i32, String, i64);
pub type Graph = Vec<(Author, Vec<(Book, Vec<Review>)>)>;
/// `id, name, hair_color`.
pub type User = (i64, String, Option<String>);
/// `id, title, body, user_id`.
pub type Post = (i64, String, Option<String>, i64);
/// `id, text, post_id`.
pub type Comment = (i64, String, i64);

/// `id, title`.
pub type Note = (i64, String);
/// `id, name, note_id`.
pub type Tag = (i64, String, i64);

pub fn sum_notes(notes: &[(Note, Vec<Tag>)]) -> u64 {
    let mut sum = Sum::default();
    for ((id, title), tags) in notes {
        sum.int(*id).text(title);
        for (id, name, _) in tags {
            sum.int(*id).text(name);
        }
    }
    sum.done()
}

pub fn sum_items(items: &[Item]) -> u64 {
    let mut sum = Sum::default();
    for item in items {
        sum.item(item.id, item.author_id, &item.title, item.year, item.price);
    }
    sum.done()
}

pub fn sum_pairs(pairs: &[Pair]) -> u64 {
    let mut sum = Sum::default();
    for (id, name, hair, post, title, body) in pairs {
        sum.int(*id).text(name).maybe(hair.as_deref());
        if let (Some(post), Some(title)) = (post, title) {
            sum.int(*post).text(title).maybe(body.as_deref());
        }
    }
    sum.done()
}

pub fn sum_graph(graph: &Graph) -> u64 {
    let mut sum = Sum::default();
    for ((id, name, country), books) in graph {
        sum.int(*id).text(name).text(country);
        for ((id, title, year, _), reviews) in books {
            sum.int(*id).text(title).int(*year);
            for (id, stars, body, _) in reviews {
                sum.int(*id).int(*stars).text(body);
            }
        }
    }
    sum.done()
}

pub fn sum_users(users: &[User]) -> u64 {
    let mut sum = Sum::default();
    for (id, name, hair) in users {
        sum.int(*id).text(name).maybe(hair.as_deref());
    }
    sum.done()
}

pub type Posters = Vec<(User, Vec<(Post, Vec<Comment>)>)>;

pub fn sum_posters(users: &Posters) -> u64 {
    let mut sum = Sum::default();
    for ((id, name, hair), posts) in users {
        sum.int(*id).text(name).maybe(hair.as_deref());
        for ((id, title, body, _), comments) in posts {
            sum.int(*id).text(title).maybe(body.as_deref());
            for (id, text, _) in comments {
                sum.int(*id).text(text);
            }
        }
    }
    sum.done()
}

/// Children, in the order of their parents, to their parents.
pub fn nest<P, C>(parents: Vec<P>, children: Vec<C>, id: impl Fn(&P) -> i64, parent: impl Fn(&C) -> i64) -> Vec<(P, Vec<C>)> {
    let mut children = children.into_iter().peekable();
    parents
        .into_iter()
        .map(|one| {
            let mut own = Vec::new();
            while let Some(child) = children.next_if(|child| parent(child) == id(&one)) {
                own.push(child);
            }
            (one, own)
        })
        .collect()
}

/// Says the type of a block's error.
pub fn ok<T>(value: T) -> sqlx::Result<T> {
    Ok(value)
}
