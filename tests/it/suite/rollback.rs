//! After a rollback memory is what the database says, and what was new can be added as it was.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::both;
use crate::scenarios::library::*;

both! {
    /// An assignment that nobody has looked at yet is given up as well.
    async fn an_assigned_field_is_given_up(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (b1, s2) = (session.get_one::<Book>(1).await?, session.get_one::<Shelf>(2).await?);
        session[b1].shelf = s2.into();
        session[b1].chapters = [chapter("never")].into();
        session.rollback().await?;
        session[b1].title = "changed".into();
        session.commit().await?;
        assert_eq!(shelves_of_books(&engine).await?, [Some(1), Some(1), Some(2)]);
        assert_eq!(engine.all(select(Chapter::title).order_by(Chapter::id)).await?, ["c1", "c2"]);
    }

    /// A new object that is added again is in its parent's collection again.
    async fn added_again_it_is_where_it_was(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let s2 = session.get_one::<Shelf>(2).await?;
        let b3 = session.get_one::<Book>(3).await?;
        let new = s2.books(&mut session).push(book("new"))?;
        let k = new.cover(&mut session).set(cover("k"))?;
        session.rollback().await?;
        assert_eq!(session.life(new)?, Life::Transient);
        assert_eq!(s2.books(&mut session).await?, [b3]);
        session.add(new);
        assert_eq!(s2.books(&mut session).await?, [b3, new]);
        assert_eq!(new.cover(&mut session).await?, Some(k));
        session.commit().await?;
        assert_eq!(shelves_of_books(&engine).await?, [Some(1), Some(1), Some(2), Some(2)]);
        assert_eq!(session[k].book_id, Some(session[new].id));
    }

    /// A new parent keeps what was put into it after it was flushed.
    async fn a_flushed_parent_keeps_its_new_children(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let s = session.add(shelf("s"));
        session.flush().await?;
        let b = s.books(&mut session).push(book("b"))?;
        session.rollback().await?;
        assert_eq!((session.life(s)?, session.life(b)?), (Life::Transient, Life::Transient));
        session.add(s);
        assert_eq!(session.life(b)?, Life::Pending);
        session.commit().await?;
        assert_eq!(session[b].shelf_id, Some(session[s].id));
    }

    /// A parent added again takes its old children from where the rollback had put them, and gives them back again.
    async fn a_parent_added_again_takes_its_children(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (s1, b1, b2) =
            (session.get_one::<Shelf>(1).await?, session.get_one::<Book>(1).await?, session.get_one::<Book>(2).await?);
        let s = session.add(Shelf { books: [b1].into(), ..shelf("s") });
        for _ in 0..2 {
            session.rollback().await?;
            assert_eq!(s1.books(&mut session).await?, [b1, b2]);
            assert_eq!(b1.shelf(&mut session).await?, Some(s1));
            session.add(s);
            assert_eq!(b1.shelf(&mut session).await?, Some(s));
            assert_eq!(s1.books(&mut session).await?, [b2]);
            session.flush().await?;
        }
        session.commit().await?;
        assert_eq!(shelves_of_books(&engine).await?, [Some(session[s].id), Some(1), Some(2)]);
    }

    /// A collection that was loaded while a row was deleted, inserted or moved is not believed afterwards.
    async fn collections_read_meanwhile_are_forgotten(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (s1, s2) = (session.get_one::<Shelf>(1).await?, session.get_one::<Shelf>(2).await?);
        let (b1, b2, b3) =
            (session.get_one::<Book>(1).await?, session.get_one::<Book>(2).await?, session.get_one::<Book>(3).await?);
        session.delete(b2)?;
        session.flush().await?;
        assert_eq!(s1.books(&mut session).await?, [b1]);
        session.rollback().await?;
        assert_eq!(s1.books(&mut session).await?, [b1, b2]);

        let mut session = engine.session();
        let (s1, s2b) = (session.get_one::<Shelf>(1).await?, session.get_one::<Shelf>(2).await?);
        let (b1, b2) = (session.get_one::<Book>(1).await?, session.get_one::<Book>(2).await?);
        session[b1].shelf_id = Some(2);
        session.add(Book { shelf_id: Some(1), ..book("by hand") });
        session.flush().await?;
        assert_eq!(s1.books(&mut session).await?.len(), 2);
        assert_eq!(s2b.books(&mut session).await?.len(), 2);
        assert_eq!(b1.shelf(&mut session).await?, Some(s2b));
        session.rollback().await?;
        assert_eq!(s1.books(&mut session).await?, [b1, b2]);
        assert_eq!(s2b.books(&mut session).await?.len(), 1);
        assert_eq!(b1.shelf(&mut session).await?, Some(s1));
        let _ = (s2, b3);
    }

    /// What was done to a deleted object is undone with its deletion.
    async fn a_deleted_object_gets_its_values_back(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (b3, s1) = (session.get_one::<Book>(3).await?, session.get_one::<Shelf>(1).await?);
        session.delete(b3)?;
        session.flush().await?;
        session[b3].title = "changed".into();
        session.rollback().await?;
        assert_eq!(session[b3].title, "b3");

        session.delete(b3)?;
        session.flush().await?;
        session.add(b3);
        session[b3].title = "again".into();
        session[b3].shelf = s1.into();
        session.flush().await?;
        session[b3].title = "and again".into();
        session.flush().await?;
        session.rollback().await?;
        assert_eq!((session[b3].title.as_str(), session[b3].shelf_id), ("b3", Some(2)));
        assert_eq!(session.life(b3)?, Life::Persistent);
        let shelf = b3.shelf(&mut session).await?.unwrap();
        assert_eq!(session[shelf].id, 2);
        session.commit().await?;
        assert_eq!(session.get::<Book>(3).await?, Some(b3));
    }

    /// SES-07: after a failure in the middle of a flush nothing is written, and the same objects can be tried again.
    async fn a_failed_flush_can_be_tried_again(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (b1, b2) = (session.get_one::<Book>(1).await?, session.get_one::<Book>(2).await?);
        let k2 = b2.cover(&mut session).await?.unwrap();
        session[b2].title = "changed".into();
        let s = session.add(Shelf {
            books: [Book { chapters: [chapter("x")].into(), ..book("y") }].into(),
            ..shelf("s")
        });
        // The cover's book is taken: the last table fails.
        let k = session.add(Cover { book_id: Some(1), ..cover("k") });
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!(error.kind(), ErrorKind::UniqueViolation, "{error}");
        assert_eq!(session[b2].title, "b2");
        assert_eq!((session.life(s)?, session.life(k)?, session.life(b1)?), (Life::Transient, Life::Transient, Life::Persistent));
        assert_eq!(engine.scalar(select(func::count_all()).from::<Shelf>()).await?, 2);
        session[k].book_id = Some(3);
        session.add(s);
        session.add(k);
        session[b2].title = "changed".into();
        session.commit().await?;
        assert_eq!(engine.all(select(Chapter::title).order_by(Chapter::id)).await?, ["c1", "c2", "x"]);
        assert_eq!(books_of_covers(&engine).await?, [Some(1), Some(2), Some(3)]);
        assert_eq!(b2.cover(&mut session).await?, Some(k2));
    }

    /// SES-17: a changed key is the old one again.
    async fn a_changed_key_is_the_old_one_again(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let k = session.get_one::<Cover>(1).await?;
        session[k].id = 10;
        session.flush().await?;
        assert_eq!(session.get::<Cover>(10).await?, Some(k));
        assert_eq!(session.get::<Cover>(1).await?, None);
        session.rollback().await?;
        assert_eq!(session.get::<Cover>(1).await?, Some(k));
        assert_eq!(session.get::<Cover>(10).await?, None);
        session[k].id = 10;
        session.expunge(k)?;
        let k = session.get_one::<Cover>(1).await?;
        assert_eq!(session[k].art, "k1");
    }
}
