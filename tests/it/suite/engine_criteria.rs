//! Conditions that hold for everything that goes through an engine.

use orm_core::engine::Engine;
use orm_core::mapping::{PageRequest, entity};
use orm_core::prelude::*;

use crate::harness::{Db, Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "articles")]
struct Article {
    #[orm(primary_key)]
    id: i64,
    title: String,
    deleted: Option<i64>,
    #[orm(back_populates = article, order_by = Note::id)]
    notes: HasMany<Note>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "notes")]
struct Note {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Article::id)]
    article_id: i64,
    #[orm(references = Article::id)]
    source_id: Option<i64>,
    #[orm(foreign_key = article_id, back_populates = notes)]
    article: BelongsTo<Article>,
    #[orm(foreign_key = source_id)]
    source: BelongsTo<Article>,
}

/// Articles 1 and 2 (deleted), each with a note that has the other as its source.
async fn articles(db: &Db) -> orm_core::Result<(Engine, Log)> {
    let engine = Engine::builder(db.url())
        .criteria::<Article>(Article::deleted.is_null())
        .connect()
        .await?;
    Metadata::of::<Article>()?.create_all(&engine).await?;
    let mut session = engine.session();
    for (id, deleted) in [(1, None), (2, Some(7))] {
        session.add(Article {
            id,
            title: format!("a{id}"),
            deleted,
            ..Default::default()
        });
    }
    session.flush().await?;
    session
        .bulk_insert([(1, 2), (2, 1)].map(|(article_id, source)| Note {
            article_id,
            source_id: Some(source),
            ..Default::default()
        }))
        .await?;
    session.commit().await?;
    let log = Log::new(db, &engine);
    Ok((engine, log))
}

const ARTICLES: &str = "SELECT articles.id, articles.title, articles.deleted FROM articles";

