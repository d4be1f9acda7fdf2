//! What was refused as stale is read anew by the next load, in the same session.

use orm_core::mapping::Guard;
use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "docs")]
struct Doc {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(version)]
    version: i32,
}

async fn data(engine: &Engine) -> orm_core::Result<(Session, Handle<Doc>)> {
    Metadata::of::<(Doc,)>()?.create_all(engine).await?;
    let mut session = engine.session();
    let docs = session.add_all(["a", "b"].map(|title| Doc {
        title: title.into(),
        ..Default::default()
    }));
    session.commit().await?;
    Ok((session, docs[0]))
}

/// Somebody else changes the first row.
async fn elsewhere(engine: &Engine) -> orm_core::Result<()> {
    let mut session = engine.session();
    let doc = session.get_one::<Doc>(1).await?;
    session[doc].title += "+";
    session.commit().await
}

both! {
    /// After the failure a rollback, and then the work again, in the same session: it reads the row, and goes through.
    async fn the_next_read_is_fresh(db: Db) {
        let engine = db.engine().await;
        let (mut session, doc) = data(&engine).await?;
        elsewhere(&engine).await?;
        session[doc].title = "c".into();
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::StaleData);
        session.rollback().await?;
        // Without that read it is refused again: the values are still the old ones.
        session[doc].title += "!";
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::StaleData);
        session.rollback().await?;
        session.delete(doc)?;
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::StaleData);
        session.rollback().await?;
        let log = Log::new(&db, &engine);
        assert_eq!(session.get_one::<Doc>(1).await?, doc);
        assert_eq!(log.take().len(), 1);
        assert_eq!((session[doc].title.as_str(), session[doc].version), ("a+", 2));
        session[doc].title = "c".into();
        session.commit().await?;
        // A query reads it as well, and a deletion is refused likewise.
        elsewhere(&engine).await?;
        session.delete(doc)?;
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::StaleData);
        session.rollback().await?;
        session.all(Doc::select()).await?;
        assert_eq!(session[doc].title, "c+");
        session.delete(doc)?;
        session.commit().await?;
    }

    /// In a batch, in a savepoint, by a guard, by rows of the program's own, and by a merge.
    async fn wherever_it_was_refused(db: Db) {
        let engine = db.engine().await;
        let (mut session, doc) = data(&engine).await?;
        let other = session.get_one::<Doc>(2).await?;
        elsewhere(&engine).await?;
        session.begin().await?;
        let point = session.savepoint().await?;
        session[doc].title = "c".into();
        session[other].title = "d".into();
        assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::StaleData);
        session.rollback_to(point).await?;
        session.get_one::<Doc>(1).await?;
        assert_eq!(session[doc].version, 2);
        session[doc].title = "c".into();
        session[other].title = "d".into();
        session.commit().await?;

        elsewhere(&engine).await?;
        let row = (Doc::id.to(1), Doc::version.to(3), Doc::title.to("e"));
        assert_eq!(session.bulk_update::<Doc>([row]).await.unwrap_err().kind(), ErrorKind::StaleData);
        session.rollback().await?;
        session.get_one::<Doc>(1).await?;
        assert_eq!(session[doc].version, 4);

        elsewhere(&engine).await?;
        let read = engine.one(Doc::select().filter(Doc::id.eq(1))).await?;
        assert_eq!(session.merge(read.clone()).await.unwrap_err().kind(), ErrorKind::StaleData);
        let merged = session.merge(Doc { title: "f".into(), ..read }).await?;
        session.commit().await?;
        assert_eq!((session[merged].title.as_str(), session[merged].version), ("f", 6));

        let mut session = engine.session_with(SessionOptions::default().guard(Guard::Changed));
        let doc = session.get_one::<Doc>(1).await?;
        elsewhere(&engine).await?;
        session[doc].title = "g".into();
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::StaleData);
        session.rollback().await?;
        session.get_one::<Doc>(1).await?;
        assert_eq!(session[doc].title, "f+");
    }
}
