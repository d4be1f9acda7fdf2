//! Which foreign key a relationship follows, and what is said when that cannot be told.

use crate::mapping::{BelongsTo, HasMany, Model};

#[derive(crate::Model, Debug, Default)]
#[orm(table = "places")]
struct Place {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    code: String,
    #[orm(back_populates = from)]
    starts: HasMany<Trip>,
    guests: HasMany<Guest>,
    lost: HasMany<Stray>,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "trips")]
struct Trip {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Place::id)]
    from_id: i64,
    #[orm(references = Place::id)]
    to_id: i64,
    #[orm(foreign_key = from_id, back_populates = starts)]
    from: BelongsTo<Place>,
    to: BelongsTo<Place>,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "guests")]
struct Guest {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Place::id)]
    place_id: i64,
    #[orm(references = Place::code)]
    place_code: String,
}

#[derive(crate::Model, Debug, Default)]
#[orm(table = "strays")]
struct Stray {
    #[orm(primary_key)]
    id: i64,
    place: BelongsTo<Place>,
}

#[test]
fn metadata_says_so_too() {
    assert_eq!(super::metadata_error::<Trip>(), message::<Trip>(1));
    assert_eq!(super::metadata_error::<Stray>(), message::<Stray>(0));
}

fn message<M: Model>(relation: usize) -> String {
    M::descriptor().relations[relation]
        .link()
        .unwrap_err()
        .message()
        .to_owned()
}

#[test]
fn a_named_key_serves_both_sides() {
    let from = Trip::descriptor().relations[0].link().unwrap();
    let starts = Place::descriptor().relations[0].link().unwrap();
    assert_eq!(
        (&from.local, &from.remote, from.inverse),
        (&vec![1], &vec![0], Some(0))
    );
    assert_eq!(
        (&starts.local, &starts.remote, starts.inverse),
        (&vec![0], &vec![1], Some(0))
    );
}

#[test]
fn several_keys_are_ambiguous() {
    assert_eq!(
        message::<Trip>(1),
        "Trip.to is ambiguous: several columns of trips reference places (from_id, to_id); say which with \
         #[orm(foreign_key = ..)]"
    );
    // Two keys, though to different columns: no composite key.
    assert_eq!(
        message::<Place>(1),
        "Place.guests is ambiguous: several columns of guests reference places (place_id, place_code); say which with \
         #[orm(foreign_key = ..)]"
    );
}

#[test]
fn a_key_is_needed() {
    let says = "needs a foreign key: no column of strays references places; add #[orm(references = Place::..)] to one";
    assert_eq!(message::<Stray>(0), format!("Stray.place {says}"));
    assert_eq!(message::<Place>(2), format!("Place.lost {says}"));
}
