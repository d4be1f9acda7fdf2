//! Work that was given up without the program's word: nothing is written until `rollback` takes note of it.

mod busy;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use orm_core::Result;
use orm_core::engine::Offload;
use orm_core::prelude::*;
use orm_core::session::Life;

use super::cancel::cancel_after;
use crate::harness::{Backend, Db, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    n: i32,
}

fn note(n: i32) -> Note {
    Note {
        n,
        ..Default::default()
    }
}

/// Rows 1 to 3, every statement on a thread of its own, so that SQLite can be cut off half-way too.
async fn start(db: &Db) -> Result<Engine> {
    let engine = Engine::builder(db.url())
        .offload(Offload::Always)
        .connect()
        .await?;
    Metadata::of::<Note>()?.create_all(&engine).await?;
    let mut session = engine.session();
    session.add_all([note(1), note(2), note(3)]);
    session.commit().await?;
    Ok(engine)
}

async fn stored(engine: &Engine) -> Result<Vec<i32>> {
    engine.all(select(Note::n).order_by(Note::n)).await
}

/// A read that takes long enough to be cut off.
fn slow() -> orm_core::mapping::TextQuery<orm_core::mapping::Scalar<i64>> {
    text("WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000) SELECT count(*) FROM c")
        .read_only()
        .columns::<i64>()
}

/// Whatever writes is refused, and says what it was that ended the transaction; after `rollback` everything works.
async fn is_refused(
    session: &mut Session,
    engine: &Engine,
    cause: Option<ErrorKind>,
) -> Result<()> {
    assert!(session.needs_rollback() && !session.in_transaction());
    let before = stored(engine).await?;
    let late = session.add(note(100));
    for round in 0..2 {
        let refused = [
            session.commit().await,
            session.flush().await,
            session.begin().await,
            session.savepoint().await.map(drop),
            session.execute(text("DELETE FROM notes")).await.map(drop),
            session.execute(Note::delete()).await.map(drop),
            session.bulk_insert([note(101)]).await.map(drop),
            session.bulk_insert_returning([note(101)]).await.map(drop),
            session
                .bulk_update::<Note>([(Note::id.to(1), Note::n.to(9))])
                .await
                .map(drop),
            session.all(Note::select()).await.map(drop),
            { session.no_autoflush().all(Note::select()).await.map(drop) },
            {
                session
                    .no_autoflush()
                    .execute(Note::delete())
                    .await
                    .map(drop)
            },
            session.merge(note(102)).await.map(drop),
        ];
        for (index, refused) in refused.into_iter().enumerate() {
            let error = refused.expect_err("refused");
            assert_eq!(
                error.kind(),
                ErrorKind::PendingRollback,
                "{index} in round {round}: {error}"
            );
            assert_eq!(
                (error.code(), error.first_cause()),
                ("E505", cause),
                "{error}"
            );
            assert!(error.message().contains("rollback()"), "{error}");
        }
    }
    assert_eq!(stored(engine).await?, before);
    session.rollback().await?;
    assert!(!session.needs_rollback());
    assert_eq!(session.life(late)?, Life::Transient);
    session.add(late);
    session.commit().await?;
    assert!(stored(engine).await?.contains(&100));
    engine
        .execute(Note::delete().filter(Note::n.eq(100)))
        .await?;
    Ok(())
}

