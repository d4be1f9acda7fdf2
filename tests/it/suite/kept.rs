//! Rows that a trigger, a rule or row security keeps although they were to be deleted: the session asks, and says which.

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::{Life, SessionOptions};

use crate::harness::{Backend, Db, Log, both};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    n: i32,
}

/// Four notes; the second and the third are kept by the triggers of the table.
async fn engine(db: &Db) -> orm_core::Result<Engine> {
    let engine = db.engine().await;
    Metadata::of::<(Note,)>()?.create_all(&engine).await?;
    let keep: &[&str] = match db.backend() {
        Backend::Sqlite => &[
            "CREATE TRIGGER keep BEFORE DELETE ON notes WHEN old.id IN (2, 3) BEGIN SELECT RAISE(IGNORE); END",
        ],
        Backend::Postgres => &[
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
            "CREATE TRIGGER keep BEFORE DELETE ON notes FOR EACH ROW WHEN (old.id IN (2, 3)) EXECUTE FUNCTION keep()",
        ],
    };
    for sql in keep {
        engine.execute(text(sql)).await?;
    }
    let notes = (1..=4).map(|n| Note {
        n,
        ..Default::default()
    });
    let mut session = engine.session();
    session.bulk_insert(notes).await?;
    session.commit().await?;
    Ok(engine)
}

async fn ids(engine: &Engine) -> orm_core::Result<Vec<i64>> {
    engine.all(select(Note::id).order_by(Note::id)).await
}

