//! Dropping a future of a session at every poll: nothing leaks into the pool, nothing is applied by half.

use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

use orm_core::engine::{Engine, Offload};
use orm_core::prelude::*;
use orm_core::session::{Life, Savepoint};

use crate::harness::{Backend, Db, both};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

/// How many futures are dropped in each sweep, at the least.
const CANCELLATIONS: usize = 500;

/// Polls a future so many times, then drops it.
pub(super) async fn cancel_after<F: Future>(future: F, mut polls: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        if polls == 0 {
            return Poll::Ready(None);
        }
        polls -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if polls == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Begin,
    Load,
    Flush,
    Commit,
    Rollback,
    Savepoint,
    RollbackTo,
    Release,
}

const STEPS: [Step; 8] = [
    Step::Begin,
    Step::Load,
    Step::Flush,
    Step::Commit,
    Step::Rollback,
    Step::Savepoint,
    Step::RollbackTo,
    Step::Release,
];

/// The state of a graph of three users with two addresses each.
struct Graph {
    users: Vec<Handle<User>>,
    addresses: Vec<Handle<Address>>,
}

fn graph(session: &mut Session, name: &str) -> Graph {
    let user = |n: usize| User {
        addresses: vec![Address::of("x"), Address::of("y")].into(),
        ..User::named(&format!("{name}-{n}"))
    };
    let users = session.add_all((0..3).map(user));
    Graph {
        users,
        addresses: Vec::new(),
    }
}

impl Graph {
    /// The one state that all objects are in.
    fn life(&self, session: &Session) -> Life {
        let mut lives: Vec<_> = self
            .users
            .iter()
            .map(|&user| session.life(user).unwrap())
            .collect();
        lives.extend(
            self.addresses
                .iter()
                .map(|&address| session.life(address).unwrap()),
        );
        assert!(
            lives.iter().all(|&life| life == lives[0]),
            "half applied: {lives:?}"
        );
        lives[0]
    }
}

/// The rows of both tables, by one statement: a commit that is still under way must not come in between.
async fn rows(engine: &Engine, name: &str) -> orm_core::Result<(i64, i64)> {
    let counts = text(
        "SELECT count(DISTINCT u.id), count(a.id) FROM users u LEFT JOIN addresses a ON a.user_id = u.id \
         WHERE u.name LIKE :names",
    );
    engine
        .one(
            counts
                .bind("names", format!("{name}-%"))
                .columns::<(i64, i64)>(),
        )
        .await
}

async fn step(session: &mut Session, step: Step, point: Option<Savepoint>) -> orm_core::Result<()> {
    match step {
        Step::Begin => session.begin().await,
        Step::Load => session
            .all(User::select().with(User::addresses))
            .await
            .map(drop),
        Step::Flush => session.flush().await,
        Step::Commit => session.commit().await,
        Step::Rollback => session.rollback().await,
        Step::Savepoint => session.savepoint().await.map(drop),
        Step::RollbackTo => session.rollback_to(point.expect("set before")).await,
        Step::Release => session.release(point.expect("set before")).await,
    }
}

/// Drops one step after so many polls; whether it was dropped rather than done.
async fn attempt(engine: &Engine, which: Step, polls: usize, name: &str) -> orm_core::Result<bool> {
    let mut session = engine.session();
    let point = match which {
        Step::RollbackTo | Step::Release => Some(session.savepoint().await?),
        _ => None,
    };
    let mut graph = graph(&mut session, name);
    for &user in &graph.users {
        graph.addresses.extend(user.addresses(&mut session).await?);
    }
    if matches!(which, Step::Rollback | Step::RollbackTo) {
        session.flush().await?;
    }
    let Some(done) = cancel_after(step(&mut session, which, point), polls).await else {
        let written = rows_settled(engine, name).await?;
        assert!(
            matches!(written, (0, 0) | (3, 6)),
            "{which:?} after {polls} polls left {written:?}"
        );
        if !matches!(which, Step::Commit) {
            assert_eq!(
                written,
                (0, 0),
                "{which:?} after {polls} polls was not committed"
            );
        }
        // The session is in one piece, and says so where something is lost.
        if session.needs_rollback() {
            assert_eq!(
                session.commit().await.unwrap_err().kind(),
                ErrorKind::PendingRollback
            );
            session.rollback().await?;
        }
        session.get::<User>(-1).await?;
        let life = graph.life(&session);
        // A COMMIT that was dropped may still come to its end after this, so only the others are known to be undone.
        if !matches!(which, Step::Commit) {
            assert!(
                matches!(life, Life::Pending | Life::Transient | Life::Persistent),
                "{which:?}: {life}"
            );
            for &user in &graph.users {
                session.add(user);
            }
            session.commit().await?;
            assert_eq!(
                rows(engine, name).await?,
                (3, 6),
                "{which:?} after {polls} polls lost rows"
            );
            assert_eq!(graph.life(&session), Life::Persistent);
        }
        return Ok(true);
    };
    done?;
    Ok(false)
}

