//! `guard = "changed"`: what another transaction has changed since it was read is not overwritten.

use orm_core::mapping::Guard;
use orm_core::prelude::*;

use crate::harness::{Backend, both};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "accounts", guard = "changed")]
struct Account {
    #[orm(primary_key)]
    id: i64,
    balance: i64,
    note: Option<String>,
    #[orm(back_populates = account)]
    entries: HasMany<Entry>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "entries")]
struct Entry {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Account::id)]
    account_id: Option<i64>,
    amount: f64,
    #[orm(back_populates = entries)]
    account: BelongsTo<Account>,
}

async fn data(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Account, Entry)>()?
        .create_all(engine)
        .await?;
    let mut session = engine.session();
    session.add_all((0..3).map(|_| Account::default()));
    session.commit().await
}

async fn rows(engine: &Engine) -> orm_core::Result<Vec<(i64, i64, Option<String>)>> {
    engine
        .all(select((Account::id, Account::balance, Account::note)).order_by(Account::id))
        .await
}

/// Adds 1 to the balance, and begins anew with a fresh session where another did it first.
async fn add_one(engine: &Engine) -> orm_core::Result<()> {
    loop {
        let mut session = engine.session();
        let account = session.get_one::<Account>(1).await?;
        session[account].balance += 1;
        match session.commit().await {
            Err(error) if error.kind() == ErrorKind::StaleData => {}
            done => return done,
        }
    }
}

both! {
    /// At READ COMMITTED, and without a transaction around read and write: every change counts once.
    async fn sums_are_exact_by_repeating(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let times = if db.backend() == Backend::Sqlite { 50 } else { 200 };
        let task = |_| {
            let engine = engine.clone();
            tokio::spawn(async move {
                for _ in 0..times {
                    add_one(&engine).await?;
                }
                orm_core::Result::Ok(())
            })
        };
        let tasks: Vec<_> = (0..8).map(task).collect();
        for task in tasks {
            task.await.expect("the task runs to its end")?;
        }
        assert_eq!(rows(&engine).await?[0].1, 8 * times);
    }

    /// An UPDATE compares the columns that it changes, NULL too, and no others; a DELETE compares all.
    async fn changed_columns_are_compared(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let account = session.get_one::<Account>(1).await?;
        let other = session.get_one::<Account>(2).await?;
        engine.statements().clear();
        session[account].note = Some("a".into());
        session.commit().await?;
        let sent: Vec<_> = engine.statements().take().iter().map(|sent| sent.sql.to_string()).collect();
        assert_eq!(sent, match db.backend() {
            Backend::Sqlite => ["UPDATE accounts SET note = ? WHERE id = ? AND note IS ?"],
            Backend::Postgres => ["UPDATE accounts SET note = $1 WHERE id = $2 AND note IS NOT DISTINCT FROM $3"],
        });
        // Another column is not concerned.
        engine.execute(Account::update().set(Account::balance.to(7))).await?;
        session[account].note = None;
        session.commit().await?;
        assert_eq!(rows(&engine).await?[0], (1, 7, None));

        engine.execute(Account::update().set(Account::note.to("b"))).await?;
        session[account].note = Some("c".into());
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Account(1)")));
        session.delete(other)?;
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Account(2)")));
        assert_eq!(rows(&engine).await?.len(), 3);
        session.refresh(other).await?;
        session.delete(other)?;
        session.commit().await?;
        assert_eq!(rows(&engine).await?.len(), 2);
    }

    /// Many rows go by one statement, as those with a version do; one that differs takes all of them back.
    async fn batches_are_guarded(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let accounts = session.all(Account::select().order_by(Account::id)).await?;
        let postgres = db.backend() == Backend::Postgres;
        let written = |sent: Vec<orm_core::engine::Sent>| {
            sent.iter().filter(|sent| !sent.control).map(|sent| sent.sql.to_string()).collect::<Vec<_>>()
        };
        engine.statements().clear();
        for &account in &accounts {
            session[account].balance += 1;
        }
        session.commit().await?;
        let sent = written(engine.statements().take());
        assert_eq!(sent, [if postgres {
            "UPDATE accounts SET balance = u.c0 FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[]) AS u (c0, k0, k1) \
             WHERE accounts.id = u.k0 AND accounts.balance IS NOT DISTINCT FROM u.k1"
        } else {
            "UPDATE accounts SET balance = ? WHERE id = ? AND balance IS ?"
        }]);
        engine.execute(Account::update().set(Account::balance.to(5)).filter(Account::id.eq(2))).await?;
        for &account in &accounts {
            session[account].balance += 1;
        }
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Account(2)")));
        assert_eq!(rows(&engine).await?.iter().map(|row| row.1).collect::<Vec<_>>(), [1, 5, 1]);
        for &account in &accounts {
            session.refresh(account).await?;
        }
        for &account in &accounts {
            session.delete(account)?;
        }
        engine.statements().clear();
        session.commit().await?;
        let sent = written(engine.statements().take());
        assert_eq!(sent[sent.len() - 1], if postgres {
            "DELETE FROM accounts USING UNNEST($1::BIGINT[], $2::BIGINT[], $3::TEXT[]) AS u (k0, k1, k2) \
             WHERE accounts.id = u.k0 AND accounts.balance IS NOT DISTINCT FROM u.k1 \
             AND accounts.note IS NOT DISTINCT FROM u.k2"
        } else {
            "DELETE FROM accounts WHERE id = ? AND balance IS ? AND note IS ?"
        });
        assert!(rows(&engine).await?.is_empty());
    }

    /// A session can ask for it, for every model, or leave it out; references are compared too.
    async fn a_session_says_it(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().guard(Guard::Changed));
        let accounts = session.all(Account::select().order_by(Account::id)).await?;
        let entry = session.add(Entry { account_id: Some(1), amount: 0.1, ..Default::default() });
        session.commit().await?;
        session[entry].account = accounts[1].into();
        session[entry].amount += 0.2;
        session.commit().await?;
        engine.execute(Entry::update().set(Entry::account_id.to(3))).await?;
        session[entry].account = accounts[0].into();
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::StaleData);
        session.rollback().await?;
        session.refresh(entry).await?;
        session.delete(entry)?;
        session.commit().await?;

        let mut session = engine.session_with(SessionOptions::default().guard(Guard::Key));
        let account = session.get_one::<Account>(1).await?;
        engine.execute(Account::update().set(Account::balance.to(7))).await?;
        session[account].balance = 1;
        session.commit().await?;
        assert_eq!(rows(&engine).await?[0].1, 1);
    }
}
