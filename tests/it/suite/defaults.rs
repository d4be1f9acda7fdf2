//! Values that the program or the database makes up, when a row is inserted and when it is updated.

use std::sync::atomic::{AtomicI32, Ordering};

use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, PartialEq)]
#[orm(table = "t")]
struct Thing {
    #[orm(primary_key)]
    id: i64,
    data: String,
    #[orm(server_default = "5")]
    created: Server<i32>,
    #[orm(server_default = "'fresh'")]
    state: Option<String>,
    #[orm(default = next_number)]
    number: Option<i32>,
    #[orm(default = "unknown")]
    origin: String,
    #[orm(on_update = 7)]
    edits: i32,
}

fn next_number() -> Option<i32> {
    static NEXT: AtomicI32 = AtomicI32::new(100);
    Some(NEXT.fetch_add(1, Ordering::Relaxed))
}

both! {
    /// UOW-05, steps 1 to 4: what the database makes up at an insert comes back with it, at the cost of no other statement.
    async fn what_the_database_makes_up(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Thing>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let t = session.add(Thing::create().data("x").edits(0).build());
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent(["INSERT INTO t (data, number, origin, edits) VALUES (?, ?, ?, ?) RETURNING id, created, state"]);
        assert_eq!((session[t].created, session[t].state.as_deref(), session[t].origin.as_str()), (5.into(), Some("fresh"), "unknown"));
        log.nothing();
        session[t].data = "y".into();
        session.flush().await?;
        log.sent(["UPDATE t SET data = ?, edits = ? WHERE id = ?"]);
        assert_eq!(session[t].edits, 7);
        session.commit().await?;
        let row = engine.one(Thing::select()).await?;
        assert_eq!(row, session[t]);
    }

    /// UOW-06: a default of the program's is worked out for each row and placed on the object; NULL in a column with a
    /// default counts as not given, in a struct as with a builder, but not in an update.
    async fn null_counts_as_not_given(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Thing>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let plain = |number| Thing { data: "p".into(), created: 1.into(), number, ..Default::default() };
        let (a, b, c) = (session.add(plain(None)), session.add(plain(None)), session.add(plain(Some(3))));
        let d = session.add(Thing { state: Some("old".into()), ..plain(Some(4)) });
        let log = Log::new(&db, &engine);
        session.commit().await?;
        assert_eq!(log.take().len(), 2);
        let (first, second) = (session[a].number.unwrap(), session[b].number.unwrap());
        assert!(first >= 100 && second > first);
        assert_eq!((session[c].number, session[d].number), (Some(3), Some(4)));
        assert_eq!((session[a].state.as_deref(), session[d].state.as_deref(), session[a].created), (Some("fresh"), Some("old"), 1.into()));
        session[a].number = None;
        session[a].state = None;
        session.commit().await?;
        let rows = engine.all(select((Thing::number, Thing::state)).order_by(Thing::id)).await?;
        assert_eq!(rows[0], (None, None));
        assert_eq!(rows[1], (Some(second), Some("fresh".to_owned())));
        // A value that the program sets stays, and setting it back is no update.
        session[c].edits = 2;
        session.commit().await?;
        assert_eq!(session[c].edits, 2);
        session[c].edits = 1;
        session[c].edits = 2;
        log.take();
        session.commit().await?;
        log.nothing();
    }
}
