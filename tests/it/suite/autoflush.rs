//! When pending changes are written without being asked for, and when nothing is sent at all.

use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

const INSERT: (&str, &str) = (
    "INSERT INTO users (name, fullname) VALUES (?, ?)",
    "INSERT INTO users (name, fullname) VALUES (?, ?) RETURNING id",
);
const GET: &str = "SELECT users.id, users.name, users.fullname FROM users WHERE users.id = ?";

both! {
    /// SES-05: what flushes first, and what does not.
    async fn what_flushes_first(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let flushed_then = |query: &str| log.sent_each(&[INSERT.0, query], &[INSERT.1, query]);
        let named = |name: &str| User::select().filter(User::name.eq(name.to_owned()));
        let by_name = "SELECT users.id, users.name, users.fullname FROM users WHERE users.name = ?";

        session.add(User::named("wendy"));
        assert!(session.one_or_none(named("wendy")).await?.is_some());
        flushed_then(by_name);

        session.add(User::named("fred"));
        {
            let mut quiet = session.no_autoflush();
            assert!(quiet.one_or_none(named("fred")).await?.is_none());
            log.sent([by_name]);
        }
        // The scope is over: the next query flushes.
        let ed = session.get_one::<User>(1).await?;
        flushed_then(GET);

        session.add(User::named("p1"));
        assert_eq!(session.get::<User>(1).await?, Some(ed));
        log.nothing();
        session.get_one::<User>(2).await?;
        flushed_then(GET);

        session.add(User::named("p2"));
        assert_eq!(ed.addresses(&mut session).await?.len(), 2);
        let sent = log.take();
        assert_eq!(sent.len(), 2, "{sent:?}");
        assert!(sent[1].starts_with("SELECT addresses.id"), "{sent:?}");

        session.add(User::named("p3"));
        let count = session.scalar(select(func::count_all()).from::<User>()).await?;
        assert_eq!(count, 7);
        flushed_then("SELECT count(*) FROM users");

        // The engine is another conversation, and sees nothing of it.
        session.add(User::named("p4"));
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 2);
        log.sent(["SELECT count(*) FROM users"]);
        session.rollback().await?;
    }

    /// A flush or commit of nothing sends nothing, not even BEGIN; so does a change that is set back.
    async fn nothing_sends_nothing(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        let a = session.get_one::<Address>(1).await?;
        engine.statements().clear();
        let nothing = || assert_eq!(engine.statements().take(), []);
        session.flush().await?;
        session.commit().await?;
        session.rollback().await?;
        nothing();
        session[ed].name = "x".into();
        session[ed].name = "ed".into();
        session[a].user = ed.into();
        session.flush().await?;
        session.commit().await?;
        nothing();
        let new = session.add(User::named("n"));
        session.expunge(new)?;
        session.commit().await?;
        nothing();
        assert!(!session.in_transaction());
    }
}
