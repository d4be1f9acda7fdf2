//! Functions of the program that are called for single objects.

use std::sync::{Arc, Mutex};

use orm_core::prelude::*;
use orm_core::session::{Change, Life};
use orm_core::{Error, Result};

use crate::harness::{Log, both};
use crate::scenarios::library::{self, Book, BookAccessors as _};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    /// A function that notes what it is called for.
    fn noting(
        &self,
        what: &'static str,
    ) -> impl Fn(Handle<User>, &User) -> Result<()> + Send + Sync + 'static {
        let calls = self.clone();
        move |_, user| {
            calls.note(format!("{what} {} {}", user.id, user.name));
            Ok(())
        }
    }

    fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

both! {
    /// Before and after each kind of write; what is changed before is written with it.
    async fn writes(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let calls = Calls::default();
        let (insert, update) = (calls.noting("before insert"), calls.noting("before update"));
        let options = SessionOptions::default()
            .before_insert::<User>(move |handle, user| {
                insert(handle, user)?;
                user.name = user.name.to_lowercase();
                Ok(())
            })
            .before_update::<User>(move |handle, user| {
                update(handle, user)?;
                user.fullname = Some(format!("full {}", user.name));
                Ok(())
            })
            .before_delete::<User>(calls.noting("before delete"))
            .after_insert::<User>(calls.noting("after insert"))
            .after_update::<User>(calls.noting("after update"))
            .after_delete::<User>(calls.noting("after delete"));
        let mut session = engine.session_with(options);
        let [a, b] = ["A", "B"].map(|name| session.add(User::named(name)));
        session.add(Address::of("nobody wants to know"));
        session.commit().await?;
        assert_eq!(calls.take(), ["before insert 0 A", "before insert 0 B", "after insert 1 a", "after insert 2 b"]);
        assert_eq!(engine.all(select(User::name).order_by(User::id)).await?, ["a", "b"]);

        session[a].name = "x".into();
        session[b].name = "set back".into();
        session[b].name = "b".into();
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent(["UPDATE users SET name = ?, fullname = ? WHERE id = ?"]);
        assert_eq!(calls.take(), ["before update 1 x", "after update 1 x"]);
        assert_eq!(session[a].fullname.as_deref(), Some("full x"));
        session.delete(b)?;
        session.flush().await?;
        assert_eq!(calls.take(), ["before delete 2 b", "after delete 2 b"]);
        session.rollback().await?;
        assert_eq!((session[a].name.as_str(), session[a].fullname.as_deref(), session.life(b)?), ("a", None, Life::Persistent));
        assert!(calls.take().is_empty());
    }

    /// The error of a hook is as a constraint's: nothing is written, the object is named, the session goes on.
    async fn errors(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let no = || Error::new(ErrorKind::InvalidData, "no");
        let options = SessionOptions::default()
            .before_insert::<User>(move |_, user| if user.name.is_empty() { Err(no()) } else { Ok(()) })
            .after_insert::<User>(move |_, user| if user.name == "late" { Err(no()) } else { Ok(()) })
            .before_delete::<User>(move |_, _| Err(no()));
        let mut session = engine.session_with(options);
        for (name, object) in [("", "User#1 (new)"), ("late", "User(2)")] {
            let good = session.add(User::named("good"));
            let bad = session.add(User::named(name));
            let error = session.commit().await.unwrap_err();
            session.rollback().await?;
            assert_eq!((error.kind(), error.message(), error.table()), (ErrorKind::InvalidData, "no", Some("users")));
            assert_eq!((session.life(good)?, session.life(bad)?), (Life::Transient, Life::Transient));
            if name.is_empty() {
                assert_eq!(error.object(), Some(object));
            }
        }
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 0);
        let good = session.add(User::named("good"));
        session.commit().await?;
        session.delete(good)?;
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!(error.object(), Some(format!("User({})", session[good].id).as_str()));
        assert_eq!(session.life(good)?, Life::Persistent);
    }

    /// What a hook assigns to relationships comes along, and is told too.
    async fn relationships_of_hooks(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let calls = Calls::default();
        let noted = calls.clone();
        let options = SessionOptions::default()
            .before_insert::<User>(|_, user| {
                user.addresses = [Address::of("by a hook")].into();
                Ok(())
            })
            .before_insert::<Address>(move |_, address| {
                noted.note(address.email.clone());
                address.email.push('!');
                Ok(())
            });
        let mut session = engine.session_with(options);
        let ed = session.add(User::named("ed"));
        session.commit().await?;
        assert_eq!(calls.take(), ["by a hook"]);
        let address = ed.addresses(&mut session).await?[0];
        assert_eq!((session[address].email.as_str(), session[address].user_id), ("by a hook!", Some(session[ed].id)));
    }

    /// Cascades of the session are told, each object once.
    async fn cascades_are_told(db: Db) {
        let engine = db.engine().await;
        library::data(&engine).await?;
        let calls = Calls::default();
        let (before, after) = (calls.clone(), calls.clone());
        let options = SessionOptions::default()
            .before_delete::<Book>(move |_, book| {
                before.note(format!("before {}", book.id));
                Ok(())
            })
            .after_delete::<Book>(move |_, book| {
                after.note(format!("after {}", book.id));
                Ok(())
            });
        let mut session = engine.session_with(options);
        let book = session.get_one::<Book>(1).await?;
        book.chapters(&mut session).await?;
        session.delete(book)?;
        session.commit().await?;
        assert_eq!(calls.take(), ["before 1", "after 1"]);
        assert_eq!(session.life(book)?, Life::Detached);
    }

    /// What has changed is told at the flush: columns with both values, relationships with what came and went.
    async fn changes_are_told(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let calls = Calls::default();
        let of_users = calls.clone();
        let of_addresses = calls.clone();
        let told = |calls: &Calls, changes: &[Change]| {
            for change in changes {
                calls.note(match change {
                    Change::Column { field, old, new, .. } => format!("{field}: {old:?} -> {new:?}"),
                    Change::Relation { field, added, removed, .. } => format!("{field}: +{} -{}", added.len(), removed.len()),
                    _ => "?".into(),
                });
            }
            Ok(())
        };
        let options = SessionOptions::default()
            .before_update::<User>(|_, user| {
                user.fullname = Some("by a hook".into());
                Ok(())
            })
            .on_change::<User>(move |_, changes| told(&of_users, changes))
            .on_change::<Address>(move |_, changes| told(&of_addresses, changes));
        let mut session = engine.session_with(options);
        let (ed, jack) = (session.get_one::<User>(1).await?, session.get_one::<User>(2).await?);
        let addresses = ed.addresses(&mut session).await?;
        session[ed].name = "new".into();
        session[jack].name = "other".into();
        session[jack].name = "jack".into();
        addresses[0].user(&mut session).set(jack)?;
        session.flush().await?;
        assert_eq!(
            calls.take(),
            [
                "name: Some(Text(\"ed\")) -> Text(\"new\")",
                "fullname: Some(Null) -> Text(\"by a hook\")",
                "addresses: +0 -1",
                "addresses: +1 -0",
                "user: +1 -1",
            ]
        );
        session.flush().await?;
        session.add(User::named("new objects are told before they are inserted"));
        session.flush().await?;
        assert!(calls.take().is_empty());
    }

    /// Objects that are read, read anew and expired.
    async fn reads_are_told(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let calls = Calls::default();
        let noting = |what: &'static str| {
            let noting = calls.noting(what);
            move |handle: Handle<User>, user: &User| drop(noting(handle, user))
        };
        let options = SessionOptions::default()
            .on_load::<User>(noting("load"))
            .on_refresh::<User>(noting("refresh"))
            .on_expire::<User>(noting("expire"));
        let mut session = engine.session_with(options.clone());
        session.add(User::named("new"));
        session.flush().await?;
        let ed = session.get_one::<User>(1).await?;
        session.get_one::<User>(1).await?;
        assert_eq!(calls.take(), ["load 1 ed"]);
        session.all(User::select().order_by(User::id)).await?;
        assert_eq!(calls.take(), ["load 2 jack"]);
        session.expire(ed)?;
        assert_eq!(calls.take(), ["expire 1 ed"]);
        session.all(User::select()).await?;
        assert_eq!(calls.take(), ["refresh 1 ed"]);
        session.refresh(ed).await?;
        session.refresh_only(ed, User::name).await?;
        assert_eq!(calls.take(), ["refresh 1 ed", "refresh 1 ed"]);
        session.commit().await?;

        let mut session = engine.session_with(options.expire_on_commit(true));
        let address = session.get_one::<Address>(1).await?;
        address.user(&mut session).await?;
        session.commit().await?;
        assert_eq!(calls.take(), ["load 1 ed", "expire 1 ed"]);
    }
}
