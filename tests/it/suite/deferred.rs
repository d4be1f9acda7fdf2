//! Columns that are not always loaded.

use orm_core::engine::Engine;
use orm_core::mapping::{PageRequest, alias, entity};
use orm_core::prelude::*;
use orm_core::session::GetOptions;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "docs")]
struct Doc {
    #[orm(primary_key)]
    id: i64,
    body: Deferred<String>,
    title: String,
    note: Deferred<Option<String>>,
    #[orm(deferred = "media")]
    picture: Deferred<Option<Vec<u8>>>,
    #[orm(deferred = "media")]
    sound: Deferred<Option<Vec<u8>>>,
    #[orm(references = Doc::id)]
    parent_id: Option<i64>,
    #[orm(back_populates = parent, order_by = Doc::id)]
    parts: HasMany<Doc>,
    #[orm(back_populates = parts)]
    parent: BelongsTo<Doc>,
}

const HEAD: &str = "SELECT docs.id, docs.title, docs.parent_id FROM docs";

fn doc(title: &str, body: &str) -> Doc {
    Doc {
        title: title.into(),
        body: body.into(),
        ..Default::default()
    }
}

/// Document 1 with two parts, 2 and 3.
async fn docs(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<Doc>()?.create_all(engine).await?;
    let mut session = engine.session();
    session.add(Doc {
        note: Some("n".to_owned()).into(),
        picture: Some(vec![1]).into(),
        sound: Some(vec![2]).into(),
        parts: [doc("t2", "b2"), doc("t3", "b3")].into(),
        ..doc("t1", "b1")
    });
    session.commit().await
}

