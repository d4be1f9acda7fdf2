//! What was read under criteria of a query is a part: nothing that it lacks is lost.

use orm_core::mapping::{Entity, Select};
use orm_core::prelude::*;

use super::{emails, of_ed, users};
use crate::harness::{Log, both};
use crate::scenarios::tagged::{self, Article, ArticleAccessors as _, Tag};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "shelves")]
struct Shelf {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = shelf, order_by = Book::id, cascade = "all, delete-orphan")]
    books: HasMany<Book>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "books")]
struct Book {
    #[orm(primary_key)]
    id: i64,
    hidden: bool,
    #[orm(references = Shelf::id)]
    shelf_id: i64,
    #[orm(back_populates = books)]
    shelf: BelongsTo<Shelf>,
}

/// A shelf of the books 1, 2 and (hidden) 3.
async fn shelf(engine: &orm_core::engine::Engine) -> orm_core::Result<()> {
    Metadata::of::<(Shelf, Book)>()?.create_all(engine).await?;
    let book = |hidden| Book {
        hidden,
        ..Default::default()
    };
    let mut session = engine.session();
    session.add(Shelf {
        books: [book(false), book(false), book(true)].into(),
        ..Default::default()
    });
    session.commit().await
}

fn seen() -> Select<Entity<Shelf>> {
    Shelf::select().with_criteria::<Book>(Book::hidden.eq(false))
}

async fn ids(engine: &orm_core::engine::Engine) -> orm_core::Result<Vec<i64>> {
    engine.all(select(Book::id).order_by(Book::id)).await
}

both! {
    /// Put in, taken out, replaced, deleted.
    async fn a_part_is_not_the_whole(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        for eager in [false, true] {
            let part = || match eager {
                true => users().with(User::addresses),
                false => users(),
            };
            let mut session = engine.session();
            let ed = session.first(part()).await?.unwrap();
            let shown = ed.addresses(&mut session).await?;
            ed.addresses(&mut session).push(Address::of("a3"))?;
            assert_eq!(emails(&mut session, ed).await?, ["a2", "a3"]);
            ed.addresses(&mut session).remove(shown[0])?;
            assert_eq!(shown[0].user(&mut session).await?, None);
            session.flush().await?;
            assert_eq!(emails(&mut session, ed).await?, ["a3"]);
            let left = select(Address::email).filter(Address::user_id.eq(1)).order_by(Address::email);
            assert_eq!(session.all(left).await?, ["a1", "a3"]);
            session.rollback().await?;
            assert_eq!(emails(&mut session, ed).await?, ["a2"]);

            // Assigned: it is the whole that is replaced, and it is loaded first.
            let mut session = engine.session();
            let ed = session.first(part()).await?.unwrap();
            let shown = ed.addresses(&mut session).await?;
            ed.addresses(&mut session).replace(shown).await?;
            session.flush().await?;
            assert_eq!(emails(&mut session, ed).await?, ["a2"]);
            let alone = select(func::count_all()).from::<Address>().filter(Address::user_id.is_null());
            assert_eq!(session.scalar(alone).await?, 1);
            session.rollback().await?;

            // A deletion lets go of all of them.
            let mut session = engine.session();
            let ed = session.first(part()).await?.unwrap();
            assert_eq!(emails(&mut session, ed).await?, ["a2"]);
            session.delete(ed)?;
            session.flush().await?;
            let alone = select(func::count_all()).from::<Address>().filter(Address::user_id.is_null());
            assert_eq!(session.scalar(alone).await?, 2);
            session.rollback().await?;
            assert_eq!(of_ed(&engine).await?, ["a1", "a2"]);

            // A change of something else writes nothing of the relationship.
            let mut session = engine.session();
            let ed = session.first(part()).await?.unwrap();
            ed.addresses(&mut session).await?;
            session[ed].name = format!("edward {eager}");
            let log = Log::new(&db, &engine);
            session.commit().await?;
            log.sent(["UPDATE users SET name = ? WHERE id = ?"]);
            assert_eq!(of_ed(&engine).await?, ["a1", "a2"]);
        }
    }

    /// Relationships that own what they hold.
    async fn of_what_is_deleted_along(db: Db) {
        let engine = db.engine().await;
        shelf(&engine).await?;
        let mut session = engine.session();
        let one = session.one(seen()).await?;
        let books = one.books(&mut session).await?;
        assert_eq!(books.len(), 2);
        one.books(&mut session).remove(books[0])?;
        session.commit().await?;
        assert_eq!(ids(&engine).await?, [2, 3]);

        // As a plain value it is a part, and takes nothing out when it is merged.
        let tree = engine.one(seen().with(Shelf::books)).await?;
        assert!(tree.books.is_part());
        let mut session = engine.session();
        session.merge(tree).await?;
        session.commit().await?;
        assert_eq!(ids(&engine).await?, [2, 3]);
        let mut held = engine.session();
        let one = held.one(seen().with(Shelf::books)).await?;
        let copy = held.detach(one)?;
        assert!(copy.books.is_part());
        session.merge(copy).await?;
        session.commit().await?;
        assert_eq!(ids(&engine).await?, [2, 3]);

        // The hidden book goes with its shelf, loaded or not.
        for load in [Shelf::books.lazy(), Shelf::books.select_in(), Shelf::books.joined()] {
            let mut session = engine.session();
            let one = session.one(seen().with(load)).await?;
            assert_eq!(one.books(&mut session).await?.len(), 1);
            session.delete(one)?;
            session.flush().await?;
            assert_eq!(session.scalar(select(func::count(Book::id))).await?, 0);
            session.rollback().await?;
            assert_eq!(one.books(&mut session).await?.len(), 1);
        }

        // Replaced, the hidden one is taken out too: it is the whole that is replaced.
        let mut session = engine.session();
        let one = session.one(seen()).await?;
        let books = one.books(&mut session).await?;
        one.books(&mut session).replace(books).await?;
        session.commit().await?;
        assert_eq!(ids(&engine).await?, [2]);
    }

    /// Pairs of what is hidden stay.
    async fn of_pairs(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let some = || Article::select().order_by(Article::id).with_criteria::<Tag>(Tag::name.ne("t1"));
        for load in [Article::tags.lazy(), Article::tags.select_in(), Article::tags.joined(), Article::tags.batch()] {
            let mut session = engine.session();
            let articles = session.all(some().with(load)).await?;
            let tags = articles[0].tags(&mut session).await?;
            assert_eq!(tags.iter().map(|&it| &*session[it].name).collect::<Vec<_>>(), ["t2"]);
            articles[0].tags(&mut session).remove(tags[0])?;
            session[articles[0]].title = "changed".into();
            session.flush().await?;
            assert!(articles[0].tags(&mut session).await?.is_empty());
            let left = text("SELECT tag_id FROM article_tag WHERE article_id = 1").columns::<i64>();
            assert_eq!(session.all(left).await?, [1]);
            session.delete(articles[0])?;
            session.flush().await?;
            session.rollback().await?;
            assert_eq!(tagged::links(&engine).await?.len(), 3);
        }

        // Merged, a part of the pairs adds those that are not there yet.
        let mut tree = engine.first(some().with(Article::tags)).await?.unwrap();
        assert!(tree.tags.is_part());
        tree.tags.get_mut()?.push(Tag { id: 3, name: "t3".into(), ..Default::default() });
        let mut session = engine.session();
        session.merge(tree).await?;
        session.commit().await?;
        assert_eq!(tagged::links(&engine).await?, [(1, 1), (1, 2), (1, 3), (2, 2)]);
    }
}
