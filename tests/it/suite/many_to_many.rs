//! Many-to-many: pairs as rows of a table between two models.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::tagged::{
    self, Article, ArticleAccessors as _, Course, CourseAccessors as _, Place, PlaceAccessors as _,
    Room, Tag, TagAccessors as _, article, links, tag,
};

async fn names(session: &mut Session, article: Handle<Article>) -> orm_core::Result<Vec<String>> {
    let tags = article.tags(session).await?;
    Ok(tags
        .into_iter()
        .map(|tag| session[tag].name.clone())
        .collect())
}

const LINK: &str = "INSERT INTO article_tag (article_id, tag_id) VALUES (?, ?)";
const UNLINK: &str = "DELETE FROM article_tag WHERE article_id = ? AND tag_id = ?";

both! {
    /// The table between two models comes from them: its key is the pair, each end a foreign key, the second end indexed.
    async fn the_table_between_is_part_of_the_metadata(db: Db) {
        let engine = db.engine().await;
        let metadata = Metadata::of::<Tag>()?;
        assert_eq!(metadata.table_names(), ["tags", "articles", "article_tag"]);
        let table = metadata.table("article_tag").unwrap();
        let key = table.primary_key.as_ref().unwrap();
        assert_eq!(key.columns, ["article_id", "tag_id"]);
        let targets: Vec<_> = table.foreign_keys.iter().map(|key| (key.columns[0].as_ref(), key.table.name.as_ref())).collect();
        assert_eq!(targets, [("article_id", "articles"), ("tag_id", "tags")]);
        assert_eq!(table.indexes[0].columns, ["tag_id"]);
        metadata.create_all(&engine).await?;

        let courses = Metadata::of::<Course>()?;
        let table = courses.table("course_rooms").unwrap();
        let columns: Vec<_> = table.columns.iter().map(|column| column.name.as_ref()).collect();
        assert_eq!(columns, ["course_faculty", "course_number", "room_id"]);
        assert_eq!(table.foreign_keys[0].references, ["faculty", "number"]);
    }

    /// M2M-01: both sides first, then the pairs, in one statement.
    async fn both_ends_before_their_pairs(db: Db) {
        let engine = db.engine().await;
        tagged::tables(&engine).await?;
        let mut session = engine.session();
        let (t1, t2) = (session.add(tag("t1")), session.add(tag("t2")));
        let (a, b) = (session.add(article("A")), session.add(article("B")));
        session[a].tags = [t1, t2].into();
        session[b].tags = [t2].into();
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent_each(
            &["INSERT INTO tags (name) VALUES (?)", "INSERT INTO articles (title) VALUES (?)", LINK],
            &[
                "INSERT INTO tags (name) SELECT u.c0 FROM UNNEST(?::TEXT[]) WITH ORDINALITY AS u (c0, n) ORDER BY u.n RETURNING id",
                "INSERT INTO articles (title) SELECT u.c0 FROM UNNEST(?::TEXT[]) WITH ORDINALITY AS u (c0, n) ORDER BY u.n RETURNING id",
                "INSERT INTO article_tag (article_id, tag_id) SELECT u.c0, u.c1 \
                 FROM UNNEST(?::BIGINT[], ?::BIGINT[]) WITH ORDINALITY AS u (c0, c1, n) ORDER BY u.n",
            ],
        );
        session.commit().await?;
        assert_eq!(links(&engine).await?, [(1, 1), (1, 2), (2, 2)]);
        // New graphs go in whole.
        session.add(Article { tags: [tag("x"), tag("y")].into(), ..article("D") });
        session.commit().await?;
        assert_eq!(links(&engine).await?, [(1, 1), (1, 2), (2, 2), (3, 3), (3, 4)]);
    }

    /// M2M-02: a pair that goes is one DELETE; a moved one a DELETE and an INSERT; what stays is not written.
    async fn only_the_difference_is_written(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let mut session = engine.session();
        let a = session.get_one::<Article>(1).await?;
        let (t1, t3) = (session.get_one::<Tag>(1).await?, session.get_one::<Tag>(3).await?);
        let log = Log::new(&db, &engine);
        session[a].tags = {
            let mut tags = a.tags(&mut session).await?;
            tags.retain(|&tag| tag != t1);
            tags.push(t3);
            tags.into()
        };
        assert_eq!(log.take().len(), 1);
        session.flush().await?;
        log.sent([UNLINK, LINK]);
        assert_eq!(names(&mut session, a).await?, ["t2", "t3"]);
        a.tags(&mut session).replace([t1]).await?;
        session.flush().await?;
        log.sent_each(
            &[UNLINK, LINK],
            &[
                "DELETE FROM article_tag USING UNNEST(?::BIGINT[], ?::BIGINT[]) AS u (k0, k1) \
                 WHERE article_tag.article_id = u.k0 AND article_tag.tag_id = u.k1",
                LINK,
            ],
        );
        // There and back is no change.
        a.tags(&mut session).remove(t1)?;
        a.tags(&mut session).push(t1)?;
        session.flush().await?;
        log.nothing();
        session.commit().await?;
        assert_eq!(links(&engine).await?, [(1, 1), (2, 2)]);
    }

    /// M2M-03: both sides say it, one row is written; a pair is in a collection once. Differs from the reference: pushing
    /// twice is one link, not an error.
    async fn a_pair_is_written_once(db: Db) {
        let engine = db.engine().await;
        tagged::tables(&engine).await?;
        let mut session = engine.session();
        let (a, g) = (session.add(article("A")), session.add(tag("t1")));
        session.commit().await?;
        let log = Log::new(&db, &engine);
        a.tags(&mut session).push(g)?;
        a.tags(&mut session).push(g)?;
        g.articles(&mut session).push(a)?;
        log.nothing();
        assert_eq!(g.articles(&mut session).await?, [a]);
        assert_eq!(a.tags(&mut session).await?, [g]);
        assert_eq!(log.take().iter().filter(|sql| sql.starts_with("INSERT")).count(), 1);
        session.flush().await?;
        log.nothing();
        g.articles(&mut session).remove(a)?;
        assert_eq!(a.tags(&mut session).await?, []);
        log.nothing();
        session.flush().await?;
        log.sent([UNLINK]);
        assert_eq!(links(&engine).await?, []);
        session[a].tags = [g, g].into();
        session.commit().await?;
        assert_eq!(links(&engine).await?, [(1, 1)]);
        let error = a.tags(&mut session).push(g).and_then(|_| {
            a.tags(&mut session).remove(g)?;
            a.tags(&mut session).remove(g)
        });
        assert_eq!(error.unwrap_err().message(), "Tag(1) is not in Article.tags of Article(1)");
    }

    /// M2M-04: a pair that another transaction parted already is `StaleData`, and names the pair.
    async fn a_pair_that_is_gone_is_stale(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let mut session = engine.session();
        let a = session.get_one::<Article>(1).await?;
        let (t1, t2) = (session.get_one::<Tag>(1).await?, session.get_one::<Tag>(2).await?);
        a.tags(&mut session).await?;
        engine.execute(text("DELETE FROM article_tag WHERE tag_id = 1")).await?;
        a.tags(&mut session).remove(t1)?;
        let error = session.flush().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.table()), (ErrorKind::StaleData, Some("article_tag")));
        assert_eq!(error.object(), Some("Article(1) and Tag(1)"));
        a.tags(&mut session).remove(t2)?;
        t1.articles(&mut session).remove(a)?;
        let error = session.commit().await.unwrap_err();
        session.rollback().await?;
        assert_eq!(error.kind(), ErrorKind::StaleData);
        assert_eq!(links(&engine).await?, [(1, 2), (2, 2)]);
        // A pair that another transaction made already is a violation of the table's key.
        let t3 = session.get_one::<Tag>(3).await?;
        engine.execute(text("INSERT INTO article_tag VALUES (1, 3)")).await?;
        a.tags(&mut session).push(t3)?;
        let error = session.flush().await.unwrap_err();
        session.rollback().await?;
        assert_eq!((error.kind(), error.table()), (ErrorKind::UniqueViolation, Some("article_tag")));
        assert_eq!(error.object(), Some("Article(1) and Tag(3)"));
        // Where it is seen in time, nothing is written.
        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let (a, t3) = (session.get_one::<Article>(1).await?, session.get_one::<Tag>(3).await?);
        a.tags(&mut session).push(t3)?;
        assert_eq!(names(&mut session, a).await?, ["t2", "t3"]);
        session.commit().await?;
    }

    /// Both sides agree at once, loaded or not, and what is loaded later has what was said before.
    async fn unloaded_collections_hear_of_it(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let (a, b) = (session.get_one::<Article>(1).await?, session.get_one::<Article>(2).await?);
        let (t1, t2, t3) = (session.get_one::<Tag>(1).await?, session.get_one::<Tag>(2).await?, session.get_one::<Tag>(3).await?);
        let log = Log::new(&db, &engine);
        a.tags(&mut session).push(t3)?;
        a.tags(&mut session).remove(t1)?;
        log.nothing();
        assert_eq!(t3.articles(&mut session).await?, [a]);
        assert_eq!(t1.articles(&mut session).await?, []);
        assert_eq!(a.tags(&mut session).await?, [t2, t3]);
        assert_eq!(log.take().len(), 3);
        // An assignment to an unloaded collection is the whole of it.
        session[b].tags = [t1].into();
        assert_eq!(t1.articles(&mut session).await?, [b]);
        assert_eq!(b.tags(&mut session).await?, [t1]);
        assert_eq!(t2.articles(&mut session).await?, [a]);
        session.commit().await?;
        assert_eq!(links(&engine).await?, [(1, 2), (1, 3), (2, 1)]);
        assert_eq!(t1.articles(&mut session).count().await?, 1);
    }

    /// A rollback takes pairs back, flushed or not; new objects keep theirs and can be added anew.
    async fn rollback_takes_pairs_back(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let mut session = engine.session();
        let (a, t1, t3) = (session.get_one::<Article>(1).await?, session.get_one::<Tag>(1).await?, session.get_one::<Tag>(3).await?);
        a.tags(&mut session).await?;
        a.tags(&mut session).push(t3)?;
        let new = session.add(Article { tags: [t3].into(), ..article("N") });
        session.flush().await?;
        a.tags(&mut session).remove(t1)?;
        let other = a.tags(&mut session).push(tag("o"))?;
        session.rollback().await?;
        assert_eq!(names(&mut session, a).await?, ["t1", "t2"]);
        assert_eq!(t3.articles(&mut session).await?, []);
        assert_eq!(session.life(other)?, Life::Transient);
        session.commit().await?;
        assert_eq!(links(&engine).await?.len(), 3);
        session.add(new);
        assert_eq!(t3.articles(&mut session).await?, [new]);
        session.commit().await?;
        assert_eq!(links(&engine).await?, [(1, 1), (1, 2), (2, 2), (session[new].id, 3)]);
    }

    /// Deleting an object deletes its pairs first, without loading them; its partners stay, and lose it.
    async fn a_deleted_object_takes_its_pairs_along(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let mut session = engine.session();
        let (a, t2) = (session.get_one::<Article>(1).await?, session.get_one::<Tag>(2).await?);
        let log = Log::new(&db, &engine);
        assert_eq!(t2.articles(&mut session).await?.len(), 2);
        log.take();
        session.delete(a)?;
        session.flush().await?;
        log.sent(["DELETE FROM article_tag WHERE article_id = ?", "DELETE FROM articles WHERE id = ?"]);
        assert_eq!(t2.articles(&mut session).await?.len(), 1);
        session.rollback().await?;
        assert_eq!(names(&mut session, a).await?, ["t1", "t2"]);
        assert_eq!(t2.articles(&mut session).await?.len(), 2);
        // What was put in or taken out beside the deletion is not written.
        a.tags(&mut session).remove(t2)?;
        let t3 = session.get_one::<Tag>(3).await?;
        a.tags(&mut session).push(t3)?;
        session.delete(a)?;
        session.delete(t3)?;
        session.commit().await?;
        assert_eq!(links(&engine).await?, [(2, 2)]);
        assert_eq!(t2.articles(&mut session).await?.len(), 1);
    }

    /// EAG-11: select-in is one statement over the table between the models and the target; lazy loading the same.
    async fn eager_loading_reads_the_table_between(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let articles = session.all(Article::select().order_by(Article::id).with(Article::tags)).await?;
        let by_key = "SELECT tags.id, tags.name, article_tag.article_id FROM tags \
                      JOIN article_tag ON article_tag.tag_id = tags.id WHERE article_tag.article_id";
        log.sent_each(
            &[
                "SELECT articles.id, articles.title FROM articles ORDER BY articles.id",
                &format!("{by_key} IN (SELECT value FROM json_each(?)) ORDER BY article_tag.article_id, tags.id"),
            ],
            &[
                "SELECT articles.id, articles.title FROM articles ORDER BY articles.id",
                &format!("{by_key} = ANY(?) ORDER BY article_tag.article_id, tags.id"),
            ],
        );
        let expected = [vec!["t1", "t2"], vec!["t2"], vec![]];
        for (&article, expected) in articles.iter().zip(&expected) {
            assert_eq!(names(&mut session, article).await?, *expected);
        }
        log.nothing();
        // As plain trees, each with its own copies.
        let trees = engine.all(Article::select().order_by(Article::id).with(Article::tags.then(Tag::articles))).await?;
        for (tree, expected) in trees.iter().zip(&expected) {
            let tags: Vec<_> = tree.tags.get()?.iter().map(|tag| tag.name.as_str()).collect();
            assert_eq!(tags, *expected);
        }
        assert_eq!(trees[0].tags.get()?[1].articles.get()?.len(), 2);
        assert_eq!(log.take().len(), 3);
        // Joined in a query, counted, and as a query of its own.
        let pairs = engine.all(select((Article::title, Tag::name)).join(Article::tags).order_by((Article::id, Tag::id))).await?;
        assert_eq!(pairs, [("A".into(), "t1".into()), ("A".into(), "t2".to_owned()), ("B".to_owned(), "t2".to_owned())]);
        let mut session = engine.session();
        let a = session.get_one::<Article>(1).await?;
        assert_eq!(a.tags(&mut session).count().await?, 2);
        let query = a.tags(&mut session).query()?.filter(Tag::name.eq("t2"));
        assert_eq!(session.all(query).await?.len(), 1);
    }

    /// M2M-07: a model linked with itself, also an object with itself.
    async fn a_model_linked_with_itself(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Place>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let place = |name: &str| Place { name: name.into(), ..Default::default() };
        let (a, b, c) = (session.add(place("a")), session.add(place("b")), session.add(place("c")));
        session[a].to = [b, c].into();
        session[c].to = [a].into();
        session[b].to = [b].into();
        assert_eq!(b.from(&mut session).await?, [a, b]);
        let log = Log::new(&db, &engine);
        session.commit().await?;
        let sent = log.take();
        assert_eq!(sent.len(), 2, "{sent:?}");
        let rows = engine.all(text("SELECT p1, p2 FROM place_place ORDER BY 1, 2").columns::<(i64, i64)>()).await?;
        assert_eq!(rows, [(1, 2), (1, 3), (2, 2), (3, 1)]);

        let mut session = engine.session();
        log.take();
        let places = session.all(Place::select().order_by(Place::id).with(Place::to).with(Place::from)).await?;
        assert_eq!(log.take().len(), 3);
        let mut seen = Vec::new();
        for &place in &places {
            seen.push((place.to(&mut session).await?.len(), place.from(&mut session).await?.len()));
        }
        assert_eq!(seen, [(2, 1), (1, 2), (1, 1)]);
        session.delete(places[1])?;
        session.commit().await?;
        let rows = engine.all(text("SELECT p1, p2 FROM place_place ORDER BY 1, 2").columns::<(i64, i64)>()).await?;
        assert_eq!(rows, [(1, 3), (3, 1)]);
    }

    /// Keys of two columns, one side only, and pairs that are left to the database.
    async fn keys_of_two_columns(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Course>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let room = |name: &str| Room { name: name.into(), ..Default::default() };
        let course = |number| Course { faculty: "art".into(), number, ..Default::default() };
        let one = session.add(Course { rooms: [room("r1"), room("r2")].into(), ..course(1) });
        let two = session.add(course(2));
        session.commit().await?;
        let rooms = one.rooms(&mut session).await?;
        two.rooms(&mut session).push(rooms[1])?;
        one.rooms(&mut session).remove(rooms[0])?;
        session.commit().await?;
        let mut session = engine.session();
        let courses = session.all(Course::select().order_by(Course::number).with(Course::rooms)).await?;
        let mut seen = Vec::new();
        for &course in &courses {
            seen.push(course.rooms(&mut session).await?);
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(session[seen[0][0]].name, "r2");
        let log = Log::new(&db, &engine);
        session.delete(courses[0])?;
        session.flush().await?;
        log.sent(["DELETE FROM courses WHERE faculty = ? AND number = ?"]);
        session.commit().await?;
        let left = engine.scalar(text("SELECT count(*) FROM course_rooms").columns::<i64>()).await?;
        assert_eq!(left, 1);
    }

    /// An object that leaves the session takes its pairs out of the next flush; expiring one gives its changes up.
    async fn leaving_the_session(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let mut session = engine.session_with(SessionOptions::default().autoflush(false));
        let (a, c) = (session.get_one::<Article>(1).await?, session.get_one::<Article>(3).await?);
        let (t1, t3) = (session.get_one::<Tag>(1).await?, session.get_one::<Tag>(3).await?);
        c.tags(&mut session).push(t3)?;
        let new = c.tags(&mut session).push(tag("n"))?;
        session.expunge(new)?;
        session.expunge(t3)?;
        a.tags(&mut session).remove(t1)?;
        assert_eq!(t1.articles(&mut session).await?, []);
        session.expire(a)?;
        assert_eq!(t1.articles(&mut session).await?, [a]);
        let log = Log::new(&db, &engine);
        session.commit().await?;
        log.nothing();
        assert_eq!(links(&engine).await?, [(1, 1), (1, 2), (2, 2)]);
    }
}
