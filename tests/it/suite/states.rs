//! The life of an object: transient, pending, persistent, deleted, detached; rollback and failed flushes.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::staff::{self, Person, Town, Unit};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

both! {
    /// SES-01.
    async fn the_life_of_an_object(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);

        let ed = session.add(User::named("ed"));
        assert_eq!(session.life(ed)?, Life::Pending);
        assert!(session.is_new(ed));
        log.nothing();
        session.flush().await?;
        assert_eq!(session.life(ed)?, Life::Persistent);
        assert_eq!(session[ed].id, 1);
        log.sent_each(
            &["INSERT INTO users (name, fullname) VALUES (?, ?)"],
            &["INSERT INTO users (name, fullname) VALUES (?, ?) RETURNING id"],
        );
        session.commit().await?;
        assert_eq!(session.life(ed)?, Life::Persistent);
        log.nothing();
        session.delete(ed)?;
        assert_eq!(session.life(ed)?, Life::Persistent);
        assert!(session.is_deleted(ed));
        log.nothing();
        session.flush().await?;
        assert_eq!(session.life(ed)?, Life::Deleted);
        assert!(!session.contains(ed));
        log.sent([
            "SELECT addresses.id, addresses.user_id, addresses.email FROM addresses \
             WHERE addresses.user_id = ? ORDER BY addresses.id",
            "DELETE FROM users WHERE id = ?",
        ]);
        session.commit().await?;
        assert_eq!(session.life(ed)?, Life::Detached);
        assert_eq!(session[ed].id, 1);
        log.nothing();
    }

    /// SES-03: changed objects get back the values they had, deleted ones are there again, at no cost.
    async fn rollback_restores_changed_and_deleted(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get::<User>(1).await?.unwrap();
        let log = Log::new(&db, &engine);

        session[ed].name = "zed".into();
        session.flush().await?;
        log.sent(["UPDATE users SET name = ? WHERE id = ?"]);
        session.rollback().await?;
        assert_eq!(session[ed].name, "ed");
        session[ed].name = "unflushed".into();
        session.rollback().await?;
        assert_eq!(session[ed].name, "ed");
        log.nothing();

        let b1 = session.get::<Address>(3).await?.unwrap();
        log.take();
        session.delete(b1)?;
        session.flush().await?;
        assert_eq!(session.life(b1)?, Life::Deleted);
        log.sent(["DELETE FROM addresses WHERE id = ?"]);
        session.rollback().await?;
        assert_eq!(session.life(b1)?, Life::Persistent);
        assert!(session.contains(b1));
        assert_eq!(session[b1].email, "b1");
        assert_eq!(session.get::<Address>(3).await?, Some(b1));
        log.nothing();

        let names = engine.all(select(User::name).order_by(User::id)).await?;
        assert_eq!(names, ["ed", "jack"]);
        assert!(engine.one_or_none(Address::select().filter(Address::id.eq(3))).await?.is_some());
    }

    /// New objects are transient after a rollback, and can be added anew with all they hold.
    async fn rollback_makes_new_objects_transient(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let ed = session.add(User { addresses: [Address::of("a")].into(), ..User::named("ed") });
        session.flush().await?;
        let a = ed.addresses(&mut session).await?[0];
        session.rollback().await?;
        assert_eq!((session.life(ed)?, session.life(a)?), (Life::Transient, Life::Transient));
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 0);

        session[ed].name = "ed again".into();
        assert_eq!(session.add(ed), ed);
        session.commit().await?;
        assert_eq!((session.life(ed)?, session.life(a)?), (Life::Persistent, Life::Persistent));
        let rows = engine.all(select((User::name, Address::email)).join(User::addresses)).await?;
        assert_eq!(rows, [("ed again".to_owned(), "a".to_owned())]);
    }

    /// Nothing is written unless commit succeeded; the error names object, constraint, table and columns, and the session
    /// goes on working.
    async fn a_foreign_key_error_names_everything(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let kim = session.add(User::named("kim"));
        // The second of its batch, so that the batch fails half-way.
        let fine = session.add(Address { user_id: Some(1), ..Address::of("fine") });
        let stray = session.add(Address { user_id: Some(99), ..Address::of("stray") });
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(error.table(), Some("addresses"));
        assert_eq!(error.columns(), ["user_id"]);
        assert_eq!(error.constraint(), Some("fk_addresses_user_id"));
        assert_eq!((session.life(kim)?, session.life(stray)?), (Life::Transient, Life::Transient));
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 2);

        session.add(fine);
        session.commit().await?;
        let emails = engine.all(select(Address::email).order_by(Address::id)).await?;
        assert_eq!(emails, ["a1", "a2", "b1", "fine"]);
    }

    /// A row that another transaction deleted is stale data, by name.
    async fn a_lost_row_is_stale(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let users = session.all(User::select().order_by(User::id)).await?;
        engine.execute(text("DELETE FROM addresses")).await?;
        engine.execute(text("DELETE FROM users WHERE id = 2")).await?;
        session[users[0]].name = "x".into();
        session[users[1]].name = "y".into();
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StaleData);
        assert_eq!(error.table(), Some("users"));
        assert_eq!((session[users[0]].name.as_str(), session[users[1]].name.as_str()), ("ed", "jack"));
        assert_eq!(engine.all(select(User::name)).await?, ["ed"]);
    }

    /// Autoflush before a query, and its switch.
    async fn queries_see_pending_changes(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        session.add(User::named("wendy"));
        assert!(session.one_or_none(User::select().filter(User::name.eq("wendy"))).await?.is_some());
        session.rollback().await?;

        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        session.add(User::named("fred"));
        assert!(session.one_or_none(User::select().filter(User::name.eq("fred"))).await?.is_none());
        session.commit().await?;
        assert!(session.one_or_none(User::select().filter(User::name.eq("fred"))).await?.is_some());
    }

    /// Raw SQL that writes is part of the session's transaction, also when it returns rows.
    async fn raw_writes_are_rolled_back_too(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let insert = || text("INSERT INTO users (name) VALUES ('raw') RETURNING id").columns::<i64>();
        assert_eq!(session.one(insert()).await?, 1);
        assert!(session.in_transaction());
        session.rollback().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 0);
        session.one(insert()).await?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 1);
    }

    /// Only what is in the database can be deleted or expired.
    async fn pending_objects_cannot_be_deleted(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let ed = session.add(User::named("ed"));
        let error = session.delete(ed).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert_eq!(error.message(), "cannot delete User#0 (new): it is pending; flush it first, or expunge it");
        assert_eq!(session.expire(ed).unwrap_err().kind(), ErrorKind::InvalidState);
        session.flush().await?;
        session.delete(ed)?;
        session.add(ed);
        session.commit().await?;
        assert_eq!(session.life(ed)?, Life::Persistent);
    }

    /// SES-07: one row of a flush is refused, so none is written and the objects are transient. No second call is needed
    /// before the session works again.
    async fn a_refused_row_takes_its_flush_along(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Town, Person)>()?.create_all(&engine).await?;
        let town = |name: &str| Town { name: name.into(), ..Default::default() };
        let mut session = engine.session();
        let ed = session.add(town("ed"));
        session.commit().await?;
        let log = Log::new(&db, &engine);
        let new = session.add_all([town("ok"), town("ed")]);
        let error = session.flush().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.table()), (ErrorKind::UniqueViolation, Some("towns")));
        assert_eq!(error.columns(), ["name"]);
        assert!(error.sql().is_some());
        assert_eq!(log.take().len(), 1);
        assert!(!session.in_transaction());
        let lives = [session.life(new[0])?, session.life(new[1])?, session.life(ed)?];
        assert_eq!(lives, [Life::Transient, Life::Transient, Life::Persistent]);
        assert_eq!(session[ed].name, "ed");
        log.nothing();
        session[new[1]].name = "ed2".into();
        session.add_all(new);
        session.commit().await?;
        assert_eq!(log.take().len(), 1);
        assert_eq!(engine.all(select(Town::name).order_by(Town::name)).await?, ["ed", "ed2", "ok"]);
    }

    /// SES-13: what can be deleted, and how a deletion is taken back. Unlike SQLAlchemy, adding what has been deleted is
    /// no error but a new object: the session holds its values, and there is nothing else that could be meant.
    async fn deleting_and_taking_it_back(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let new = session.add(User::named("new"));
        assert_eq!(session.delete(new).unwrap_err().kind(), ErrorKind::InvalidState);
        session.rollback().await?;
        assert_eq!(session.delete(new).unwrap_err().kind(), ErrorKind::InvalidState);
        let a1 = session.get_one::<Address>(1).await?;
        let log = Log::new(&db, &engine);
        session.delete(a1)?;
        session.add(a1);
        session.flush().await?;
        assert_eq!(session.life(a1)?, Life::Persistent);
        log.nothing();

        session.delete(a1)?;
        session.flush().await?;
        assert_eq!(session.get::<Address>(1).await?, None);
        log.sent([
            "DELETE FROM addresses WHERE id = ?",
            "SELECT addresses.id, addresses.user_id, addresses.email FROM addresses WHERE addresses.id = ?",
        ]);
        assert_eq!(session.life(a1)?, Life::Deleted);
        session.delete(a1)?;
        session.flush().await?;
        log.nothing();
        session.add(a1);
        assert_eq!(session.life(a1)?, Life::Pending);
        session.flush().await?;
        log.sent(["INSERT INTO addresses (id, user_id, email) VALUES (?, ?, ?)"]);
        session.rollback().await?;
        assert_eq!(session.life(a1)?, Life::Persistent);
        assert_eq!(session.get::<Address>(1).await?, Some(a1));
        log.nothing();
    }

    /// SES-17: a key that the program chose and changes: the identity map follows, and a rollback takes it back.
    async fn a_text_key_that_changes(db: Db) {
        let engine = db.engine().await;
        staff::tables(&engine).await?;
        let mut session = engine.session();
        session.add(staff::unit("ed"));
        session.commit().await?;
        let mut session = engine.session();
        let u = session.get_one::<Unit>("ed").await?;
        let log = Log::new(&db, &engine);
        session[u].code = "eddie".into();
        session.flush().await?;
        log.sent(["UPDATE units SET code = ? WHERE code = ?"]);
        assert_eq!(session.get::<Unit>("eddie").await?, Some(u));
        log.nothing();
        assert_eq!(session.get::<Unit>("ed").await?, None);
        assert_eq!(log.take().len(), 1);
        session.rollback().await?;
        assert_eq!((session.get::<Unit>("ed").await?, session[u].code.as_str()), (Some(u), "ed"));
        log.nothing();
        assert_eq!(session.get::<Unit>("eddie").await?, None);
        assert_eq!(log.take().len(), 1);
    }
}
