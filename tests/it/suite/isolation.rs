//! Isolation levels that were asked for: every read belongs to the transaction, and no update is lost.

use orm_core::engine::{Isolation, TransactionOptions};
use orm_core::prelude::*;
use orm_core::session::RetryOptions;

use crate::harness::{Backend, Db, both};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "accounts")]
struct Account {
    #[orm(primary_key)]
    id: i64,
    balance: i64,
}

async fn data(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Account,)>()?.create_all(engine).await?;
    let mut session = engine.session();
    session.add(Account { id: 1, balance: 0 });
    session.commit().await
}

/// An engine that asks for a level.
async fn at(db: &Db, isolation: Isolation) -> orm_core::Result<Engine> {
    Engine::builder(db.url())
        .isolation(isolation)
        .connect()
        .await
}

/// Tasks that each add 1 to the balance so many times, in work that is done again where it collides; the balance then.
async fn count(
    engine: &Engine,
    tasks: usize,
    times: usize,
    options: RetryOptions,
) -> orm_core::Result<i64> {
    let task = |_| {
        let (engine, options) = (engine.clone(), options.clone());
        tokio::spawn(async move {
            for _ in 0..times {
                let work = |mut session: Session| async move {
                    let account = session.get_one::<Account>(1).await?;
                    session[account].balance += 1;
                    session.commit().await
                };
                engine.retry_with(options.clone(), work).await?;
            }
            orm_core::Result::Ok(())
        })
    };
    let tasks: Vec<_> = (0..tasks).map(task).collect();
    for task in tasks {
        task.await.expect("the task runs to its end")?;
    }
    engine.one(select(Account::balance)).await
}

/// The words with which everything that was sent since the last look begins.
fn sent(engine: &Engine) -> Vec<String> {
    let sent = engine.statements().take();
    let first = |sql: &str| match sql.starts_with("BEGIN") {
        true => sql.to_owned(),
        false => sql.split(' ').next().unwrap_or_default().to_owned(),
    };
    sent.iter().map(|sent| first(&sent.sql)).collect()
}

both! {
    /// `retry` needs no `begin`, and nothing said: no update is lost.
    async fn retry_loses_no_update(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let times = if db.backend() == Backend::Sqlite { 50 } else { 200 };
        let options = RetryOptions::default().attempts(100);
        assert_eq!(count(&engine, 8, times, options).await?, 8 * times as i64);
    }

    /// Nor with the engine's level, whichever promises it.
    async fn a_level_of_the_engine_loses_no_update(db: Db) {
        data(&db.engine().await).await?;
        let times = if db.backend() == Backend::Sqlite { 50 } else { 200 };
        for (round, level) in [(1, Isolation::RepeatableRead), (2, Isolation::Serializable)] {
            let engine = at(&db, level).await?;
            let options = RetryOptions::default().attempts(100);
            assert_eq!(count(&engine, 8, times, options).await?, 8 * round * times as i64);
        }
    }

    /// The first statement of a session begins the transaction where a level is asked for, and nothing of it is read before.
    async fn reads_belong_to_the_transaction(db: Db) {
        data(&db.engine().await).await?;
        let engine = at(&db, Isolation::RepeatableRead).await?;
        let begin = match db.backend() {
            Backend::Sqlite => "BEGIN IMMEDIATE",
            Backend::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        };
        let mut session = engine.session();
        sent(&engine);
        let account = session.get_one::<Account>(1).await?;
        assert!(session.in_transaction());
        session[account].balance = 1;
        session.commit().await?;
        assert_eq!(sent(&engine), [begin, "SELECT", "UPDATE", "COMMIT"]);
        assert!(!session.in_transaction());

        // What was read in one transaction is read anew in the next.
        engine.execute(Account::update().set(Account::balance.to(10))).await?;
        sent(&engine);
        assert_eq!(session[account].balance, 1);
        session.get_one::<Account>(1).await?;
        assert_eq!(session[account].balance, 10);
        session.rollback().await?;
        session.get_one::<Account>(1).await?;
        assert_eq!(session.all(Account::select()).await?, [account]);
        session.commit().await?;
        assert_eq!(sent(&engine), [begin, "SELECT", "ROLLBACK", begin, "SELECT", "SELECT", "COMMIT"]);

        // Read by column, as a page, as a stream and by its relationships: all of it inside.
        session.all(select(Account::balance)).await?;
        session.rollback().await?;
        let mut stream = session.stream(Account::select());
        while stream.next(&mut session).await?.is_some() {}
        assert!(session.in_transaction());
        session.commit().await?;
        let sent = sent(&engine);
        assert_eq!((sent[0].as_str(), sent[2].as_str(), sent[3].as_str()), (begin, "ROLLBACK", begin));
        assert_eq!(sent.last().map(String::as_str), Some("COMMIT"));
    }

    /// A level asked for with `begin_with` holds for what the session held before: it is read anew.
    async fn what_was_held_before_is_read_anew(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let account = session.get_one::<Account>(1).await?;
        engine.execute(Account::update().set(Account::balance.to(10))).await?;
        let serializable = TransactionOptions { isolation: Some(Isolation::Serializable), ..Default::default() };
        session.begin_with(serializable).await?;
        session.get_one::<Account>(1).await?;
        session[account].balance += 1;
        session.commit().await?;
        assert_eq!(engine.one(select(Account::balance)).await?, 11);
        // Unflushed changes stay.
        session[account].balance = 20;
        session.begin_with(serializable).await?;
        session.get_one::<Account>(1).await?;
        assert_eq!(session[account].balance, 20);
        session.commit().await?;
        assert_eq!(engine.one(select(Account::balance)).await?, 20);
    }
}
