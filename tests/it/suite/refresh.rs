//! Expiring objects and reading them anew.

use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::library::{self, Book, BookAccessors as _, Shelf, ShelfAccessors as _};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

const GET: &str = "SELECT users.id, users.name, users.fullname FROM users WHERE users.id = ?";

both! {
    /// SES-10: the row is read anew, what is pending is flushed before.
    async fn refresh_reads_the_row(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        ed.addresses(&mut session).await?;
        engine.execute(text("UPDATE users SET name = 'changed' WHERE id = 1")).await?;
        engine.execute(text("DELETE FROM addresses WHERE id = 1")).await?;
        let log = Log::new(&db, &engine);
        session[ed].fullname = Some("Ed".into());
        session.refresh(ed).await?;
        log.sent(["UPDATE users SET fullname = ? WHERE id = ?", GET]);
        assert_eq!((session[ed].name.as_str(), session[ed].fullname.as_deref()), ("changed", Some("Ed")));
        assert_eq!(ed.addresses(&mut session).await?.len(), 1);

        // Without autoflush the change is given up.
        session[ed].name = "lost".into();
        session.no_autoflush().refresh(ed).await?;
        assert_eq!(session[ed].name, "changed");
        assert!(!session.is_modified(ed)?);
    }

    /// Some columns and relationships only; what else has changed is kept.
    async fn refresh_of_some_attributes(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let ed = session.get_one::<User>(1).await?;
        let a1 = session.get_one::<Address>(1).await?;
        ed.addresses(&mut session).await?;
        engine.execute(text("UPDATE users SET name = 'n', fullname = 'f' WHERE id = 1")).await?;
        engine.execute(text("INSERT INTO addresses (id, user_id, email) VALUES (9, 1, 'a9')")).await?;
        session[ed].name = "mine".into();
        session.refresh_only(ed, (User::fullname, User::addresses)).await?;
        assert_eq!((session[ed].name.as_str(), session[ed].fullname.as_deref()), ("mine", Some("f")));
        assert_eq!(ed.addresses(&mut session).await?.len(), 3);
        let log = Log::new(&db, &engine);
        session.refresh_only(ed, User::name).await?;
        log.sent([GET]);
        assert_eq!(session[ed].name, "n");
        assert!(!session.is_modified(ed)?);

        // A foreign key that is read anew takes its object to another parent.
        engine.execute(text("UPDATE addresses SET user_id = 2 WHERE id = 1")).await?;
        session.refresh_only(a1, Address::user_id).await?;
        assert_eq!(a1.user(&mut session).await?, Some(session.get_one::<User>(2).await?));
        assert_eq!(ed.addresses(&mut session).await?.len(), 2);
        engine.execute(text("UPDATE addresses SET user_id = 1 WHERE id = 1")).await?;
        session.refresh(a1).await?;
        assert_eq!(a1.user(&mut session).await?, Some(ed));
        assert_eq!(ed.addresses(&mut session).await?.len(), 3);
    }

    /// A row that is gone is an error that names the object, which stays as it was.
    async fn a_vanished_row_is_named(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let a = session.get_one::<Address>(3).await?;
        engine.execute(text("DELETE FROM addresses WHERE id = 3")).await?;
        for error in [session.refresh(a).await, session.refresh_only(a, Address::email).await] {
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.object()), (ErrorKind::NotFound, Some("Address(3)")));
            assert_eq!(error.table(), Some("addresses"));
        }
        assert_eq!(session[a].email, "b1");
        session.expunge(a)?;
    }

    /// Columns and relationships can be expired alone: the next load replaces them and nothing else.
    async fn expiry_of_some_attributes(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let ed = session.get_one::<User>(1).await?;
        let (a1, jack) = (session.get_one::<Address>(1).await?, session.get_one::<User>(2).await?);
        engine.execute(text("UPDATE users SET name = 'n', fullname = 'f' WHERE id = 1")).await?;
        session.expire_only(ed, User::name)?;
        assert_eq!(session[ed].name, "ed");
        let log = Log::new(&db, &engine);
        session.get_one::<User>(1).await?;
        log.sent([GET]);
        assert_eq!((session[ed].name.as_str(), session[ed].fullname.as_deref()), ("n", None));
        session.get_one::<User>(1).await?;
        log.nothing();

        // The change of an expired column is given up, that of another is kept.
        session[ed].name = "lost".into();
        session[ed].fullname = Some("kept".into());
        session.expire_only(ed, User::name)?;
        assert_eq!((session[ed].name.as_str(), session[ed].fullname.as_deref()), ("n", Some("kept")));
        a1.user(&mut session).set(jack)?;
        session.expire_only(a1, Address::user)?;
        assert_eq!(a1.user(&mut session).await?, Some(ed));
        assert!(!session.is_modified(a1)?);
        // A foreign key that is read anew says who the parent is.
        engine.execute(text("UPDATE addresses SET user_id = 2 WHERE id = 1")).await?;
        session.expire_only(a1, Address::user_id)?;
        session.get_one::<Address>(1).await?;
        assert_eq!(a1.user(&mut session).await?, Some(jack));
        session.flush().await?;
        let stored = session.one(select((User::name, User::fullname)).filter(User::id.eq(1))).await?;
        assert_eq!(stored, ("n".to_owned(), Some("kept".to_owned())));
    }

    /// What is a part of an object is expired with it; what only belongs to it is not.
    async fn parts_are_expired_with_the_whole(db: Db) {
        let engine = db.engine().await;
        library::data(&engine).await?;
        let mut session = engine.session();
        let book = session.get_one::<Book>(1).await?;
        let chapter = book.chapters(&mut session).await?[0];
        let cover = book.cover(&mut session).await?.unwrap();
        let shelf = session.get_one::<Shelf>(1).await?;
        shelf.books(&mut session).await?;
        engine.execute(text("UPDATE chapters SET title = 'changed'")).await?;
        engine.execute(text("UPDATE covers SET art = 'changed'")).await?;
        session.refresh(book).await?;
        book.chapters(&mut session).await?;
        book.cover(&mut session).await?;
        assert_eq!((session[chapter].title.as_str(), session[cover].art.as_str()), ("changed", "k1"));
        session.expire(shelf)?;
        let log = Log::new(&db, &engine);
        session.get_one::<Book>(1).await?;
        log.nothing();
    }
}
