//! Conditions given with one query: what it reads under them, and what its objects carry on.

mod carried;
mod parts;

use orm_core::engine::Engine;
use orm_core::mapping::{Entity, PageRequest, Select};
use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

const USERS: &str = "SELECT users.id, users.name, users.fullname FROM users";
const ADDRESSES: &str = "SELECT addresses.id, addresses.user_id, addresses.email FROM addresses";

/// All users, and of their addresses all but the first of ed.
fn users() -> Select<Entity<User>> {
    User::select()
        .order_by(User::id)
        .with_criteria::<Address>(Address::email.ne("a1"))
}

async fn emails(session: &mut Session, user: Handle<User>) -> orm_core::Result<Vec<String>> {
    let addresses = user.addresses(session).await?;
    let emails = addresses.iter().map(|&it| session[it].email.clone());
    Ok(emails.collect())
}

/// The addresses of ed as they are in the database.
async fn of_ed(engine: &Engine) -> orm_core::Result<Vec<String>> {
    let emails = select(Address::email).filter(Address::user_id.eq(1));
    engine.all(emails.order_by(Address::email)).await
}

both! {
    /// EAG-09, steps 3 and 4: on the query's own objects, and on what they load later.
    async fn as_recorded(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        let some = Address::select().order_by(Address::id).with_criteria::<Address>(Address::email.ne("a1"));
        let mut session = engine.session();
        let found = session.all(some.clone()).await?;
        log.sent([&*format!("{ADDRESSES} WHERE addresses.email != ? ORDER BY addresses.id")]);
        assert_eq!(found.iter().map(|&it| &*session[it].email).collect::<Vec<_>>(), ["a2", "b1"]);
        assert_eq!(engine.all(some).await?.len(), 2);

        let mut session = engine.session();
        let all = session.all(users()).await?;
        log.take();
        assert_eq!(emails(&mut session, all[0]).await?, ["a2"]);
        log.sent([&*format!("{ADDRESSES} WHERE addresses.email != ? AND addresses.user_id = ? ORDER BY addresses.id")]);
        assert_eq!(emails(&mut session, all[0]).await?, ["a2"]);
        log.nothing();

        // A query without them is sent as ever, and its objects carry nothing.
        let mut session = engine.session();
        let all = session.all(User::select().order_by(User::id)).await?;
        assert_eq!(emails(&mut session, all[0]).await?, ["a1", "a2"]);
        log.sent([
            &*format!("{USERS} ORDER BY users.id"),
            &*format!("{ADDRESSES} WHERE addresses.user_id = ? ORDER BY addresses.id"),
        ]);
    }

    /// Every strategy keeps them; a plain value says that it holds a part.
    async fn every_strategy_keeps_them(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let of = User::addresses;
        for load in [of.select_in(), of.joined(), of.subquery(), of.immediate(), of.batch(), of.lazy(), of.inner_joined()] {
            let mut session = engine.session();
            let all = session.all(users().with(load.clone())).await?;
            assert_eq!(emails(&mut session, all[0]).await?, ["a2"]);
            assert_eq!(emails(&mut session, all[1]).await?, ["b1"]);
            let mut session = engine.session();
            let mut stream = session.stream(users().with(User::addresses)).batch_size(1);
            while let Some(batch) = stream.next(&mut session).await? {
                assert_eq!(emails(&mut session, batch[0]).await?.len(), 1);
            }
        }
        for load in [of.select_in(), of.joined(), of.subquery(), of.immediate()] {
            let trees = engine.all(users().with(load)).await?;
            let held: Vec<_> = trees.iter().map(|user| user.addresses.get().unwrap().len()).collect();
            assert_eq!(held, [1, 1]);
            assert!(trees[0].addresses.is_part());
        }
        let mut session = engine.session();
        let from_join = users().join(User::addresses).with(User::addresses.from_join());
        let all = session.all(from_join).await?;
        assert_eq!(emails(&mut session, all[0]).await?, ["a2"]);

        let page = engine.page(users().with(User::addresses), PageRequest::size(1)).await?;
        assert_eq!(page.rows[0].addresses.get()?.len(), 1);
        let mut session = engine.session();
        let page = session.page(users(), PageRequest::size(1)).await?;
        assert_eq!(emails(&mut session, page.rows[0]).await?, ["a2"]);
        let mut stream = engine.stream(users().with(User::addresses));
        assert_eq!(stream.next().await?.unwrap().addresses.get()?.len(), 1);
    }

    /// What the statements look like.
    async fn statements_with_them(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        engine.all(users().with(User::addresses.joined())).await?;
        log.sent(["SELECT users.id, users.name, users.fullname, addresses_1.id, addresses_1.email \
            FROM users LEFT JOIN addresses AS addresses_1 ON addresses_1.user_id = users.id AND addresses_1.email != ? \
            ORDER BY users.id, addresses_1.id"]);
        engine.all(users().limit(1).with(User::addresses.select_in())).await?;
        log.sent([
            &*format!("{USERS} ORDER BY users.id LIMIT 1"),
            &*format!("{ADDRESSES} WHERE addresses.email != ? AND addresses.user_id = ? ORDER BY addresses.id"),
        ]);

        // Joins and subqueries of the query itself; the right side of an outer join does not lose the left one.
        let count = engine.all(users().left_join(User::addresses)).await?.len();
        log.sent([&*format!("{USERS} LEFT JOIN addresses ON users.id = addresses.user_id AND addresses.email != ? ORDER BY users.id")]);
        assert_eq!(count, 2);
        let with_some = users().filter(User::addresses.any(Address::email.like("a%")));
        assert_eq!(engine.all(with_some).await?.len(), 1);
        let sent = log.take();
        assert!(sent[0].contains("addresses.email != ?"), "{sent:?}");

        // As a part of another query it keeps its own, and only those.
        let part = select(Address::id).with_criteria::<Address>(Address::email.ne("a1"));
        let outer = select(func::count_all()).from_source(&part.clone().subquery("some"));
        assert_eq!(engine.scalar(outer).await?, 2);
        assert_eq!(engine.all(part.clone().union_all(select(Address::id))).await?.len(), 5);
        let both = select(Address::id).union_all(select(Address::id)).with_criteria::<Address>(Address::email.ne("a1"));
        assert_eq!(engine.all(both).await?.len(), 4);
        assert!(part.to_sql(engine.dialect())?.sql.contains("addresses.email"));
        assert_eq!(engine.all(part.prepare(engine.dialect())?).await?.len(), 2);
    }

    /// Those of the session hold besides; a query can go without the ones and the others.
    async fn beside_those_of_the_session(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let options = SessionOptions::default().criteria::<Address>(Address::email.ne("a2"));
        let mut session = engine.session_with(options.clone());
        let log = Log::new(&db, &engine);
        let all = session.all(users()).await?;
        log.take();
        assert!(emails(&mut session, all[0]).await?.is_empty());
        log.sent([&*format!(
            "{ADDRESSES} WHERE addresses.email != ? AND addresses.email != ? AND addresses.user_id = ? ORDER BY addresses.id"
        )]);
        // What the session never shows is no part of the relationship to it; what the query left out is.
        let ed = all[0];
        session.load(ed, User::addresses).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a1"]);

        let of = || Address::select().order_by(Address::id);
        let mut session = engine.session_with(options);
        let own = of().without_criteria().with_criteria::<Address>(Address::email.ne("a1"));
        let found = session.all(own).await?;
        assert_eq!(found.iter().map(|&it| &*session[it].email).collect::<Vec<_>>(), ["a2", "b1"]);
        let none = of().with_criteria::<Address>(Address::email.ne("a1")).without_criteria();
        assert_eq!(session.all(none).await?.len(), 3);
        let whole = session.all(User::select().order_by(User::id).with_criteria::<Address>(Address::id.lt(0)).without_criteria());
        let whole = whole.await?;
        assert_eq!(emails(&mut session, whole[0]).await?, ["a1"]);
    }

    /// Updates and deletes take them too; objects follow as far as they let the statement reach.
    async fn statements_that_write(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let held = session.all(Address::select().order_by(Address::id)).await?;
        let log = Log::new(&db, &engine);
        let update = Address::update().set(Address::email.to("x")).with_criteria::<Address>(Address::email.ne("a1"));
        assert_eq!(session.execute(update).await?, 2);
        log.sent(["UPDATE addresses SET email = ? WHERE addresses.email != ?"]);
        assert_eq!(held.iter().map(|&it| &*session[it].email).collect::<Vec<_>>(), ["a1", "x", "x"]);
        session.rollback().await?;
        let delete = Address::delete().filter(Address::id.lt(3)).with_criteria::<Address>(Address::email.ne("a1"));
        assert_eq!(engine.execute(delete).await?, 1);
        assert_eq!(of_ed(&engine).await?, ["a1"]);
    }

    /// To one: what they hide is shown as none and still referred to; what is held is held.
    async fn references(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let some = || Address::select().order_by(Address::id).with_criteria::<User>(User::name.ne("ed"));
        for load in [Address::user.lazy(), Address::user.joined(), Address::user.select_in()] {
            let mut session = engine.session();
            let found = session.all(some().with(load)).await?;
            assert_eq!(found[0].user(&mut session).await?, None);
            assert!(found[2].user(&mut session).await?.is_some());
            session[found[0]].email = "changed".into();
            session.commit().await?;
            assert_eq!(session[found[0]].user_id, Some(1));
            assert_eq!(engine.scalar(select(func::count(Address::user_id))).await?, 3);
        }
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        let found = session.all(some()).await?;
        assert_eq!(found[0].user(&mut session).await?, Some(ed));
    }
}
