//! Two tables that reference each other, one of them itself, with every kind of constraint.

use orm_core::prelude::*;

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Mood {
    #[default]
    Happy,
    VerySad,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(
    table = "persons",
    check("age_is_sane", "age >= 0"),
    unique(name, age),
    index(age, name)
)]
pub(crate) struct Person {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(unique)]
    pub(crate) name: String,
    pub(crate) age: i32,
    pub(crate) mood: Mood,
    #[orm(references = Person::id, on_delete = "set null")]
    pub(crate) boss_id: Option<i64>,
    #[orm(references = Ball::id)]
    pub(crate) favourite_id: Option<i64>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "balls")]
pub(crate) struct Ball {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(index)]
    pub(crate) colour: String,
    #[orm(references = Person::id, on_delete = "cascade", on_update = "cascade")]
    pub(crate) owner_id: i64,
}

/// References a column that does not tell rows apart.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "loose")]
pub(crate) struct Loose {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Ball::colour)]
    colour: String,
}

/// A tree whose parents cannot go before their children.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "branches")]
pub(crate) struct Branch {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = Branch::id, on_delete = "restrict")]
    pub(crate) parent_id: Option<i64>,
}
