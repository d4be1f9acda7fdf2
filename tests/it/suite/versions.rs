//! Version columns, and columns that get a value of their own when their row is updated.

use orm_core::engine::Engine;
use orm_core::prelude::*;

use crate::harness::{Log, both};

/// S6, with notes of each document.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "docs")]
struct Doc {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(version)]
    version: i32,
    #[orm(back_populates = doc)]
    notes: HasMany<Note>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Doc::id)]
    doc_id: Option<i64>,
    #[orm(back_populates = notes)]
    doc: BelongsTo<Doc>,
}

/// A version that is no counter, and a column that every update sets.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "pages")]
struct Page {
    #[orm(primary_key)]
    id: i64,
    body: String,
    #[orm(version = next_label)]
    label: String,
    #[orm(on_update = 7)]
    edits: i32,
    #[orm(on_update = editor)]
    editor: Option<String>,
}

fn next_label(previous: Option<String>) -> String {
    previous.map_or_else(|| "v".to_owned(), |previous| previous + "+")
}

fn editor() -> Option<String> {
    Some("somebody".to_owned())
}

fn doc(title: &str) -> Doc {
    Doc {
        title: title.into(),
        ..Default::default()
    }
}

async fn two(engine: &Engine) -> orm_core::Result<(Session, Handle<Doc>, Handle<Doc>)> {
    Metadata::of::<Doc>()?.create_all(engine).await?;
    let mut session = engine.session();
    let docs = session.add_all([doc("a"), doc("e")]);
    session.commit().await?;
    Ok((session, docs[0], docs[1]))
}

both! {
    /// VER-01: 1 at the insert, one more with each update, which finds the row by it; none where nothing changed.
    async fn a_version_counts_updates(db: Db) {
        let engine = db.engine().await;
        let (mut session, d, e) = two(&engine).await?;
        assert_eq!(session[d].version, 1);
        let log = Log::new(&db, &engine);
        session[d].title = "b".into();
        session.flush().await?;
        log.sent(["UPDATE docs SET title = ?, version = ? WHERE id = ? AND version = ?"]);
        assert_eq!(session[d].version, 2);
        session[d].title = "b".into();
        // What the program makes of the version counts for nothing.
        session[d].version = 70;
        session.flush().await?;
        log.nothing();
        assert_eq!(session[d].version, 2);
        session[d].title = "c".into();
        session[e].title = "f".into();
        session.flush().await?;
        log.sent_each(
            &["UPDATE docs SET title = ?, version = ? WHERE id = ? AND version = ?"],
            &["UPDATE docs SET title = u.c0, version = u.c1 \
               FROM UNNEST(?::TEXT[], ?::INTEGER[], ?::BIGINT[], ?::INTEGER[]) AS u (c0, c1, k0, k1) \
               WHERE docs.id = u.k0 AND docs.version = u.k1"],
        );
        session.rollback().await?;
        assert_eq!((session[d].version, session[e].version), (1, 1));
        session[d].title = "c".into();
        session.commit().await?;
        let rows = engine.all(select((Doc::title, Doc::version)).order_by(Doc::id)).await?;
        assert_eq!(rows, [("c".to_owned(), 2), ("e".to_owned(), 1)]);
        log.take();
        session.delete(d)?;
        session.flush().await?;
        assert_eq!(log.take().last().unwrap(), "DELETE FROM docs WHERE id = ? AND version = ?");
    }

    /// VER-02: a lost race is `StaleData` and names the object, of one row or of many, of an update or of a delete.
    async fn a_lost_race_names_the_object(db: Db) {
        let engine = db.engine().await;
        let (mut session, d, e) = two(&engine).await?;
        let mut other = engine.session();
        let theirs = other.get_one::<Doc>(2).await?;
        other[theirs].title = "theirs".into();
        other.commit().await?;

        session[e].title = "mine".into();
        let error = session.flush().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Doc(2)")));
        assert_eq!((session[e].title.as_str(), session[e].version), ("e", 1));
        session[d].title = "mine".into();
        session[e].title = "mine".into();
        let error = session.flush().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Doc(2)")));
        session.delete(e)?;
        session.delete(d)?;
        let error = session.flush().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Doc(2)")));
        session.delete(e)?;
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Doc(2)")));
        let rows = engine.all(select((Doc::title, Doc::version)).order_by(Doc::id)).await?;
        assert_eq!(rows, [("a".to_owned(), 1), ("theirs".to_owned(), 2)]);
    }

    /// VER-03: what is put into a collection is no update of the object.
    async fn only_own_columns_count(db: Db) {
        let engine = db.engine().await;
        let (mut session, d, _) = two(&engine).await?;
        let log = Log::new(&db, &engine);
        d.notes(&mut session).push(Note::default())?;
        session.flush().await?;
        assert_eq!(log.take().len(), 1);
        assert_eq!(session[d].version, 1);
        session.execute(text("UPDATE docs SET title = 'bulk' WHERE id = 2")).await?;
        session.commit().await?;
        let versions = engine.all(select(Doc::version)).await?;
        assert_eq!(versions, [1, 1]);
    }

    /// A version of the program's own making, and values that come with every update; one that the program sets stays.
    async fn values_of_an_update(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Page>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let page = session.add(Page::create().body("b").edits(0).build());
        session.commit().await?;
        assert_eq!((session[page].label.as_str(), session[page].edits, &session[page].editor), ("v", 0, &None));
        let log = Log::new(&db, &engine);
        session[page].body = "c".into();
        session.flush().await?;
        log.sent(["UPDATE pages SET body = ?, label = ?, edits = ?, editor = ? WHERE id = ? AND label = ?"]);
        assert_eq!((session[page].label.as_str(), session[page].edits), ("v+", 7));
        session[page].editor = Some("me".into());
        session.commit().await?;
        let rows = engine.all(select((Page::label, Page::edits, Page::editor))).await?;
        assert_eq!(rows, [("v++".to_owned(), 7, Some("me".to_owned()))]);
        log.take();
        session.commit().await?;
        log.nothing();
    }
}
