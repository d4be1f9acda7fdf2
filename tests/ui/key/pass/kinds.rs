//! Keys of one column and of several, generated or given.

use orm_core::mapping::{Key, ModelKey as _};
use orm_core::{DbEnum, Model};

type Id = i32;

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Default)]
enum Country {
    #[default]
    Italy,
}

#[derive(Model)]
struct Counted {
    #[orm(primary_key)]
    id: Id,
}

#[derive(Model)]
struct Named {
    #[orm(primary_key)]
    country: Country,
}

#[derive(Model)]
struct Line {
    #[orm(primary_key, references = Counted::id)]
    order_id: i32,
    #[orm(primary_key)]
    position: i16,
    text: String,
}

#[derive(Model)]
struct Stamped {
    #[orm(primary_key, default = Self::next)]
    id: i64,
}

impl Stamped {
    fn next() -> i64 {
        42
    }
}

fn main() {
    assert_eq!(Counted::descriptor().generated_key(), Some(0));
    assert_eq!(Counted::create().build().object.id, 0);

    assert_eq!(Named::descriptor().generated_key(), None);
    let named = Named::create().country(Country::Italy).build().object;
    assert_eq!(named.key().to_key(), Key::Text("italy".into()));

    assert_eq!(Line::descriptor().primary_key, [0, 1]);
    assert_eq!(Line::descriptor().generated_key(), None);
    let line = Line::create().order_id(1).position(2_i16).text("a").build().object;
    assert_eq!(line.key(), (1, 2));
    assert_eq!(line.text, "a");

    assert_eq!(Stamped::descriptor().generated_key(), None);
    assert_eq!(Stamped::create().build().object.key(), 42);
}
