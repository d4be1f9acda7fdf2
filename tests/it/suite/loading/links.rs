//! Many-to-many.

use orm_core::mapping::Load;
use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::tagged::{self, Article, ArticleAccessors as _, Course, Room, Tag};

const ARTICLES: &str = "SELECT articles.id, articles.title FROM articles ORDER BY articles.id";
const TAGS: &str = "SELECT tags.id, tags.name, article_tag.article_id FROM tags JOIN article_tag ON article_tag.tag_id = tags.id WHERE";

both! {
    /// EAG-11: the strategies over a table between the two models.
    async fn strategies_over_a_table_between(db: Db) {
        let engine = db.engine().await;
        tagged::data(&engine).await?;
        let log = Log::new(&db, &engine);
        let read = async |load: Load<Article, Tag>| -> orm_core::Result<Vec<Vec<String>>> {
            let mut session = engine.session();
            let mut all = Vec::new();
            log.take();
            for article in session.all(Article::select().order_by(Article::id).with(load)).await? {
                let tags = article.tags(&mut session).await?;
                all.push(tags.into_iter().map(|tag| session[tag].name.clone()).collect());
            }
            Ok(all)
        };
        let expected = [vec!["t1", "t2"], vec!["t2"], vec![]];
        assert_eq!(read(Article::tags.joined()).await?, expected);
        log.sent(["SELECT articles.id, articles.title, tags_1.id, tags_1.name FROM articles \
            LEFT JOIN article_tag AS article_tag_1 ON article_tag_1.article_id = articles.id \
            LEFT JOIN tags AS tags_1 ON article_tag_1.tag_id = tags_1.id ORDER BY articles.id, tags_1.id"]);
        assert_eq!(read(Article::tags.select_in()).await?, expected);
        log.sent_each(
            &[ARTICLES, &format!("{TAGS} article_tag.article_id IN (SELECT value FROM json_each(?)) ORDER BY article_tag.article_id, tags.id")],
            &[ARTICLES, &format!("{TAGS} article_tag.article_id = ANY(?) ORDER BY article_tag.article_id, tags.id")],
        );
        assert_eq!(read(Article::tags.subquery()).await?, expected);
        log.sent([
            ARTICLES,
            &format!("{TAGS} article_tag.article_id IN (SELECT articles.id FROM articles) ORDER BY article_tag.article_id, tags.id"),
        ]);
        assert_eq!(read(Article::tags.lazy()).await?, expected);
        assert_eq!(log.take().len(), 4);
    }

    /// A key of two columns on one side of the table.
    async fn keys_of_two_columns(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Course, Room)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let rooms = session.add_all(["r1", "r2"].map(|name| Room { name: name.into(), ..Default::default() }));
        for (number, rooms) in [(1, vec![rooms[0], rooms[1]]), (2, vec![rooms[1]]), (3, vec![])] {
            session.add(Course { faculty: "f".into(), number, rooms: rooms.into() });
        }
        session.commit().await?;
        let one = Course::rooms.order_by(Room::name.desc()).limit(1);
        for (load, expected) in [
            (Course::rooms.select_in(), vec![vec!["r1", "r2"], vec!["r2"], vec![]]),
            (Course::rooms.joined(), vec![vec!["r1", "r2"], vec!["r2"], vec![]]),
            (Course::rooms.subquery(), vec![vec!["r1", "r2"], vec!["r2"], vec![]]),
            (one.clone(), vec![vec!["r2"], vec!["r2"], vec![]]),
            (one.joined(), vec![vec!["r2"], vec!["r2"], vec![]]),
        ] {
            let courses = engine.all(Course::select().order_by(Course::number).with(load)).await?;
            let names = courses.iter().map(|it| it.rooms.get().unwrap().iter().map(|it| it.name.as_str()).collect::<Vec<_>>());
            assert_eq!(names.collect::<Vec<_>>(), expected);
        }
    }
}