both! {
    /// EAG-08: queries leave deferred columns out; reading one says so; loading one is a statement, once.
    async fn deferred_columns_are_loaded_on_demand(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let one = session.one(Doc::select().filter(Doc::id.eq(1))).await?;
        log.sent([&*format!("{HEAD} WHERE docs.id = ?")]);
        assert_eq!(session[one].title, "t1");
        assert!(session[one].body.is_unloaded());
        let error = session[one].body.get().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotLoaded);
        assert_eq!(
            error.message(),
            "docs.body is deferred and was not loaded; load it by session.load(handle, Doc::body).await, or ask for it in the \
             query with .undefer(Doc::body)"
        );
        log.nothing();

        session.load(one, Doc::body).await?;
        log.sent(["SELECT docs.id, docs.body FROM docs WHERE docs.id = ?"]);
        assert_eq!(session[one].body.get()?, "b1");
        assert!(session[one].note.is_unloaded());
        session.load(one, Doc::body).await?;
        log.nothing();
        // A group is loaded whole.
        session.load(one, Doc::picture).await?;
        log.sent(["SELECT docs.id, docs.picture, docs.sound FROM docs WHERE docs.id = ?"]);
        assert_eq!(session[one].sound.get()?.as_deref(), Some(&[2][..]));
        // NULL is loaded, too.
        let two = session.get_one::<Doc>(2).await?;
        log.sent([&*format!("{HEAD} WHERE docs.id = ?")]);
        session.load(two, (Doc::note, Doc::sound)).await?;
        assert_eq!(session[two].note.get()?, &None);
        assert_eq!(session[two].picture.get()?, &None);
        session.commit().await?;
        assert_eq!(log.take().len(), 1);
    }

    /// Many objects are filled by one statement.
    async fn many_are_loaded_at_once(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let mut session = engine.session();
        let all = session.all(Doc::select().order_by(Doc::id)).await?;
        session.load(all[1], Doc::body).await?;
        let log = Log::new(&db, &engine);
        session.load_all(all.iter().copied(), (Doc::body, Doc::parts)).await?;
        assert_eq!(log.take().len(), 2);
        let bodies: Vec<_> = all.iter().map(|&doc| session[doc].body.get().unwrap().clone()).collect();
        assert_eq!(bodies, ["b1", "b2", "b3"]);
    }

    /// A query chooses.
    async fn queries_choose(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let log = Log::new(&db, &engine);
        let all = engine.all(Doc::select().undefer(Doc::body).order_by(Doc::id)).await?;
        log.sent(["SELECT docs.id, docs.body, docs.title, docs.parent_id FROM docs ORDER BY docs.id"]);
        assert_eq!(all[2].body.get()?, "b3");
        assert!(all[2].note.is_unloaded());
        let all = engine.all(Doc::select().undefer_group("media").order_by(Doc::id)).await?;
        log.sent(["SELECT docs.id, docs.title, docs.picture, docs.sound, docs.parent_id FROM docs ORDER BY docs.id"]);
        assert_eq!(all[0].picture.get()?.as_deref(), Some(&[1][..]));
        assert!(all[0].body.is_unloaded());
        let both = Doc::select().undefer((Doc::body, Doc::note));
        engine.all(both.clone().defer(Doc::note)).await?;
        log.sent(["SELECT docs.id, docs.body, docs.title, docs.parent_id FROM docs"]);
        engine.all(both.load_only((Doc::title, Doc::note))).await?;
        log.sent(["SELECT docs.id, docs.title, docs.note, docs.parent_id FROM docs"]);
        engine.all(Doc::select()).await?;
        log.sent([HEAD]);

        for (query, message) in [
            (Doc::select().undefer(Doc::title), "Doc.title is not deferred"),
            (Doc::select().defer(Doc::title), "Doc.title is not deferred"),
            (Doc::select().undefer(Doc::parts), "Doc.parts is a relationship"),
            (Doc::select().undefer_group("texts"), "Doc has no group of deferred columns \"texts\""),
        ] {
            let error = engine.all(query).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidQuery);
            assert!(error.message().starts_with(message), "{error}");
        }
        log.nothing();
    }

    /// Filters, tuples, orders and parts of other queries read a deferred column like any other.
    async fn expressions_read_them(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let found = engine.all(Doc::select().filter(Doc::body.like("b%")).order_by(Doc::body.desc())).await?;
        assert_eq!(found.iter().map(|doc| doc.id).collect::<Vec<_>>(), [3, 2, 1]);
        let bodies: Vec<(i64, String)> = engine.all(select((Doc::id, Doc::body)).order_by(Doc::id).limit(1)).await?;
        assert_eq!(bodies, [(1, "b1".to_owned())]);
        let inner = Doc::select().subquery("inner_docs");
        let whole = engine.all(select(inner.entity::<Doc>()).order_by(inner.col(Doc::id))).await?;
        assert_eq!((whole.len(), whole[1].title.as_str()), (3, "t2"));
        let part = alias::<Doc>("part");
        let pairs = select((part.entity(), entity::<Doc>(), part.col(Doc::body)))
            .join(Doc::parts.to(&part))
            .order_by(part.col(Doc::id));
        let pairs = engine.all(pairs).await?;
        assert_eq!((pairs.len(), pairs[0].0.id, pairs[0].1.id, pairs[0].2.as_str()), (2, 2, 1, "b2"));
        assert!(pairs[0].0.body.is_unloaded());
        let union = Doc::select().filter(Doc::id.eq(1)).union(Doc::select().filter(Doc::id.eq(2)));
        assert_eq!(engine.all(union).await?.len(), 2);
    }

    /// Whatever brings objects leaves the columns out: relationships, streams, pages.
    async fn relationships_leave_them_out(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let log = Log::new(&db, &engine);
        let trees = engine.all(Doc::select().filter(Doc::id.eq(1)).with(Doc::parts.then(Doc::parent))).await?;
        assert!(log.take().iter().all(|sql| !sql.contains("docs.body")));
        let parts = trees[0].parts.get()?;
        assert_eq!((parts.len(), parts[1].title.as_str()), (2, "t3"));
        assert!(parts[1].body.get().unwrap_err().message().starts_with("docs.body"));

        let mut session = engine.session();
        let one = session.get_one::<Doc>(1).await?;
        assert_eq!(one.parts(&mut session).await?.len(), 2);
        let mut stream = engine.stream(Doc::select().undefer(Doc::note)).batch_size(2);
        let mut count = 0;
        while let Some(doc) = stream.next().await? {
            assert!(doc.body.is_unloaded() && !doc.note.is_unloaded());
            count += 1;
        }
        assert_eq!(count, 3);
        let page = engine.page(Doc::select(), orm_core::mapping::PageRequest::size(2)).await?;
        assert_eq!((page.rows[1].title.as_str(), page.next.is_some()), ("t2", true));
    }

    /// A step of a load can bring them, whatever its strategy; objects held get what they lack.
    async fn relationships_bring_them(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let parts = || Doc::parts.undefer((Doc::body, Doc::note));
        for load in [parts(), parts().joined(), parts().subquery(), parts().limit(2), parts().limit(2).joined(), parts().lazy()] {
            let mut session = engine.session();
            let held = session.get_one::<Doc>(2).await?;
            let one = session.one(Doc::select().filter(Doc::id.eq(1)).with(load)).await?;
            assert_eq!(one.parts(&mut session).await?.len(), 2);
            assert_eq!((session[held].body.get()?.as_str(), session[held].note.get()?), ("b2", &None));
            assert!(session[held].sound.is_unloaded() && session[one].body.is_unloaded());
        }
        let log = Log::new(&db, &engine);
        let tree = engine.one(Doc::select().filter(Doc::id.eq(2)).with(Doc::parent.joined().undefer(Doc::body))).await?;
        log.sent(["SELECT docs.id, docs.title, docs.parent_id, docs_1.id, docs_1.body, docs_1.title, docs_1.parent_id FROM docs \
            LEFT JOIN docs AS docs_1 ON docs_1.id = docs.parent_id WHERE docs.id = ?"]);
        assert_eq!(tree.parent.get()?.unwrap().body.get()?, "b1");
        let error = engine.all(Doc::select().with(Doc::parts.undefer(Doc::title))).await.unwrap_err();
        assert!(error.message().starts_with("Doc.title is not deferred"), "{error}");
    }

    /// An unloaded column is never written; one that was assigned always is, to what it held or not.
    async fn only_what_is_assigned_is_written(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let mut session = engine.session();
        let one = session.get_one::<Doc>(1).await?;
        let log = Log::new(&db, &engine);
        session[one].title = "new".into();
        session.flush().await?;
        log.sent(["UPDATE docs SET title = ? WHERE id = ?"]);
        assert!(session[one].body.is_unloaded());
        session[one].body = "b1".into();
        session[one].note.set(None);
        session.flush().await?;
        log.sent(["UPDATE docs SET body = ?, note = ? WHERE id = ?"]);
        // To forget a value is no change.
        session[one].body = Deferred::unloaded();
        session.flush().await?;
        log.nothing();
        // Loaded while another change waits: nothing more to write.
        session[one].title = "newer".into();
        session.no_autoflush().load(one, Doc::sound).await?;
        log.take();
        session.flush().await?;
        log.sent(["UPDATE docs SET title = ? WHERE id = ?"]);
        session.commit().await?;
        let row: (String, Option<String>) = engine.one(select((Doc::body, Doc::note)).filter(Doc::id.eq(1))).await?;
        assert_eq!(row, ("b1".to_owned(), None));
    }

    /// A new object leaves to the database what was not assigned.
    async fn new_objects_leave_them_to_the_database(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let new = session.add(doc("t4", "b4"));
        let built = session.add(Doc::create().title("t5").body("b5").build());
        session.flush().await?;
        let insert = "INSERT INTO docs (body, title, parent_id)";
        assert!(log.take().iter().all(|sql| sql.starts_with(insert)));
        assert!(session[new].note.is_unloaded());
        assert_eq!(session[built].body.get()?, "b5");
        session.load(new, Doc::note).await?;
        assert_eq!(session[new].note.get()?, &None);

        let without = session.add(Doc { title: "t6".into(), ..Default::default() });
        let error = session.load(without, Doc::body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::NotNullViolation);

        engine.execute(Doc::insert().objects([&doc("t7", "b7")])).await?;
        assert_eq!(engine.scalar(select(func::count(Doc::id)).filter(Doc::note.is_null())).await?, 3);
    }

    /// A rollback gives back what was there: unloaded where it was.
    async fn rollback_unloads_again(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let mut session = engine.session();
        let one = session.get_one::<Doc>(1).await?;
        let two = session.get_one::<Doc>(2).await?;
        session.load(two, Doc::body).await?;
        session[one].body = "x".into();
        session[two].body = "y".into();
        session.flush().await?;
        session.rollback().await?;
        assert!(session[one].body.is_unloaded());
        assert_eq!(session[two].body.get()?, "b2");
        session.load(one, Doc::body).await?;
        assert_eq!(session[one].body.get()?, "b1");
    }

    /// Refresh and expire give the value up; a query that brings it fills what is not loaded, and only that.
    async fn refresh_expire_and_fill(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let mut session = engine.session();
        let one = session.get_one::<Doc>(1).await?;
        session.load(one, Doc::body).await?;
        engine.execute(text("UPDATE docs SET body = 'changed', title = 'changed'")).await?;
        session.all(Doc::select().undefer((Doc::body, Doc::note))).await?;
        assert_eq!((session[one].body.get()?.as_str(), session[one].title.as_str()), ("b1", "t1"));
        assert_eq!(session[one].note.get()?.as_deref(), Some("n"));
        session.refresh(one).await?;
        assert!(session[one].body.is_unloaded());
        assert_eq!(session[one].title, "changed");
        // Filled beside a change of another column, and beside one of its own.
        session[one].title = "mine".into();
        let two = session.get_one::<Doc>(2).await?;
        session[two].body = "mine".into();
        session.no_autoflush().all(Doc::select().undefer(Doc::body)).await?;
        assert_eq!(session[one].body.get()?, "changed");
        assert_eq!(session[two].body.get()?, "mine");
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent(["UPDATE docs SET title = ? WHERE id = ?", "UPDATE docs SET body = ? WHERE id = ?"]);
        session.commit().await?;
        session.expire(one)?;
        let again = session.get_with::<Doc>(1_i64, GetOptions::populate_existing()).await?;
        assert_eq!(again, Some(one));
        assert!(session[one].body.is_unloaded());
        session.load(one, Doc::body).await?;
        assert_eq!(session[one].body.get()?, "changed");
    }

    /// Merging copies what the plain value holds, and nothing else.
    async fn merge_copies_what_is_there(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let plain = engine.one(Doc::select().filter(Doc::id.eq(1))).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let one = session.merge(Doc { title: "merged".into(), ..plain.clone() }).await?;
        session.flush().await?;
        let sent = log.take();
        assert_eq!(sent.last().map(String::as_str), Some("UPDATE docs SET title = ? WHERE id = ?"));
        session.merge(Doc { body: "merged".into(), title: "merged".into(), ..plain }).await?;
        session.flush().await?;
        log.sent(["UPDATE docs SET body = ? WHERE id = ?"]);
        let copy = session.detach(one)?;
        assert_eq!(copy.body.get()?, "merged");
        assert!(copy.note.is_unloaded());
        let json = serde_json::to_value(&copy.body).unwrap();
        assert_eq!(json, "merged");
        assert!(serde_json::from_str::<Deferred<String>>("null").unwrap().is_unloaded());
    }

    /// A row that is gone is an error that names the object.
    async fn a_row_that_is_gone(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let mut session = engine.session();
        let three = session.get_one::<Doc>(3).await?;
        engine.execute(Doc::delete().filter(Doc::id.eq(3))).await?;
        let error = session.load(three, Doc::body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.message().starts_with("Doc(3) is not in the database any more"), "{error}");
    }
}

