//! The one text of each date, time and UUID: what is read is found by what it was read as.

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use orm_core::prelude::*;
use orm_core::sql::{DateField, text_unchecked};
use uuid::Uuid;

use crate::harness::{Backend, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "events")]
struct Event {
    #[orm(primary_key)]
    id: i64,
    #[orm(server_default = "(CURRENT_TIMESTAMP)")]
    at: Server<DateTime<Utc>>,
    #[orm(server_default = "CURRENT_TIMESTAMP")]
    local: Server<NaiveDateTime>,
    #[orm(server_default = "CURRENT_TIME")]
    clock: Server<NaiveTime>,
    #[orm(server_default = "'2024-01-01T02:00:00.500+02:00'")]
    fixed: Server<DateTime<Utc>>,
    #[orm(server_default = "'0000000A-0000-0000-0000-00000000000B'")]
    token: Server<Uuid>,
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

both! {
    /// What the database fills in is found by the value that it was read as.
    async fn defaults_are_found_again(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Event>()?.create_all(&engine).await?;
        let mut session = engine.session();
        for id in 1..=20 {
            session.add(Event::create().id(id).build());
            session.flush().await?;
        }
        session.commit().await?;
        for event in engine.all(Event::select()).await? {
            let by = Event::select().filter(Event::id.eq(event.id)).filter(Event::at.eq(*event.at.get()?));
            let by = by.filter(Event::local.eq(*event.local.get()?)).filter(Event::clock.eq(*event.clock.get()?));
            assert_eq!(engine.all(by).await?, std::slice::from_ref(&event));
            assert_eq!(event.fixed, moment("2024-01-01T00:00:00.5Z"));
            assert_eq!(event.token, Uuid::from_u128(0xA << 96 | 0xB));
            let before = Event::select().filter(Event::id.eq(event.id)).filter(Event::at.lt(*event.at.get()?));
            assert_eq!(engine.all(before).await?, []);
        }
        assert_eq!(engine.all(select(Event::id).filter(Event::fixed.eq(moment("2024-01-01T00:00:00.5Z")))).await?.len(), 20);
        assert_eq!(engine.all(select(Event::id).filter(Event::token.eq(Uuid::from_u128(0xA << 96 | 0xB)))).await?.len(), 20);
    }

    /// With and without a fraction, of any number of digits: order, boundaries, and values that are the same.
    async fn fractions_sort_with_whole_seconds(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Event>()?.create_all(&engine).await?;
        let midnight = moment("2024-02-29T00:00:00Z");
        let steps = [-1_000_000, -500_000, -1, 0, 1, 10, 500_000, 510_000, 999_999, 1_000_000, 60_000_000];
        let mut session = engine.session();
        for (id, step) in (1..).zip(steps).collect::<Vec<_>>().into_iter().rev() {
            let at = midnight + TimeDelta::microseconds(step);
            session.add(Event::create().id(id).at(at).local(at.naive_utc()).clock(at.time()).build());
        }
        session.commit().await?;
        let all: Vec<i64> = (1..=11).collect();
        assert_eq!(engine.all(select(Event::id).order_by(Event::at)).await?, all);
        assert_eq!(engine.all(select(Event::id).order_by(Event::local)).await?, all);
        for (index, step) in steps.iter().enumerate() {
            let at = midnight + TimeDelta::microseconds(*step);
            assert_eq!(engine.all(select(Event::id).filter(Event::at.lt(at)).order_by(Event::id)).await?, all[..index]);
            assert_eq!(engine.all(select(Event::id).filter(Event::at.le(at)).order_by(Event::id)).await?, all[..=index]);
            assert_eq!(engine.all(select(Event::id).filter(Event::clock.eq(at.time()))).await?, [all[index]]);
        }
        let (first, last) = engine.one(select((func::min(Event::at), func::max(Event::at)))).await?;
        assert_eq!((first, last), (Some(midnight - TimeDelta::seconds(1)), Some(midnight + TimeDelta::minutes(1))));
        // A date is the midnight at its beginning, and what is cut off is gone.
        let day = engine.all(select(Event::id).filter(func::truncate(DateField::Day, Event::local).eq(midnight.naive_utc())).order_by(Event::id)).await?;
        assert_eq!(day, all[3..]);
        let second = engine.all(select(Event::id).filter(func::truncate(DateField::Second, Event::at).eq(midnight)).order_by(Event::id)).await?;
        assert_eq!(second, all[3..9]);
        let cast = engine.all(select(Event::local.cast::<chrono::NaiveDate>().cast::<NaiveDateTime>()).filter(Event::id.eq(7))).await?;
        assert_eq!(cast, [midnight.naive_utc()]);
        let clock = engine.all(select(Event::local.cast::<NaiveTime>()).filter(Event::id.eq(7))).await?;
        assert_eq!(clock, [(midnight + TimeDelta::milliseconds(500)).time()]);
        // What a statement deletes ends at the boundary, which is a row that the database itself wrote.
        if db.backend() == Backend::Sqlite {
            engine.execute(text("UPDATE events SET at = datetime('2024-02-29') WHERE id = 4")).await?;
        }
        assert_eq!(engine.execute(Event::delete().filter(Event::at.lt(midnight))).await?, 3);
        assert_eq!(engine.one(select(func::count(Event::id))).await?, 8);
    }

    /// What another program wrote in another form is no silent miss.
    async fn other_forms_are_errors(db: Db) {
        let engine = db.engine().await;
        if db.backend() == Backend::Postgres {
            return Ok(());
        }
        Metadata::of::<Event>()?.create_all(&engine).await?;
        for (column, text_of) in [
            ("at", "2024-02-29T00:00:00"),
            ("at", "2024-02-29 00:00:00.000000Z"),
            ("at", "2024-02-29 00:00:00+00:00"),
            ("local", "2024-02-29 00:00:00.50"),
            ("local", "2024-02-29"),
            ("clock", "12:00"),
            ("token", "0000000A-0000-0000-0000-00000000000B"),
            ("token", "0000000a00000000000000000000000b"),
        ] {
            engine.execute(text("DELETE FROM events")).await?;
            engine.execute(text("INSERT INTO events (id) VALUES (1)")).await?;
            engine.execute(text_unchecked(format!("UPDATE events SET {column} = '{text_of}'"))).await?;
            let error = engine.all(Event::select()).await.unwrap_err();
            assert_eq!((error.kind(), error.columns()), (ErrorKind::Decode, &[column.to_owned()][..]), "{error}");
            assert!(error.message().contains("in another form than") && !error.message().contains(text_of), "{error}");
            let mut session = engine.session();
            assert_eq!(session.get::<Event>(1).await.unwrap_err().kind(), ErrorKind::Decode);
        }
    }
}
