//! What a session says of its objects and their changes.

use orm_core::prelude::*;
use orm_core::session::{AnyHandle, Change};
use orm_core::types::Value;

use crate::harness::{Log, both};
use crate::scenarios::library::*;
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

/// Field, old and new value.
fn column(change: &Change) -> (&'static str, Option<Value>, Value) {
    match change {
        Change::Column {
            field, old, new, ..
        } => (field, old.clone(), new.clone()),
        other => panic!("{other:?} is no change of a column"),
    }
}

/// Field, what was added and what was removed.
fn relation(change: &Change) -> (&'static str, Vec<AnyHandle>, Vec<AnyHandle>) {
    match change {
        Change::Relation {
            field,
            added,
            removed,
            ..
        } => (field, added.clone(), removed.clone()),
        other => panic!("{other:?} is no change of a relationship"),
    }
}

both! {
    /// Columns with their old and new values, in the order of the fields; set back they are no change.
    async fn changed_columns(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        let log = Log::new(&db, &engine);
        session[ed].fullname = Some("Ed".into());
        session[ed].name = "zed".into();
        let changes = session.changes(ed)?;
        assert_eq!(changes.iter().map(column).collect::<Vec<_>>(), [
            ("name", Some(Value::Text("ed".into())), Value::Text("zed".into())),
            ("fullname", Some(Value::Null), Value::Text("Ed".into())),
        ]);
        assert!(session.is_modified(ed)?);
        assert_eq!(session.dirty(), [ed]);
        session[ed].fullname = None;
        session[ed].name = "ed".into();
        assert!(session.changes(ed)?.is_empty() && !session.is_modified(ed)? && session.dirty().is_empty());
        log.nothing();

        let new = session.add(User::named("new"));
        assert!(session.is_modified(new)?);
        let fields: Vec<_> = session.changes(new)?.iter().map(column).collect();
        assert_eq!(fields, [
            ("id", None, Value::I64(0)),
            ("name", None, Value::Text("new".into())),
            ("fullname", None, Value::Null),
        ]);
        session.flush().await?;
        assert!(session.changes(new)?.is_empty() && !session.is_modified(new)?);
        session.delete(new)?;
        session.flush().await?;
        session[new].name = "after".into();
        assert!(session.changes(new)?.is_empty() && !session.is_modified(new)?);
    }

    /// What was put into and taken out of relationships, on both sides.
    async fn changed_relationships(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let (ed, jack) = (session.get_one::<User>(1).await?, session.get_one::<User>(2).await?);
        let owned = ed.addresses(&mut session).await?;
        let (a1, a2) = (owned[0], owned[1]);
        jack.addresses(&mut session).push(a2)?;
        jack.addresses(&mut session).push(a1)?;
        let new = ed.addresses(&mut session).push(Address::of("new"))?;
        let of = |changes: Vec<Change>| changes.iter().map(relation).collect::<Vec<_>>();
        let any = |session: &mut Session, handles: &[Handle<Address>]| {
            let all: Vec<_> = session.dirty().into_iter().chain(session.new_objects()).collect();
            handles.iter().map(|handle| *all.iter().find(|any| **any == *handle).unwrap()).collect::<Vec<_>>()
        };
        let (moved, added, back) = (any(&mut session, &[a2, a1]), any(&mut session, &[new]), any(&mut session, &[a1, a2]));
        assert_eq!(of(session.changes(jack)?), [("addresses", moved, vec![])]);
        assert_eq!(of(session.changes(ed)?), [("addresses", added, back)]);
        let (field, added, removed) = of(session.changes(a1)?).remove(0);
        assert_eq!((field, added[0].downcast::<User>(), removed[0].downcast::<User>()), ("user", Some(jack), Some(ed)));
        assert_eq!(removed[0].downcast::<Address>(), None);
        assert!(session.is_modified(ed)? && session.is_modified(jack)? && session.is_modified(a1)?);
        // Only the rows that the flush writes are dirty.
        assert_eq!(session.dirty(), [a2, a1]);

        // Put back, nothing has changed.
        session.flush().await?;
        a1.user(&mut session).set(ed)?;
        a1.user(&mut session).set(jack)?;
        assert!(session.changes(a1)?.is_empty() && session.changes(jack)?.is_empty() && session.dirty().is_empty());
        a1.user(&mut session).clear()?;
        let (field, added, removed) = of(session.changes(a1)?).remove(0);
        assert_eq!((field, added.len(), removed[0].downcast::<User>()), ("user", 0, Some(jack)));
    }

    /// What the next flush inserts, updates and deletes, in order, also of several models and of what was assigned.
    async fn what_the_next_flush_does(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (b1, b2, b3) =
            (session.get_one::<Book>(1).await?, session.get_one::<Book>(2).await?, session.get_one::<Book>(3).await?);
        let s = session.add(shelf("s"));
        session[b2].title = "x".into();
        session[b1].title = "y".into();
        session[b1].chapters = [chapter("new")].into();
        session.delete(b3)?;
        let new = session.new_objects();
        assert_eq!(new.len(), 2);
        assert_eq!((new[0].downcast::<Shelf>(), new[1].model()), (Some(s), "Chapter"));
        assert_eq!(session.dirty(), [b2, b1]);
        assert_eq!(session.deleted(), [b3]);
        session.flush().await?;
        assert!(session.new_objects().is_empty() && session.dirty().is_empty() && session.deleted().is_empty());
    }
}