both! {
    /// A joined relationship is loaded for each batch by a statement of its own; one that chooses the rows is refused.
    async fn joined_relationships_of_batches(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let query = || Doc::select().order_by(Doc::id).with(Doc::parts.joined());
        let mut stream = engine.stream(query()).batch_size(2);
        let first = stream.next().await?.expect("a document");
        assert_eq!(first.parts.get()?.len(), 2);
        drop(stream);
        let page = engine.page(query(), PageRequest::size(1)).await?;
        assert_eq!(page.rows[0].parts.get()?.len(), 2);
        let mut session = engine.session();
        let page = session.page(query(), PageRequest::size(1)).await?;
        assert_eq!(page.rows[0].parts(&mut session).await?.len(), 2);
        let inner = Doc::select().with(Doc::parts.inner_joined());
        let refused = engine.stream(inner).next().await.expect_err("a refusal");
        assert_eq!(refused.kind(), orm_core::ErrorKind::InvalidQuery);
        assert!(refused.to_string().contains(".select_in()"), "{refused}");
    }

    /// Objects that come joined to others leave their deferred columns out too.
    async fn joined_objects_leave_them_out(db: Db) {
        let engine = db.engine().await;
        docs(&engine).await?;
        let mut session = engine.session();
        let query = Doc::select().filter(Doc::id.eq(1)).with(Doc::parts.joined()).undefer(Doc::body);
        let doc = session.one(query).await?;
        assert_eq!(session[doc].body.get()?, "b1");
        let parts = doc.parts(&mut session).await?;
        assert_eq!(session[parts[1]].title, "t3");
        assert!(session[parts[1]].body.get().is_err());
        session.load(parts[1], Doc::body).await?;
        assert_eq!(session[parts[1]].body.get()?, "b3");
    }
}
