//! A commit that is one statement: sent without BEGIN and COMMIT, and all else as in a transaction.

use orm_core::engine::{Engine, Isolation, Offload};
use orm_core::prelude::*;
use orm_core::session::{Life, SessionOptions};

use crate::harness::{Backend, Db, both, run};
use crate::suite::cancel::cancel_after;
use crate::suite::faults::proxy;

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "owners")]
struct Owner {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
    #[orm(version)]
    version: i32,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "cats")]
struct Cat {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Owner::id)]
    owner_id: i64,
    age: i32,
}

/// Its key is no 64-bit integer.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "small")]
struct Small {
    #[orm(primary_key)]
    id: i32,
    name: String,
}

fn owner(name: &str) -> Owner {
    Owner {
        name: name.into(),
        ..Default::default()
    }
}

async fn tables(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Owner, Cat, Small)>()?
        .create_all(engine)
        .await
}

/// The first word of everything that was sent since the last look, transaction control too.
fn words(engine: &Engine) -> Vec<String> {
    let sent = engine.statements().take();
    let first = |sql: &str| sql.split(' ').next().unwrap_or_default().to_owned();
    sent.iter().map(|sent| first(&sent.sql)).collect()
}

async fn names(engine: &Engine) -> orm_core::Result<Vec<String>> {
    engine.all(select(Owner::name).order_by(Owner::id)).await
}

