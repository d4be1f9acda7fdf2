//! Joined loading: whole collections, each object once, whatever the query filters, joins and limits.

use orm_core::mapping::alias;
use orm_core::prelude::*;

use super::emails;
use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, User};

const JOINED: &str = "SELECT users.id, users.name, users.fullname, addresses_1.id, addresses_1.email \
    FROM users LEFT JOIN addresses AS addresses_1 ON addresses_1.user_id = users.id ORDER BY users.name, addresses_1.id";

both! {
    /// EAG-05: rows multiply, objects and collections do not; the query's own joins and filters are not those of the load.
    async fn joined_collections_are_whole(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        let mut session = engine.session();
        let users = session.all(User::select().order_by(User::name).with(User::addresses.joined())).await?;
        log.sent([JOINED]);
        assert_eq!(users.len(), 2);
        assert_eq!(emails(&mut session, users[0]).await?, ["a1", "a2"]);
        assert_eq!(emails(&mut session, users[1]).await?, ["b1"]);
        log.nothing();

        let plain = session.all(User::select().join(User::addresses).order_by(User::id)).await?;
        assert_eq!(plain, [users[0], users[0], users[1]]);
        log.take();

        let mut session = engine.session();
        session.all(Address::select().order_by(Address::id).with(Address::user.inner_joined())).await?;
        log.sent(["SELECT addresses.id, addresses.user_id, addresses.email, users_1.id, users_1.name, users_1.fullname \
            FROM addresses JOIN users AS users_1 ON users_1.id = addresses.user_id ORDER BY addresses.id"]);

        let mut session = engine.session();
        let own = || User::select().join(User::addresses).filter(Address::email.eq("a1"));
        let users = session.all(own().with(User::addresses.joined())).await?;
        log.sent(["SELECT users.id, users.name, users.fullname, addresses_1.id, addresses_1.email \
            FROM users JOIN addresses ON users.id = addresses.user_id LEFT JOIN addresses AS addresses_1 \
            ON addresses_1.user_id = users.id WHERE addresses.email = ? ORDER BY addresses_1.id"]);
        assert_eq!(emails(&mut session, users[0]).await?, ["a1", "a2"]);
    }

    /// EAG-05: the query's own join as the source of the collection, which keeps what it shows until it is read anew.
    async fn own_joins_as_collections(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        let mut session = engine.session();
        let query = User::select().join(User::addresses).filter(Address::email.eq("a1"));
        let users = session.all(query.with(User::addresses.from_join())).await?;
        log.sent(["SELECT users.id, users.name, users.fullname, addresses.id, addresses.user_id, addresses.email \
            FROM users JOIN addresses ON users.id = addresses.user_id WHERE addresses.email = ?"]);
        assert_eq!(emails(&mut session, users[0]).await?, ["a1"]);
        log.nothing();
        let again = || User::select().filter(User::id.eq(1)).with(User::addresses.joined());
        session.all(again()).await?;
        assert_eq!(emails(&mut session, users[0]).await?, ["a1"]);
        assert_eq!(log.take().len(), 1);
        session.all(again().populate_existing()).await?;
        assert_eq!(emails(&mut session, users[0]).await?, ["a1", "a2"]);
        assert_eq!(log.take().len(), 1);

        let mail = alias::<Address>("mail");
        let query = User::select().join(User::addresses.to(&mail)).filter(mail.col(Address::email).eq("a2"));
        let users = engine.all(query.with(User::addresses.from_join_of(&mail))).await?;
        let found: Vec<_> = users[0].addresses.get()?.iter().map(|it| it.email.as_str()).collect();
        assert_eq!(found, ["a2"]);
        let missing = User::select().with(User::addresses.from_join());
        let error = engine.all(missing).await.unwrap_err();
        assert_eq!(
            error.message(),
            "User.addresses is to be loaded from a join of addresses, which the query does not have; add .join(..)"
        );
    }

    /// A limit counts the objects of the query, not the rows of the join; the same with DISTINCT, groups and unions.
    async fn limits_count_parents(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let emails = |users: &[User]| -> Vec<Vec<String>> {
            let all = users.iter().map(|user| user.addresses.get().unwrap());
            all.map(|list| list.iter().map(|it| it.email.clone()).collect()).collect()
        };
        let load = || User::addresses.joined();
        let users = engine.all(User::select().order_by(User::id).limit(1).with(load())).await?;
        assert_eq!(emails(&users), [["a1", "a2"]]);
        let users = engine.all(User::select().order_by(User::id.desc()).offset(1).with(load())).await?;
        assert_eq!(emails(&users), [["a1", "a2"]]);
        let users = engine.all(User::select().order_by(func::length(User::name)).limit(1).with(load())).await?;
        assert_eq!(emails(&users), [["a1", "a2"]]);
        let users = engine.all(User::select().distinct().order_by(User::id).with(load())).await?;
        assert_eq!(emails(&users), [vec!["a1", "a2"], vec!["b1"]]);
        let ed = User::select().filter(User::id.eq(1));
        let jack = User::select().filter(User::id.eq(2));
        let users = engine.all(ed.union(jack).order_by(User::id.desc()).with(load())).await?;
        assert_eq!(emails(&users), [vec!["b1"], vec!["a1", "a2"]]);
        let locked = User::select().order_by(User::id).for_update().with(load());
        assert_eq!(engine.begin().await?.all(locked).await?.len(), 2);
    }

    /// Values of named parameters reach a query that was changed by a join, or repeated as a subquery.
    async fn named_parameters(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let query = User::select().filter(User::name.eq(param::<String>("name"))).bind("name", "ed");
        for query in [query.clone().with(User::addresses.joined()), query.clone().with(User::addresses.subquery())] {
            let users = engine.all(query).await?;
            assert_eq!(users[0].addresses.get()?.len(), 2);
        }
        let prepared = query.with(User::addresses.joined()).prepare(engine.dialect())?;
        let error = engine.all(prepared).await.unwrap_err();
        assert_eq!(
            error.message(),
            "User.addresses cannot be loaded by .joined() here, since the text of the query is written already; load it by \
             .select_in()"
        );
    }
}