/// The rows, once a commit that was under way has come to its end.
async fn rows_settled(engine: &Engine, name: &str) -> orm_core::Result<(i64, i64)> {
    tokio::time::sleep(Duration::from_millis(2)).await;
    rows(engine, name).await
}

async fn sweep(db: &Db, engine: &Engine) -> orm_core::Result<usize> {
    let (mut cancelled, mut round) = (0, 0);
    let began = Instant::now();
    while cancelled < CANCELLATIONS && began.elapsed() < Duration::from_secs(90) {
        round += 1;
        for which in STEPS {
            // A future that is never polled does nothing, so dropping it shows nothing.
            let mut polls = 1;
            while attempt(engine, which, polls, &format!("{which:?}{round}p{polls}")).await? {
                cancelled += 1;
                polls += 1;
            }
        }
        engine.execute(text("DELETE FROM addresses")).await?;
        engine.execute(text("DELETE FROM users")).await?;
    }
    let patience = Instant::now();
    while engine.pool_status().in_use > 0 && patience.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(engine.pool_status().in_use, 0, "permits lost");
    if db.backend() == Backend::Postgres {
        let idle = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        );
        assert_eq!(
            engine.scalar(idle.columns::<i64>()).await?,
            0,
            "open transactions left"
        );
    }
    Ok(cancelled)
}

both! {
    /// A read that is dropped inside a transaction takes the transaction with it, and memory goes back too.
    async fn a_read_dropped_in_a_transaction_ends_it(db: Db) {
        // Every statement on a thread of its own, so that SQLite can be dropped half-way too.
        let engine = Engine::builder(db.url()).offload(Offload::Always).connect().await?;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let ed = session.add(User::named("ed"));
        session.commit().await?;
        session[ed].name = "changed".into();
        let kim = session.add(User::named("kim"));
        session.flush().await?;
        let long = text(
            "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000) SELECT count(*) FROM c",
        );
        let read = cancel_after(session.all(long.read_only().columns::<i64>()), 1).await;
        assert!(read.is_none());
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::PendingRollback);
        assert!(!session.in_transaction());
        session.rollback().await?;
        assert_eq!((session.life(kim)?, session[ed].name.as_str()), (Life::Transient, "ed"));
        session.add(kim);
        session.commit().await?;
        assert_eq!(engine.all(select(User::name).order_by(User::id)).await?, ["ed", "kim"]);
    }

    /// Begin, load, flush, commit, rollback and the savepoint's three, dropped at every poll, at least 500 times.
    async fn every_poll_of_a_session_can_be_the_last(db: Db) {
        // Every statement on a thread of its own, so that SQLite can be dropped half-way too.
        let engine = Engine::builder(db.url()).offload(Offload::Always).connect().await?;
        user_address::tables(&engine).await?;
        let cancelled = sweep(&db, &engine).await?;
        assert!(cancelled >= CANCELLATIONS, "only {cancelled} cancellations");
    }

    /// A merge that is dropped, wherever it is, has changed nothing.
    async fn a_merge_that_is_dropped_changes_nothing(db: Db) {
        let engine = Engine::builder(db.url()).offload(Offload::Always).connect().await?;
        user_address::data(&engine).await?;
        let tree = || User {
            id: 1,
            addresses: [Address { id: 2, ..Address::of("changed") }, Address::of("new")].into(),
            ..User::named("changed")
        };
        // An answer that is there at the first poll leaves nothing to drop, so one sweep alone may show nothing.
        let mut dropped = 0;
        for _ in 0..50 {
            for polls in 1.. {
                let mut session = engine.session();
                let held = session.get_one::<User>(1).await?;
                if let Some(done) = cancel_after(session.merge(tree()), polls).await {
                    assert_eq!(done?, held);
                    break;
                }
                assert!(session.new_objects().is_empty() && session.dirty().is_empty());
                assert_eq!(session[held].name, "ed");
                session.commit().await?;
                dropped += 1;
            }
            if dropped >= 5 {
                break;
            }
        }
        assert!(dropped > 0, "the merge was never dropped");
        assert_eq!(engine.all(select(Address::email).order_by(Address::id)).await?, ["a1", "a2", "b1"]);
    }
}
