//! Each word of `cascade` by itself: what it takes along, and that nothing else does.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};

macro_rules! parent_and_child {
    ($parent:ident, $child:ident, $parents:literal, $children:literal, $cascade:literal) => {
        #[derive(Model, Debug, Clone, Default)]
        #[orm(table = $parents)]
        struct $parent {
            #[orm(primary_key)]
            id: i64,
            name: String,
            #[orm(back_populates = parent, cascade = $cascade, order_by = $child::id)]
            children: HasMany<$child>,
        }

        #[derive(Model, Debug, Clone, Default)]
        #[orm(table = $children)]
        struct $child {
            #[orm(primary_key)]
            id: i64,
            name: String,
            #[orm(references = $parent::id)]
            parent_id: Option<i64>,
            #[orm(back_populates = children)]
            parent: BelongsTo<$parent>,
        }
    };
}

parent_and_child!(Nothing, NothingChild, "nones", "none_children", "none");
parent_and_child!(Save, SaveChild, "saves", "save_children", "save-update");
parent_and_child!(Merge, MergeChild, "merges", "merge_children", "merge");
parent_and_child!(
    Refresh,
    RefreshChild,
    "refreshes",
    "refresh_children",
    "refresh-expire"
);
parent_and_child!(
    Expunge,
    ExpungeChild,
    "expunges",
    "expunge_children",
    "expunge"
);
parent_and_child!(Delete, DeleteChild, "deletes", "delete_children", "delete");
parent_and_child!(All, AllChild, "alls", "all_children", "all");
parent_and_child!(
    Part,
    PartChild,
    "wholes",
    "whole_children",
    "save-update, merge, delete, delete-orphan"
);

/// What the cascade of a parent with one child does, one operation after the other: whether the child is added with the
/// parent, merged with it, read anew with it, leaves the session with it, is deleted with it, and deleted when it is taken
/// out.
macro_rules! effects {
    // Boxed, so that the test's future does not hold them all at once.
    ($engine:expr, $parent:ident, $child:ident) => {{
        let engine = $engine;
        let all = Box::pin(async move {
            Metadata::of::<$parent>()?.create_all(engine).await?;
            let mut session = engine.session();
            let parent = session.add($parent {
                name: "p".into(),
                ..Default::default()
            });
            session.commit().await?;
            session[parent].children = [$child {
                name: "c".into(),
                ..Default::default()
            }]
            .into();
            let saved = match session.flush().await {
                Ok(()) => {
                    let child = parent.children(&mut session).await?[0];
                    session.life(child)? == Life::Persistent
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
                    false
                }
            };
            session.rollback().await?;
            let child = session.add($child {
                name: "c".into(),
                parent_id: Some(session[parent].id),
                ..Default::default()
            });
            session.commit().await?;

            let mut plain = engine
                .one($parent::select().with($parent::children))
                .await?;
            plain.children.get_mut()?[0].name = "merged".into();
            session.merge(plain).await?;
            let merged = session[child].name == "merged";
            session.rollback().await?;

            parent.children(&mut session).await?;
            let mut other = engine.session();
            let held = other.get_one::<$child>(session[child].id).await?;
            other[held].name = "anew".into();
            other.commit().await?;
            session.refresh(parent).await?;
            parent.children(&mut session).await?;
            session.all($child::select()).await?;
            let refreshed = session[child].name == "anew";

            session.expunge(parent)?;
            let expunged = session.try_get(child).is_err();

            let mut session = engine.session();
            let parent = session.get_one::<$parent>(1).await?;
            let child = parent.children(&mut session).await?[0];
            session.delete(parent)?;
            session.flush().await?;
            let deleted = session.life(child)? == Life::Deleted;
            session.rollback().await?;

            let child = parent.children(&mut session).await?[0];
            parent.children(&mut session).remove(child)?;
            session.commit().await?;
            let orphan = session.life(child)? == Life::Detached;
            Ok::<_, orm_core::Error>([saved, merged, refreshed, expunged, deleted, orphan])
        });
        all.await?
    }};
}

