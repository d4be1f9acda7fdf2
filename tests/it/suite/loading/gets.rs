//! Relationships loaded with an object that is got by its key.

use orm_core::prelude::*;
use orm_core::session::GetOptions;

use super::emails;
use crate::harness::{Log, both};
use crate::scenarios::tagged::Article;
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

const USER: &str = "SELECT users.id, users.name, users.fullname FROM users WHERE users.id = ?";
const OF_ONE: &str = "SELECT addresses.id, addresses.user_id, addresses.email FROM addresses WHERE addresses.user_id = ? \
    ORDER BY addresses.id";

both! {
    /// With the row where it is read; what is missing where the object is held.
    async fn options_of_a_get(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let with = |load| GetOptions::default().with(load);
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let ed = session.get_with::<User>(1, with(User::addresses.select_in())).await?.unwrap();
        log.sent([USER, OF_ONE]);
        assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
        assert_eq!(session.get_with::<User>(1, with(User::addresses.select_in())).await?, Some(ed));
        log.nothing();
        assert_eq!(session.get_with::<User>(9, with(User::addresses.select_in())).await?, None);
        log.sent([USER]);

        for load in [User::addresses.select_in(), User::addresses.joined(), User::addresses.then(Address::user)] {
            let mut session = engine.session();
            let ed = session.get_one::<User>(1).await?;
            log.take();
            session.get_with::<User>(1, with(load)).await?;
            log.sent([OF_ONE]);
            assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
            log.nothing();
        }

        let mut session = engine.session();
        let ed = session.get_with::<User>(1, with(User::addresses.joined())).await?.unwrap();
        log.sent(["SELECT users.id, users.name, users.fullname, addresses_1.id, addresses_1.email \
            FROM users LEFT JOIN addresses AS addresses_1 ON addresses_1.user_id = users.id WHERE users.id = ? \
            ORDER BY addresses_1.id"]);
        engine.execute(text("INSERT INTO addresses (id, user_id, email) VALUES (9, 1, 'a9')")).await?;
        engine.execute(text("UPDATE users SET name = 'anew'")).await?;
        session.get_with::<User>(1, GetOptions::populate_existing().with(User::addresses)).await?;
        assert_eq!(emails(&mut session, ed).await?.len(), 3);
        assert_eq!(session[ed].name, "anew");
        session.expire(ed)?;
        log.take();
        session.get_with::<User>(1, with(User::addresses.limit(1))).await?;
        assert_eq!(emails(&mut session, ed).await?.len(), 1);
        assert_eq!(log.take().len(), 2);

        // Locked: a transaction is open, and pending changes are written before.
        session[ed].name = "locked".into();
        session.get_with::<User>(1, GetOptions::for_update().with(User::addresses.joined())).await?;
        let lock = log.take();
        assert_eq!(lock.len(), 2);
        if db.backend() == crate::harness::Backend::Postgres {
            assert!(lock[1].ends_with("FOR UPDATE OF users"), "{lock:?}");
        }
        assert!(session.in_transaction());
        session.rollback().await?;
    }

    /// What they say of later loads holds; what cannot be is refused, found in memory or not.
    async fn lazy_and_wrong_options(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let raise = || GetOptions::default().with(User::addresses.raise());
        let ed = session.get_with::<User>(1, raise()).await?.unwrap();
        assert_eq!(ed.addresses(&mut session).await.unwrap_err().kind(), ErrorKind::NotLoaded);
        let jack = session.get_one::<User>(2).await?;
        session.get_with::<User>(2, raise()).await?;
        assert_eq!(jack.addresses(&mut session).await.unwrap_err().kind(), ErrorKind::NotLoaded);
        for key in [1, 7] {
            for wrong in [
                GetOptions::default().with(Article::tags),
                GetOptions::default().with(User::addresses.from_join()),
                GetOptions::default().with(User::addresses.joined()).with(User::addresses.batch()),
            ] {
                let error = session.get_with::<User>(key, wrong).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidQuery);
            }
        }
        let error = session.get_with::<User>(1, GetOptions::default().with(Article::tags)).await.unwrap_err();
        assert_eq!(error.message(), "Article.tags cannot be loaded with User");

        // An object that carries criteria is filled under those.
        let mut session = engine.session();
        let some = User::select().filter(User::id.eq(1)).with_criteria::<Address>(Address::email.ne("a1"));
        let ed = session.one(some).await?;
        session.get_with::<User>(1, GetOptions::default().with(User::addresses)).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);
        log.nothing();
        let [address] = ed.addresses(&mut session).await?[..] else { panic!() };
        assert_eq!(address.user(&mut session).await?, Some(ed));
    }
}
