//! What rows are: objects, tuples of objects and values, objects of aliases and subqueries.

use orm_core::mapping::{alias, entity};
use orm_core::prelude::*;

use super::emails;
use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, AddressAccessors as _, User};

both! {
    /// EAG-13: rows of several objects and values; one object for each row of the table.
    async fn rows_of_several_objects(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let rows = session.all(select((entity::<User>(), entity::<Address>())).join(User::addresses)
            .order_by(Address::id)).await?;
        let names: Vec<_> = rows.iter().map(|&(user, address)| (&*session[user].name, &*session[address].email)).collect();
        assert_eq!(names, [("ed", "a1"), ("ed", "a2"), ("jack", "b1")]);
        assert_eq!(rows[0].0, rows[1].0);

        let n = func::count(Address::id);
        let busy = session.all(select((User::name, n.clone())).left_join(User::addresses).group_by(User::name)
            .having(n.gt(1))).await?;
        assert_eq!(busy, [("ed".to_owned(), 2)]);

        let other = alias::<User>("ua");
        let pairs = session.all(select((entity::<User>(), other.entity())).and_from(&other)
            .filter(User::id.lt(other.col(User::id)))).await?;
        assert_eq!(pairs.iter().map(|&(a, b)| (session[a].id, session[b].id)).collect::<Vec<_>>(), [(1, 2)]);

        let inner = User::select().filter(User::name.eq("ed")).subquery("anon");
        let eds = session.all(select(inner.entity::<User>())).await?;
        assert_eq!(eds, [rows[0].0]);
        assert_eq!(session.one(User::select()).await.unwrap_err().kind(), ErrorKind::MultipleRows);
        let none = || User::select().filter(User::id.eq(99));
        assert_eq!(session.one(none()).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(session.one_or_none(none()).await?, None);
        assert_eq!(session.first(none()).await?, None);
    }

    /// Eager options of objects in tuples, of aliases and of subqueries.
    async fn options_of_any_object(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        for (load, statements) in [(User::addresses.select_in(), 2), (User::addresses.joined(), 1), (User::addresses.subquery(), 2)] {
            // A tuple.
            let mut session = engine.session();
            log.take();
            let query = select((User::name, entity::<User>())).order_by(User::id).with(load.clone());
            let rows = session.all(query.clone()).await?;
            assert_eq!(rows.len(), 2);
            assert_eq!(emails(&mut session, rows[0].1).await?, ["a1", "a2"]);
            assert_eq!(log.take().len(), statements);
            let rows = engine.all(query).await?;
            assert_eq!((rows.len(), rows[0].1.addresses.get()?.len()), (2, 2));
            // An alias.
            let u = alias::<User>("u");
            let mut session = engine.session();
            log.take();
            let users = session.all(select(u.entity()).order_by(u.col(User::id)).with(load.clone())).await?;
            assert_eq!(emails(&mut session, users[0]).await?, ["a1", "a2"]);
            assert_eq!(log.take().len(), statements);
            // A subquery, and a common table expression.
            let inner = User::select().filter(User::name.eq("jack"));
            let users = engine.all(select(inner.clone().subquery("s").entity::<User>()).with(load.clone())).await?;
            assert_eq!(users[0].addresses.get()?.len(), 1);
            let users = engine.all(select(inner.cte("c").entity::<User>()).with(load)).await?;
            assert_eq!(users[0].addresses.get()?.len(), 1);
        }
    }

    /// Two objects in a row, each with its own; objects that may be missing.
    async fn options_of_two_objects(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        engine.execute(text("INSERT INTO users (id, name) VALUES (7, 'none')")).await?;
        for (first, second) in [
            (User::addresses.joined(), Address::user.joined()),
            (User::addresses.select_in(), Address::user.joined()),
            (User::addresses.joined(), Address::user.subquery()),
        ] {
            let query = select((entity::<User>(), entity::<Address>().optional())).left_join(User::addresses)
                .order_by((User::id, Address::id)).with(first).with(second);
            let rows = engine.all(query.clone()).await?;
            assert_eq!(rows.len(), 4);
            assert_eq!(rows[1].0.addresses.get()?.len(), 2);
            assert_eq!(rows[2].1.as_ref().unwrap().user.get()?.unwrap().name, "jack");
            assert!(rows[3].1.is_none() && rows[3].0.addresses.get()?.is_empty());
            let mut session = engine.session();
            let rows = session.all(query).await?;
            let log = Log::new(&db, &engine);
            assert_eq!(emails(&mut session, rows[0].0).await?.len(), 2);
            assert_eq!(rows[1].1.unwrap().user(&mut session).await?, Some(rows[1].0));
            log.nothing();
        }
        let error = engine.all(select((User::name, entity::<User>())).with(Address::user)).await.unwrap_err();
        assert_eq!(
            error.message(),
            "Address.user cannot be loaded with a query of [User]: its rows have no Address"
        );
    }
}