both! {
    /// CAS-02 to CAS-06 in one table.
    async fn each_word_alone(db: Db) {
        let engine = &db.engine().await;
        let (t, f) = (true, false);
        //                                               save merge refresh expunge delete orphan
        assert_eq!(effects!(engine, Merge, MergeChild), [f, t, f, f, f, f]);
        assert_eq!(effects!(engine, Nothing, NothingChild), [f, f, f, f, f, f]);
        assert_eq!(effects!(engine, Save, SaveChild), [t, f, f, f, f, f]);
        assert_eq!(effects!(engine, Refresh, RefreshChild), [f, f, t, f, f, f]);
        assert_eq!(effects!(engine, Expunge, ExpungeChild), [f, f, f, t, f, f]);
        assert_eq!(effects!(engine, Delete, DeleteChild), [f, f, f, f, t, f]);
        assert_eq!(effects!(engine, All, AllChild), [t, t, t, t, t, f]);
        assert_eq!(effects!(engine, Part, PartChild), [t, t, f, f, t, t]);
    }

    /// CAS-05, step 3: a new child leaves the session with its parent, and comes along in its field.
    async fn new_children_leave_with_their_parent(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<All>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let u = session.add(All::default());
        session.commit().await?;
        let log = Log::new(&db, &engine);
        u.children(&mut session).await?;
        let c = u.children(&mut session).push(AllChild { name: "c".into(), ..Default::default() })?;
        log.take();
        let plain = session.expunge(u)?;
        assert_eq!(plain.children.get()?[0].name, "c");
        assert!(session.try_get(c).is_err());
        session.commit().await?;
        log.nothing();
    }

    /// Without save-update nothing is taken along, whichever way it is put in: it stays transient, and a flush that would
    /// leave it out says so.
    async fn without_save_update_a_flush_says_what_it_leaves_out(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Nothing, NothingChild, Save, SaveChild)>()?.create_all(&engine).await?;
        let child = || NothingChild { name: "c".into(), ..Default::default() };
        for way in 0..4 {
            let mut session = engine.session();
            let parent = match way {
                0 => session.add(Nothing { children: [child()].into(), ..Default::default() }),
                _ => session.add(Nothing::default()),
            };
            let child = match way {
                0 => parent.children(&mut session).await?[0],
                1 => parent.children(&mut session).push(child())?,
                2 => {
                    session.commit().await?;
                    parent.children(&mut session).push(child())?
                }
                _ => {
                    let child = session.add(child());
                    session.rollback().await?;
                    session.add(parent);
                    assert_eq!(session.life(child)?, Life::Transient);
                    parent.children(&mut session).push(child)?
                }
            };
            assert_eq!(session.life(child)?, Life::Transient, "way {way}");
            let error = session.commit().await.unwrap_err();
            assert_eq!((error.kind(), error.table()), (ErrorKind::InvalidState, Some("none_children")), "{error}");
            assert!(error.message().contains("Nothing.children") && error.message().contains("would not be inserted"), "{error}");
            session.rollback().await?;
            assert_eq!(engine.scalar(select(func::count_all()).from::<NothingChild>()).await?, 0);
        }
        // Added by itself it is written; taken out it is nobody's concern.
        let mut session = engine.session();
        let parent = session.add(Nothing::default());
        let one = parent.children(&mut session).push(child())?;
        let two = parent.children(&mut session).push(child())?;
        session.add(one);
        parent.children(&mut session).remove(two)?;
        session.commit().await?;
        assert_eq!((session.life(one)?, session.life(two)?), (Life::Persistent, Life::Transient));
        assert_eq!(session[one].parent_id, Some(session[parent].id));
        // By the foreign key's side, which has the cascade, it comes along; a parent that is not added is an error as well.
        let mut session = engine.session();
        let parent = session.add(Nothing::default());
        let child = session.add(NothingChild { parent: parent.into(), ..child() });
        session.commit().await?;
        assert_eq!(session[child].parent_id, Some(session[parent].id));
        // With it, an object that became transient is added where it is pushed.
        let mut session = engine.session();
        let child = session.add(SaveChild::default());
        session.rollback().await?;
        let parent = session.add(Save::default());
        parent.children(&mut session).push(child)?;
        session.commit().await?;
        assert_eq!(session.life(child)?, Life::Persistent);
    }
}
