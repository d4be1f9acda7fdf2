//! Models that only the parent's side declares, keys of text, foreign keys of two columns and to a column that is no
//! primary key, two links between the same tables.

use orm_core::engine::Engine;
use orm_core::prelude::*;

/// A tree whose children do not know their parent.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "units")]
pub(crate) struct Unit {
    #[orm(primary_key)]
    pub(crate) code: String,
    #[orm(references = Unit::code)]
    pub(crate) part_of: Option<String>,
    #[orm(cascade = "all")]
    pub(crate) parts: HasMany<Unit>,
}

/// Works in one town, lives in another; the towns are named, not numbered.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "people")]
pub(crate) struct Person {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = Town::name)]
    pub(crate) works_in: Option<String>,
    #[orm(references = Town::name)]
    pub(crate) lives_in: Option<String>,
    #[orm(foreign_key = works_in, back_populates = workers)]
    pub(crate) work: BelongsTo<Town>,
    #[orm(foreign_key = lives_in, back_populates = residents)]
    pub(crate) home: BelongsTo<Town>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "towns")]
pub(crate) struct Town {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(unique)]
    pub(crate) name: String,
    #[orm(back_populates = work)]
    pub(crate) workers: HasMany<Person>,
    #[orm(back_populates = home, cascade = "all, delete-orphan")]
    pub(crate) residents: HasMany<Person>,
}

/// A key of two columns, and rows that refer to it.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "rooms")]
pub(crate) struct Room {
    #[orm(primary_key)]
    pub(crate) house: String,
    #[orm(primary_key)]
    pub(crate) number: i32,
    #[orm(back_populates = room)]
    pub(crate) desks: HasMany<Desk>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "desks")]
pub(crate) struct Desk {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = Room::number)]
    pub(crate) room_number: Option<i32>,
    #[orm(references = Room::house)]
    pub(crate) room_house: Option<String>,
    #[orm(server_default = "'wood'")]
    pub(crate) made_of: Server<String>,
    #[orm(server_default = "7")]
    pub(crate) size: Server<i32>,
    #[orm(back_populates = desks)]
    pub(crate) room: BelongsTo<Room>,
}

/// A key that the database makes up, but not by counting.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "badges")]
pub(crate) struct Badge {
    #[orm(
        primary_key,
        server_default = "CAST(abs(random() * 9000000000000000) AS TEXT)"
    )]
    pub(crate) code: Server<String>,
    pub(crate) holder: String,
}

pub(crate) fn unit(code: &str) -> Unit {
    Unit {
        code: code.into(),
        ..Default::default()
    }
}

/// The empty tables.
pub(crate) async fn tables(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Unit, Person, Town, Room, Desk)>()?
        .create_all(engine)
        .await
}
