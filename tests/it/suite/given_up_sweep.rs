//! Every operation of a session, cut off, panicking or failing at every poll and at every message, swallowed, then `commit`:
//! where that is `Ok`, every row is there; where it is not, none is, and after `rollback` the session works.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use orm_core::Result;
use orm_core::engine::Offload;
use orm_core::prelude::*;
use orm_core::session::{GetOptions, Savepoint};

use super::faults::proxy::{self, Fuse};
use crate::harness::{Backend, Db, both, run};

/// How many endings each backend sees, at the least.
const ENDINGS: usize = 1_200;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    n: i32,
    #[orm(references = Note::id)]
    parent_id: Option<i64>,
    #[orm(back_populates = parent)]
    replies: HasMany<Note>,
    #[orm(back_populates = replies)]
    parent: BelongsTo<Note>,
}

fn note(n: i32) -> Note {
    Note {
        n,
        ..Default::default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Work {
    Flush,
    Commit,
    Autoflush,
    Read,
    Get,
    Lock,
    Lazy,
    Refresh,
    Stream,
    Begin,
    Execute,
    Returning,
    Bulk,
    BulkHandles,
    BulkKeys,
    BulkUpdate,
    Merge,
    Savepoint,
    Release,
    RollbackTo,
    Nested,
}

const ALL: [Work; 21] = [
    Work::Flush,
    Work::Commit,
    Work::Autoflush,
    Work::Read,
    Work::Get,
    Work::Lock,
    Work::Lazy,
    Work::Refresh,
    Work::Stream,
    Work::Begin,
    Work::Execute,
    Work::Returning,
    Work::Bulk,
    Work::BulkHandles,
    Work::BulkKeys,
    Work::BulkUpdate,
    Work::Merge,
    Work::Savepoint,
    Work::Release,
    Work::RollbackTo,
    Work::Nested,
];

impl Work {
    /// Whether its own row is added before it.
    fn is_pending_before(self) -> bool {
        matches!(
            self,
            Self::Flush | Self::Commit | Self::Autoflush | Self::Savepoint | Self::Release
        )
    }

    /// Whether a row of its own has to be there when a commit after it is `Ok`, also if it was cut off.
    fn promises(self) -> bool {
        self.is_pending_before()
            || matches!(
                self,
                Self::Execute
                    | Self::Returning
                    | Self::Bulk
                    | Self::BulkHandles
                    | Self::BulkKeys
                    | Self::BulkUpdate
                    | Self::Nested
            )
    }

    /// Does it, with a row of its own where it writes one.
    async fn run(self, session: &mut Session, n: i32, point: Option<Savepoint>) -> Result<()> {
        let insert = || Note::insert().values(Note::n.to(n));
        match self {
            Self::Flush => session.flush().await,
            Self::Commit => session.commit().await,
            Self::Autoflush | Self::Read => session.all(Note::select().limit(3)).await.map(drop),
            Self::Get => session.get::<Note>(2).await.map(drop),
            Self::Lock => {
                let options = GetOptions::for_update();
                session.get_with::<Note>(1, options).await.map(drop)
            }
            Self::Lazy => {
                let first = session.get_one::<Note>(1).await?;
                first.replies(session).await.map(drop)
            }
            Self::Refresh => {
                let first = session.get_one::<Note>(1).await?;
                session.refresh(first).await
            }
            Self::Stream => {
                let mut rows = session
                    .stream(Note::select().order_by(Note::id).limit(4))
                    .batch_size(2);
                while rows.next(session).await?.is_some() {}
                Ok(())
            }
            Self::Begin => session.begin().await,
            Self::Execute => session.execute(insert()).await.map(drop),
            Self::Returning => session.all(insert().returning(Note::id)).await.map(drop),
            Self::Bulk => session.bulk_insert([note(n)]).await.map(drop),
            Self::BulkHandles => session.bulk_insert_returning([note(n)]).await.map(drop),
            Self::BulkKeys => session.bulk_insert_keys([note(n)]).await.map(drop),
            Self::BulkUpdate => {
                let row = (Note::id.to(1), Note::n.to(n));
                session.bulk_update::<Note>([row]).await.map(drop)
            }
            Self::Merge => session.merge(Note { id: 3, ..note(n) }).await.map(drop),
            Self::Savepoint => session.savepoint().await.map(drop),
            Self::Release => session.release(point.expect("set before")).await,
            Self::RollbackTo => session.rollback_to(point.expect("set before")).await,
            Self::Nested => {
                let work = session.nested(move |session| {
                    Box::pin(async move {
                        session.add(note(n));
                        session.flush().await
                    })
                });
                work.await
            }
        }
    }
}

/// How it ends before its end.
#[derive(Clone, Copy)]
enum Strike<'f> {
    Cut(usize),
    Panic(usize),
    Refused,
    Message(usize, &'f Fuse),
}

/// Polls a future so many times, then drops it; or panics around it.
async fn strike<F: Future>(future: F, mut polls: usize, panics: bool) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let striking = poll_fn(move |context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        polls -= 1;
        match polls {
            0 if panics => std::panic::resume_unwind(Box::new("struck")),
            0 => Poll::Ready(None),
            _ => Poll::Pending,
        }
    });
    AssertUnwindSafe(striking)
        .catch_unwind()
        .await
        .ok()
        .flatten()
}

struct Sweep {
    engine: Engine,
    direct: Engine,
    next: i32,
    endings: usize,
    refused: usize,
}

