//! Streams while others write: the rows as they were when the stream began, each once, whatever is written meanwhile.

use orm_core::engine::Engine;
use orm_core::mapping::{Entity, Select};
use orm_core::prelude::*;

use crate::harness::{Backend, Db, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "jobs")]
struct Job {
    #[orm(primary_key)]
    id: i64,
    #[orm(index)]
    state: i32,
    note: Option<String>,
    weight: f64,
}

/// The database of the test; on SQLite also one in memory, which has one connection.
async fn engines(db: &Db) -> orm_core::Result<Vec<Engine>> {
    let mut engines = vec![db.engine().await];
    if db.backend() == Backend::Sqlite {
        engines.push(Engine::connect("sqlite::memory:").await?);
    }
    for engine in &engines {
        Metadata::of::<(Job,)>()?.create_all(engine).await?;
        let jobs = (0..50).map(|n| Job {
            state: n,
            note: (n % 3 == 0).then(|| format!("note {n}")),
            weight: f64::from(n),
            ..Default::default()
        });
        let mut session = engine.session();
        for job in jobs {
            session.add(job);
        }
        session.commit().await?;
    }
    Ok(engines)
}

fn by_state() -> Select<Entity<Job>> {
    Job::select().filter(Job::state.ge(0))
}

async fn states(engine: &Engine) -> orm_core::Result<Vec<i32>> {
    engine.all(select(Job::state).order_by(Job::id)).await
}

