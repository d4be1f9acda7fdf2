//! Keys of other types whose values can be written in several ways: moments, UUIDs, decimal numbers.

use chrono::NaiveDateTime;
use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::sql::text;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{By, STRATEGIES, each, joined, send};
use crate::harness::{Backend, both};

/// What the failures name.
struct Kind {
    name: &'static str,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "moments")]
struct Moment {
    #[orm(primary_key)]
    at: NaiveDateTime,
    id: i64,
    #[orm(back_populates = moment)]
    events: HasMany<Event>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "events")]
struct Event {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Moment::at)]
    moment_at: NaiveDateTime,
    #[orm(back_populates = events)]
    moment: BelongsTo<Moment>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "owners")]
struct Owner {
    #[orm(primary_key)]
    key: Uuid,
    id: i64,
    #[orm(back_populates = owner)]
    things: HasMany<Thing>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "things")]
struct Thing {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Owner::key)]
    owner_key: Uuid,
    #[orm(back_populates = things)]
    owner: BelongsTo<Owner>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "prices")]
struct Price {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    amount: Decimal,
    #[orm(back_populates = price)]
    offers: HasMany<Offer>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "offers")]
struct Offer {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Price::amount)]
    amount: Decimal,
    #[orm(back_populates = offers)]
    price: BelongsTo<Price>,
}

async fn fill(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Moment, Event, Owner, Thing, Price, Offer)>()?
        .create_all(engine)
        .await?;
    // A second, parts of it to the microsecond, as they are written by SQLite itself, Django, Rails, Diesel and sqlx.
    let moments = [
        "12:30:00",
        "12:30:00.5",
        "12:30:00.000001",
        "12:30:00.123456",
        "12:30:01",
    ];
    let owner = |n: usize| format!("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a0{n}");
    let mut all = Vec::new();
    for (n, at) in moments.into_iter().enumerate() {
        all.push(format!(
            "INSERT INTO moments (id, at) VALUES ({n}, '2024-02-29 {at}')"
        ));
        all.push(format!(
            "INSERT INTO owners (id, key) VALUES ({n}, '{}')",
            owner(n)
        ));
        for id in [n, 10 + n, 20 + n] {
            all.push(format!(
                "INSERT INTO events (id, moment_at) VALUES ({id}, '2024-02-29 {at}')"
            ));
            all.push(format!(
                "INSERT INTO things (id, owner_key) VALUES ({id}, '{}')",
                owner(n)
            ));
        }
    }
    for (id, amount) in [(1, "1.10"), (2, "10"), (3, "0.5"), (4, "-0.50")] {
        all.push(format!(
            "INSERT INTO prices (id, amount) VALUES ({id}, '{amount}')"
        ));
    }
    for (id, amount) in [
        (1, "1.1"),
        (2, "1.100"),
        (3, "10.0"),
        (4, "0.50"),
        (5, "-0.5"),
    ] {
        all.push(format!(
            "INSERT INTO offers (id, amount) VALUES ({id}, '{amount}')"
        ));
    }
    send(engine, all).await
}

both! {
    /// Every strategy gives the tree of a join in the database.
    async fn other_keys_match_as_the_database_does(db: Db) {
        let engine = &db.engine().await;
        fill(engine).await?;
        let kind = &Kind { name: "moments" };
        pairs!(engine, kind: Moment, events, id, id;
            "SELECT CAST(m.id AS TEXT), CAST(e.id AS TEXT) FROM moments AS m JOIN events AS e ON m.at = e.moment_at");
        pairs!(engine, kind: Event, moment, id, id;
            "SELECT CAST(e.id AS TEXT), CAST(m.id AS TEXT) FROM moments AS m JOIN events AS e ON m.at = e.moment_at");
        let kind = &Kind { name: "UUIDs" };
        pairs!(engine, kind: Owner, things, id, id;
            "SELECT CAST(o.id AS TEXT), CAST(t.id AS TEXT) FROM owners AS o JOIN things AS t ON o.key = t.owner_key");
        pairs!(engine, kind: Thing, owner, id, id;
            "SELECT CAST(t.id AS TEXT), CAST(o.id AS TEXT) FROM owners AS o JOIN things AS t ON o.key = t.owner_key");
        let kind = &Kind { name: "decimals" };
        pairs!(engine, kind: Price, offers, id, id;
            "SELECT CAST(p.id AS TEXT), CAST(o.id AS TEXT) FROM prices AS p JOIN offers AS o ON p.amount = o.amount");
        pairs!(engine, kind: Offer, price, id, id;
            "SELECT CAST(o.id AS TEXT), CAST(p.id AS TEXT) FROM prices AS p JOIN offers AS o ON p.amount = o.amount");
    }

    /// A text that means the same, and is not how such a value is written on SQLite, would be found by no other: each way to
    /// read it is an error, and none is a miss.
    async fn other_ways_to_write_are_errors(db: Db) {
        if db.backend() == Backend::Postgres {
            return Ok(());
        }
        let engine = db.engine().await;
        fill(&engine).await?;
        engine.execute(text("PRAGMA foreign_keys = OFF")).await?;
        for update in [
            "UPDATE moments SET at = '2024-02-29T12:30:00' WHERE id = 0",
            "UPDATE events SET moment_at = '2024-02-29T12:30:00' WHERE id IN (0, 10, 20)",
            "UPDATE owners SET key = upper(key) WHERE id = 0",
            "UPDATE things SET owner_key = upper(owner_key) WHERE id IN (0, 10, 20)",
        ] {
            engine.execute(text(update)).await?;
        }
        for strategy in STRATEGIES {
            let read = Event::select().with(By(Event::moment, strategy));
            let error = engine.all(read).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{strategy:?}");
            let read = Thing::select().with(By(Thing::owner, strategy));
            let error = engine.session().all(read).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{strategy:?}");
        }
    }
}
