//! What each strategy sends.

use orm_core::engine::Engine;
use orm_core::mapping::Load;
use orm_core::prelude::*;

use super::emails;
use crate::harness::{Backend, Log, both};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

/// 100 users with 3 addresses each.
async fn hundred(engine: &Engine) -> orm_core::Result<()> {
    user_address::tables(engine).await?;
    let mut session = engine.session();
    for number in 0..100 {
        let address = |which| Address::of(&format!("{number}-{which}"));
        session.add(User {
            addresses: [address(0), address(1), address(2)].into(),
            ..User::named(&format!("u{number}"))
        });
    }
    session.commit().await
}

/// Reads every user's addresses; how many there are, and how many statements were sent.
async fn of_users(
    engine: &Engine,
    log: &Log,
    load: Load<User, Address>,
) -> orm_core::Result<(usize, usize)> {
    let mut session = engine.session();
    log.take();
    let users = session
        .all(User::select().order_by(User::id).with(load))
        .await?;
    assert_eq!(users.len(), 100);
    let mut children = 0;
    for user in users {
        children += emails(&mut session, user).await?.len();
    }
    Ok((children, log.take().len()))
}

async fn of_addresses(
    engine: &Engine,
    log: &Log,
    load: Load<Address, User>,
) -> orm_core::Result<(usize, usize)> {
    let mut session = engine.session();
    log.take();
    let addresses = session
        .all(Address::select().order_by(Address::id).with(load))
        .await?;
    let mut users = std::collections::HashSet::new();
    for address in addresses {
        users.extend(address.user(&mut session).await?);
    }
    Ok((users.len(), log.take().len()))
}

