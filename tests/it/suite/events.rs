//! Functions of the program that a session calls: at flushes, commits, rollbacks, statements (SES-14, SES-15).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::Life;
use orm_core::{Error, Result};

use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

/// What was called, in order.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

async fn start(db: &crate::harness::Db) -> Result<Engine> {
    let engine = db.engine().await;
    user_address::tables(&engine).await?;
    Ok(engine)
}

/// Options that note every call of a session's own.
fn noting(calls: &Calls) -> SessionOptions {
    let [begin, flush, flushed, commit, committed, back] = std::array::from_fn(|_| calls.clone());
    SessionOptions::default()
        .after_begin(move |_| {
            begin.note("begin");
            Box::pin(async { Ok(()) })
        })
        .before_flush(move |_| {
            flush.note("before flush");
            Box::pin(async { Ok(()) })
        })
        .after_flush(move |_| {
            flushed.note("after flush");
            Box::pin(async { Ok(()) })
        })
        .before_commit(move |_| {
            commit.note("before commit");
            Box::pin(async { Ok(()) })
        })
        .after_commit(move |_| {
            committed.note("after commit");
            Box::pin(async {})
        })
        .after_rollback(move |session| {
            back.note(match session.in_transaction() {
                true => "rollback to savepoint",
                false => "rollback",
            });
        })
}

