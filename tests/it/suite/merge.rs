//! Plain values merged into a session by their keys.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::item::Item;
use crate::scenarios::library::{self, Book, BookAccessors as _, Chapter, chapter};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

const GET: &str = "SELECT users.id, users.name, users.fullname FROM users WHERE users.id = ?";

fn user(id: i64, name: &str) -> User {
    User {
        id,
        ..User::named(name)
    }
}

both! {
    /// MRG-01: without a key, with an unknown key, with a known one. A struct has no unset fields, so every column is
    /// copied; unloaded relationships are left alone.
    async fn merged_by_key(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let insert = ["INSERT INTO users (name, fullname) VALUES (?, ?)", "INSERT INTO users (name, fullname) VALUES (?, ?) RETURNING id"];

        let m = session.merge(user(0, "n")).await?;
        assert_eq!(session.life(m)?, Life::Pending);
        // There may be a row whose key is 0.
        log.sent([GET]);
        session.flush().await?;
        log.sent_each(&[insert[0]], &[insert[1]]);

        let m = session.merge(user(99, "x")).await?;
        assert_eq!(session.life(m)?, Life::Pending);
        log.sent([GET]);
        session.flush().await?;
        log.sent(["INSERT INTO users (id, name, fullname) VALUES (?, ?, ?)"]);
        assert_eq!(session[m].id, 99);

        let m = session.merge(User { fullname: Some("F".into()), ..user(1, "ed") }).await?;
        assert_eq!(session.life(m)?, Life::Persistent);
        log.sent([GET]);
        session.flush().await?;
        log.sent(["UPDATE users SET fullname = ? WHERE id = ?"]);

        let m2 = session.merge(user(1, "ed")).await?;
        assert_eq!((m2, session[m2].fullname.as_deref()), (m, None));
        log.nothing();
        // Nothing but a difference is written.
        session.flush().await?;
        log.sent(["UPDATE users SET fullname = ? WHERE id = ?"]);
        session.merge(user(1, "ed")).await?;
        session.commit().await?;
        log.nothing();
        let rows = engine.all(select((User::id, User::name)).order_by(User::id)).await?;
        let names = ["ed", "jack", "n", "x"].map(str::to_owned);
        assert_eq!(rows.into_iter().unzip::<i64, String, Vec<_>, Vec<_>>(), (vec![1, 2, 3, 99], names.to_vec()));
    }

    /// MRG-03, steps 4 to 6: a collection that is given becomes the whole of it; one that is not is left alone.
    async fn collections_are_replaced_or_left_alone(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut plain = engine.one(User::select().filter(User::id.eq(1)).with(User::addresses)).await?;
        plain.name = "dirty".into();
        let mut session = engine.session();
        let held = session.get_one::<User>(1).await?;
        let log = Log::new(&db, &engine);
        let m = session.merge(plain).await?;
        assert_eq!((m, session[m].name.as_str()), (held, "dirty"));
        let sent = log.take();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert!(sent[0].starts_with("SELECT addresses.id"), "{sent:?}");
        session.merge(user(1, "q")).await?;
        log.sent(["UPDATE users SET name = ? WHERE id = ?"]);
        session.commit().await?;
        log.sent(["UPDATE users SET name = ? WHERE id = ?"]);
        let owners = engine.all(select((Address::id, Address::user_id)).order_by(Address::id)).await?;
        assert_eq!(owners, [(1, Some(1)), (2, Some(1)), (3, Some(2))]);

        // Without the second, with the third, and with a new one.
        let address = |id, email: &str| Address { id, user_id: Some(1), ..Address::of(email) };
        let addresses = [address(1, "changed"), address(3, "b1"), Address::of("new")];
        let mut session = engine.session();
        let m = session.merge(User { addresses: addresses.into(), ..user(1, "q") }).await?;
        assert_eq!(m.addresses(&mut session).await?.len(), 3);
        session.commit().await?;
        let rows = engine.all(select((Address::email, Address::user_id)).order_by(Address::id)).await?;
        let rows: Vec<_> = rows.iter().map(|(email, user)| (email.as_str(), *user)).collect();
        assert_eq!(rows, [("changed", Some(1)), ("a2", None), ("b1", Some(1)), ("new", Some(1))]);
    }

    /// What is taken out of a collection with delete-orphan is deleted; levels are loaded with one statement each.
    async fn orphans_of_a_merged_tree_are_deleted(db: Db) {
        let engine = db.engine().await;
        library::data(&engine).await?;
        let mut trees = engine.all(Book::select().with(Book::chapters).order_by(Book::id)).await?;
        let mut first = trees.remove(0);
        let chapters = first.chapters.get_mut()?;
        chapters.remove(0);
        chapters[0].title = "c2 changed".into();
        chapters.push(chapter("c3"));
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let book = session.merge(first).await?;
        // The book, its chapters, and whether there is one whose key is 0.
        assert_eq!(log.take().len(), 3);
        session.commit().await?;
        assert_eq!(engine.all(select(Chapter::title).order_by(Chapter::id)).await?, ["c2 changed", "c3"]);
        assert_eq!(book.chapters(&mut session).await?.len(), 2);
    }

    /// The same row twice in a tree is one object; a parent that is given is merged too, or set to none.
    async fn parents_are_merged(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let new = || user(7, "seven");
        let address = |email: &str| Address { user: new().into(), ..Address::of(email) };
        let one = session.merge(address("x")).await?;
        let two = session.merge(Address { id: 1, user: user(7, "renamed").into(), ..Address::of("a1") }).await?;
        let none = session.merge(Address { id: 3, user_id: Some(2), user: BelongsTo::none(), ..Address::of("b1") }).await?;
        session.commit().await?;
        assert_eq!([session[one].user_id, session[two].user_id, session[none].user_id], [Some(7), Some(7), None]);
        assert_eq!(engine.scalar(select(User::name).filter(User::id.eq(7))).await?, "renamed");
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 3);
    }

    /// Merging into an expired object reads it first, keys of several columns are found, and dropping changes nothing.
    async fn merged_into_what_is_there_now(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        engine.execute(text("UPDATE users SET fullname = 'f' WHERE id = 1")).await?;
        session.expire(ed)?;
        let log = Log::new(&db, &engine);
        session.merge(User { fullname: Some("f".into()), ..user(1, "ed") }).await?;
        log.sent([GET]);
        session.commit().await?;
        log.nothing();

        Metadata::of::<(Item,)>()?.create_all(&engine).await?;
        let item = |line_no, qty| Item { order_id: 1, line_no, qty };
        for round in 1..3 {
            session.merge(item(1, round)).await?;
            session.merge(item(2, round)).await?;
            session.commit().await?;
            session.expunge_all();
        }
        assert_eq!(engine.all(select(Item::qty)).await?, [2, 2]);
    }
}
