//! Savepoints: what is undone, and what is kept.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

/// Everything that an engine has sent, transaction control too, without what differs between the databases.
fn control(engine: &Engine) -> Vec<String> {
    let sent = engine.statements().take();
    let control = sent.iter().filter(|sent| sent.control);
    control
        .map(|sent| {
            sent.sql
                .replace("BEGIN IMMEDIATE", "BEGIN")
                .replace('"', "")
        })
        .collect()
}

async fn users(engine: &Engine) -> orm_core::Result<Vec<String>> {
    engine.all(select(User::name).order_by(User::id)).await
}

both! {
    /// SES-09, steps 1 to 6: only what changed inside is undone, in the database and in memory.
    async fn a_savepoint_undoes_what_changed_inside(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let (u1, u2) = (session.get_one::<User>(1).await?, session.get_one::<User>(2).await?);
        let a3 = session.get_one::<Address>(3).await?;
        let log = Log::new(&db, &engine);
        session[u1].name = "outer".into();
        let point = session.savepoint().await?;
        assert!(session.in_savepoint());
        log.sent(["UPDATE users SET name = ? WHERE id = ?"]);

        session[u2].name = "inner".into();
        let n = session.add(User::named("new"));
        session.delete(a3)?;
        session.flush().await?;
        assert_eq!(log.take().len(), 3);
        session.rollback_to(point).await?;
        assert_eq!(control(&engine), ["ROLLBACK TO SAVEPOINT s1", "RELEASE SAVEPOINT s1"]);
        assert!(!session.in_savepoint());
        let lives = [session.life(u1)?, session.life(u2)?, session.life(n)?, session.life(a3)?];
        assert_eq!(lives, [Life::Persistent, Life::Persistent, Life::Transient, Life::Persistent]);
        assert_eq!((session[u1].name.as_str(), session[u2].name.as_str()), ("outer", "jack"));
        assert_eq!(session.get::<Address>(3).await?, Some(a3));
        log.nothing();
        session.commit().await?;
        log.nothing();
        assert_eq!(users(&engine).await?, ["outer", "jack"]);
        let emails = engine.all(select(Address::email).order_by(Address::id)).await?;
        assert_eq!(emails, ["a1", "a2", "b1"]);
    }

    /// SES-09, steps 7 to 9: a savepoint that is released belongs to the one around it, or to the transaction.
    async fn a_released_savepoint_belongs_to_what_is_around_it(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let u = session.get_one::<User>(1).await?;
        engine.statements().clear();
        let outer = session.savepoint().await?;
        session[u].name = "s1".into();
        let inner = session.savepoint().await?;
        session[u].name = "s2".into();
        session.release(inner).await?;
        session.rollback_to(outer).await?;
        assert_eq!(session[u].name, "ed");
        assert_eq!(control(&engine), [
            "BEGIN",
            "SAVEPOINT s1",
            "SAVEPOINT s2",
            "RELEASE SAVEPOINT s2",
            "ROLLBACK TO SAVEPOINT s1",
            "RELEASE SAVEPOINT s1",
        ]);
        let point = session.savepoint().await?;
        let keep = session.add(User::named("keep"));
        session.release(point).await?;
        session.rollback().await?;
        assert_eq!(session.life(keep)?, Life::Transient);
        assert_eq!(users(&engine).await?, ["ed", "jack"]);
    }

    /// SES-08: a flush that fails inside loses the savepoint only, says so, and the session goes on.
    async fn a_failed_flush_loses_the_savepoint_only(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let (u1, u2) = (session.get_one::<User>(1).await?, session.get_one::<User>(2).await?);
        session[u1].name = "outer".into();
        let point = session.savepoint().await?;
        session[u2].name = "inner".into();
        session.flush().await?;
        let stray = session.add(Address { user_id: Some(99), ..Address::of("stray") });
        let error = session.flush().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert!(error.message().ends_with("what was done since the innermost savepoint is undone, what was done before it is kept"), "{error}");
        assert_eq!((session.life(stray)?, session[u2].name.as_str()), (Life::Transient, "jack"));
        assert_eq!(session[u1].name, "outer");
        // The savepoint is still set, and the program has to go back to it.
        session.add(User::named("lost"));
        for error in [session.release(point).await, session.flush().await, session.commit().await] {
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.first_cause()), (ErrorKind::PendingRollback, Some(ErrorKind::ForeignKeyViolation)));
        }
        session.rollback_to(point).await?;
        session.add(User::named("kim"));
        session.commit().await?;
        assert_eq!(users(&engine).await?, ["outer", "jack", "kim"]);
    }

    /// A statement that fails inside aborts the transaction on PostgreSQL; going back to the savepoint mends it.
    async fn a_failed_query_is_mended(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        session.add(User::named("kim"));
        let point = session.savepoint().await?;
        assert!(session.execute(text("INSERT INTO users (id, name) VALUES (1, 'twice')")).await.is_err());
        session.rollback_to(point).await?;
        session.commit().await?;
        assert_eq!(users(&engine).await?, ["ed", "jack", "kim"]);
    }

    /// Relationships are where they were, on both sides.
    async fn relationships_are_where_they_were(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let (u1, u2) = (session.get_one::<User>(1).await?, session.get_one::<User>(2).await?);
        let (a, b) = (session.get_one::<Address>(1).await?, session.get_one::<Address>(3).await?);
        u2.addresses(&mut session).push(a)?;
        let point = session.savepoint().await?;
        let kept = u2.addresses(&mut session).await?;
        u1.addresses(&mut session).push(b)?;
        u1.addresses(&mut session).push(a)?;
        session.flush().await?;
        let new = u1.addresses(&mut session).push(Address::of("new"))?;
        session.rollback_to(point).await?;
        assert_eq!(u2.addresses(&mut session).await?, kept);
        assert_eq!(u1.addresses(&mut session).await?.len(), 1);
        assert_eq!(session.life(new)?, Life::Transient);
        session.commit().await?;
        let owners = engine.all(select(Address::user_id).order_by(Address::id)).await?;
        assert_eq!(owners, [Some(2), Some(1), Some(2)]);
    }

    /// What was deleted before the savepoint and added again inside it is deleted again.
    async fn a_revived_object_is_deleted_again(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let a = session.get_one::<Address>(3).await?;
        session.delete(a)?;
        let point = session.savepoint().await?;
        session.add(a);
        session[a].email = "again".into();
        session.flush().await?;
        session.rollback_to(point).await?;
        assert_eq!((session.life(a)?, session[a].email.as_str()), (Life::Deleted, "b1"));
        assert_eq!(session.get::<Address>(3).await?, None);
        session.rollback().await?;
        assert_eq!((session.life(a)?, session[a].email.as_str()), (Life::Persistent, "b1"));
        assert_eq!(session.get::<Address>(3).await?, Some(a));
    }

    /// A changed key is that of the savepoint again.
    async fn a_changed_key_is_that_of_the_savepoint(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let a = session.get_one::<Address>(3).await?;
        session[a].id = 30;
        let point = session.savepoint().await?;
        session[a].id = 31;
        session.flush().await?;
        session.rollback_to(point).await?;
        assert_eq!(session.get::<Address>(30).await?, Some(a));
        assert_eq!(session.get::<Address>(31).await?, None);
        session.rollback().await?;
        assert_eq!(session.get::<Address>(3).await?, Some(a));
    }

    /// An object that leaves the session inside a savepoint is not touched by going back, nor is what takes its place.
    async fn what_left_the_session_stays_out(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let u = session.get_one::<User>(1).await?;
        session[u].name = "before".into();
        let point = session.savepoint().await?;
        session[u].name = "inside".into();
        session.flush().await?;
        session.expunge(u)?;
        let other = session.get_one::<User>(2).await?;
        session[other].name = "other".into();
        session.flush().await?;
        session.rollback_to(point).await?;
        assert_eq!(session[other].name, "jack");
        session.commit().await?;
        assert_eq!(users(&engine).await?, ["before", "jack"]);
    }

    /// A savepoint that is over, or another session's, is refused by name.
    async fn a_savepoint_that_is_over_is_refused(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let (mut session, mut other) = (engine.session(), engine.session());
        let outer = session.savepoint().await?;
        let inner = session.savepoint().await?;
        session.release(outer).await?;
        for over in [session.rollback_to(inner).await, session.release(outer).await] {
            let error = over.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidState);
            assert!(error.message().starts_with("the savepoint is over"), "{error}");
        }
        let point = session.savepoint().await?;
        session.commit().await?;
        assert!(session.rollback_to(point).await.is_err());
        assert!(!session.in_transaction());
        let error = other.rollback_to(point).await.unwrap_err();
        assert!(error.message().starts_with("the savepoint belongs to session"), "{error}");
    }

    /// The closure's savepoint is released when it succeeds, and undone when it fails; it nests, and its future is `Send`.
    async fn nested_work_is_kept_or_undone(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let task = tokio::spawn(async move {
            let mut session = engine.session();
            let kept = session.nested(|session| Box::pin(async move {
                let kept = session.add(User::named("kept"));
                let lost = session.nested(|session| Box::pin(async move {
                    session.add(User::named("lost"));
                    session.flush().await?;
                    Err::<(), _>(orm_core::Error::new(ErrorKind::NotFound, "no"))
                })).await;
                assert_eq!(lost.unwrap_err().message(), "no");
                let twice = session.nested(|session| Box::pin(async move {
                    session.add(User { id: 1, ..User::named("twice") });
                    Ok(())
                })).await;
                assert_eq!(twice.unwrap_err().kind(), ErrorKind::UniqueViolation);
                Ok(kept)
            })).await?;
            session.commit().await?;
            assert!(!session.in_savepoint());
            assert_eq!(session.life(kept)?, Life::Persistent);
            users(&engine).await
        });
        assert_eq!(task.await.unwrap()?, ["kept"]);
    }

    /// Work that is dropped half-way is not committed with the rest.
    async fn nested_work_that_is_dropped_is_given_up(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let before = session.add(User::named("before"));
        let work = session.nested(|session| Box::pin(async move {
            session.add(User::named("half"));
            session.flush().await?;
            std::future::pending::<orm_core::Result<()>>().await
        }));
        let dropped = tokio::time::timeout(std::time::Duration::from_millis(200), work).await;
        assert!(dropped.is_err());
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::PendingRollback);
        assert_eq!(session.life(before)?, Life::Transient);
        session.rollback().await?;
        assert!(users(&engine).await?.is_empty());
    }
}