both! {
    /// The loop changes what the stream is filtered and found by.
    async fn a_stream_does_not_see_its_updates(db: Db) {
        for engine in engines(&db).await? {
            let mut session = engine.session();
            let mut stream = session.stream(by_state()).batch_size(5);
            let mut seen = Vec::new();
            while let Some(jobs) = stream.next(&mut session).await? {
                for job in jobs {
                    seen.push(session[job].state);
                    session[job].state += 1000;
                }
                session.flush().await?;
                session.expunge_all();
                assert!(seen.len() <= 50, "it does not end");
            }
            session.commit().await?;
            seen.sort_unstable();
            assert_eq!(seen, (0..50).collect::<Vec<_>>());
            assert_eq!(states(&engine).await?, (1000..1050).collect::<Vec<_>>());
            assert_eq!(engine.pool_status().in_use, 0);
        }
    }

    /// Rows that were deleted meanwhile come all the same, and those that were inserted do not.
    async fn a_stream_sees_what_was_deleted_and_not_what_was_inserted(db: Db) {
        for engine in engines(&db).await? {
            let mut session = engine.session();
            session.begin().await?;
            let mut stream = session.stream(select((Job::id, Job::note, Job::weight)).order_by(Job::id)).batch_size(1);
            let mut seen = Vec::new();
            while let Some(rows) = stream.next(&mut session).await? {
                for (id, note, weight) in rows {
                    assert_eq!(note, ((id - 1) % 3 == 0).then(|| format!("note {}", id - 1)));
                    assert_eq!(weight, (id - 1) as f64);
                    seen.push(id);
                    session.execute(Job::delete().filter(Job::id.eq(id + 1))).await?;
                    session.add(Job::default());
                }
            }
            session.commit().await?;
            assert_eq!(seen, (1..=50).collect::<Vec<_>>());
            assert_eq!(states(&engine).await?.len(), 50);
        }
    }

    /// Others write through the engine, while the stream of an engine or of a session that only reads is under way.
    async fn the_engine_writes_meanwhile(db: Db) {
        for engine in engines(&db).await? {
            let mut seen = Vec::new();
            let mut stream = engine.stream(by_state()).batch_size(7);
            while let Some(job) = stream.next().await? {
                seen.push(job.state);
                engine.execute(Job::update().set(Job::state.to(Job::state + 1000)).filter(Job::id.eq(job.id))).await?;
                engine.execute(Job::insert().values((Job::state.to(5), Job::weight.to(0.5)))).await?;
                engine.execute(Job::delete().filter(Job::id.eq(51 - job.id)).filter(Job::id.le(20))).await?;
                assert!(seen.len() <= 50, "it does not end");
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..50).collect::<Vec<_>>());

            let mut session = engine.session();
            let mut stream = session.stream(by_state()).batch_size(7);
            let (mut count, before) = (0, states(&engine).await?.len());
            while let Some(jobs) = stream.next(&mut session).await? {
                for job in jobs {
                    count += 1;
                    engine.execute(Job::insert().values((Job::state.to(7), Job::weight.to(0.5)))).await?;
                    if count > 60 {
                        session[job].state += 1;
                    }
                }
                assert!(count <= before, "it does not end");
                if count > 60 {
                    // What was read is older than what others have written since.
                    session.flush().await?;
                    break;
                }
            }
            count += stream.next(&mut session).await?.map_or(0, |jobs| jobs.len());
            assert!((61..=before).contains(&count), "{count}");
            session.rollback().await?;
            assert_eq!(stream.next(&mut session).await.unwrap_err().kind(), ErrorKind::InvalidState);
            assert_eq!(engine.pool_status().in_use, 0);
        }
    }

    /// Two streams stand in the way of nothing: tables are dropped and made, and savepoints undone.
    async fn tables_change_meanwhile(db: Db) {
        for engine in engines(&db).await? {
            let mut session = engine.session();
            session.begin().await?;
            let mut one = session.stream(select(Job::id).order_by(Job::id)).batch_size(20);
            let mut two = session.stream(select(Job::state).order_by(Job::id)).batch_size(30);
            assert_eq!(one.next(&mut session).await?.map(|ids| ids.len()), Some(20));
            assert_eq!(two.next(&mut session).await?.map(|ids| ids.len()), Some(30));
            let point = session.savepoint().await?;
            session.execute(Job::update().set(Job::state.to(-1))).await?;
            session.execute(text("CREATE TABLE others (id INTEGER)")).await?;
            assert_eq!(two.next(&mut session).await?, Some((30..50).collect()));
            session.rollback_to(point).await?;
            assert_eq!(one.next(&mut session).await?, Some((21..=40).collect()));
            session.execute(Job::update().set(Job::state.to(-2))).await?;
            assert_eq!(one.next(&mut session).await?, Some((41..=50).collect()));
            assert_eq!(one.next(&mut session).await?, None);
            session.commit().await?;
        }
    }

    /// A stream that began in a savepoint ends when that is undone, not when it is released; the transaction goes on.
    async fn an_undone_savepoint_ends_its_streams(db: Db) {
        for engine in engines(&db).await? {
            let mut session = engine.session();
            let outer = session.savepoint().await?;
            let inner = session.savepoint().await?;
            let mut stream = session.stream(select(Job::id).order_by(Job::id)).batch_size(20);
            stream.next(&mut session).await?;
            session.release(inner).await?;
            assert_eq!(stream.next(&mut session).await?, Some((21..=40).collect()));
            session.rollback_to(outer).await?;
            let error = stream.next(&mut session).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidState);
            assert!(error.message().contains("savepoint"), "{error}");
            session.add(Job::default());
            session.commit().await?;
            assert_eq!(states(&engine).await?.len(), 51);
        }
    }

    /// What goes wrong further down comes to the reader after the rows before it, not to the one who writes.
    async fn the_reader_is_told_what_goes_wrong(db: Db) {
        let sql = match db.backend() {
            Backend::Sqlite => {
                "SELECT CASE WHEN id < 30 THEN id ELSE abs(-9223372036854775807 - 1) END FROM jobs ORDER BY id"
            }
            Backend::Postgres => "SELECT id / (CASE WHEN id < 30 THEN 1 ELSE 0 END) FROM jobs ORDER BY id",
        };
        for engine in engines(&db).await? {
            let mut session = engine.session();
            let mut stream = session.stream(text(sql).read_only().columns::<i64>()).batch_size(10);
            let mut seen = stream.next(&mut session).await?.unwrap_or_default();
            session.execute(Job::update().set(Job::state.to(-1))).await?;
            let error = loop {
                match stream.next(&mut session).await {
                    Ok(rows) => seen.extend(rows.expect("an error before the end")),
                    Err(error) => break error,
                }
            };
            assert!(seen.len() >= 20 && seen.iter().zip(1..).all(|(seen, id)| *seen == id), "{seen:?}");
            assert!(matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::Database), "{error}");
            assert_eq!(stream.next(&mut session).await.ok().flatten(), None);
            session.rollback().await?;
        }
    }

    /// What is put aside lies in a file, not in memory, and is read from there as it was.
    async fn what_is_put_aside_lies_in_a_file(db: Db) {
        for engine in engines(&db).await? {
            let note = "n".repeat(10_000);
            engine.execute(Job::update().set(Job::note.to(Some(note.clone())))).await?;
            let copies: Vec<Job> = (0..1_000)
                .map(|state| Job { state, note: Some(note.clone()), ..Default::default() })
                .collect();
            let mut session = engine.session();
            session.bulk_insert(copies).await?;
            session.commit().await?;
            let mut stream = session.stream(select((Job::id, Job::note)).order_by(Job::id)).batch_size(100);
            let mut next = 1;
            while let Some(rows) = stream.next(&mut session).await? {
                for (id, read) in rows {
                    assert_eq!((id, read.as_ref()), (next, Some(&note)));
                    next += 1;
                }
                session.execute(Job::update().set(Job::note.to(None)).filter(Job::id.eq(next + 1))).await?;
                if cfg!(target_os = "linux") && db.backend() == Backend::Sqlite && next < 1_000 {
                    assert!(largest_temporary_file() > 5_000_000, "{}", largest_temporary_file());
                }
            }
            assert_eq!(next, 1_051);
            session.rollback().await?;
        }
    }
}

/// The size of the largest file that SQLite has made for itself in this process.
fn largest_temporary_file() -> u64 {
    let files = std::fs::read_dir("/proc/self/fd").expect("the open files");
    let sizes = files.flatten().filter_map(|file| {
        let target = std::fs::read_link(file.path()).ok()?;
        let own = target.to_string_lossy().contains("etilqs_");
        own.then(|| std::fs::metadata(file.path()).ok()).flatten()
    });
    sizes.map(|file| file.len()).max().unwrap_or(0)
}