both! {
    /// SES-14: the order of the calls.
    async fn calls_in_order(db: Db) {
        let engine = start(&db).await?;
        let calls = Calls::default();
        let mut session = engine.session_with(noting(&calls));
        session.add(User::named("a"));
        session.commit().await?;
        assert_eq!(calls.take(), ["before commit", "before flush", "begin", "after flush", "after commit"]);
        // Nothing was begun, so nothing ends.
        session.commit().await?;
        assert_eq!(calls.take(), ["before commit"]);
        session.begin().await?;
        let point = session.savepoint().await?;
        session.add(User::named("b"));
        session.flush().await?;
        session.rollback_to(point).await?;
        session.rollback().await?;
        assert_eq!(calls.take(), ["begin", "before flush", "after flush", "rollback to savepoint", "rollback"]);
        session.add(User { id: 1, ..User::named("twice") });
        assert!(session.commit().await.is_err());
        assert_eq!(calls.take(), ["before commit", "before flush", "begin", "rollback"]);
    }

    /// SES-15: hooks may add work before a flush and after it; a commit flushes until nothing is left.
    async fn hooks_add_work(db: Db) {
        let engine = start(&db).await?;
        let options = SessionOptions::default().before_flush(|session| Box::pin(async move {
            for new in session.new_objects() {
                if let Some(user) = new.downcast::<User>() {
                    user.addresses(session).push(Address::of("auto"))?;
                }
            }
            Ok(())
        }));
        let log = Log::new(&db, &engine);
        let mut session = engine.session_with(options);
        session.add(User::named("u"));
        session.commit().await?;
        assert_eq!(log.take().len(), 2);
        let rows = engine.all(select((Address::id, Address::user_id, Address::email))).await?;
        assert_eq!(rows, [(1, Some(1), "auto".to_owned())]);

        let rounds = AtomicUsize::new(0);
        let options = SessionOptions::default().after_flush(move |session| {
            let round = rounds.fetch_add(1, Ordering::Relaxed) + 1;
            if round < 3 {
                session.add(User::named(&format!("more{round}")));
            }
            Box::pin(async { Ok(()) })
        });
        let mut session = engine.session_with(options);
        session.add(User::named("a"));
        log.take();
        session.commit().await?;
        assert_eq!(log.take().len(), 3);
        assert_eq!(engine.all(select(User::name).order_by(User::id)).await?, ["u", "a", "more1", "more2"]);

        // A hook that fails makes the flush fail; one that never ends is stopped.
        let options = SessionOptions::default()
            .before_flush(|_| Box::pin(async { Err(Error::new(ErrorKind::InvalidData, "no")) }));
        let mut session = engine.session_with(options);
        let b = session.add(User::named("b"));
        assert_eq!(session.commit().await.unwrap_err().message(), "no");
        assert_eq!(session.life(b)?, Life::Transient);
        let options = SessionOptions::default().after_flush(|session| {
            session.add(User::named("more"));
            Box::pin(async { Ok(()) })
        });
        let mut session = engine.session_with(options);
        session.add(User::named("c"));
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::InvalidState);
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 4);
    }

    /// A hook may send statements, in the same transaction; it cannot begin again what called it, nor end the transaction.
    async fn hooks_cannot_disturb(db: Db) {
        let engine = start(&db).await?;
        let calls = Calls::default();
        let (flush, commit, done) = (calls.clone(), calls.clone(), calls.clone());
        let refused = |calls: &Calls, what: &str, outcome: Result<()>| {
            calls.note(format!("{what}: {}", outcome.map_or_else(|error| error.message().to_owned(), |()| "done".into())));
        };
        let options = SessionOptions::default()
            .before_flush(move |session| {
                let calls = flush.clone();
                Box::pin(async move {
                    // A query does not flush here; what it writes is a part of the transaction.
                    calls.note(format!("{} rows", session.all(User::select()).await?.len()));
                    session.execute(User::insert().values(User::name.to("from a hook"))).await?;
                    refused(&calls, "flush", session.flush().await);
                    refused(&calls, "commit", session.commit().await);
                    refused(&calls, "rollback", session.rollback().await);
                    refused(&calls, "savepoint", session.savepoint().await.map(drop));
                    Ok(())
                })
            })
            .before_commit(move |session| {
                let calls = commit.clone();
                Box::pin(async move {
                    refused(&calls, "flush", session.flush().await);
                    refused(&calls, "commit", session.commit().await);
                    Ok(())
                })
            })
            .after_commit(move |session| {
                let calls = done.clone();
                Box::pin(async move {
                    let names = session.all(select(User::name).order_by(User::id)).await.unwrap();
                    calls.note(names.join(", "));
                    refused(&calls, "commit", session.commit().await);
                })
            });
        let mut session = engine.session_with(options);
        session.add(User::named("a"));
        session.commit().await?;
        let in_flush = |what| format!("cannot {what} in a function that is called by a flush: what it adds or changes is written when it has returned");
        let in_commit = "commit: cannot commit in a function that is called by a commit: it ends when the function has returned";
        assert_eq!(
            calls.take(),
            [
                "0 rows".to_owned(),
                format!("flush: {}", in_flush("flush")),
                format!("commit: {}", in_flush("commit")),
                format!("rollback: {}", in_flush("roll back")),
                format!("savepoint: {}", in_flush("flush")),
                "flush: done".to_owned(),
                in_commit.to_owned(),
                "from a hook, a".to_owned(),
                in_commit.to_owned(),
            ]
        );
        session.commit().await?;
    }

    /// A commit that a hook refuses is rolled back; so is a transaction that a hook cannot set up.
    async fn hooks_refuse(db: Db) {
        let engine = start(&db).await?;
        let no = || Error::new(ErrorKind::InvalidData, "no");
        let options = SessionOptions::default().before_commit(move |session| Box::pin(async move {
            session.flush().await?;
            Err(no())
        }));
        let mut session = engine.session_with(options);
        let a = session.add(User::named("a"));
        assert_eq!(session.commit().await.unwrap_err().message(), "no");
        session.rollback().await?;
        assert_eq!((session.life(a)?, session.in_transaction()), (Life::Transient, false));

        let options = SessionOptions::default().after_begin(move |begun| Box::pin(async move {
            let names = begun.all(select(User::name)).await?;
            if names.is_empty() {
                begun.execute(User::insert().values(User::name.to("first"))).await?;
                return Err(no());
            }
            begun.execute(User::update().set(User::fullname.to("set up"))).await.map(drop)
        }));
        let mut session = engine.session_with(options);
        let b = session.add(User::named("b"));
        assert_eq!(session.flush().await.unwrap_err().message(), "no");
        session.rollback().await?;
        assert_eq!((session.life(b)?, session.in_transaction()), (Life::Transient, false));
        assert_eq!(session.begin().await.unwrap_err().message(), "no");
        assert!(!session.in_transaction());
        engine.execute(User::insert().values(User::name.to("there"))).await?;
        session.add(b);
        session.commit().await?;
        let rows = engine.all(select((User::name, User::fullname)).order_by(User::id)).await?;
        assert_eq!(rows, [("there".to_owned(), Some("set up".to_owned())), ("b".to_owned(), None)]);
    }

    /// Statements of the program, in bulk too, are told before and after; flushes are not.
    async fn statements_are_told(db: Db) {
        let engine = start(&db).await?;
        let calls = Calls::default();
        let after = calls.clone();
        let options = SessionOptions::default()
            .before_execute(|it| match it.operation {
                "DELETE" => Err(Error::new(ErrorKind::InvalidData, "nothing is deleted here")),
                _ => Ok(()),
            })
            .after_execute(move |it, rows| {
                let begins = it.sql.split(' ').next().unwrap_or_default();
                after.note(format!("{} {} {begins} {rows}", it.operation, it.table.unwrap_or("?")));
            });
        let mut session = engine.session_with(options);
        session.add(User::named("flushed"));
        session.flush().await?;
        session.bulk_insert(["a", "b"].map(User::named)).await?;
        session.bulk_insert_returning(["c"].map(User::named)).await?;
        session.bulk_update::<User>([2, 3].map(|id| (User::id.to(id), User::fullname.to("x")))).await?;
        session.execute(User::update().set(User::fullname.to("y")).filter(User::name.like("%"))).await?;
        session.all(User::update().set(User::fullname.to("z")).filter(User::id.gt(2)).returning(User::id)).await?;
        session.all(User::select()).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(session.execute(User::delete()).await.unwrap_err().message(), "nothing is deleted here");
        log.nothing();
        assert_eq!(
            calls.take(),
            [
                "INSERT users INSERT 2",
                "INSERT users INSERT 1",
                "UPDATE users UPDATE 2",
                "UPDATE users UPDATE 4",
                "UPDATE users UPDATE 2",
            ]
        );
        session.commit().await?;
    }
}
