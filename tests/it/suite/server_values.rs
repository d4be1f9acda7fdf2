//! Values that the database gives by itself: generated columns, what a trigger changes, versions that it counts.

use orm_core::prelude::*;
use orm_core::reflect::Inspector;
use orm_core::schema::Metadata as Tables;
use orm_core::session::Synchronize;

use crate::harness::{Backend, Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    count: i64,
    #[orm(generated = "price * count", index)]
    total: i64,
    #[orm(generated = "CASE WHEN price > 100 THEN 'dear' END")]
    kind: Option<String>,
    note: Option<String>,
}

macro_rules! thing {
    ($name:ident $(, $attribute:ident = $value:literal)?) => {
        #[derive(Model, Debug, Clone, Default, PartialEq)]
        #[orm(table = "t" $(, $attribute = $value)?)]
        struct $name {
            #[orm(primary_key)]
            id: i64,
            data: String,
            #[orm(server_default = "5")]
            created: Server<i32>,
            #[orm(server_default = "1", server_on_update)]
            upd: Server<i32>,
        }
    };
}

thing!(Auto, eager_defaults = "auto");
thing!(Never, eager_defaults = false);
thing!(Always, eager_defaults = true);

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "guarded")]
struct Guarded {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(version = "manual")]
    version: i32,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "counted")]
struct Counted {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(version = "server", server_default = "10")]
    version: i32,
}

fn line(price: i64, count: i64) -> Line {
    Line {
        price,
        count,
        total: -1,
        ..Default::default()
    }
}