both! {
    /// One new row, one changed row, one deleted row: one statement each.
    async fn one_row_is_one_statement(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        words(&engine);
        let ed = session.add(owner("ed"));
        session.commit().await?;
        assert_eq!(words(&engine), ["INSERT"]);
        assert_eq!((session[ed].id, session.life(ed)?), (1, Life::Persistent));
        session[ed].name = "kim".into();
        session.commit().await?;
        assert_eq!(words(&engine), ["UPDATE"]);
        assert_eq!((session[ed].version, names(&engine).await?), (2, vec!["kim".to_owned()]));
        words(&engine);
        session.delete(ed)?;
        session.commit().await?;
        assert_eq!(words(&engine), ["DELETE"]);
        assert_eq!(session.life(ed)?, Life::Detached);
        assert!(names(&engine).await?.is_empty() && !session.in_transaction());
        // There is nothing left to roll back.
        session.rollback().await?;
        assert_eq!(session.life(ed)?, Life::Detached);
    }

    /// What has to be looked at before it is for good, or is more than one statement, goes in a transaction.
    async fn all_else_is_a_transaction(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        words(&engine);
        session.add_all([owner("a"), owner("b")]);
        session.commit().await?;
        assert_eq!(words(&engine), ["BEGIN", "INSERT", "COMMIT"]);
        let a = session.get_one::<Owner>(1).await?;
        let cat = session.add(Cat { owner_id: 1, ..Default::default() });
        session[a].name = "c".into();
        session.commit().await?;
        assert_eq!(words(&engine), ["BEGIN", "UPDATE", "INSERT", "COMMIT"]);
        // A key that may not fit is looked at first.
        session.add(Small::default());
        session.commit().await?;
        assert_eq!(words(&engine), ["BEGIN", "INSERT", "COMMIT"]);
        session[cat].age = 1;
        session.flush().await?;
        session.commit().await?;
        assert_eq!(words(&engine), ["BEGIN", "UPDATE", "COMMIT"]);
        session.begin().await?;
        session[cat].age = 2;
        session.commit().await?;
        assert_eq!(words(&engine), ["BEGIN", "UPDATE", "COMMIT"]);
        // Whoever asked for a level of isolation, or to be called when a transaction begins, gets one.
        let options = SessionOptions::default();
        let mut serializable = options.clone();
        serializable.transaction.isolation = Some(Isolation::Serializable);
        let told = options.after_begin(|begun| {
            Box::pin(async move { begun.execute(text("UPDATE cats SET age = 9")).await.map(drop) })
        });
        for options in [serializable, told] {
            let mut session = engine.session_with(options);
            words(&engine);
            let cat = session.get_one::<Cat>(1).await?;
            session[cat].age += 1;
            session.commit().await?;
            let mut sent = words(&engine);
            sent.retain(|word| word != "SELECT");
            assert_eq!((sent[0].as_str(), sent[sent.len() - 1].as_str()), ("BEGIN", "COMMIT"));
        }
    }

    /// That one of several rows was kept shows only afterwards, and then none of them may be gone.
    async fn many_rows_are_deleted_in_a_transaction(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        session.add(owner("ed"));
        session.commit().await?;
        let cats = session.add_all((0..3).map(|age| Cat { owner_id: 1, age, ..Default::default() }));
        session.commit().await?;
        for cat in cats {
            session.delete(cat)?;
        }
        words(&engine);
        session.commit().await?;
        assert_eq!(words(&engine), ["BEGIN", "DELETE", "COMMIT"]);
        assert_eq!(engine.scalar(select(func::count_all()).from::<Cat>()).await?, 0);
    }

    /// What the database refuses leaves everything as after a rollback, and the error says what it says otherwise.
    async fn what_is_refused_changes_nothing(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let ed = session.add(owner("ed"));
        session.commit().await?;
        let again = session.add(owner("ed"));
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!((error.table(), error.object().is_some()), (Some("owners"), true));
        assert_eq!((session.life(again)?, session.life(ed)?), (Life::Transient, Life::Persistent));

        let stray = session.add(Cat { owner_id: 77, ..Default::default() });
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!((error.columns(), error.object().is_some()), (&["owner_id".to_owned()][..], true));
        assert_eq!(session.life(stray)?, Life::Transient);

        session[stray].owner_id = session[ed].id;
        session.add(stray);
        session.commit().await?;
        session.delete(ed)?;
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(session.life(ed)?, Life::Persistent);
        assert_eq!(names(&engine).await?, ["ed"]);
        assert!(!session.in_transaction());
    }

    /// An update and a deletion that lost the race have changed nothing, in the database and in memory.
    async fn what_is_stale_changes_nothing(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let ed = session.add(owner("ed"));
        session.commit().await?;
        for delete in [false, true] {
            engine.execute(text("UPDATE owners SET version = version + 1")).await?;
            match delete {
                true => session.delete(ed)?,
                false => session[ed].name = "kim".into(),
            }
            words(&engine);
            let error = session.commit().await.unwrap_err();
            session.rollback().await?;
            assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Owner(1)")));
            assert_eq!(words(&engine)[0], if delete { "DELETE" } else { "UPDATE" });
            assert_eq!((session[ed].name.as_str(), session.life(ed)?), ("ed", Life::Persistent));
            assert_eq!(names(&engine).await?, ["ed"]);
            session.refresh(ed).await?;
        }
        session[ed].name = "kim".into();
        session.commit().await?;
        assert_eq!(names(&engine).await?, ["kim"]);
    }

    /// A commit that is dropped at any poll has written its row or not, and the session is in one piece.
    async fn every_poll_can_be_the_last(db: Db) {
        // Every statement on a thread of its own, so that SQLite can be dropped half-way too.
        let engine = Engine::builder(db.url()).offload(Offload::Always).connect().await?;
        tables(&engine).await?;
        for round in 0..20 {
            for polls in 1.. {
                let name = format!("{round}p{polls}");
                let mut session = engine.session();
                let new = session.add(owner(&name));
                let done = cancel_after(session.commit(), polls).await;
                // Everything is as after a rollback, and what is there is read when that has been taken note of.
                if done.is_none() {
                    assert!(session.needs_rollback());
                    session.rollback().await?;
                }
                let found = session.first(Owner::select().filter(Owner::name.eq(&name))).await?;
                if let Some(done) = done {
                    done?;
                    assert_eq!((found, session.life(new)?), (Some(new), Life::Persistent));
                    break;
                }
                assert_eq!(session.life(new)?, Life::Transient);
                assert_ne!(found, Some(new));
                assert!(!session.in_transaction());
            }
        }
        let stored = engine.scalar(select(func::count_all()).from::<Owner>()).await?;
        assert!(stored >= 20);
    }
}

/// A connection that is lost before the answer leaves open what has become of the row, and the error says so.
mod no_answer_is_an_answer_of_its_own {
    use super::*;

    #[test]
    fn postgres() {
        run(Backend::Postgres, "no_answer", no_answer);
    }

    async fn no_answer(db: Db) -> orm_core::Result<()> {
        let direct = db.engine().await;
        tables(&direct).await?;
        let (url, fuse) = proxy::wire(db.url()).await.expect("a wire");
        let engine = Engine::connect(&url).await?;
        for messages in 0.. {
            let mut session = engine.session();
            let ed = session.add(owner(&format!("ed {messages}")));
            session.commit().await?;
            session[ed].name = format!("kim {messages}");
            fuse.set(messages);
            let outcome = session.commit().await;
            if !fuse.remove() {
                outcome?;
                break;
            }
            let Err(error) = outcome else { continue };
            assert_eq!(error.kind(), ErrorKind::CommitUnknown, "{error}");
            session.rollback().await?;
            // What is there is read anew.
            let stored = text("SELECT name FROM owners WHERE id = :id").bind("id", session[ed].id);
            let stored: String = direct.one(stored.columns::<String>()).await?;
            session.refresh(ed).await?;
            assert_eq!(session[ed].name, stored);
        }
        Ok(())
    }
}
