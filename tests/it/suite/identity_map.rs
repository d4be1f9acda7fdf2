//! One object for each row in a session.

use orm_core::prelude::*;
use orm_core::session::GetOptions;

use crate::harness::{Log, both};
use crate::scenarios::item::Item;
use crate::scenarios::user_address::{self, Address, User};

const GET_USER: &str = "SELECT users.id, users.name, users.fullname FROM users WHERE users.id = ?";

both! {
    /// IDM-01: get and queries give one handle for each identity.
    async fn one_handle_for_each_row(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);

        let first = session.get::<User>(1).await?.unwrap();
        log.sent([GET_USER]);
        assert_eq!(session.get::<User>(1).await?, Some(first));
        log.nothing();
        assert_eq!(session.one(User::select().filter(User::id.eq(1))).await?, first);
        log.sent([GET_USER]);
        let all = session.all(User::select().order_by(User::id)).await?;
        assert_eq!(all[0], first);
        assert_eq!(session.held(), 2);
        log.sent(["SELECT users.id, users.name, users.fullname FROM users ORDER BY users.id"]);

        let mut other = engine.session();
        let elsewhere = other.get::<User>(1).await?.unwrap();
        log.sent([GET_USER]);
        assert_ne!(elsewhere, first);
        assert_eq!(other[elsewhere], session[first]);
    }

    /// A query does not overwrite what the program holds, unless it says so.
    async fn the_object_in_hand_wins(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get::<User>(1).await?.unwrap();
        engine.execute(text("UPDATE users SET name = 'changed' WHERE id = 1")).await?;

        session.all(User::select()).await?;
        assert_eq!(session[ed].name, "ed");
        session.all(User::select().populate_existing()).await?;
        assert_eq!(session[ed].name, "changed");
    }

    /// IDM-03: what get costs. A commit keeps the objects' values, so that the get after it costs nothing.
    async fn what_get_costs(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);

        let ed = session.get::<User>(1).await?.unwrap();
        log.sent([GET_USER]);
        assert_eq!(session.get::<User>(1).await?, Some(ed));
        log.nothing();
        session.expire(ed)?;
        assert_eq!(session[ed].name, "ed");
        assert_eq!(session.get::<User>(1).await?, Some(ed));
        log.sent([GET_USER]);
        session.commit().await?;
        assert_eq!(session.get::<User>(1).await?, Some(ed));
        assert_eq!(session[ed].name, "ed");
        log.nothing();
        for _ in 0..2 {
            assert_eq!(session.get::<User>(99).await?, None);
            log.sent([GET_USER]);
        }
        let error = session.get_one::<User>(99).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.message(), "there is no User(99)");
        log.sent([GET_USER]);
        session.get_with::<User>(1, GetOptions::populate_existing()).await?;
        log.sent([GET_USER]);
        session.get_with::<User>(1, GetOptions::for_update()).await?;
        log.sent_each(&[GET_USER], &[&format!("{GET_USER} FOR UPDATE")]);
        session.rollback().await?;
    }

    /// IDM-03 with `expire_on_commit`: the get after a commit reads the row again.
    async fn expire_on_commit_reads_again(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().expire_on_commit(true));
        let ed = session.get::<User>(1).await?.unwrap();
        session.commit().await?;
        let log = Log::new(&db, &engine);
        assert_eq!(session.get::<User>(1).await?, Some(ed));
        log.sent([GET_USER]);
    }

    /// IDM-07: a key of two columns.
    async fn composite_keys(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Item,)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let item = |order_id, line_no, qty| Item { order_id, line_no, qty };
        session.add_all([item(1, 1, 10), item(1, 2, 20), item(2, 1, 30)]);
        session.commit().await?;

        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let second = session.get::<Item>((1, 2)).await?.unwrap();
        log.sent(["SELECT items.order_id, items.line_no, items.qty FROM items WHERE items.order_id = ? AND items.line_no = ?"]);
        assert_eq!(session.get::<Item>((1, 2)).await?, Some(second));
        log.nothing();
        assert_eq!(session[second].key(), (1, 2));
        session[second].qty = 21;
        session.flush().await?;
        log.sent(["UPDATE items SET qty = ? WHERE order_id = ? AND line_no = ?"]);
        session.delete(second)?;
        session.flush().await?;
        log.sent(["DELETE FROM items WHERE order_id = ? AND line_no = ?"]);
        session.commit().await?;
        let left = engine.all(select((Item::order_id, Item::line_no, Item::qty)).order_by((Item::order_id, Item::line_no))).await?;
        assert_eq!(left, [(1, 1, 10), (2, 1, 30)]);
    }

    /// Handles of another session and of expunged objects are refused by name.
    async fn foreign_handles_are_refused(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let (mut session, mut other) = (engine.session(), engine.session());
        let ed = session.get::<User>(1).await?.unwrap();

        let error = other.try_get(ed).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownHandle);
        assert!(error.message().starts_with("User#0 belongs to session"), "{error}");
        assert_eq!(other.delete(ed).unwrap_err().kind(), ErrorKind::UnknownHandle);

        let plain = session.expunge(ed)?;
        assert_eq!(plain.name, "ed");
        let error = session.try_get(ed).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownHandle);
        assert_eq!(error.message(), "User#0 has been expunged from the session; get or add it again for a new handle");

        // A slot that is used again does not make an old handle valid.
        let again = session.get::<User>(1).await?.unwrap();
        assert_ne!(again, ed);
        assert!(session.try_get(ed).is_err());

        // In a relationship's field it cannot be reported at once; the flush does, and nothing is written.
        let address = session.add(Address { user: ed.into(), ..Address::of("lost") });
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownHandle);
        assert_eq!(session[address].email, "lost");
        let count: i64 = engine.scalar(select(func::count_all()).from::<Address>()).await?;
        assert_eq!(count, 3);
    }

    /// IDM-05: a handle is a name and holds nothing, so the map holds its objects itself, until they are expunged.
    async fn the_map_holds_its_objects(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        session.get_one::<User>(1).await?;
        assert_eq!(session.held(), 1);
        let log = Log::new(&db, &engine);
        let ed = session.get_one::<User>(1).await?;
        log.nothing();
        session[ed].name = "x".into();
        session.flush().await?;
        log.sent(["UPDATE users SET name = ? WHERE id = ?"]);
        session.commit().await?;
        assert_eq!(engine.scalar(select(User::name).filter(User::id.eq(1))).await?, "x");
        session.expunge(ed)?;
        assert_eq!(session.held(), 0);
        session.all(User::select()).await?;
        session.expunge_all();
        assert_eq!(session.held(), 0);
    }
}
