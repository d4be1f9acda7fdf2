//! Both sides of a relationship, lazy and eager loading, trees without a session.

use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

async fn emails(session: &mut Session, user: Handle<User>) -> orm_core::Result<Vec<String>> {
    let addresses = user.addresses(session).await?;
    Ok(addresses
        .into_iter()
        .map(|address| session[address].email.clone())
        .collect())
}

both! {
    /// REL-01: both sides agree at once, without a statement, also on collections that are not loaded.
    async fn both_sides_agree_at_once(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let log = Log::new(&db, &engine);

        let (u, v, a) = (session.add(User::named("u")), session.add(User::named("v")), session.add(Address::of("a")));
        u.addresses(&mut session).push(a)?;
        assert_eq!(a.user(&mut session).await?, Some(u));
        session[a].user = v.into();
        assert_eq!(u.addresses(&mut session).await?, []);
        assert_eq!(v.addresses(&mut session).await?, [a]);
        session[v].addresses = Vec::<Handle<Address>>::new().into();
        assert_eq!(a.user(&mut session).await?, None);
        session[v].addresses = [a].into();
        u.addresses(&mut session).push(a)?;
        assert_eq!(a.user(&mut session).await?, Some(u));
        assert_eq!(v.addresses(&mut session).await?, []);
        log.nothing();
        session.rollback().await?;

        let u1 = session.get_one::<User>(1).await?;
        let n = session.add(Address { user: u1.into(), ..Address::of("n") });
        log.take();
        assert_eq!(emails(&mut session, u1).await?, ["a1", "a2", "n"]);
        assert_eq!(log.take().len(), 1);
        session.expunge(n)?;

        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let (u1, u2) = (session.get_one::<User>(1).await?, session.get_one::<User>(2).await?);
        let a1 = session.get_one::<Address>(1).await?;
        log.take();
        session[a1].user = u2.into();
        log.nothing();
        assert_eq!(emails(&mut session, u1).await?, ["a2"]);
        assert_eq!(emails(&mut session, u2).await?, ["b1", "a1"]);
        assert_eq!(log.take().len(), 2);
        session.flush().await?;
        log.sent(["UPDATE addresses SET user_id = ? WHERE id = ?"]);
    }

    /// A lazy load is one statement, once; a parent that is held costs none.
    async fn lazy_loading_is_cached(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(ed.addresses(&mut session).count().await?, 2);
        log.sent(["SELECT count(*) FROM addresses WHERE addresses.user_id = ?"]);
        let addresses = ed.addresses(&mut session).await?;
        assert_eq!(addresses.len(), 2);
        assert_eq!(log.take().len(), 1);
        assert_eq!(ed.addresses(&mut session).await?, addresses);
        assert_eq!(ed.addresses(&mut session).count().await?, 2);
        assert_eq!(addresses[0].user(&mut session).await?, Some(ed));
        log.nothing();

        let b1 = session.get_one::<Address>(3).await?;
        log.take();
        let jack = b1.user(&mut session).await?.unwrap();
        assert_eq!(session[jack].name, "jack");
        assert_eq!(log.take().len(), 1);
    }

    /// Select-in: one statement for each relationship, however many parents.
    async fn eager_loading_costs_one_statement(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let users = session.all(User::select().order_by(User::id).with(User::addresses)).await?;
        assert_eq!(log.take().len(), 2);
        assert_eq!(emails(&mut session, users[0]).await?, ["a1", "a2"]);
        assert_eq!(emails(&mut session, users[1]).await?, ["b1"]);
        log.nothing();

        let mut session = engine.session();
        let addresses = session.all(Address::select().order_by(Address::id).with(Address::user)).await?;
        assert_eq!(log.take().len(), 2);
        let user = addresses[1].user(&mut session).await?.unwrap();
        assert_eq!(session[user].name, "ed");
        log.nothing();
    }

    /// Plain trees: owned values, ready for serde; what was not asked for says so.
    async fn trees_without_a_session(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        let users = engine.all(User::select().order_by(User::id).with(User::addresses.then(Address::user))).await?;
        assert_eq!(log.take().len(), 3);
        let emails: Vec<_> = users[0].addresses.get()?.iter().map(|address| address.email.as_str()).collect();
        assert_eq!(emails, ["a1", "a2"]);
        for address in users[0].addresses.get()? {
            assert_eq!(address.user.get()?.unwrap().name, "ed");
        }
        let error = users[0].addresses.get()?[0].user.get()?.unwrap().addresses.get().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotLoaded);
        assert_eq!(
            error.message(),
            "User.addresses is not loaded; ask for it with .with(User::addresses) in the query, or read it by \
             handle.addresses(&mut session).await"
        );
    }

    /// An assigned collection replaces what the database had, loading it first.
    async fn assigning_an_unloaded_collection_replaces_it(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        let b1 = session.get_one::<Address>(3).await?;
        session[ed].addresses = [b1].into();
        session.commit().await?;
        let rows = engine.all(select((Address::id, Address::user_id)).order_by(Address::id)).await?;
        assert_eq!(rows, [(1, None), (2, None), (3, Some(1))]);
    }
}
