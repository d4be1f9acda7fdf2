//! Children between parents, by either side, loaded or not; the last word counts.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::both;
use crate::scenarios::library::*;

both! {
    /// A collection assigned before it is loaded takes part in what follows.
    async fn the_last_assignment_counts(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (s1, s2) = (session.get_one::<Shelf>(1).await?, session.get_one::<Shelf>(2).await?);
        let (b1, b2, b3) =
            (session.get_one::<Book>(1).await?, session.get_one::<Book>(2).await?, session.get_one::<Book>(3).await?);
        session[s1].books = [b3].into();
        s1.books(&mut session).push(b2)?;
        session.flush().await?;
        assert_eq!(s1.books(&mut session).await?, [b3, b2]);
        assert_eq!((session[b1].shelf_id, session[b2].shelf_id, session[b3].shelf_id), (None, Some(1), Some(1)));
        session.rollback().await?;

        session[s1].books = [b3].into();
        s2.books(&mut session).push(b3)?;
        session.flush().await?;
        assert_eq!((session[b1].shelf_id, session[b2].shelf_id, session[b3].shelf_id), (None, None, Some(2)));
        assert_eq!(s1.books(&mut session).await?, []);
        session.rollback().await?;

        session[s1].books = [b1].into();
        assert!(session.contains(s1) && session.add(book("x")) != b1);
        session[s1].books = [b2].into();
        session.flush().await?;
        assert_eq!((session[b1].shelf_id, session[b2].shelf_id), (None, Some(1)));
        session.rollback().await?;

        session[s1].books = [b3].into();
        session.add(book("x"));
        session[s2].books = [b3, b1].into();
        session.flush().await?;
        assert_eq!((session[b1].shelf_id, session[b2].shelf_id, session[b3].shelf_id), (Some(2), None, Some(2)));
        session.rollback().await?;

        session[s1].books = [b1, b3].into();
        session.add(book("x"));
        s1.books(&mut session).remove(b1)?;
        session.flush().await?;
        assert_eq!((session[b1].shelf_id, session[b2].shelf_id, session[b3].shelf_id), (None, None, Some(1)));
    }

    /// A one-to-one link that is not loaded follows the last word as well.
    async fn the_last_word_on_one_to_one(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (b1, b2, b3) =
            (session.get_one::<Book>(1).await?, session.get_one::<Book>(2).await?, session.get_one::<Book>(3).await?);
        let new = session.add(cover("new"));
        session[new].book = b1.into();
        session.add(book("x"));
        session[new].book = b3.into();
        session.commit().await?;
        // The first cover was replaced, if only for a moment.
        assert_eq!(books_of_covers(&engine).await?, [None, Some(2), Some(3)]);

        // The old cover is left without a book, and the new one may have been another's: a unique foreign key all along.
        session[b1].cover = new.into();
        session.commit().await?;
        assert_eq!(books_of_covers(&engine).await?, [None, Some(2), Some(1)]);
        let k1 = session.get_one::<Cover>(1).await?;
        assert_eq!(k1.book(&mut session).await?, None);
        assert_eq!(b3.cover(&mut session).await?, None);
        k1.book(&mut session).set(b2)?;
        session.commit().await?;
        assert_eq!(books_of_covers(&engine).await?, [Some(2), None, Some(1)]);
        b2.cover(&mut session).clear()?;
        b1.cover(&mut session).set(cover("newer"))?;
        session.commit().await?;
        assert_eq!(books_of_covers(&engine).await?, [None, None, None, Some(1)]);
    }

    /// A new object taken out of its book is not inserted, nor what belongs to it.
    async fn a_new_orphan_takes_its_own_along(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let b1 = session.get_one::<Book>(1).await?;
        let c = b1.chapters(&mut session).push(chapter("c"))?;
        b1.chapters(&mut session).remove(c)?;
        session.commit().await?;
        assert_eq!(session.life(c)?, Life::Transient);
        assert_eq!(engine.all(select(Chapter::title).order_by(Chapter::id)).await?, ["c1", "c2"]);
        // A new chapter goes with the book that is deleted.
        let c = b1.chapters(&mut session).push(chapter("c"))?;
        session.delete(b1)?;
        session.commit().await?;
        assert_eq!((session.life(c)?, session.life(b1)?), (Life::Transient, Life::Detached));
        assert_eq!(engine.scalar(select(func::count_all()).from::<Chapter>()).await?, 0);
        assert_eq!(books_of_covers(&engine).await?, [None, Some(2)]);
    }

    /// An object that a rollback made transient comes back with the field it is put into.
    async fn a_transient_object_in_a_field_is_added(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let b = session.add(book("b"));
        session.rollback().await?;
        let s1 = session.get_one::<Shelf>(1).await?;
        let mut books = s1.books(&mut session).await?;
        books.push(b);
        session[s1].books = books.into();
        session.commit().await?;
        assert_eq!(session.life(b)?, Life::Persistent);
        assert_eq!(session[b].shelf_id, Some(1));

        let s = session.add(shelf("s"));
        session.rollback().await?;
        session[s].books = [book("later")].into();
        session.commit().await?;
        assert_eq!(session.life(s)?, Life::Transient);
        session.add(s);
        session.commit().await?;
        let books = s.books(&mut session).await?;
        assert_eq!(books.len(), 1);
        assert_eq!(session[books[0]].shelf_id, Some(session[s].id));
    }

    /// Expiring an object gives up where it was moved to, on both sides, assigned fields included.
    async fn expiring_gives_up_a_move(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let (s1, s2, b1) =
            (session.get_one::<Shelf>(1).await?, session.get_one::<Shelf>(2).await?, session.get_one::<Book>(1).await?);
        assert_eq!(s1.books(&mut session).await?.len(), 2);
        assert_eq!(s2.books(&mut session).await?.len(), 1);
        session[b1].shelf = s2.into();
        assert_eq!(s2.books(&mut session).await?.len(), 2);
        session.expire(b1)?;
        assert_eq!(s2.books(&mut session).await?.len(), 1);
        assert_eq!(s1.books(&mut session).await?.len(), 2);
        session[b1].shelf = s2.into();
        session.expire(b1)?;
        session[s1].books = Vec::<Handle<Book>>::new().into();
        session.expire(s1)?;
        session.commit().await?;
        assert_eq!(shelves_of_books(&engine).await?, [Some(1), Some(1), Some(2)]);
        assert_eq!(b1.shelf(&mut session).await?, Some(s1));

        // A change made after the object was expired is not lost to a query.
        session.expire(b1)?;
        session[b1].title = "changed".into();
        session.all(Book::select()).await?;
        assert_eq!(session[b1].title, "changed");
        session.commit().await?;
        assert_eq!(engine.scalar(select(Book::title).filter(Book::id.eq(1))).await?, "changed");
    }

    /// An expunged object leaves the others where they are.
    async fn expunging_leaves_the_siblings(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let s = session.add(Shelf { books: [book("x"), book("y")].into(), ..shelf("s") });
        let books = s.books(&mut session).await?;
        session.expunge(books[0])?;
        assert_eq!(s.books(&mut session).await?, [books[1]]);
        let s1 = session.get_one::<Shelf>(1).await?;
        let b3 = session.get_one::<Book>(3).await?;
        let b2 = session.get_one::<Book>(2).await?;
        session[s1].books = [b2, b3].into();
        session.add(shelf("t"));
        session.expunge(b3)?;
        let z = session.add(book("z"));
        session.commit().await?;
        assert_eq!(session[z].shelf_id, None);
        assert_eq!(shelves_of_books(&engine).await?[..3], [None, Some(1), Some(2)]);
    }

    /// REL-03: what a foreign key set by hand moves is seen after the flush, from both sides.
    async fn a_foreign_key_by_hand_moves_the_object(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (s1, s2) = (session.get_one::<Shelf>(1).await?, session.get_one::<Shelf>(2).await?);
        let (b1, b2, b3) =
            (session.get_one::<Book>(1).await?, session.get_one::<Book>(2).await?, session.get_one::<Book>(3).await?);
        assert_eq!(s1.books(&mut session).await?, [b1, b2]);
        assert_eq!(s2.books(&mut session).await?, [b3]);
        session[b1].shelf_id = Some(2);
        session.commit().await?;
        assert_eq!(b1.shelf(&mut session).await?, Some(s2));
        assert_eq!(s1.books(&mut session).await?, [b2]);
        assert_eq!(s2.books(&mut session).await?, [b1, b3]);
        let new = session.add(Book { shelf_id: Some(2), ..book("new") });
        session.commit().await?;
        assert_eq!(s2.books(&mut session).await?, [b1, b3, new]);
        // The relationship wins over the key.
        session[b1].shelf_id = Some(2);
        session[b1].shelf = s1.into();
        session[b3].shelf = BelongsTo::none();
        session[b3].shelf_id = Some(1);
        session.commit().await?;
        assert_eq!(shelves_of_books(&engine).await?, [Some(1), Some(1), None, Some(2)]);
    }
}

both! {
    /// A relationship that came back to where it was is no change, and wins over no later key.
    async fn there_and_back_is_no_change(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let (b1, s1, s2) =
            (session.get_one::<Book>(1).await?, session.get_one::<Shelf>(1).await?, session.get_one::<Shelf>(2).await?);
        session[b1].shelf = s2.into();
        b1.shelf(&mut session).set(s1)?;
        session.flush().await?;
        session[b1].shelf_id = Some(2);
        session.commit().await?;
        assert_eq!(shelves_of_books(&engine).await?, [Some(2), Some(1), Some(2)]);
        assert_eq!(b1.shelf(&mut session).await?, Some(s2));
    }
}

both! {
    /// What was put into a collection stays there when its parent's row is read anew before the flush.
    async fn a_row_read_anew_keeps_its_new_children(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let s2 = session.get_one::<Shelf>(2).await?;
        session.expire(s2)?;
        let new = s2.books(&mut session).push(book("new"))?;
        session.all(Shelf::select()).await?;
        assert_eq!(s2.books(&mut session).await?.len(), 2);
        session.delete(s2)?;
        session.commit().await?;
        assert_eq!(session[new].shelf_id, None);
    }
}