both! {
    /// EAG-01: the statements of each strategy, for 100 parents with 3 children each.
    async fn statements_of_each_strategy(db: Db) {
        let engine = db.engine().await;
        hundred(&engine).await?;
        let log = Log::new(&db, &engine);
        let books = User::addresses;
        assert_eq!(of_users(&engine, &log, books.lazy()).await?, (300, 101));
        assert_eq!(of_users(&engine, &log, books.joined()).await?, (300, 1));
        assert_eq!(of_users(&engine, &log, books.select_in()).await?, (300, 2));
        assert_eq!(of_users(&engine, &log, books.subquery()).await?, (300, 2));
        assert_eq!(of_users(&engine, &log, books.immediate()).await?, (300, 101));
        assert_eq!(of_users(&engine, &log, books.batch()).await?, (300, 2));
        let user = Address::user;
        assert_eq!(of_addresses(&engine, &log, user.lazy()).await?, (100, 101));
        assert_eq!(of_addresses(&engine, &log, user.joined()).await?, (100, 1));
        assert_eq!(of_addresses(&engine, &log, user.select_in()).await?, (100, 2));
        assert_eq!(of_addresses(&engine, &log, user.subquery()).await?, (100, 2));
        assert_eq!(of_addresses(&engine, &log, user.immediate()).await?, (100, 101));
        assert_eq!(of_addresses(&engine, &log, user.batch()).await?, (100, 2));
    }

    /// What the statements look like.
    async fn texts_of_each_strategy(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        let query = || User::select().filter(User::name.ne("x")).order_by(User::name).limit(5);

        engine.session().all(query().with(User::addresses.joined())).await?;
        log.sent(["SELECT rows_1.id, rows_1.name, rows_1.fullname, addresses_1.id, addresses_1.email \
            FROM (SELECT users.id, users.name, users.fullname FROM users WHERE users.name != ? ORDER BY users.name LIMIT 5) \
            AS rows_1 LEFT JOIN addresses AS addresses_1 ON addresses_1.user_id = rows_1.id \
            ORDER BY rows_1.name, addresses_1.id"]);

        engine.session().all(query().with(User::addresses.subquery())).await?;
        log.sent([
            "SELECT users.id, users.name, users.fullname FROM users WHERE users.name != ? ORDER BY users.name LIMIT 5",
            "SELECT addresses.id, addresses.user_id, addresses.email FROM addresses WHERE addresses.user_id IN \
             (SELECT users.id FROM users WHERE users.name != ? ORDER BY users.name LIMIT 5) ORDER BY addresses.user_id, addresses.id",
        ]);

        // At most one for each parent: nothing to wrap.
        engine.session().all(Address::select().order_by(Address::id).limit(2).with(Address::user.joined())).await?;
        log.sent(["SELECT addresses.id, addresses.user_id, addresses.email, users_1.id, users_1.name, users_1.fullname \
            FROM addresses LEFT JOIN users AS users_1 ON users_1.id = addresses.user_id ORDER BY addresses.id LIMIT 2"]);

        engine.session().all(User::select().with(User::addresses.limit(1))).await?;
        log.sent_each(
            &["SELECT users.id, users.name, users.fullname FROM users",
              "SELECT addresses_1.id, addresses_1.user_id, addresses_1.email FROM (SELECT addresses.id, addresses.user_id, \
               addresses.email, row_number() OVER (PARTITION BY addresses.user_id ORDER BY addresses.id) AS row_in_parent \
               FROM addresses WHERE addresses.user_id IN (SELECT value FROM json_each(?))) AS addresses_1 \
               WHERE addresses_1.row_in_parent <= ? ORDER BY addresses_1.row_in_parent"],
            &["SELECT users.id, users.name, users.fullname FROM users",
              "SELECT addresses_1.id, addresses_1.user_id, addresses_1.email FROM (SELECT addresses.id, addresses.user_id, \
               addresses.email, row_number() OVER (PARTITION BY addresses.user_id ORDER BY addresses.id) AS row_in_parent \
               FROM addresses WHERE addresses.user_id = ANY(?)) AS addresses_1 \
               WHERE addresses_1.row_in_parent <= ? ORDER BY addresses_1.row_in_parent"],
        );
    }

    /// The keys of the parents: one is compared, many without a gap are given by their bounds, all others as a list. Nobody
    /// else's rows come, and none is missed.
    async fn keys_are_named_shortly(db: Db) {
        let engine = db.engine().await;
        hundred(&engine).await?;
        let log = Log::new(&db, &engine);
        let users = |which| User::select().filter(which).order_by(User::id.desc()).with(User::addresses.select_in());
        let gap = User::id.between(11, 60).and(User::id.ne(30));
        let list = ("IN (SELECT value FROM json_each(?)) ORDER BY addresses.user_id,", "= ANY(?) ORDER BY addresses.user_id,");
        let range = "BETWEEN ? AND ? ORDER BY addresses.user_id,";
        let cases = [
            (User::id.eq(7), ("= ? ORDER BY", "= ? ORDER BY")),
            (User::id.between(11, 60), (range, range)),
            (gap, list),
            // So few that it is not worth a text of its own.
            (User::id.between(11, 14), list),
        ];
        for (which, (sqlite, postgres)) in cases {
            let mut session = engine.session();
            let found = session.all(users(which.clone())).await?;
            let text = "SELECT addresses.id, addresses.user_id, addresses.email FROM addresses WHERE addresses.user_id";
            let each = |test| log.take().pop() == Some(format!("{text} {test} addresses.id"));
            assert!(each(match db.backend() { Backend::Sqlite => sqlite, Backend::Postgres => postgres }), "{sqlite}");
            for &user in &found {
                let number = session[user].id - 1;
                let expected = [0, 1, 2].map(|which| format!("{number}-{which}"));
                assert_eq!(emails(&mut session, user).await?, expected);
            }
            let plain = engine.all(users(which)).await?;
            assert_eq!(plain.len(), found.len());
            for user in plain {
                let emails: Vec<_> = user.addresses.get()?.iter().map(|it| it.email.as_str()).collect();
                assert_eq!(emails, [0, 1, 2].map(|which| format!("{}-{which}", user.id - 1)));
            }
            log.take();
        }
    }

    /// Batch: the first access loads for those that came with the same result, and no others.
    async fn batch_is_for_siblings(db: Db) {
        let engine = db.engine().await;
        hundred(&engine).await?;
        let mut session = engine.session();
        let batch = User::select().with(User::addresses.batch());
        let first = session.all(batch.clone().filter(User::id.le(10)).order_by(User::id)).await?;
        let second = session.all(batch.filter(User::id.gt(10)).order_by(User::id)).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(emails(&mut session, first[3]).await?.len(), 3);
        assert_eq!(log.take().len(), 1);
        for &user in &first {
            assert_eq!(user.addresses(&mut session).await?.len(), 3);
        }
        log.nothing();
        for &user in &second {
            assert_eq!(user.addresses(&mut session).await?.len(), 3);
        }
        assert_eq!(log.take().len(), 1);
    }

    /// A relationship is loaded in one way in one query.
    async fn two_ways_are_refused(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let query = User::select().with(User::addresses.joined()).with(User::addresses.batch());
        let error = engine.session().all(query).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert_eq!(
            error.message(),
            "User.addresses is to be loaded in two ways in one query, with joined and with batch; keep one of them"
        );
    }
}
