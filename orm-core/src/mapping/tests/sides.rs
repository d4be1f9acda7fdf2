//! Which relationships are two sides of one, and what is said of those that cannot be.

use super::metadata_error;
use crate::mapping::{BelongsTo, HasMany};

#[derive(crate::Model, Debug, Default)]
#[orm(table = "houses")]
struct House {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = house)]
    rooms: HasMany<Room>,
    #[orm(back_populates = house)]
    attics: HasMany<Room>,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "rooms")]
struct Room {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = House::id)]
    house_id: i64,
    #[orm(back_populates = rooms)]
    house: BelongsTo<House>,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "towns")]
struct Town {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = town)]
    streets: HasMany<Street>,
    #[orm(back_populates = town)]
    lanes: HasMany<Street>,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "streets")]
struct Street {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Town::id)]
    town_id: i64,
    town: BelongsTo<Town>,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "links")]
struct Link {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Link::id)]
    next_id: Option<i64>,
    #[orm(back_populates = previous)]
    next: BelongsTo<Link>,
    previous: BelongsTo<Link>,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "keyed")]
struct Keyed {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Street::id)]
    street_id: i64,
    #[orm(references = Town::id)]
    town_id: i64,
    #[orm(foreign_key = street_id)]
    town: BelongsTo<Town>,
}

#[test]
fn the_other_side_names_another() {
    assert_eq!(
        metadata_error::<House>(),
        "House.attics says back_populates = house, but Room.house names another relationship as its other side"
    );
}

#[test]
fn two_name_one_that_names_none() {
    assert_eq!(
        metadata_error::<Town>(),
        "Town.lanes says back_populates = town, and so does Town.streets; a relationship has one other side, so take it \
         from one of them"
    );
}

#[test]
fn two_of_one_kind_are_no_pair() {
    assert_eq!(
        metadata_error::<Link>(),
        "Link.next and Link.previous cannot be two sides of one relationship: one must be BelongsTo, the other HasMany or \
         HasOne (or both HasMany over the same secondary table), and each must name the other's model"
    );
}

#[test]
fn a_column_that_is_no_foreign_key() {
    assert_eq!(
        metadata_error::<Keyed>(),
        "Keyed.town says foreign_key = street_id, but keyed.street_id does not reference towns"
    );
}
