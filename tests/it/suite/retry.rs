//! Work that is done again when transactions collide, and how transactions begin.

use std::future::IntoFuture as _;
use std::time::Duration;

use orm_core::engine::{Isolation, TransactionOptions};
use orm_core::prelude::*;
use orm_core::session::RetryOptions;

use crate::harness::{Backend, both};
use crate::scenarios::item::Item;
use crate::scenarios::user_address::{self, User, UserAccessors as _};

async fn counter(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Item,)>()?.create_all(engine).await?;
    let mut session = engine.session();
    session.add(Item {
        order_id: 1,
        line_no: 1,
        qty: 0,
    });
    session.commit().await
}

fn serializable() -> SessionOptions {
    SessionOptions::default().transaction(TransactionOptions {
        isolation: Some(Isolation::Serializable),
        ..Default::default()
    })
}

/// Tasks that each read the counter, think, and write it one higher, so many times.
async fn count(
    engine: &Engine,
    tasks: usize,
    times: usize,
    options: RetryOptions,
) -> orm_core::Result<usize> {
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let (engine, options) = (engine.clone(), options.clone());
            tokio::spawn(async move {
                for _ in 0..times {
                    let work = |mut session: Session| async move {
                        session.begin().await?;
                        let item = session.get_one::<Item>((1, 1)).await?;
                        session[item].qty += 1;
                        session.commit().await
                    };
                    engine.retry_with(options.clone(), work).await?;
                }
                orm_core::Result::Ok(times)
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("the task runs to its end")?;
    }
    Ok(done)
}

#[test]
fn the_future_can_be_sent() {
    fn sent<T: Send>(_: impl Fn(Engine) -> T) {}
    sent(|engine| async move {
        engine
            .retry(|mut session| async move {
                let user = session.get_one::<User>(1).await?;
                session[user].name = "x".into();
                session.commit().await
            })
            .await
    });
    sent(|engine| async move {
        let mut session = engine.session();
        let user = session.merge(User::named("x")).await?;
        let point = session.savepoint().await?;
        session
            .refresh_only(user, (User::name, User::addresses))
            .await?;
        session.no_autoflush().refresh(user).await?;
        session.rollback_to(point).await?;
        session.close().await
    });
}

/// Worker threads have stacks of two megabytes, and futures hold those they call: what seldom runs is boxed.
#[tokio::test]
async fn futures_are_small() -> orm_core::Result<()> {
    let engine = Engine::connect("sqlite::memory:").await?;
    let mut session = engine.session();
    let user = session.add(User::named("x"));
    fn size<T>(future: T) -> usize {
        size_of_val(&future)
    }
    let sizes = [
        size(session.get::<User>(1)),
        size(session.all(User::select().with(User::addresses))),
        size(session.commit()),
        size(session.refresh(user)),
        size(user.addresses(&mut session).into_future()),
    ];
    assert!(sizes.iter().all(|&size| size < 4096), "{sizes:?}");
    Ok(())
}

both! {
    /// Many writers of one row: every one of them comes through, and no write is lost.
    async fn no_write_is_lost(db: Db) {
        let engine = db.engine().await;
        counter(&engine).await?;
        let (times, options) = match db.backend() {
            Backend::Sqlite => (50, RetryOptions::default()),
            Backend::Postgres => {
                let delays = (Duration::from_millis(1), Duration::from_millis(40));
                let options = RetryOptions::default().attempts(1000).delays(delays.0, delays.1);
                (200, options.session(serializable()))
            }
        };
        assert_eq!(count(&engine, 8, times, options).await?, 8 * times);
        assert_eq!(engine.all(select(Item::qty)).await?, [(8 * times) as i32]);
    }

    /// The last error says how often it was tried; an error that trying again does not help is told at once.
    async fn the_last_error_says_how_often(db: Db) {
        let engine = db.engine().await;
        let options = RetryOptions::default().attempts(3).delays(Duration::ZERO, Duration::ZERO);
        let mut tried = 0;
        let busy = engine.retry_with(options.clone(), |_| {
            tried += 1;
            async { Err::<(), _>(orm_core::Error::new(ErrorKind::Busy, "the database is locked")) }
        });
        let error = busy.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert_eq!(error.message(), "the database is locked; tried 3 times");
        assert_eq!(tried, 3);
        let error = engine
            .retry_with(options, |_| async { Err::<(), _>(orm_core::Error::new(ErrorKind::NotFound, "no")) })
            .await
            .unwrap_err();
        assert_eq!(error.message(), "no");
    }

    /// A transaction begins as the session or the call says.
    async fn a_transaction_begins_as_it_is_told(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let read_only = TransactionOptions { read_only: true, ..Default::default() };
        let began = || {
            let sent = engine.statements().take();
            sent.iter().find(|sent| sent.control).map(|sent| sent.sql.to_string())
        };
        engine.statements().clear();
        let mut session = engine.session_with(serializable());
        session.begin().await?;
        session.rollback().await?;
        let (immediate, serializable) = ("BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL SERIALIZABLE");
        let sqlite = db.backend() == Backend::Sqlite;
        assert_eq!(began().unwrap(), if sqlite { immediate } else { serializable });

        session.begin_with(read_only).await?;
        assert_eq!(began().unwrap(), if sqlite { "BEGIN DEFERRED" } else { "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY" });
        let user = session.get_one::<User>(1).await?;
        session[user].name = "no".into();
        assert!(session.flush().await.is_err());
        session.rollback().await?;
        assert_eq!(session[user].name, "ed");
        // The next begins by the session's own options, also when a flush begins it.
        session[user].name = "yes".into();
        engine.statements().clear();
        session.flush().await?;
        assert_eq!(began().unwrap(), if sqlite { immediate } else { serializable });
        assert_eq!(session.begin().await.unwrap_err().kind(), ErrorKind::InvalidState);
        session.commit().await?;
    }
}
