//! The checksums of what a session has loaded.

use orm_core::Result;
use orm_core::prelude::*;
use protocol::Sum;

use crate::models::*;

pub fn sum_items(session: &Session, items: Vec<Handle<Item>>) -> u64 {
    let mut sum = Sum::default();
    for item in items {
        let Item {
            id,
            author_id,
            title,
            year,
            price,
        } = &session[item];
        sum.item(*id, *author_id, title, *year, *price);
    }
    sum.done()
}

pub async fn sum_graph(session: &mut Session, authors: Vec<Handle<Author>>) -> Result<u64> {
    let mut sum = Sum::default();
    for author in authors {
        sum.int(session[author].id)
            .text(&session[author].name)
            .text(&session[author].country);
        for book in author.books(session).await? {
            sum.int(session[book].id).text(&session[book].title).int(session[book].year);
            for review in book.reviews(session).await? {
                let Review { id, stars, body, .. } = &session[review];
                sum.int(*id).int(*stars).text(body);
            }
        }
    }
    Ok(sum.done())
}
