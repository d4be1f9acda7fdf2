//! The checksums of what was loaded.

use protocol::Sum;

use crate::entities::{item, post, user};

pub fn sum_items(items: &[item::Model]) -> u64 {
    let mut sum = Sum::default();
    for item::Model {
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

pub fn sum_pairs(pairs: &[(user::Model, Option<post::Model>)]) -> u64 {
    let mut sum = Sum::default();
    for (user, post) in pairs {
        sum.int(user.id).text(&user.name).maybe(user.hair_color.as_deref());
        if let Some(post) = post {
            sum.int(post.id).text(&post.title).maybe(post.body.as_deref());
        }
    }
    sum.done()
}