both! {
    /// One row: it is there still, and so is the object.
    async fn a_row_that_a_trigger_keeps(db: Db) {
        let engine = engine(&db).await?;
        let mut session = engine.session();
        let note = session.get_one::<Note>(2).await?;
        session.delete(note)?;
        let log = Log::new(&db, &engine);
        let error = session.commit().await.unwrap_err();
        log.sent([
            "DELETE FROM notes WHERE id = ?",
            "SELECT notes.id, notes.n FROM notes WHERE notes.id = ?",
        ]);
        assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("notes")), "{error}");
        assert_eq!(error.object(), Some("Note(2)"), "{error}");
        assert!(error.message().contains("a trigger, a rule or the row security"), "{error}");
        session.rollback().await?;
        assert_eq!(session.life(note)?, Life::Persistent);
        assert_eq!(ids(&engine).await?, [1, 2, 3, 4]);
    }

    /// All or nothing: the rows that would have gone stay too, and the error names the others.
    async fn some_of_many(db: Db) {
        let engine = engine(&db).await?;
        for flushes in [false, true] {
            let mut session = engine.session();
            let notes = session.all(Note::select().order_by(Note::id)).await?;
            for &note in &notes {
                session.delete(note)?;
            }
            let error = match flushes {
                true => session.flush().await.unwrap_err(),
                false => session.commit().await.unwrap_err(),
            };
            assert_eq!((error.kind(), error.object()), (ErrorKind::Database, Some("Note(2)")), "{error}");
            assert!(error.message().contains("Note(2), Note(3):"), "{error}");
            session.rollback().await?;
            assert_eq!(session.life(notes[0])?, Life::Persistent);
            assert_eq!(ids(&engine).await?, [1, 2, 3, 4]);
        }
    }

    /// What was gone already is what the program wants; it costs one question, however many there are.
    async fn rows_that_are_gone_already(db: Db) {
        let engine = engine(&db).await?;
        let mut session = engine.session();
        let [one, four] = [session.get_one::<Note>(1).await?, session.get_one::<Note>(4).await?];
        engine.execute(Note::delete().filter(Note::id.eq(1))).await?;
        session.delete(one)?;
        session.delete(four)?;
        let log = Log::new(&db, &engine);
        session.commit().await?;
        let sent = log.take();
        assert_eq!(sent.iter().filter(|sql| sql.starts_with("SELECT")).count(), 1, "{sent:?}");
        assert_eq!(ids(&engine).await?, [2, 3]);
        // When nothing is missing, nothing is asked.
        let drop = match db.backend() {
            Backend::Sqlite => "DROP TRIGGER keep",
            Backend::Postgres => "DROP TRIGGER keep ON notes",
        };
        engine.execute(text(drop)).await?;
        let two = session.get_one::<Note>(2).await?;
        session.delete(two)?;
        log.take();
        session.commit().await?;
        log.sent(["DELETE FROM notes WHERE id = ?"]);
    }

    /// A key of the model that is none of the table: another row would go with it.
    async fn more_rows_than_objects(db: Db) {
        let engine = db.engine().await;
        engine.execute(text("CREATE TABLE notes (id BIGINT, n INTEGER)")).await?;
        engine.execute(text("INSERT INTO notes VALUES (1, 10), (1, 11), (2, 20)")).await?;
        let mut session = engine.session();
        let two = session.get_one::<Note>(2).await?;
        let one = session.all(Note::select().filter(Note::n.eq(10))).await?[0];
        session.delete(one)?;
        session.delete(two)?;
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("notes")), "{error}");
        assert!(error.message().contains("not unique"), "{error}");
        session.rollback().await?;
        assert_eq!(ids(&engine).await?, [1, 1, 2]);
    }

    /// Row security hides from DELETE what a query sees; a rule does nothing instead. SQLite has the view of its own.
    async fn by_row_security_rules_and_views(db: Db) {
        let engine = db.engine().await;
        if db.backend() == Backend::Sqlite {
            for sql in [
                "CREATE TABLE stored (id INTEGER PRIMARY KEY, n INTEGER)",
                "INSERT INTO stored VALUES (1, 1), (2, 2)",
                "CREATE VIEW notes AS SELECT id, n FROM stored",
                "CREATE TRIGGER go INSTEAD OF DELETE ON notes WHEN old.id = 1 BEGIN DELETE FROM stored WHERE id = old.id; END",
            ] {
                engine.execute(text(sql)).await?;
            }
            let mut session = engine.session();
            // The database does not count what a view's trigger deletes.
            let one = session.get_one::<Note>(1).await?;
            session.delete(one)?;
            session.commit().await?;
            assert_eq!(ids(&engine).await?, [2]);
            let two = session.get_one::<Note>(2).await?;
            session.delete(two)?;
            let error = session.commit().await.unwrap_err();
            assert_eq!((error.kind(), error.object()), (ErrorKind::Database, Some("Note(2)")), "{error}");
            return Ok(());
        }
        Metadata::of::<(Note,)>()?.create_all(&engine).await?;
        for sql in [
            "INSERT INTO notes (id, n) VALUES (1, 1), (2, 2), (3, 3)",
            "CREATE RULE keep AS ON DELETE TO notes WHERE old.id = 1 DO INSTEAD NOTHING",
        ] {
            engine.execute(text(sql)).await?;
        }
        let mut session = engine.session();
        let [one, two] = [session.get_one::<Note>(1).await?, session.get_one::<Note>(2).await?];
        session.delete(one)?;
        session.delete(two)?;
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::Database, Some("Note(1)")), "{error}");
        session.rollback().await?;
        assert_eq!(ids(&engine).await?, [1, 2, 3]);
        for sql in [
            "DROP RULE keep ON notes",
            "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE notes FORCE ROW LEVEL SECURITY",
            "CREATE POLICY see ON notes FOR SELECT USING (true)",
            "CREATE POLICY few ON notes FOR DELETE USING (id = 1)",
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kept_reader') THEN CREATE ROLE kept_reader; END IF; END $$",
            "GRANT SELECT, DELETE ON notes TO kept_reader",
        ] {
            engine.execute(text(sql)).await?;
        }
        let options = SessionOptions::default().after_begin(|begun| {
            Box::pin(async move { begun.execute(text("SET LOCAL ROLE kept_reader")).await.map(drop) })
        });
        let mut session = engine.session_with(options);
        session.begin().await?;
        let [one, two] = [session.get_one::<Note>(1).await?, session.get_one::<Note>(2).await?];
        session.delete(one)?;
        session.delete(two)?;
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::Database, Some("Note(2)")), "{error}");
        session.rollback().await?;
        assert_eq!(engine.scalar(text("SELECT count(*) FROM notes").columns::<i64>()).await?, 3);
    }
}
