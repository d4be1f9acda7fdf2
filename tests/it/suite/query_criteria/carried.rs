//! What objects carry into later loads, and which objects do.

use orm_core::engine::NPlusOne;
use orm_core::prelude::*;

use super::{ADDRESSES, emails, users};
use crate::harness::{Log, both};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "branches")]
struct Branch {
    #[orm(primary_key)]
    id: i64,
    dead: bool,
    #[orm(references = Branch::id)]
    parent_id: Option<i64>,
    #[orm(back_populates = twigs)]
    parent: BelongsTo<Branch>,
    #[orm(back_populates = parent, order_by = Branch::id)]
    twigs: HasMany<Branch>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "owners")]
struct Owner {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = owner, order_by = Thing::id, lazy = "select_in")]
    things: HasMany<Thing>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "things")]
struct Thing {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Owner::id)]
    owner_id: i64,
    #[orm(back_populates = things)]
    owner: BelongsTo<Owner>,
}

both! {
    /// What is loaded with an object by default keeps them, with the query and with a later `get`.
    async fn into_default_loads(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Owner, Thing)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let thing = Thing::default;
        session.add(Owner { things: [thing(), thing(), thing()].into(), ..Default::default() });
        session.commit().await?;
        let mut session = engine.session();
        let one = session.one(Owner::select().with_criteria::<Thing>(Thing::id.gt(1))).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(one.things(&mut session).await?.len(), 2);
        log.nothing();
        session.expire(one)?;
        session.get_one::<Owner>(1).await?;
        assert_eq!(log.take().len(), 2);
        assert_eq!(one.things(&mut session).await?.len(), 2);
        log.nothing();
        let mut session = engine.session();
        let one = session.get_one::<Owner>(1).await?;
        assert_eq!(one.things(&mut session).await?.len(), 3);
        assert_eq!(engine.one(Owner::select().with_criteria::<Thing>(Thing::id.gt(1))).await?.things.get()?.len(), 2);
    }

    /// From one lazy load to the next, as far as it goes, eager ones between them included.
    async fn from_one_load_to_the_next(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Branch>()?.create_all(&engine).await?;
        // 1 → 2 and (dead) 3; 2 → 4 and (dead) 5; 4 → 6 and (dead) 7; 3 → 8.
        let rows = [(1, None, false), (2, Some(1), false), (3, Some(1), true), (4, Some(2), false),
            (5, Some(2), true), (6, Some(4), false), (7, Some(4), true), (8, Some(3), false)];
        for (id, parent, dead) in rows {
            let row = (Branch::id.to(id), Branch::parent_id.to(parent), Branch::dead.to(dead));
            engine.execute(Branch::insert().rows([row])).await?;
        }
        let alive = || Branch::select().filter(Branch::id.eq(1)).with_criteria::<Branch>(Branch::dead.eq(false));
        for load in [Branch::twigs.lazy(), Branch::twigs.select_in(), Branch::twigs.joined(), Branch::twigs.batch(),
            Branch::twigs.then(Branch::twigs), Branch::twigs.lazy().then(Branch::twigs.joined())] {
            let mut session = engine.session();
            let mut branch = session.one(alive().with(load)).await?;
            for expected in [2, 4, 6] {
                let twigs = branch.twigs(&mut session).await?;
                assert_eq!(twigs.iter().map(|&it| session[it].id).collect::<Vec<_>>(), [expected]);
                branch = twigs[0];
            }
            assert!(branch.twigs(&mut session).await?.is_empty());
        }
    }

    /// Those that came with one result are still loaded together, and only those.
    async fn batches_and_warnings(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let all = session.all(users().with(User::addresses.batch())).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(emails(&mut session, all[0]).await?, ["a2"]);
        assert_eq!(emails(&mut session, all[1]).await?, ["b1"]);
        log.sent([&*format!(
            "{ADDRESSES} WHERE addresses.email != ? AND addresses.user_id {} ORDER BY addresses.user_id, addresses.id",
            list(&db)
        )]);

        // One of them is read anew under criteria: the others are not loaded under those.
        let mut session = engine.session();
        let all = session.all(User::select().order_by(User::id).with(User::addresses.batch())).await?;
        session.all(users().filter(User::id.eq(1)).populate_existing()).await?;
        assert_eq!(emails(&mut session, all[0]).await?, ["a2"]);
        assert_eq!(emails(&mut session, all[1]).await?, ["b1"]);
        assert_eq!(all[1].addresses(&mut session).count().await?, 1);
        log.take();
        session.load(all[1], User::addresses).await?;
        log.nothing();

        engine.execute(User::insert().rows((3..9).map(|id| (User::id.to(id), User::name.to("more"))))).await?;
        let mut session = engine.session_with(SessionOptions::default().n_plus_one(NPlusOne::Refuse));
        let all = session.all(users()).await?;
        for &user in &all[..4] {
            user.addresses(&mut session).await?;
        }
        assert_eq!(all[4].addresses(&mut session).await.unwrap_err().kind(), ErrorKind::NotLoaded);
    }

    /// An object that was held keeps what it came with; `populate_existing` gives it what the query has.
    async fn objects_held_before(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        let all = session.all(users()).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
        assert_eq!(emails(&mut session, all[1]).await?, ["b1"]);
        session.expire_all()?;
        session.all(users()).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
        session.all(users().populate_existing()).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);
        // A query without criteria takes none away.
        session.all(User::select().populate_existing()).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);

        // What the query itself loads, it loads under its criteria; later the object is as it was.
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        session.all(users().with(User::addresses)).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);
        session.expire(ed)?;
        assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
        // And what is loaded stays as it is.
        session.all(users().with(User::addresses)).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
    }

    /// Expired, refreshed, rolled back: what is loaded anew is loaded under them.
    async fn they_stay(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().expire_on_commit(true));
        let ed = session.first(users()).await?.unwrap();
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);
        session.expire(ed)?;
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);
        session.refresh(ed).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);
        ed.addresses(&mut session).push(Address::of("a3"))?;
        session.flush().await?;
        assert_eq!(emails(&mut session, ed).await?, ["a2", "a3"]);
        session.rollback().await?;
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);
        session.commit().await?;
        engine.execute(Address::insert().rows([(Address::id.to(8), Address::user_id.to(Some(1)), Address::email.to("a8"))])).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a2", "a8"]);
        engine.execute(Address::delete().filter(Address::id.eq(8))).await?;
        let log = Log::new(&db, &engine);
        session.refresh_only(ed, User::addresses).await?;
        log.sent([&*format!("{ADDRESSES} WHERE addresses.email != ? AND addresses.user_id = ? ORDER BY addresses.id")]);
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);

        // What takes an object's place in the session has nothing of it.
        session.expunge(ed)?;
        let other = session.add(User::named("other"));
        other.addresses(&mut session).push(Address::of("a1"))?;
        session.flush().await?;
        session.expire(other)?;
        assert_eq!(emails(&mut session, other).await?, ["a1"]);
        let ed = session.get_one::<User>(1).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
    }

    /// Counts, queries and statements of the relationship keep them; its query can go without.
    async fn counts_and_queries(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.first(users()).await?.unwrap();
        let log = Log::new(&db, &engine);
        assert_eq!(ed.addresses(&mut session).count().await?, 1);
        log.sent(["SELECT count(*) FROM addresses WHERE addresses.user_id = ? AND addresses.email != ?"]);
        let query = ed.addresses(&mut session).query()?;
        assert_eq!(session.all(query.clone()).await?.len(), 1);
        assert_eq!(session.all(query.without_criteria()).await?.len(), 2);
        let update = ed.addresses(&mut session).update()?.set(Address::email.to("a0"));
        assert_eq!(session.execute(update).await?, 1);
        let delete = ed.addresses(&mut session).delete()?;
        assert_eq!(session.execute(delete).await?, 1);
        session.commit().await?;
        assert_eq!(super::of_ed(&engine).await?, ["a1"]);
    }

    /// Options of a query are carried beside them.
    async fn beside_load_options(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.first(users().with(User::addresses.lazy().then(Address::user.raise()))).await?.unwrap();
        let [address] = ed.addresses(&mut session).await?[..] else { panic!() };
        assert_eq!(address.user(&mut session).await.unwrap_err().kind(), ErrorKind::NotLoaded);
        let mut session = engine.session();
        let filtered = users().with(User::addresses.lazy().filter(Address::email.ne("b1")));
        let all = session.all(filtered).await?;
        assert_eq!(emails(&mut session, all[0]).await?, ["a2"]);
        assert!(emails(&mut session, all[1]).await?.is_empty());
    }
}

/// A list of keys as the database takes it.
fn list(db: &crate::harness::Db) -> &'static str {
    match db.backend() {
        crate::harness::Backend::Sqlite => "IN (SELECT value FROM json_each(?))",
        crate::harness::Backend::Postgres => "= ANY(?)",
    }
}