both! {
    /// The read that was cut off took the flushed row with it.
    async fn a_read_that_is_cut_off(db: Db) {
        let engine = start(&db).await?;
        let mut session = engine.session();
        let a = session.add(note(4));
        session.flush().await?;
        let cut = tokio::time::timeout(Duration::from_millis(3), session.all(slow())).await;
        assert!(cut.is_err());
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PendingRollback);
        assert!(error.message().contains("connection was lost"), "{error}");
        assert_eq!(session.life(a)?, Life::Transient);
        is_refused(&mut session, &engine, None).await?;
        assert_eq!(stored(&engine).await?, [1, 2, 3]);
    }

    /// Outside of a transaction it costs nothing, and what is pending stays so; in one without work as well, if it was not
    /// asked for.
    async fn a_read_alone_costs_nothing(db: Db) {
        let engine = start(&db).await?;
        let mut session = engine.session();
        let a = session.add(note(4));
        let cut = tokio::time::timeout(Duration::from_millis(3), session.no_autoflush().all(slow())).await;
        assert!(cut.is_err() && !session.needs_rollback());
        assert_eq!(session.life(a)?, Life::Pending);
        session.commit().await?;
        let mut rows = session.stream(slow());
        let cut = tokio::time::timeout(Duration::from_millis(3), rows.next(&mut session)).await;
        assert!(cut.is_err() && !session.needs_rollback());
        session.add(note(5));
        session.commit().await?;
        assert_eq!(stored(&engine).await?, [1, 2, 3, 4, 5]);
        // A transaction that was asked for has promised one view of everything.
        session.begin().await?;
        let cut = tokio::time::timeout(Duration::from_millis(3), session.all(slow())).await;
        assert!(cut.is_err());
        is_refused(&mut session, &engine, None).await?;
    }

    /// A flush, an autoflush, rows in bulk and a commit that fail take everything with them.
    async fn what_fails(db: Db) {
        let engine = start(&db).await?;
        for which in 0..7 {
            let mut session = engine.session();
            let kept = session.add(note(10));
            session.flush().await?;
            let failed = match which {
                0 => {
                    session.add(note(1));
                    session.flush().await
                }
                1 => {
                    session.add(note(1));
                    session.all(Note::select()).await.map(drop)
                }
                2 => session.bulk_insert([note(11), note(1)]).await.map(drop),
                3 => session.bulk_insert_returning([note(11), note(1)]).await.map(drop),
                4 => session.bulk_insert_keys([note(11), note(1)]).await.map(drop),
                5 => session.bulk_update::<Note>([(Note::id.to(1), Note::n.to(2))]).await.map(drop),
                _ => {
                    session.add(note(1));
                    session.commit().await
                }
            };
            assert_eq!(failed.unwrap_err().kind(), ErrorKind::UniqueViolation);
            assert_eq!(session.life(kept)?, Life::Transient);
            is_refused(&mut session, &engine, Some(ErrorKind::UniqueViolation)).await?;
            assert_eq!(stored(&engine).await?, [1, 2, 3]);
        }
    }

    /// The first cause is the one that is told, whatever comes after it.
    async fn the_first_cause_is_told(db: Db) {
        let engine = start(&db).await?;
        let mut session = engine.session();
        session.add(note(1));
        session.flush().await.unwrap_err();
        session.add(note(7));
        let error = session.commit().await.unwrap_err();
        assert!(error.message().contains("[E101] unique violation"), "{error}");
        assert!(!error.message().contains("INSERT"), "{error}");
        let again = session.commit().await.unwrap_err();
        assert_eq!(again.message(), error.message());
        assert_eq!((error.is_integrity(), error.is_retryable()), (false, false));
    }

    /// A statement that fails alone is told by its own error; where the database goes on, so does the session.
    async fn a_statement_that_fails(db: Db) {
        let engine = start(&db).await?;
        let mut session = engine.session();
        session.add(note(4));
        session.flush().await?;
        let twice = Note::insert().values(Note::n.to(1));
        assert_eq!(session.execute(twice).await.unwrap_err().kind(), ErrorKind::UniqueViolation);
        match db.backend() {
            Backend::Sqlite => {
                session.commit().await?;
                assert_eq!(stored(&engine).await?, [1, 2, 3, 4]);
            }
            Backend::Postgres => {
                assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::TransactionAborted);
                is_refused(&mut session, &engine, Some(ErrorKind::TransactionAborted)).await?;
                assert_eq!(stored(&engine).await?, [1, 2, 3]);
            }
        }
    }

    /// Statements and rows in bulk whose futures are dropped before their transaction began.
    async fn what_is_cut_off_at_its_first_poll(db: Db) {
        let engine = start(&db).await?;
        for which in 0..5 {
            let mut session = engine.session();
            let done = match which {
                0 => cancel_after(session.execute(Note::insert().values(Note::n.to(4))), 1).await.is_some(),
                1 => cancel_after(session.bulk_insert([note(4)]), 1).await.is_some(),
                2 => cancel_after(session.all(Note::insert().values(Note::n.to(4)).returning(Note::id)), 1).await.is_some(),
                3 => {
                    session.add(note(4));
                    cancel_after(session.flush(), 1).await.is_some()
                }
                _ => {
                    session.add(note(4));
                    cancel_after(session.all(Note::select()), 1).await.is_some()
                }
            };
            // An answer may be there at the first poll.
            if !done {
                is_refused(&mut session, &engine, None).await?;
            }
        }
    }

    /// A function of the program that panics in a flush, in a statement or in a savepoint, and is caught.
    async fn a_panic_that_is_caught(db: Db) {
        let engine = start(&db).await?;
        let options = || {
            SessionOptions::default()
                .before_insert::<Note>(|_, note| if note.n == 50 { panic!("a hook") } else { Ok(()) })
                .after_insert::<Note>(|_, note| if note.n == 51 { panic!("a hook") } else { Ok(()) })
                .after_execute(|_, rows| assert_ne!(rows, 3, "a hook"))
        };
        for which in 0..4 {
            let mut session = engine.session_with(options());
            session.add(note(4));
            session.flush().await?;
            let caught = match which {
                0 | 1 => {
                    session.add(note(50 + which));
                    AssertUnwindSafe(session.flush()).catch_unwind().await.map(drop)
                }
                2 => {
                    let three = Note::update().set(Note::n.to(Note::n + 1000)).filter(Note::n.lt(4));
                    AssertUnwindSafe(session.execute(three)).catch_unwind().await.map(drop)
                }
                _ => {
                    let work = session.nested(|session| Box::pin(async move {
                        session.add(note(5));
                        session.flush().await?;
                        assert_eq!(1, 2, "in a savepoint");
                        Ok(())
                    }));
                    AssertUnwindSafe(work).catch_unwind().await.map(drop)
                }
            };
            assert!(caught.is_err(), "{which} did not panic");
            let error = session.commit().await.unwrap_err();
            assert!(error.message().contains("panicked"), "{error}");
            is_refused(&mut session, &engine, None).await?;
            assert_eq!(stored(&engine).await?, [1, 2, 3]);
        }
    }

    /// What a function of the program keeps to itself does not make a commit of nothing.
    async fn hooks_keep_no_failure_to_themselves(db: Db) {
        let engine = start(&db).await?;
        async fn fails(session: &mut Session) -> Result<()> {
            session.bulk_insert([note(1)]).await.unwrap_err();
            Ok(())
        }
        let options = SessionOptions::default;
        let before_flush = options().before_flush(|session| Box::pin(fails(session)));
        let after_flush = options().after_flush(|session| Box::pin(fails(session)));
        let before_commit = options().before_commit(|session| Box::pin(fails(session)));
        for options in [before_flush, after_flush, before_commit] {
            let mut session = engine.session_with(options.autoflush(false));
            session.add(note(4));
            let error = session.commit().await.unwrap_err();
            assert_eq!((error.kind(), error.first_cause()), (ErrorKind::PendingRollback, Some(ErrorKind::UniqueViolation)), "{error}");
            assert!(session.needs_rollback());
            assert_eq!(stored(&engine).await?, [1, 2, 3]);
        }
    }

    /// A commit that found no connection: the second one is no commit of nothing.
    async fn a_commit_that_got_no_connection(db: Db) {
        start(&db).await?;
        let engine = Engine::builder(db.url()).max_connections(1).acquire_timeout(Duration::from_millis(700)).connect().await?;
        let held = engine.begin().await?;
        let mut session = engine.session();
        let a = session.add(note(4));
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Timeout);
        held.rollback().await?;
        is_refused(&mut session, &engine, Some(ErrorKind::Timeout)).await?;
        session.add(a);
        session.commit().await?;
        assert_eq!(stored(&engine).await?, [1, 2, 3, 4]);
    }

    /// Work in a savepoint that fails and keeps it to itself is undone, and what is around it is not.
    async fn nested_work_takes_note_by_itself(db: Db) {
        let engine = start(&db).await?;
        let mut session = engine.session();
        session.add(note(4));
        let kept = session.nested(|session| Box::pin(async move {
            session.add(note(5));
            session.flush().await
        })).await;
        kept?;
        for swallowed in [false, true] {
            let failed = session.nested(|session| Box::pin(async move {
                session.add_all([note(6), note(1)]);
                match session.flush().await {
                    Err(_) if swallowed => Ok(()),
                    failed => failed,
                }
            })).await;
            let kind = if swallowed { ErrorKind::PendingRollback } else { ErrorKind::UniqueViolation };
            assert_eq!(failed.unwrap_err().kind(), kind);
            assert!(!session.needs_rollback() && session.in_transaction());
        }
        session.commit().await?;
        assert_eq!(stored(&engine).await?, [1, 2, 3, 4, 5]);
    }

    /// A savepoint that went with its transaction is not to be found; the error says what has become of both.
    async fn a_savepoint_of_a_lost_transaction(db: Db) {
        let engine = start(&db).await?;
        let mut session = engine.session();
        session.add(note(4));
        let point = session.savepoint().await?;
        let cut = tokio::time::timeout(Duration::from_millis(3), session.all(slow())).await;
        assert!(cut.is_err());
        assert_eq!(session.release(point).await.unwrap_err().kind(), ErrorKind::PendingRollback);
        assert_eq!(session.rollback_to(point).await.unwrap_err().kind(), ErrorKind::PendingRollback);
        is_refused(&mut session, &engine, None).await?;
        assert_eq!(session.rollback_to(point).await.unwrap_err().kind(), ErrorKind::InvalidState);
    }

    /// Closing takes note as well.
    async fn a_session_that_is_closed_can_be_used(db: Db) {
        let engine = start(&db).await?;
        let mut session = engine.session();
        session.add(note(1));
        session.flush().await.unwrap_err();
        session.close().await?;
        session.add(note(4));
        session.commit().await?;
        assert_eq!(stored(&engine).await?, [1, 2, 3, 4]);
    }
}