impl Sweep {
    async fn new(db: &Db, engine: Engine) -> Result<Self> {
        let direct = db.engine().await;
        Metadata::of::<Note>()?.create_all(&direct).await?;
        let mut session = direct.session();
        session.add_all([note(-1), note(-2), note(-3), note(-4)]);
        session.commit().await?;
        Ok(Self {
            engine,
            direct,
            next: 0,
            endings: 0,
            refused: 0,
        })
    }

    fn fresh(&mut self) -> i32 {
        self.next += 1;
        self.next
    }

    async fn stored(&self, n: i32) -> Result<bool> {
        let found = select(func::count_all())
            .from::<Note>()
            .filter(Note::n.eq(n));
        Ok(self.direct.scalar(found).await? > 0)
    }

    /// Strikes one operation; whether it was struck rather than done.
    async fn attempt(&mut self, work: Work, flushed: bool, how: Strike<'_>) -> Result<bool> {
        if work == Work::Begin && flushed {
            return Ok(false);
        }
        let (kept, mut n) = (self.fresh(), self.fresh());
        if let Strike::Refused = how {
            n = -2;
        }
        let mut session = self.engine.session();
        session.add(note(kept));
        if flushed {
            session.flush().await?;
        }
        let point = match work {
            Work::Release | Work::RollbackTo => Some(session.savepoint().await?),
            _ => None,
        };
        if work.is_pending_before() {
            session.add(note(n));
        }
        let done = match how {
            Strike::Cut(polls) => strike(work.run(&mut session, n, point), polls, false).await,
            Strike::Panic(polls) => strike(work.run(&mut session, n, point), polls, true).await,
            Strike::Refused => Some(work.run(&mut session, n, point).await),
            Strike::Message(messages, fuse) => {
                fuse.set(messages);
                let done = work.run(&mut session, n, point).await;
                if !fuse.remove() {
                    done?;
                    return Ok(false);
                }
                Some(done)
            }
        };
        let struck = !matches!((&done, how), (Some(_), Strike::Cut(_) | Strike::Panic(_)));
        let failed = matches!(done, Some(Err(_)));
        let unknown = work == Work::Commit && !matches!(done, Some(Ok(())));
        self.endings += usize::from(struck);
        // The error is swallowed, as the operation was.
        let what = format!("{work:?}, flushed {flushed}, {}", done.is_some());
        match session.commit().await {
            Ok(()) => {
                assert!(
                    self.stored(kept).await?,
                    "{what}: Ok, and the row before it is missing"
                );
                let promised = work.promises() && !failed;
                let promised = promised || (work == Work::Merge && matches!(done, Some(Ok(()))));
                if promised && n > 0 {
                    assert!(self.stored(n).await?, "{what}: Ok, and its row is missing");
                }
            }
            Err(error) => {
                self.refused += 1;
                assert!(struck, "{what}: {error}");
                let kind = error.kind();
                let lost = [ErrorKind::PendingRollback, ErrorKind::TransactionAborted];
                assert!(lost.contains(&kind), "{what}: {error}");
                if !unknown {
                    assert!(
                        !self.stored(kept).await?,
                        "{what}: refused, and the row is there"
                    );
                    assert!(
                        n < 0 || !self.stored(n).await?,
                        "{what}: refused, and its row is there"
                    );
                }
                let again = session.commit().await.unwrap_err();
                assert_eq!(again.kind(), ErrorKind::PendingRollback, "{what}: {again}");
                session.rollback().await?;
                let after = self.fresh();
                session.add(note(after));
                session.commit().await?;
                assert!(self.stored(after).await?, "{what}: after the rollback");
            }
        }
        Ok(struck)
    }

    async fn polls(&mut self) -> Result<()> {
        let began = Instant::now();
        while self.endings < ENDINGS && began.elapsed() < Duration::from_secs(240) {
            for work in ALL {
                for flushed in [true, false] {
                    for panics in [false, true] {
                        for polls in 1.. {
                            let how = match panics {
                                true => Strike::Panic(polls),
                                false => Strike::Cut(polls),
                            };
                            if !self.attempt(work, flushed, how).await? {
                                break;
                            }
                        }
                    }
                    if work.promises() {
                        self.attempt(work, flushed, Strike::Refused).await?;
                    }
                }
            }
        }
        Ok(())
    }
}

both! {
    /// At every poll, and by every constraint.
    async fn at_every_poll(db: Db) {
        // Every statement on a thread of its own, so that SQLite can be cut off half-way too.
        let engine = Engine::builder(db.url()).offload(Offload::Always).connect().await?;
        let mut sweep = Sweep::new(&db, engine).await?;
        sweep.polls().await?;
        println!("{} endings on {:?}, {} refused, 0 rows lost", sweep.endings, db.backend(), sweep.refused);
        assert!(sweep.endings >= ENDINGS, "only {} endings", sweep.endings);
    }
}

/// At every message between client and server.
mod at_every_message {
    use super::*;

    #[test]
    fn postgres() {
        run(Backend::Postgres, "given_up_messages", messages);
    }

    async fn messages(db: Db) -> Result<()> {
        let (url, fuse) = proxy::wire(db.url()).await.expect("a wire");
        let mut sweep = Sweep::new(&db, Engine::connect(&url).await?).await?;
        for work in ALL {
            for flushed in [true, false] {
                for messages in 0.. {
                    let how = Strike::Message(messages, &fuse);
                    if !sweep.attempt(work, flushed, how).await? {
                        break;
                    }
                }
            }
        }
        println!(
            "{} endings, {} refused, 0 rows lost",
            sweep.endings, sweep.refused
        );
        assert!(sweep.endings >= 100, "only {} endings", sweep.endings);
        Ok(())
    }
}