both! {
    /// A generated column is made by `create_all`, read back by the inspector, and never written: it comes back with the INSERT
    /// and the UPDATE, of one row or of many.
    async fn generated_columns(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Line>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let (a, b) = (session.add(line(10, 2)), session.add(line(200, 1)));
        let c = session.add(Line::create().price(7).count(3).build());
        let log = Log::new(&db, &engine);
        session.commit().await?;
        log.sent_each(
            &["INSERT INTO lines (price, count, note) VALUES (?, ?, ?) RETURNING id, total, kind"],
            &["INSERT INTO lines (price, count, note) SELECT u.c0, u.c1, u.c2 FROM UNNEST(?::BIGINT[], ?::BIGINT[], ?::TEXT[]) WITH ORDINALITY AS u (c0, c1, c2, n) ORDER BY u.n RETURNING id, total, kind"],
        );
        let totals = |session: &Session| [a, b, c].map(|it| (session[it].total, session[it].kind.clone()));
        assert_eq!(totals(&session), [(20, None), (200, Some("dear".into())), (21, None)]);
        session[a].price = 300;
        session.flush().await?;
        log.sent(["UPDATE lines SET price = ? WHERE id = ? RETURNING total, kind"]);
        for (place, it) in [c, a, b].into_iter().enumerate() {
            session[it].count = 10 * (place as i64 + 1);
        }
        session.flush().await?;
        log.sent_each(
            &["UPDATE lines SET count = ? WHERE id = ? RETURNING total, kind"],
            &["UPDATE lines SET count = u.c0 FROM UNNEST(?::BIGINT[], ?::BIGINT[]) WITH ORDINALITY AS u (c0, k0, n) WHERE lines.id = u.k0 RETURNING u.n, lines.total, lines.kind"],
        );
        assert_eq!(totals(&session), [(6000, Some("dear".into())), (6000, Some("dear".into())), (70, None)]);
        assert_eq!(session.all(select(Line::total).order_by(Line::id)).await?, [6000, 6000, 70]);
        // What the program puts there would be lost, and a rollback brings back what was there.
        session[a].total = 5;
        let error = session.flush().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::InvalidState, Some("Line(1)")));
        assert_eq!(error.columns(), ["total"]);
        log.take();
        session.rollback().await?;
        assert_eq!(totals(&session), [(20, None), (200, Some("dear".into())), (21, None)]);
        session.set_sql(b, Line::price, Line::price - 150)?;
        session.flush().await?;
        log.sent(["UPDATE lines SET price = lines.price - ? WHERE lines.id = ? RETURNING price, total, kind"]);
        assert_eq!((session[b].price, session[b].total, session[b].kind.clone()), (50, 50, None));
        session.commit().await?;
    }

    /// Statements of the program's own: the objects held have what the database made of the column, in bulk as one by one.
    async fn generated_columns_in_bulk(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Line>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.bulk_insert([line(1, 1), line(2, 2)]).await?;
        let held = session.bulk_insert_returning([line(3, 3), line(4, 4)]).await?;
        assert_eq!(held.iter().map(|&it| session[it].total).collect::<Vec<_>>(), [9, 16]);
        let log = Log::new(&db, &engine);
        session.execute(Line::update().set(Line::price.to(5)).filter(Line::id.eq(3))).await?;
        log.sent(["UPDATE lines SET price = ? WHERE lines.id = ? RETURNING id, total, kind"]);
        assert_eq!((session[held[0]].price, session[held[0]].total), (5, 15));
        // What does not ask the database expires the column instead.
        let update = Line::update().set(Line::price.to(6)).filter(Line::id.eq(3));
        session.execute_with(update, Synchronize::Evaluate).await?;
        log.sent(["UPDATE lines SET price = ? WHERE lines.id = ?"]);
        session.get_one::<Line>(3).await?;
        assert_eq!(session[held[0]].total, 18);
        session.bulk_update::<Line>([(Line::id.to(3), Line::count.to(1)), (Line::id.to(4), Line::count.to(1))]).await?;
        log.take();
        for it in &held {
            let id = session[*it].id;
            session.get_one::<Line>(id).await?;
        }
        assert_eq!(held.iter().map(|&it| session[it].total).collect::<Vec<_>>(), [6, 4]);
        session.commit().await?;
        engine.execute(Line::insert().objects([&line(1, 1)])).await?;

        let message = "Line.total is worked out by the database from other columns, so it cannot be set";
        let refused = engine.execute(Line::update().set(Line::total.to(1))).await.unwrap_err();
        assert_eq!((refused.kind(), refused.message()), (ErrorKind::InvalidQuery, message));
        let refused = engine.execute(Line::insert().values(Line::total.to(1))).await.unwrap_err();
        assert_eq!(refused.message(), message);
        let upsert = Line::insert().values((Line::id.to(1), Line::price.to(1), Line::count.to(1)));
        let refused = engine.execute(upsert.on_conflict(Line::id).do_update(Line::total.to(1))).await.unwrap_err();
        assert_eq!(refused.message(), message);
        let refused = session.bulk_update::<Line>([(Line::id.to(1), Line::total.to(1))]).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidQuery);
        let refused = session.set_sql(held[0], Line::total, Line::price).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidState);
    }

    /// The inspector reads them, stored or not, and a table made from what it read is the same.
    async fn generated_columns_are_reflected(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Line>()?.create_all(&engine).await?;
        let inspector = Inspector::new(&engine);
        let table = inspector.table("lines").await?;
        let computed = |name: &str| table.column(name).and_then(|it| it.computed.clone());
        let total = computed("total").expect("a generated column");
        assert!(total.stored);
        assert_eq!(format!("{:?}", total.expr), "Text(\"price * count\")");
        assert!(computed("price").is_none());
        let mut copy = table.clone();
        copy.name = "copies".into();
        copy.indexes.clear();
        copy.primary_key = copy.primary_key.map(|mut it| { it.name = None; it });
        let mut tables = Tables::new();
        tables.add(copy)?;
        tables.create_all(&engine).await?;
        let again = inspector.table("copies").await?;
        assert_eq!(again.column("total").unwrap().computed, Some(total));
        assert_eq!(again.columns, table.columns);
        engine.execute(text("INSERT INTO copies (id, price, count) VALUES (1, 4, 5)")).await?;
        assert_eq!(engine.one(text("SELECT total FROM copies").columns::<i64>()).await?, 20);
        if db.backend() == Backend::Sqlite {
            let sql = "CREATE TABLE \"odd one\" (id INTEGER PRIMARY KEY, a INT, twice INT AS (a * (1 + 1)), \"next, AS (x)\" BIGINT GENERATED ALWAYS AS (a + length(')')) STORED)";
            engine.execute(text(sql)).await?;
            let table = inspector.table("odd one").await?;
            let computed: Vec<_> = table.columns.iter().filter_map(|it| it.computed.as_ref()).map(|it| (format!("{:?}", it.expr), it.stored)).collect();
            assert_eq!(computed, [("Text(\"a * (1 + 1)\")".to_owned(), false), ("Text(\"a + length(')')\")".to_owned(), true)]);
        }
    }

    /// UOW-05, steps 1 to 4: by default what the database changes at an UPDATE is expired, and read with the next load.
    async fn expired_by_an_update(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Auto>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let t = session.add(Auto::create().data("x").build());
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent(["INSERT INTO t (data) VALUES (?) RETURNING id, created, upd"]);
        assert_eq!((session[t].created, session[t].upd), (5.into(), 1.into()));
        session[t].data = "y".into();
        session.flush().await?;
        log.sent(["UPDATE t SET data = ? WHERE id = ?"]);
        session.execute(text("UPDATE t SET upd = 2")).await?;
        log.take();
        session.get_one::<Auto>(session[t].id).await?;
        assert_eq!((log.take().len(), session[t].upd), (1, 2.into()));
        // Set by the program it is a value like any other.
        session[t].upd = 9.into();
        session.commit().await?;
        log.sent(["UPDATE t SET upd = ? WHERE id = ?"]);
        session.get_one::<Auto>(session[t].id).await?;
        log.nothing();
    }

    /// UOW-05, steps 5 to 8: with `eager_defaults = false` nothing but the key comes back.
    async fn never_eager(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Never>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let t = session.add(Never::create().data("x").build());
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent_each(&["INSERT INTO t (data) VALUES (?)"], &["INSERT INTO t (data) VALUES (?) RETURNING id"]);
        let id = session[t].id;
        session.get_one::<Never>(id).await?;
        assert_eq!((log.take().len(), session[t].created, session[t].upd), (1, 5.into(), 1.into()));
        session[t].data = "y".into();
        session.flush().await?;
        log.sent(["UPDATE t SET data = ? WHERE id = ?"]);
        session.get_one::<Never>(id).await?;
        assert_eq!((log.take().len(), session[t].upd), (1, 1.into()));
        session.rollback().await?;
        assert!(session.try_get(t).is_ok());
    }

    /// UOW-05, steps 9 to 12: with `eager_defaults = true` all of it comes back with the statement.
    async fn always_eager(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Always>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let t = session.add(Always::create().data("x").build());
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent(["INSERT INTO t (data) VALUES (?) RETURNING id, created, upd"]);
        assert_eq!((session[t].created, session[t].upd), (5.into(), 1.into()));
        session[t].data = "y".into();
        session.flush().await?;
        log.sent(["UPDATE t SET data = ? WHERE id = ? RETURNING upd"]);
        session.get_one::<Always>(session[t].id).await?;
        log.nothing();
        assert_eq!(session[t].upd, 1);
    }

    /// What a trigger makes of a row is seen with the next load on both databases.
    async fn triggers(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Auto>()?.create_all(&engine).await?;
        let triggers: &[&str] = match db.backend() {
            Backend::Sqlite => &["CREATE TRIGGER count_up AFTER UPDATE OF data ON t BEGIN UPDATE t SET upd = upd + 1 WHERE id = new.id; END"],
            Backend::Postgres => &[
                "CREATE FUNCTION count_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.upd := old.upd + 1; RETURN new; END $$",
                "CREATE TRIGGER count_up BEFORE UPDATE OF data ON t FOR EACH ROW EXECUTE FUNCTION count_up()",
            ],
        };
        for sql in triggers {
            engine.execute(text(sql)).await?;
        }
        let mut session = engine.session();
        let rows: Vec<_> = ["a", "b", "c"].map(|data| session.add(Auto::create().data(data).build())).into();
        session.commit().await?;
        for &row in &rows {
            session[row].data.push('!');
        }
        session.flush().await?;
        for &row in &rows {
            let id = session[row].id;
            session.get_one::<Auto>(id).await?;
            assert_eq!(session[row].upd, 2);
        }
        session[rows[0]].data.push('!');
        session.flush().await?;
        session.refresh(rows[0]).await?;
        assert_eq!(session[rows[0]].upd, 3);
        session.execute(Auto::update().set(Auto::data.to("z"))).await?;
        session.get_one::<Auto>(session[rows[0]].id).await?;
        assert_eq!((session[rows[0]].upd, session[rows[0]].data.as_str()), (4.into(), "z"));
        session.rollback().await?;
        session.get_one::<Auto>(session[rows[0]].id).await?;
        assert_eq!((session[rows[0]].upd, session[rows[0]].data.as_str()), (1.into(), "a"));
    }

    /// A version that the program says itself: the row is found by the one before.
    async fn versions_by_hand(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Guarded>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let g = session.add(Guarded { title: "a".into(), version: 40, ..Default::default() });
        session.commit().await?;
        assert_eq!(session[g].version, 40);
        let log = Log::new(&db, &engine);
        session[g].title = "b".into();
        session.commit().await?;
        log.sent(["UPDATE guarded SET title = ? WHERE id = ? AND version = ?"]);
        session[g].title = "c".into();
        session[g].version = 50;
        session.commit().await?;
        log.sent(["UPDATE guarded SET title = ?, version = ? WHERE id = ? AND version = ?"]);
        engine.execute(text("UPDATE guarded SET version = 60")).await?;
        session[g].title = "d".into();
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Guarded(1)")));
    }

    /// A version that the database counts comes back with each write.
    async fn versions_by_the_database(db: Db) {
        if db.backend() == Backend::Sqlite {
            // A trigger there runs after the statement, which does not give back what it did.
            return Ok(());
        }
        let engine = db.engine().await;
        Metadata::of::<Counted>()?.create_all(&engine).await?;
        for sql in [
            "CREATE FUNCTION next_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.version := old.version + 1; RETURN new; END $$",
            "CREATE TRIGGER next_version BEFORE UPDATE ON counted FOR EACH ROW EXECUTE FUNCTION next_version()",
        ] {
            engine.execute(text(sql)).await?;
        }
        let mut session = engine.session();
        let (a, b) = (session.add(Counted { title: "a".into(), version: 3, ..Default::default() }), session.add(Counted::create().title("b").build()));
        session.commit().await?;
        assert_eq!((session[a].version, session[b].version), (10, 10));
        let log = Log::new(&db, &engine);
        session[a].title.push('!');
        session[a].version = 99;
        session.commit().await?;
        log.sent(["UPDATE counted SET title = ? WHERE id = ? AND version = ? RETURNING version"]);
        assert_eq!((session[a].version, session[b].version), (11, 10));
        session[a].title.push('!');
        session[b].title.push('!');
        session.commit().await?;
        assert_eq!((session[a].version, session[b].version), (12, 11));
        engine.execute(text("UPDATE counted SET title = 'x'")).await?;
        session[b].title.push('!');
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Counted(2)")));
        session.refresh(b).await?;
        session.delete(b)?;
        session.commit().await?;
    }
}
