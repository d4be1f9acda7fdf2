//! Objects that the session holds already.

use orm_core::prelude::*;

use super::emails;
use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

both! {
    /// EAG-07: what is loaded stays, what is not is filled, for those who lack it only.
    async fn what_is_missing_is_filled(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        for load in [User::addresses.select_in(), User::addresses.joined(), User::addresses.subquery()] {
            let mut session = engine.session();
            let ed = session.get_one::<User>(1).await?;
            assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
            engine.execute(text("INSERT INTO addresses (id, user_id, email) VALUES (9, 1, 'a9')")).await?;
            let users = session.all(User::select().order_by(User::id).with(load.clone())).await?;
            assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
            let log = Log::new(&db, &engine);
            assert_eq!(emails(&mut session, users[1]).await?, ["b1"]);
            log.nothing();
            session.all(User::select().populate_existing().with(load.clone())).await?;
            assert_eq!(emails(&mut session, ed).await?, ["a1", "a2", "a9"]);

            let mut session = engine.session();
            let ed = session.get_one::<User>(1).await?;
            session.all(User::select().with(load)).await?;
            log.take();
            assert_eq!(emails(&mut session, ed).await?.len(), 3);
            log.nothing();
            engine.execute(text("DELETE FROM addresses WHERE id = 9")).await?;
        }
    }

    /// What the program put into a collection before it was loaded is still there.
    async fn unflushed_changes_are_kept(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        for load in [User::addresses.select_in(), User::addresses.joined()] {
            let mut session = engine.session_with(SessionOptions::default().autoflush(false));
            let ed = session.get_one::<User>(1).await?;
            ed.addresses(&mut session).push(Address::of("new"))?;
            session.all(User::select().with(load)).await?;
            assert_eq!(emails(&mut session, ed).await?, ["a1", "a2", "new"]);
        }
    }

    /// `populate_existing` reaches the objects that are loaded beside those of the query, each once.
    async fn values_are_read_anew(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        for load in [
            User::addresses.then(Address::user),
            User::addresses.joined().then(Address::user.joined()),
        ] {
            let mut session = engine.session();
            let users = session.all(User::select().order_by(User::id).with(User::addresses)).await?;
            let addresses = users[0].addresses(&mut session).await?;
            engine.execute(text("UPDATE users SET fullname = 'anew'")).await?;
            engine.execute(text("UPDATE addresses SET email = 'anew'")).await?;
            session.all(User::select().with(load.clone())).await?;
            assert_eq!(session[users[0]].fullname, None);
            assert_eq!(session[addresses[0]].email, "a1");
            session.all(User::select().with(load).populate_existing()).await?;
            assert_eq!(session[users[0]].fullname.as_deref(), Some("anew"));
            assert_eq!(session[addresses[0]].email, "anew");
            assert_eq!(users[0].addresses(&mut session).await?, addresses);
            engine.execute(text("UPDATE users SET fullname = NULL")).await?;
            engine.execute(text("UPDATE addresses SET email = 'a' || id")).await?;
        }
    }
}
