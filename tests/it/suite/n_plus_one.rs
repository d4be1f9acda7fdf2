//! Relationships loaded object by object are noticed, and only those.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use orm_core::assert_statements;
use orm_core::engine::{NPlusOne, RepeatedLoads};
use orm_core::prelude::*;

use crate::harness::{Db, both};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    body: Deferred<String>,
}

type Heard = Arc<Mutex<Vec<RepeatedLoads>>>;

/// Ten users with two addresses each, and an engine whose warnings are collected.
async fn ten(db: &Db) -> orm_core::Result<(Engine, Heard)> {
    let heard = Heard::default();
    let ear = Arc::clone(&heard);
    let engine = Engine::builder(db.url())
        .on_n_plus_one(move |found| ear.lock().unwrap().push(found.clone()))
        .connect()
        .await?;
    user_address::tables(&engine).await?;
    let mut session = engine.session();
    for number in 0..10 {
        let address = |email: String| Address {
            email,
            ..Default::default()
        };
        session.add(User {
            name: format!("u{number}"),
            addresses: [address(format!("a{number}")), address(format!("b{number}"))].into(),
            ..Default::default()
        });
    }
    session.commit().await?;
    Ok((engine, heard))
}

both! {
    /// One warning for each relationship, at the fifth load, with the place and what to write.
    async fn repeated_lazy_loads_are_noticed_once(db: Db) {
        let (engine, heard) = ten(&db).await?;
        let mut session = engine.session();
        let users = session.all(User::select().order_by(User::id)).await?;
        let mut line = 0;
        for user in users {
            line = line!() + 1;
            user.addresses(&mut session).await?;
        }
        let heard = std::mem::take(&mut *heard.lock().unwrap());
        let [found] = heard.as_slice() else { panic!("{heard:?}") };
        assert_eq!(found.relationship, "User.addresses");
        assert_eq!((found.loads, found.siblings), (5, 10));
        assert_eq!((found.location.file(), found.location.line()), (file!(), line));
        assert_eq!(found.instead, ".with(User::addresses)");
        assert_eq!(
            found.to_string(),
            format!(
                "User.addresses was loaded lazily 5 times, object by object, of 10 that came with one result (last at \
                 {}); load it for all of them with the query: .with(User::addresses)",
                found.location
            )
        );
    }

    /// A reference to one object is noticed like a collection; what is found in memory is no load.
    async fn references_are_noticed_too(db: Db) {
        let (engine, heard) = ten(&db).await?;
        let mut session = engine.session();
        for address in session.all(Address::select().order_by(Address::id)).await? {
            address.user(&mut session).await?;
        }
        assert_eq!(heard.lock().unwrap().len(), 1);
        assert_eq!(heard.lock().unwrap()[0].relationship, "Address.user");

        heard.lock().unwrap().clear();
        let mut session = engine.session();
        session.all(User::select()).await?;
        for address in session.all(Address::select()).await? {
            address.user(&mut session).await?;
        }
        assert!(heard.lock().unwrap().is_empty());
    }

    /// Loads in so many words and counts are noticed like accesses: only what is asked for one by one.
    async fn loads_and_counts_are_noticed_too(db: Db) {
        let (engine, heard) = ten(&db).await?;
        Metadata::of::<Note>()?.create_all(&engine).await?;
        engine.execute(Note::insert().rows((1..=10).map(|id| (Note::id.to(id), Note::body.to("b"))))).await?;
        let mut session = engine.session();
        let notes = session.all(Note::select()).await?;
        let mut line = 0;
        for &note in &notes {
            line = line!() + 1;
            session.load(note, Note::body).await?;
            session.load(note, Note::body).await?;
        }
        let take = || std::mem::take(&mut *heard.lock().unwrap());
        let found = take();
        let [found] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((found.relationship.as_str(), found.instead.as_str()), ("Note.body", ".undefer(Note::body)"));
        assert_eq!((found.location.file(), found.location.line()), (file!(), line));

        let mut session = engine.session();
        let notes = session.all(Note::select()).await?;
        session.load_all(notes, Note::body).await?;
        let users = session.all(User::select()).await?;
        for &user in &users {
            user.addresses(&mut session).count().await?;
        }
        let found = take();
        let [found] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(found.relationship, "User.addresses.count()");
        for &user in &users {
            session.load(user, User::addresses).await?;
        }
        let found = take();
        let [found] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((found.relationship.as_str(), found.loads), ("User.addresses", 5));
        // What is loaded, or known by its key, costs nothing.
        for &user in &users {
            user.addresses(&mut session).count().await?;
            session.load(user, User::addresses).await?;
        }
        for address in session.all(Address::select()).await? {
            session.load(address, Address::user).await?;
        }
        assert_eq!(take(), []);
    }

    /// No alarm for code that loads well, that loads a few, or whose objects come one by one.
    async fn code_that_loads_well_is_left_alone(db: Db) {
        let (engine, heard) = ten(&db).await?;
        let mut session = engine.session();
        for user in session.all(User::select().with(User::addresses)).await? {
            for address in user.addresses(&mut session).await? {
                address.user(&mut session).await?;
            }
        }
        let mut session = engine.session();
        for user in session.all(User::select()).await?.into_iter().take(4) {
            user.addresses(&mut session).await?;
        }
        let mut session = engine.session();
        for id in 1..=10 {
            let user = session.get_one::<User>(id).await?;
            user.addresses(&mut session).await?;
            user.addresses(&mut session).await?;
        }
        // Twice three of different results.
        let mut session = engine.session();
        for half in [User::id.le(5), User::id.gt(5)] {
            for user in session.all(User::select().filter(half)).await?.into_iter().take(3) {
                user.addresses(&mut session).await?;
            }
        }
        assert!(heard.lock().unwrap().is_empty(), "{heard:?}");
    }

    /// A session can be told to say nothing, or to refuse.
    async fn sessions_choose(db: Db) {
        let (engine, heard) = ten(&db).await?;
        let mut session = engine.session_with(SessionOptions::default().n_plus_one(NPlusOne::Ignore));
        for user in session.all(User::select()).await? {
            user.addresses(&mut session).await?;
        }
        assert!(heard.lock().unwrap().is_empty());

        let mut session = engine.session_with(SessionOptions::default().n_plus_one(NPlusOne::Refuse));
        let users = session.all(User::select()).await?;
        for user in &users[..4] {
            user.addresses(&mut session).await?;
        }
        let error = users[4].addresses(&mut session).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotLoaded);
        assert!(error.message().contains(".with(User::addresses)"), "{error}");
        assert!(heard.lock().unwrap().is_empty());
    }

    /// The engine's choice holds for all its sessions.
    async fn engines_choose(db: Db) {
        let (_, _) = ten(&db).await?;
        let engine = Engine::builder(db.url()).n_plus_one(NPlusOne::Refuse).n_plus_one_threshold(2).connect().await?;
        let mut session = engine.session();
        let users = session.all(User::select()).await?;
        users[0].addresses(&mut session).await?;
        assert_eq!(users[1].addresses(&mut session).await.unwrap_err().kind(), ErrorKind::NotLoaded);
    }

    /// `assert_statements!` gives the block's value, counts no transaction control, and lists what was sent.
    async fn statements_are_counted(db: Db) {
        let (engine, _) = ten(&db).await?;
        let mut session = engine.session();
        let users = assert_statements!(engine, 2, {
            session.all(User::select().with(User::addresses)).await?
        });
        assert_statements!(engine, 1, {
            session[users[0]].name = "other".into();
            session.commit().await?;
        });
        let counted = async {
            assert_statements!(engine, 2, { session.get::<User>(99).await? });
            Ok::<_, Error>(())
        };
        let panic = AssertUnwindSafe(counted).catch_unwind().await.unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(
            message.starts_with("2 statements were expected, 1 sent:\n  1. SELECT users.id, users.name, users.fullname FROM users WHERE users.id = "),
            "{message}"
        );
    }
}
