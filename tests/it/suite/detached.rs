//! Objects that leave a session, and come back.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::library::*;
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

both! {
    /// SES-11: what leaves is a plain value; what comes back is tracked; a session that was closed can be used again.
    async fn out_of_the_session_and_back(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        let log = Log::new(&db, &engine);
        let plain = session.expunge(ed)?;
        assert_eq!(plain.name, "ed");
        let error = plain.addresses.get().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotLoaded);
        assert!(error.message().contains("User.addresses"), "{error}");
        let p = session.add(User::named("p"));
        assert_eq!(session.expunge(p)?.name, "p");
        session.flush().await?;
        log.nothing();

        let ed = session.attach(plain)?;
        assert_eq!(session.life(ed)?, Life::Persistent);
        assert!(!session.is_modified(ed)?);
        assert_eq!(session.get::<User>(1).await?, Some(ed));
        log.nothing();
        session[ed].name = "zed".into();
        session.flush().await?;
        log.sent(["UPDATE users SET name = ? WHERE id = ?"]);

        session.close().await?;
        assert!(!session.in_transaction() && session.try_get(ed).is_err());
        assert_eq!(engine.all(select(User::name).order_by(User::id)).await?, ["ed", "jack"]);
        log.take();
        let ed = session.get_one::<User>(1).await?;
        assert_eq!(session[ed].name, "ed");
        assert_eq!(log.take().len(), 1);
    }

    /// MRG-03, step 1: a tree is attached without any statement, with what it holds counting as loaded.
    async fn a_tree_is_attached(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let plain = engine.one(User::select().filter(User::id.eq(1)).with(User::addresses)).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let ed = session.attach(plain.clone())?;
        let addresses = ed.addresses(&mut session).await?;
        assert_eq!(addresses.iter().map(|&a| session[a].email.as_str()).collect::<Vec<_>>(), ["a1", "a2"]);
        assert!(!session.is_modified(ed)? && !session.is_modified(addresses[0])?);
        session.commit().await?;
        log.nothing();
        ed.addresses(&mut session).remove(addresses[0])?;
        session.commit().await?;
        log.sent(["UPDATE addresses SET user_id = ? WHERE id = ?"]);

        // One object for each row: what is held is merged, what has no key is added.
        let error = session.attach(plain).unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::InvalidState, Some("User(1)")));
        assert_eq!(error.message(), "cannot attach User(1): the session holds it already; merge it");
        let tree = User { id: 5, addresses: [Address::of("x")].into(), ..User::named("n") };
        let error = session.attach(tree).unwrap_err();
        assert_eq!(error.message(), "cannot attach Address(0): it has no primary key; add it");
        assert_eq!(session.get::<User>(5).await?, None);
    }

    /// A copy with what is loaded, to any depth; the way back is left out, and the object stays.
    async fn a_copy_with_what_is_loaded(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let query = Shelf::select().filter(Shelf::id.eq(1)).with(Shelf::books.then(Book::chapters));
        let shelf = session.one(query).await?;
        let first = shelf.books(&mut session).await?[0];
        first.cover(&mut session).await?;
        session[first].title = "unflushed".into();
        let log = Log::new(&db, &engine);
        let plain = session.detach(shelf)?;
        log.nothing();
        let books = plain.books.get()?;
        assert_eq!(books.iter().map(|book| book.title.as_str()).collect::<Vec<_>>(), ["unflushed", "b2"]);
        assert_eq!(books[0].chapters.get()?.len(), 2);
        assert_eq!(books[1].chapters.get()?.len(), 0);
        // Loaded for the one, not for the other.
        assert_eq!(books[0].cover.get()?.unwrap().art, "k1");
        assert!(books[1].cover.is_unloaded() && books[0].shelf.is_unloaded() && plain.children.is_unloaded());
        assert!(session.is_modified(first)?);

        // From the other end the shelf comes along, but not the way back.
        let b3 = session.get_one::<Book>(3).await?;
        b3.shelf(&mut session).await?;
        let plain = session.detach(b3)?;
        assert_eq!(plain.shelf.get()?.unwrap().label, "s2");
        assert!(plain.shelf.get()?.unwrap().books.is_unloaded());
    }

    /// What is part of itself cannot be a plain value, and the error names the way.
    async fn a_cycle_is_named(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (s1, s2) = (session.get_one::<Shelf>(1).await?, session.get_one::<Shelf>(2).await?);
        s1.children(&mut session).await?;
        s2.children(&mut session).await?;
        s1.children(&mut session).push(s2)?;
        s2.children(&mut session).push(s1)?;
        let error = session.detach(s1).unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::InvalidState, Some("Shelf(1)")));
        assert!(error.message().contains("reached from itself by Shelf.children, Shelf.children;"), "{error}");
    }

    /// What is a part of an object leaves with it, and comes along; the rest stays and forgets it.
    async fn parts_leave_with_the_whole(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let book = session.get_one::<Book>(1).await?;
        let chapters = book.chapters(&mut session).await?;
        let cover = book.cover(&mut session).await?.unwrap();
        let shelf = book.shelf(&mut session).await?.unwrap();
        assert_eq!(shelf.books(&mut session).await?.len(), 2);
        let held = session.held();
        let plain = session.expunge(book)?;
        assert_eq!(plain.chapters.get()?.len(), 2);
        assert!(plain.cover.is_unloaded() && plain.shelf.is_unloaded());
        assert_eq!(session.held(), held - 3);
        assert!(session.try_get(chapters[0]).is_err());
        assert_eq!(session[cover].art, "k1");
        // The row is still there, so it is read again by a new handle.
        let again = shelf.books(&mut session).await?;
        assert_eq!((again.len(), session[again[0]].id), (2, 1));
        assert_ne!(again[0], book);
        assert_eq!(cover.book(&mut session).await?, Some(again[0]));
    }

    /// A parent that leaves is read again for its children, whichever side knew of the other.
    async fn children_find_a_parent_that_left(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let books = session.all(Book::select().with(Book::shelf).order_by(Book::id)).await?;
        for _ in 0..200 {
            let shelf = books[0].shelf(&mut session).await?.unwrap();
            assert_eq!((session[shelf].id, books[1].shelf(&mut session).await?), (1, Some(shelf)));
            session.expunge(shelf)?;
        }
        let shelf = books[2].shelf(&mut session).await?.unwrap();
        assert_eq!(session[shelf].id, 2);
    }

    /// After a rollback nothing is believed that was read behind statements of the program's own, or anew after the object
    /// had left.
    async fn what_was_rolled_back_is_not_believed(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        session.execute(text("UPDATE users SET name = 'raw' WHERE id = 1")).await?;
        let ed = session.get_one::<User>(1).await?;
        assert_eq!(session[ed].name, "raw");
        session.rollback().await?;
        session.get_one::<User>(1).await?;
        assert_eq!(session[ed].name, "ed");

        session[ed].name = "flushed".into();
        session.flush().await?;
        session.expunge(ed)?;
        let ed = session.get_one::<User>(1).await?;
        assert_eq!(session[ed].name, "flushed");
        session.rollback().await?;
        session.get_one::<User>(1).await?;
        assert_eq!(session[ed].name, "ed");
    }
}
