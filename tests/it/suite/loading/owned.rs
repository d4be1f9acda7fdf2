//! Trees of plain values.

use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::tagged::{self, Article, Tag};
use crate::scenarios::user_address::{self, Address, User};

both! {
    /// Every strategy gives the same tree; what loads later stays unloaded.
    async fn trees_by_each_strategy(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        let expected = engine.all(User::select().order_by(User::id).with(User::addresses.then(Address::user))).await?;
        assert_eq!(expected[0].addresses.get()?[1].user.get()?.unwrap().name, "ed");
        log.take();
        for (load, statements) in [
            (User::addresses.joined().then(Address::user.joined()), 1),
            (User::addresses.joined().then(Address::user), 2),
            (User::addresses.then(Address::user.joined()), 2),
            (User::addresses.subquery().then(Address::user.subquery()), 3),
            (User::addresses.immediate().then(Address::user.immediate()), 5),
            (User::addresses.immediate().then(Address::user.joined()), 3),
        ] {
            assert_eq!(engine.all(User::select().order_by(User::id).with(load)).await?, expected);
            assert_eq!(log.take().len(), statements);
        }
        for load in [User::addresses.lazy(), User::addresses.batch(), User::addresses.raise()] {
            let users = engine.all(User::select().with(load)).await?;
            assert!(users[0].addresses.is_unloaded());
        }
    }

    /// A shared object appears under every parent.
    async fn shared_objects(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        for load in [
            Article::tags.then(Tag::articles),
            Article::tags.joined().then(Tag::articles.joined()),
            Article::tags.joined().then(Tag::articles.subquery()),
        ] {
            let articles = engine.all(Article::select().order_by(Article::id).with(load)).await?;
            let t2 = |article: &Article| article.tags.get().unwrap().iter().find(|it| it.name == "t2").cloned().unwrap();
            assert_eq!(t2(&articles[0]).articles.get()?.len(), 2);
            assert_eq!(t2(&articles[0]), t2(&articles[1]));
            assert!(articles[2].tags.get()?.is_empty());
        }
    }
}
