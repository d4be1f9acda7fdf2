//! Expressions as values of columns.

use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "meters")]
struct Meter {
    #[orm(primary_key)]
    id: i64,
    name: String,
    counter: i32,
    #[orm(version)]
    version: i32,
    #[orm(server_default = "'new'")]
    state: Server<String>,
}

both! {
    /// UOW-07: the database works the value out, and it is read back in the same statement; with the version as guard.
    async fn the_database_works_out_values(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Meter>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let m = session.add(Meter { name: "ed".into(), counter: 1, ..Default::default() });
        session.commit().await?;
        let log = Log::new(&db, &engine);
        session.set_sql(m, Meter::counter, Meter::counter + 5)?;
        session.set_sql(m, Meter::name, func::lower(func::value("ABC".to_owned())))?;
        session[m].state = "old".into();
        assert_eq!(session[m].counter, 1);
        session.flush().await?;
        log.sent([
            "UPDATE meters SET version = ?, state = ?, counter = meters.counter + ?, name = lower(?) \
             WHERE meters.id = ? AND meters.version = ? RETURNING counter, name",
        ]);
        assert_eq!((session[m].counter, session[m].name.as_str(), session[m].version), (6, "abc", 2));
        session.flush().await?;
        log.nothing();
        session.rollback().await?;
        assert_eq!((session[m].counter, session[m].name.as_str(), session[m].version), (1, "ed", 1));
        session.flush().await?;
        log.nothing();

        // A value assigned later counts, and an expression given up with a rollback is gone.
        session.set_sql(m, Meter::counter, Meter::counter + 5)?;
        session[m].counter = 3;
        session.set_sql(m, Meter::name, func::upper(Meter::name))?;
        session.commit().await?;
        assert_eq!((session[m].counter, session[m].name.as_str()), (3, "ED"));
        // In an INSERT, beside what the database makes up.
        let n = session.add(Meter::create().name("n").counter(0).build());
        session.set_sql(n, Meter::counter, func::value(20) + 2)?;
        session.commit().await?;
        assert_eq!((session[n].counter, session[n].state.clone(), session[n].version), (22, "new".into(), 1));
        assert!(session[n].id > session[m].id);
        let rows = engine.all(select((Meter::name, Meter::counter, Meter::version)).order_by(Meter::id)).await?;
        assert_eq!(rows, [("ED".to_owned(), 3, 2), ("n".to_owned(), 22, 1)]);
    }

    /// What finds the row cannot be an expression; a row that is gone is `StaleData`; errors name the object.
    async fn what_cannot_be_worked_out(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Meter>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let m = session.add(Meter { name: "ed".into(), ..Default::default() });
        session.commit().await?;
        let error = session.set_sql(m, Meter::version, Meter::version + 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert_eq!(
            error.message(),
            "meters.version finds the row that is written, so no expression can be its value; set it to a value"
        );
        engine.execute(text("DELETE FROM meters")).await?;
        session.set_sql(m, Meter::counter, Meter::counter + 1)?;
        let error = session.flush().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Meter(1)")));
        session.rollback().await?;
        session.delete(m)?;
        let error = session.set_sql(m, Meter::counter, Meter::counter + 1);
        assert!(error.is_ok());
        session.expunge(m)?;
        session.commit().await?;
    }
}
