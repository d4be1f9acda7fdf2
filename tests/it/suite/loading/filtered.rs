//! Filter, order and limit of a step, and what a session makes of a part of a collection.

use orm_core::prelude::*;

use super::emails;
use crate::harness::{Log, both};
use crate::scenarios::tagged::{self, Article, Tag};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

both! {
    /// EAG-09: a filter of the step is no filter of the query.
    async fn filters_of_a_step(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let some = || User::addresses.filter(Address::email.ne("a1"));
        for load in [some(), some().joined(), some().subquery(), some().immediate(), some().lazy(), some().batch()] {
            let mut session = engine.session();
            let users = session.all(User::select().order_by(User::id).with(load)).await?;
            assert_eq!(users.len(), 2);
            assert_eq!(emails(&mut session, users[0]).await?, ["a2"]);
            assert_eq!(emails(&mut session, users[1]).await?, ["b1"]);
        }
        let log = Log::new(&db, &engine);
        engine.session().all(User::select().order_by(User::id).with(some().joined())).await?;
        log.sent(["SELECT users.id, users.name, users.fullname, addresses_1.id, addresses_1.email \
            FROM users LEFT JOIN (SELECT addresses.id, addresses.user_id, addresses.email FROM addresses \
            WHERE addresses.email != ?) AS addresses_1 ON addresses_1.user_id = users.id \
            ORDER BY users.id, addresses_1.id"]);
    }

    /// The first of each parent, in an order of its own.
    async fn limits_for_each_parent(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let last = || User::addresses.order_by(Address::email.desc()).limit(1);
        for load in [last(), last().joined(), last().subquery(), last().immediate()] {
            let users = engine.all(User::select().order_by(User::id).with(load.clone())).await?;
            let first = |user: &User| user.addresses.get().unwrap().iter().map(|it| it.email.clone()).collect::<Vec<_>>();
            assert_eq!(first(&users[0]), ["a2"]);
            assert_eq!(first(&users[1]), ["b1"]);
            let users = engine.all(User::select().order_by(User::id).limit(5).with(load.offset(1))).await?;
            assert_eq!(first(&users[0]), ["a1"]);
            assert!(first(&users[1]).is_empty());
        }
        tagged::data(&engine).await?;
        let one = || Article::tags.order_by(Tag::id.desc()).limit(1);
        for load in [one(), one().joined(), one().subquery()] {
            let articles = engine.all(Article::select().order_by(Article::id).with(load)).await?;
            let tags = articles.iter().map(|it| it.tags.get().unwrap().iter().map(|it| it.name.clone()).collect::<Vec<_>>());
            assert_eq!(tags.collect::<Vec<_>>(), [vec!["t2"], vec!["t2"], vec![]]);
        }
    }

    /// A part is shown, and is not taken for the whole: nothing that it lacks is lost or deleted.
    async fn a_part_is_not_the_whole(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let all = || text("SELECT email FROM addresses WHERE user_id = 1 ORDER BY email").columns::<String>();
        let part = || User::select().filter(User::id.eq(1)).with(User::addresses.filter(Address::email.eq("a1")));
        let mut session = engine.session();
        let ed = session.one(part()).await?;
        let shown = ed.addresses(&mut session).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a1"]);

        // Put in and taken out as from any collection.
        ed.addresses(&mut session).push(Address::of("a3"))?;
        assert_eq!(emails(&mut session, ed).await?, ["a1", "a3"]);
        ed.addresses(&mut session).remove(shown[0])?;
        assert_eq!(emails(&mut session, ed).await?, ["a3"]);
        assert_eq!(shown[0].user(&mut session).await?, None);
        session.commit().await?;
        assert_eq!(emails(&mut session, ed).await?, ["a3"]);
        assert_eq!(engine.all(all()).await?, ["a2", "a3"]);

        // Replaced as a whole: the rest is loaded first.
        let mut session = engine.session();
        let ed = session.one(User::select().filter(User::id.eq(1)).with(User::addresses.filter(Address::email.eq("a2")))).await?;
        let a2 = ed.addresses(&mut session).await?;
        ed.addresses(&mut session).replace(a2).await?;
        session.commit().await?;
        assert_eq!(engine.all(all()).await?, ["a2"]);
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);

        // A deletion lets go of all of them, and not only of those shown.
        engine.execute(text("UPDATE addresses SET user_id = 1")).await?;
        let mut session = engine.session();
        let ed = session.one(part()).await?;
        session.delete(ed)?;
        session.commit().await?;
        let left = text("SELECT count(*) FROM addresses WHERE user_id IS NULL").columns::<i64>();
        assert_eq!(engine.scalar(left).await?, 4);
    }

    /// To one: an object that does not meet the filter is not shown, and its foreign key stays.
    async fn filters_of_one(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        for load in [Address::user.filter(User::name.eq("jack")), Address::user.filter(User::name.eq("jack")).joined()] {
            let mut session = engine.session();
            let addresses = session.all(Address::select().order_by(Address::id).with(load)).await?;
            assert_eq!(addresses[0].user(&mut session).await?, None);
            assert!(addresses[2].user(&mut session).await?.is_some());
            session[addresses[0]].email = "changed".into();
            session.commit().await?;
            let kept = text("SELECT user_id FROM addresses WHERE id = 1").columns::<i64>();
            assert_eq!(engine.scalar(kept).await?, 1);
        }
    }

    /// A rollback does not leave a part that lacks what was taken out of it.
    async fn a_rollback_reads_the_part_anew(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let mut session = engine.session();
        let query = Article::select().filter(Article::id.eq(1)).with(Article::tags.filter(Tag::name.eq("t1")));
        let article = session.one(query).await?;
        use crate::scenarios::tagged::ArticleAccessors as _;
        let tags = article.tags(&mut session).await?;
        article.tags(&mut session).remove(tags[0])?;
        assert!(article.tags(&mut session).await?.is_empty());
        session.rollback().await?;
        assert!(article.tags(&mut session).await?.contains(&tags[0]));
        session.commit().await?;
        assert_eq!(tagged::links(&engine).await?.len(), 3);
    }

    /// What a part shows is there: put in again, from either side, it is not written again; taken out before, it is.
    async fn what_a_part_shows_is_there(db: Db) {
        use crate::scenarios::tagged::{ArticleAccessors as _, TagAccessors as _};
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let links = tagged::links(&engine).await?;
        let part = || Article::select().filter(Article::id.eq(1)).with(Article::tags.filter(Tag::name.eq("t1")));
        let mut session = engine.session();
        let article = session.one(part()).await?;
        let tags = article.tags(&mut session).await?;
        let log = Log::new(&db, &engine);
        article.tags(&mut session).push(tags[0])?;
        tags[0].articles(&mut session).push(article)?;
        session.commit().await?;
        log.nothing();

        let mut session = engine.session();
        let article = session.one(part()).await?;
        let tags = article.tags(&mut session).await?;
        article.tags(&mut session).remove(tags[0])?;
        session.flush().await?;
        article.tags(&mut session).push(tags[0])?;
        assert_eq!(article.tags(&mut session).await?, tags);
        session.commit().await?;
        assert_eq!(tagged::links(&engine).await?, links);

        // A part that was read while the pair was to go takes nothing back; what is put in again does.
        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let article = session.get_one::<Article>(1).await?;
        let tag = session.get_one::<Tag>(1).await?;
        article.tags(&mut session).remove(tag)?;
        session.one(part()).await?;
        article.tags(&mut session).push(tag)?;
        session.commit().await?;
        assert_eq!(tagged::links(&engine).await?, links);
    }

    /// A part is a part as a plain value too: merged, it takes nothing out; attached, it is shown and is not the whole.
    async fn parts_as_plain_values(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let query = || User::select().filter(User::id.eq(1)).with(User::addresses.filter(Address::email.ne("a1")));
        let mut held = engine.session();
        let user = held.one(query()).await?;
        for mut tree in [engine.one(query()).await?, held.detach(user)?] {
            assert!(tree.addresses.is_part());
            let [address] = tree.addresses.get_mut()?.as_mut_slice() else { panic!() };
            address.email = "changed".into();
            let mut session = engine.session();
            let copy = tree.clone();
            let attached = session.attach(copy)?;
            assert_eq!(emails(&mut session, attached).await?, ["changed"]);
            assert_eq!(attached.addresses(&mut session).count().await?, 2);
            session.rollback().await?;

            let mut session = engine.session();
            let log = Log::new(&db, &engine);
            tree.addresses.get_mut()?.push(Address { email: "new".into(), ..Default::default() });
            let merged = session.merge(tree).await?;
            session.flush().await?;
            let sent = log.take();
            assert!(sent.iter().all(|sql| !sql.contains("DELETE") && !sql.contains("SET user_id")), "{sent:?}");
            session.refresh(merged).await?;
            assert_eq!(emails(&mut session, merged).await?, ["a1", "changed", "new"]);
            session.rollback().await?;
        }
        let whole = engine.one(User::select().filter(User::id.eq(1)).with(User::addresses)).await?;
        assert!(!whole.addresses.is_part());

        // To one: what the filter hides is still referred to.
        let query = Address::select().filter(Address::id.eq(1)).with(Address::user.filter(User::name.ne("ed")));
        let tree = engine.one(query).await?;
        assert_eq!(tree.user.get()?, None);
        let mut session = engine.session();
        let merged = session.merge(tree).await?;
        session.commit().await?;
        assert_eq!(session[merged].user_id, Some(1));
    }
}
