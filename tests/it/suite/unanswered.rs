//! Statements that commit by themselves: what is known of them when no answer comes, and which words are no statements.

use std::path::PathBuf;
use std::time::Duration;

use orm_core::Result;
use orm_core::prelude::*;
use orm_core::sql::text_unchecked;

use super::faults::proxy;
use crate::harness::{Backend, Db, both, run};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    n: i32,
}

async fn count(engine: &Engine, n: i32) -> Result<i64> {
    let found = select(func::count_all())
        .from::<Note>()
        .filter(Note::n.eq(n));
    engine.scalar(found).await
}

both! {
    /// The engine has to know of every transaction, so none is begun or ended behind its back.
    async fn control_is_no_statement(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Note>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add(Note { n: 1, ..Default::default() });
        session.flush().await?;
        for sql in ["COMMIT", "\u{feff}COMMIT", " ;; /* x */ -- y\n end", "\u{feff};rollback", "Savepoint a", "BEGIN", "PREPARE TRANSACTION 'a'"] {
            let texts = [text_unchecked(sql), text_unchecked(sql).read_only()];
            for text in texts {
                let refused = [
                    session.execute(text.clone()).await.map(drop),
                    session.all(text.clone().columns::<i64>()).await.map(drop),
                    session.stream(text.clone().columns::<i64>()).next(&mut session).await.map(drop),
                    engine.execute(text.clone()).await.map(drop),
                    engine.all(text.clone().columns::<i64>()).await.map(drop),
                ];
                for (index, refused) in refused.into_iter().enumerate() {
                    let error = refused.expect_err("refused");
                    let kind = error.kind();
                    // What is streamed on a server is part of another statement.
                    let streamed = index == 2 && db.backend() == Backend::Postgres;
                    assert!(kind == ErrorKind::InvalidQuery || streamed, "{sql:?} {index}: {error}");
                    if streamed {
                        session.rollback().await?;
                        session.add(Note { n: 1, ..Default::default() });
                        session.flush().await?;
                    }
                }
                assert!(session.in_transaction());
                assert_eq!(count(&engine, 1).await?, 0);
            }
        }
        session.commit().await?;
        assert_eq!(count(&engine, 1).await?, 1);
    }
}

/// The reply is lost of a statement outside of any transaction.
mod no_reply_is_no_refusal {
    use super::*;

    #[test]
    fn postgres() {
        run(Backend::Postgres, "no_reply", no_reply);
    }

    async fn no_reply(db: Db) -> Result<()> {
        let direct = db.engine().await;
        Metadata::of::<Note>()?.create_all(&direct).await?;
        let (url, fuse) = proxy::wire(db.url()).await.expect("a wire");
        let engine = Engine::connect(&url).await?;
        let (mut unknown, mut stored) = (0, 0);
        for returning in [false, true] {
            for messages in 0.. {
                engine
                    .scalar(select(func::count_all()).from::<Note>())
                    .await?;
                let n = 1_000 * i32::from(returning) + messages as i32;
                let insert = Note::insert().values(Note::n.to(n));
                fuse.set(messages);
                let outcome = match returning {
                    true => engine.all(insert.returning(Note::id)).await.map(drop),
                    false => engine.execute(insert).await.map(drop),
                };
                if !fuse.remove() {
                    outcome?;
                    assert_eq!(count(&direct, n).await?, 1);
                    break;
                }
                // A statement whose connection was cut off may be running yet.
                tokio::time::sleep(Duration::from_millis(20)).await;
                let there = count(&direct, n).await?;
                let Err(error) = outcome else {
                    assert_eq!(there, 1, "after {messages}: Ok");
                    continue;
                };
                assert!(
                    there == 0 || error.kind() == ErrorKind::CommitUnknown,
                    "after {messages}: {error}"
                );
                assert!(there <= 1, "sent again");
                assert!(!error.is_retryable());
                unknown += usize::from(error.kind() == ErrorKind::CommitUnknown);
                stored += there;
            }
        }
        assert!(
            unknown > 0 && stored > 0,
            "{unknown} unknown, {stored} stored"
        );
        Ok(())
    }
}

/// What is wrong with the file of a database is said by kinds of its own.
mod files_that_cannot_be_written {
    use super::*;

    #[test]
    fn sqlite() {
        run(Backend::Sqlite, "bad_files", files);
    }

    fn path(db: &Db) -> PathBuf {
        let url = db.url().split_once('?').map_or(db.url(), |(path, _)| path);
        let path = url
            .strip_prefix("sqlite://")
            .or(url.strip_prefix("sqlite:"));
        path.expect("a file").into()
    }

    async fn files(db: Db) -> Result<()> {
        let note = || Note {
            n: 1,
            ..Default::default()
        };
        let engine = db.engine().await;
        Metadata::of::<Note>()?.create_all(&engine).await?;
        // Full.
        let mut session = engine.session();
        session.execute(text("PRAGMA max_page_count = 4")).await?;
        let filler = text(
            "INSERT INTO notes (n) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) SELECT x FROM c",
        );
        let error = session.execute(filler).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::StorageFull, "E606"),
            "{error}"
        );
        session.rollback().await?;
        drop(session);
        let writable = engine;

        // Read-only; the other engine keeps the files of the log where they are.
        let engine = Engine::connect(&format!("sqlite://{}?mode=ro", path(&db).display())).await?;
        let mut session = engine.session();
        session.add(note());
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnlyDatabase, "{error}");
        let error = engine.execute(Note::delete()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnlyDatabase, "{error}");
        drop((session, engine, writable));

        // Deleted, and replaced.
        let engine = db.engine().await;
        let mut session = engine.session();
        session.add(note());
        session.commit().await?;
        let file = path(&db);
        std::fs::rename(&file, file.with_extension("elsewhere")).expect("a file");
        session.add(note());
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::FileMoved, "{error}");
        session.rollback().await?;
        assert_eq!(
            engine.execute(Note::delete()).await.unwrap_err().kind(),
            ErrorKind::FileMoved
        );
        let mut transaction = engine.begin().await;
        assert_eq!(
            transaction.as_mut().map(drop).unwrap_err().kind(),
            ErrorKind::FileMoved
        );
        std::fs::rename(file.with_extension("elsewhere"), &file).expect("a file");
        session.add(note());
        session.commit().await?;
        drop((session, engine));

        // No database.
        let other = file.with_extension("text");
        std::fs::write(
            &other,
            "this is no database, but a text of more than a hundred bytes; ".repeat(100),
        )
        .expect("a file");
        let opened = Engine::connect(&format!("sqlite://{}", other.display())).await;
        let error = match opened {
            Err(error) => error,
            Ok(engine) => engine.all(Note::select()).await.unwrap_err(),
        };
        assert_eq!(error.kind(), ErrorKind::CorruptDatabase, "{error}");
        std::fs::remove_file(&other).expect("a file");
        std::fs::remove_file(file.with_extension("elsewhere")).ok();
        Ok(())
    }
}
