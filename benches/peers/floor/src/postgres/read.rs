//! What the rows mean.

use protocol::Item;
use tokio_postgres::Row;

use crate::rows::{Book, Review, User};

pub fn read(row: &Row) -> Item {
    Item {
        id: row.get(0),
        author_id: row.get(1),
        title: row.get(2),
        year: row.get(3),
        price: row.get(4),
    }
}

pub fn id(row: &Row) -> i64 {
    row.get(0)
}

pub fn user(row: &Row) -> User {
    (row.get(0), row.get(1), row.get(2))
}

pub fn book(row: &Row) -> Book {
    Book(row.get(0), row.get(1), row.get(2), Vec::new())
}

pub fn review(row: &Row) -> Review {
    Review(row.get(0), row.get(1), row.get(2))
}
