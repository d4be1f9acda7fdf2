//! Rows that a trigger leaves out without an error: the session notices that it has no row, and so no key, for an object.

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Backend, Db, both};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "entries")]
struct Entry {
    #[orm(primary_key)]
    id: i64,
    label: String,
}

/// Its key is the program's, so nothing need come back.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "codes")]
struct Code {
    #[orm(primary_key)]
    code: String,
    label: String,
}

fn entry(label: &str) -> Entry {
    Entry {
        label: label.into(),
        ..Default::default()
    }
}

fn code(code: &str, label: &str) -> Code {
    let [code, label] = [code, label].map(String::from);
    Code { code, label }
}

/// The tables leave out what is labelled `spam`.
async fn engine(db: &Db) -> orm_core::Result<Engine> {
    let engine = db.engine().await;
    Metadata::of::<(Entry, Code)>()?.create_all(&engine).await?;
    let leave_out: &[&str] = match db.backend() {
        Backend::Sqlite => &[
            "CREATE TRIGGER no_spam_entry BEFORE INSERT ON entries WHEN new.label = 'spam' BEGIN SELECT RAISE(IGNORE); END",
            "CREATE TRIGGER no_spam_code BEFORE INSERT ON codes WHEN new.label = 'spam' BEGIN SELECT RAISE(IGNORE); END",
        ],
        Backend::Postgres => &[
            "CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
            "CREATE TRIGGER no_spam BEFORE INSERT ON entries FOR EACH ROW WHEN (new.label = 'spam') EXECUTE FUNCTION leave_out()",
            "CREATE TRIGGER no_spam BEFORE INSERT ON codes FOR EACH ROW WHEN (new.label = 'spam') EXECUTE FUNCTION leave_out()",
        ],
    };
    for sql in leave_out {
        engine.execute(text(sql)).await?;
    }
    Ok(engine)
}

both! {
    /// The object would have got the key of the row before it.
    async fn one_of_many(db: Db) {
        let engine = engine(&db).await?;
        let mut session = engine.session();
        let entries = session.add_all(["a", "spam", "b"].map(entry));
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("entries")), "{error}");
        assert!(error.message().contains("left rows out"), "{error}");
        // PostgreSQL does not say which of the rows it was.
        let named = match db.backend() {
            Backend::Sqlite => Some("Entry#1 (new)"),
            Backend::Postgres => None,
        };
        assert_eq!(error.object(), named, "{error}");
        session.rollback().await?;
        for &entry in &entries {
            assert_eq!((session.life(entry)?, session[entry].id), (Life::Transient, 0));
        }
        session.add(entries[2]);
        session.commit().await?;
        assert_eq!(engine.all(select(Entry::label)).await?, ["b"]);
    }

    /// A commit of one row needs no transaction, and notices it too.
    async fn one_alone(db: Db) {
        let engine = engine(&db).await?;
        let mut session = engine.session();
        let entry = session.add(entry("spam"));
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("entries")), "{error}");
        assert_eq!(error.object(), Some("Entry#0 (new)"), "{error}");
        assert_eq!(session.life(entry)?, Life::Transient);
        assert!(!session.in_transaction());
    }

    /// Nothing comes back of a row whose key is known, but the database says how many there are.
    async fn without_a_reply(db: Db) {
        let engine = engine(&db).await?;
        let mut session = engine.session();
        session.add_all([code("x", "a"), code("y", "spam")]);
        let error = session.flush().await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Database, Some("codes")), "{error}");
        assert_eq!(engine.scalar(select(func::count_all()).from::<Code>()).await?, 0);
        // Where no object is held, a row that is left out is nobody's loss.
        let rows = engine.session().bulk_insert([code("x", "a"), code("y", "spam")]).await;
        assert!(rows.is_ok(), "{rows:?}");
    }
}