both! {
    /// Queries, streams, pages, statements and transactions without a session keep them, and a query can go without.
    async fn everything_keeps_them(db: Db) {
        let (engine, log) = articles(&db).await?;
        assert_eq!(engine.all(Article::select()).await?.len(), 1);
        log.sent([&*format!("{ARTICLES} WHERE articles.deleted IS NULL")]);
        assert_eq!(engine.all(Article::select().without_criteria()).await?.len(), 2);
        log.sent([ARTICLES]);
        assert_eq!(engine.one_or_none(Article::select().filter(Article::id.eq(2))).await?, None);
        assert_eq!(engine.scalar(select(func::count_all()).from::<Article>()).await?, 1);
        assert_eq!(engine.all(select(Note::id).join(Note::article)).await?, [1]);
        assert_eq!(engine.all(select(Article::id).union(select(Article::id))).await?, [1]);
        let mut stream = engine.stream(Article::select());
        assert_eq!((stream.next().await?.map(|it| it.id), stream.next().await?), (Some(1), None));
        let page = engine.page(Article::select(), PageRequest::size(5)).await?;
        assert_eq!(page.rows.len(), 1);
        let all = engine.page(Article::select().without_criteria(), PageRequest::size(1)).await?;
        let next = engine.page(Article::select().without_criteria(), PageRequest::size(1).at(all.next.as_deref())).await?;
        assert_eq!(next.rows[0].id, 2);

        let mut transaction = engine.begin().await?;
        assert_eq!(transaction.all(Article::select()).await?.len(), 1);
        let rename = || Article::update().set(Article::title.to("new"));
        log.take();
        assert_eq!(transaction.execute(rename()).await?, 1);
        log.sent(["UPDATE articles SET title = ? WHERE articles.deleted IS NULL"]);
        assert_eq!(transaction.execute(Article::delete().filter(Article::id.eq(2))).await?, 0);
        assert_eq!(transaction.all(rename().returning(Article::id)).await?, [1]);
        assert_eq!(transaction.execute(rename().without_criteria()).await?, 2);
        transaction.rollback().await?;
        assert_eq!(engine.execute(rename()).await?, 1);
        let titles = engine.all(select(Article::title).order_by(Article::id).without_criteria()).await?;
        assert_eq!(titles, ["new", "a2"]);
    }

    /// Sessions that the engine makes keep them beside their own, those of `retry` too, unless their options leave them out.
    async fn sessions_keep_them(db: Db) {
        let (engine, log) = articles(&db).await?;
        let mut session = engine.session();
        assert_eq!(session.all(Article::select()).await?.len(), 1);
        assert_eq!(session.get::<Article>(2).await?, None);
        let two = session.one(Article::select().filter(Article::id.eq(2)).without_criteria()).await?;
        assert_eq!(session.get::<Article>(2).await?, Some(two));
        log.take();
        let own = SessionOptions::default().criteria::<Article>(Article::title.ne("a1"));
        let mut session = engine.session_with(own.clone());
        assert_eq!(session.all(Article::select()).await?.len(), 0);
        log.sent([&*format!("{ARTICLES} WHERE articles.deleted IS NULL AND articles.title != ?")]);
        let mut session = engine.session_with(own.without_engine_criteria());
        assert_eq!(session.all(select(Article::id)).await?, [2]);
        let mut stream = session.stream(Article::select());
        assert_eq!(stream.next(&mut session).await?.map(|it| it.len()), Some(1));
        let seen = engine.retry(|mut session| async move { session.all(select(Article::id)).await }).await?;
        assert_eq!(seen, [1]);
    }

    /// What is loaded beside plain values keeps them, by every strategy. To one: where the key is NOT NULL the object is said to
    /// be hidden, and not taken for none.
    async fn trees_keep_them(db: Db) {
        let (engine, _) = articles(&db).await?;
        let notes = || Note::select().order_by(Note::id);
        for query in [
            notes().with(Note::article).with(Note::source),
            notes().with(Note::article.joined()).with(Note::source.joined()),
            notes().with(Note::article.subquery()).with(Note::source.subquery()),
            notes().with(Note::article.immediate()).with(Note::source.immediate()),
        ] {
            let found = engine.all(query).await?;
            assert_eq!(found[0].article.get()?.map(|it| it.id), Some(1));
            assert_eq!(found[0].source.get()?, None);
            assert_eq!(found[1].source.get()?.map(|it| it.id), Some(1));
            let hidden = found[1].article.get().unwrap_err();
            assert_eq!((hidden.kind(), hidden.code()), (ErrorKind::Hidden, "E208"));
            assert_eq!(
                hidden.message(),
                "Note.article is hidden: criteria leave out the Article that its foreign key names; ask for it with \
                 Article::select().without_criteria()"
            );
            // Merged, it takes nothing away.
            let mut session = engine.session();
            for note in found {
                session.merge(note).await?;
            }
            session.commit().await?;
        }
        let kept = engine.all(select((Note::article_id, Note::source_id)).order_by(Note::id)).await?;
        assert_eq!(kept, [(1, Some(2)), (2, Some(1))]);
        let with = Article::select().with(Article::notes.then(Note::article)).without_criteria().order_by(Article::id);
        let found = engine.all(with).await?;
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].notes.get()?[0].article.get().unwrap_err().kind(), ErrorKind::Hidden);
        let pairs = engine.all(select((entity::<Note>(), entity::<Article>().optional())).left_join(Note::article).order_by(Note::id)).await?;
        assert_eq!(pairs.iter().map(|(_, it)| it.is_some()).collect::<Vec<_>>(), [true, false]);
    }

    /// The same in a session: the accessor, lazily and after a load, and the copy of an object.
    async fn hidden_objects(db: Db) {
        let (engine, log) = articles(&db).await?;
        for query in [Note::select(), Note::select().with(Note::article), Note::select().with(Note::article.joined()), Note::select().with(Note::article.batch())] {
            let mut session = engine.session();
            let notes = session.all(query.order_by(Note::id)).await?;
            assert!(notes[0].article(&mut session).await?.is_some());
            assert_eq!(notes[0].source(&mut session).await?, None);
            for _ in 0..2 {
                let hidden = notes[1].article(&mut session).await.unwrap_err();
                assert_eq!((hidden.kind(), hidden.object()), (ErrorKind::Hidden, Some("Note(2)")));
                log.take();
            }
            let copy = session.detach(notes[1])?;
            assert_eq!(copy.article.get().unwrap_err().kind(), ErrorKind::Hidden);
            let copy = session.detach(notes[0])?;
            assert_eq!(copy.source.get()?, None);
            let mut other = engine.session_with(SessionOptions::default().without_engine_criteria());
            let merged = other.merge(copy).await?;
            other.commit().await?;
            assert_eq!(other[merged].source_id, Some(2));
            // Held, it is there.
            let two = session.one(Article::select().filter(Article::id.eq(2)).without_criteria()).await?;
            session.expire(notes[1])?;
            session.refresh(notes[1]).await?;
            assert_eq!(notes[1].article(&mut session).await?, Some(two));
            // Objects of a query with criteria of its own say it too.
            let free = SessionOptions::default().without_engine_criteria();
            let mut session = engine.session_with(free);
            let note = session.one(Note::select().filter(Note::id.eq(2)).with_criteria::<Article>(Article::deleted.is_null())).await?;
            assert_eq!(note.article(&mut session).await.unwrap_err().kind(), ErrorKind::Hidden);
            session.expunge_all();
            let note = session.get_one::<Note>(2).await?;
            assert!(note.article(&mut session).await?.is_some());
        }
    }
}
