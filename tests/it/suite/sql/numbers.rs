//! Numbers that no column holds and quotients that do not exist: errors of one kind on both databases, and the rows as before.

use orm_core::prelude::*;
use orm_core::sql::func::null_if;

use crate::harness::{Db, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    n: i32,
    small: i16,
    large: i64,
    maybe: Option<i32>,
    real: f64,
}

fn most(id: i64) -> Note {
    Note {
        id,
        n: i32::MAX,
        small: i16::MAX,
        large: i64::MAX,
        maybe: Some(i32::MIN),
        real: 1.5,
    }
}

/// What was tried has not happened.
async fn refused<T: std::fmt::Debug>(engine: &Engine, tried: orm_core::Result<T>, say: &str) {
    let error = tried.expect_err(say);
    assert_eq!(error.kind(), ErrorKind::InvalidData, "{say}: {error}");
    let rows = engine.all(Note::select()).await.expect("readable");
    assert_eq!(rows, [most(1)], "{say}");
}

async fn notes(db: &Db) -> Engine {
    let engine = db.engine().await;
    Metadata::of::<Note>()
        .expect("a table")
        .create_all(&engine)
        .await
        .expect("created");
    let mut session = engine.session();
    session.add(most(1));
    session.commit().await.expect("committed");
    engine
}

both! {
    async fn integers_out_of_range(db: Db) {
        let engine = notes(&db).await;
        for (say, statement) in [
            ("i32", Note::update().set(Note::n.to(Note::n + 1))),
            ("i16", Note::update().set(Note::small.to(Note::small + 1))),
            ("i64", Note::update().set(Note::large.to(Note::large + 1))),
            ("i64 times", Note::update().set(Note::large.to(Note::large * Note::large))),
            ("option", Note::update().set(Note::maybe.to(Note::maybe - 1))),
            ("negative", Note::update().set(Note::maybe.to(-Note::maybe))),
            ("coalesce", Note::update().set(Note::n.to(func::coalesce(Note::maybe - 1, 0)))),
            ("cast", Note::update().set(Note::n.to((Note::large - 1).cast::<i32>()))),
            ("one of two", Note::update().set((Note::real.to(2.0), Note::n.to(Note::n * 2)))),
        ] {
            refused(&engine, engine.execute(statement.clone()).await, say).await;
            let mut session = engine.session();
            let tried = session.execute(statement).await;
            refused(&engine, tried, say).await;
        }
        // The same where a row comes from an INSERT.
        let twice = select((Note::id + 1, Note::n + 1, Note::small, Note::large, Note::real));
        let columns = (Note::id, Note::n, Note::small, Note::large, Note::real);
        refused(&engine, engine.execute(Note::insert().from_select(columns, twice)).await, "from_select").await;
        let again = Note::insert().values((Note::n.to(i32::MAX), Note::small.to(1), Note::large.to(1), Note::real.to(0.0)));
        let again = again.on_conflict(Note::n).do_update(Note::large.to(Note::large + 1));
        refused(&engine, engine.execute(again).await, "do_update").await;
        // By an object.
        let mut session = engine.session();
        let note = session.get_one::<Note>(1).await?;
        session.set_sql(note, Note::n, Note::n + 1)?;
        let tried = session.commit().await;
        session.rollback().await?;
        refused(&engine, tried, "set_sql").await;
        // What fits is written.
        assert_eq!(engine.execute(Note::update().set((Note::n.to(Note::n - 1), Note::large.to(Note::large - 1)))).await?, 1);
        let note = engine.one(Note::select()).await?;
        assert_eq!((note.n, note.large), (i32::MAX - 1, i64::MAX - 1));
    }

    async fn division_by_zero(db: Db) {
        let engine = notes(&db).await;
        let zero = || Note::n * 0;
        for (say, statement) in [
            ("a value", Note::update().set(Note::n.to(Note::n / 0))),
            ("an expression", Note::update().set(Note::maybe.to(Note::maybe / zero()))),
            ("a remainder", Note::update().set(Note::maybe.to(Note::maybe % zero()))),
            ("a float", Note::update().set(Note::real.to(Note::real / (Note::real * 0.0)))),
            ("a filter", Note::update().set(Note::n.to(5)).filter((Note::n / zero()).gt(1))),
        ] {
            refused(&engine, engine.execute(statement).await, say).await;
        }
        let read = engine.all(select(Note::maybe / zero())).await;
        refused(&engine, read, "a query").await;
        assert_eq!(engine.one(select(Note::maybe / null_if(zero(), 0))).await?, None);
        assert_eq!(engine.one(select(Note::n / 2)).await?, i32::MAX / 2);
        assert_eq!(engine.one(select(Note::large / (Note::large - 1) * 3)).await?, 3);
    }
}
