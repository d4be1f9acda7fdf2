//! Relationships with a filter of their own: `#[orm(filter = ..)]`.

use orm_core::engine::Engine;
use orm_core::mapping::{Load, alias, entity};
use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "writers")]
struct Writer {
    #[orm(primary_key)]
    id: i64,
    active: bool,
    #[orm(back_populates = writer, order_by = Text::id, cascade = "all")]
    texts: HasMany<Text>,
    #[orm(filter = Text::deleted_at.is_null(), order_by = Text::id, view_only)]
    visible: HasMany<Text>,
    #[orm(filter = Text::lead.eq(true).and(Text::deleted_at.is_null()), cascade = "all")]
    lead: HasOne<Text>,
    #[orm(secondary = "writer_topics", filter = Topic::open.eq(true), order_by = Topic::id)]
    topics: HasMany<Topic>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "texts")]
struct Text {
    #[orm(primary_key)]
    id: i64,
    title: String,
    deleted_at: Option<i64>,
    lead: bool,
    #[orm(references = Writer::id)]
    writer_id: Option<i64>,
    #[orm(back_populates = texts)]
    writer: BelongsTo<Writer>,
    #[orm(filter = Writer::active.eq(true), view_only)]
    active_writer: BelongsTo<Writer>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "topics")]
struct Topic {
    #[orm(primary_key)]
    id: i64,
    name: String,
    open: bool,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "nodes")]
struct Node {
    #[orm(primary_key)]
    id: i64,
    open: bool,
    #[orm(references = Node::id)]
    parent_id: Option<i64>,
    #[orm(filter = Self::open.eq(true), order_by = Self::id, view_only)]
    children: HasMany<Node>,
}

/// Writer 1 (active): texts 1, 2 (deleted), 3 (leads); topics 1, 2 (closed). Writer 2: text 4 (deleted, leads); topic 2.
async fn data(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Writer, Text, Topic)>()?
        .create_all(engine)
        .await?;
    let text = |title: &str, deleted: bool, lead| Text {
        title: title.into(),
        deleted_at: deleted.then_some(7),
        lead,
        ..Default::default()
    };
    let mut session = engine.session();
    let topics = session.add_all([("t1", true), ("t2", false)].map(|(name, open)| Topic {
        name: name.into(),
        open,
        ..Default::default()
    }));
    let writers = [
        (
            true,
            vec![
                text("one", false, false),
                text("two", true, false),
                text("three", false, true),
            ],
            topics.clone(),
        ),
        (false, vec![text("four", true, true)], vec![topics[1]]),
    ];
    for (active, texts, topics) in writers {
        session.add(Writer {
            active,
            texts: texts.into(),
            topics: topics.into(),
            ..Default::default()
        });
        session.flush().await?;
    }
    session.commit().await
}

const WRITERS: &str = "SELECT writers.id, writers.active FROM writers ORDER BY writers.id";
const TEXTS: &str =
    "SELECT texts.id, texts.title, texts.deleted_at, texts.lead, texts.writer_id FROM texts";

fn titles(session: &Session, texts: &[Handle<Text>]) -> Vec<String> {
    let titles = texts.iter().map(|&text| session[text].title.clone());
    titles.collect()
}

async fn visible(
    session: &mut Session,
    load: Load<Writer, Text>,
) -> orm_core::Result<Vec<Vec<String>>> {
    let mut all = Vec::new();
    for writer in session
        .all(Writer::select().order_by(Writer::id).with(load))
        .await?
    {
        let texts = writer.visible(session).await?;
        all.push(titles(session, &texts));
    }
    Ok(all)
}

both! {
    /// Every strategy keeps it, and so do plain values.
    async fn every_strategy_keeps_it(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let expected = [vec!["one".to_owned(), "three".to_owned()], vec![]];
        let relation = Writer::visible;
        for load in [relation.select_in(), relation.lazy(), relation.batch(), relation.immediate(), relation.joined(), relation.subquery()] {
            assert_eq!(visible(&mut engine.session(), load.clone()).await?, expected);
            let plain = engine.all(Writer::select().order_by(Writer::id).with(load.clone().select_in())).await;
            if let Ok(plain) = plain {
                assert_eq!(plain[0].visible.get()?.len(), 2);
            }
            let some = load.filter(Text::title.ne("one"));
            assert_eq!(visible(&mut engine.session(), some).await?, [vec!["three".to_owned()], vec![]]);
        }
        log.take();
        visible(&mut engine.session(), relation.select_in()).await?;
        log.sent_each(
            &[WRITERS, &format!("{TEXTS} WHERE texts.deleted_at IS NULL AND texts.writer_id IN (SELECT value FROM json_each(?)) ORDER BY texts.writer_id, texts.id")],
            &[WRITERS, &format!("{TEXTS} WHERE texts.deleted_at IS NULL AND texts.writer_id = ANY(?) ORDER BY texts.writer_id, texts.id")],
        );
        visible(&mut engine.session(), relation.joined()).await?;
        log.sent(["SELECT writers.id, writers.active, texts_1.id, texts_1.title, texts_1.deleted_at, texts_1.lead \
            FROM writers LEFT JOIN texts AS texts_1 ON texts_1.writer_id = writers.id AND texts_1.deleted_at IS NULL \
            ORDER BY writers.id, texts_1.id"]);
        visible(&mut engine.session(), relation.subquery()).await?;
        log.sent([WRITERS, &format!("{TEXTS} WHERE texts.deleted_at IS NULL AND texts.writer_id IN (SELECT writers.id FROM writers) ORDER BY texts.writer_id, texts.id")]);
        let plain = engine.all(Writer::select().order_by(Writer::id).with(relation.joined()).with(Writer::lead).with(Writer::topics.joined())).await?;
        assert_eq!(plain[0].visible.get()?.len(), 2);
        assert_eq!(plain[0].lead.get()?.map(|text| text.title.as_str()), Some("three"));
        assert_eq!(plain[1].lead.get()?, None);
        assert_eq!(plain[0].topics.get()?.len(), 1);
        assert_eq!(plain[1].topics.get()?.len(), 0);
    }

    /// To one, and over a table between; what the key names is not shown unless it meets the filter.
    async fn every_kind_keeps_it(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let writers = session.all(Writer::select().order_by(Writer::id)).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(writers[0].topics(&mut session).await?.len(), 1);
        assert_eq!(writers[1].topics(&mut session).await?.len(), 0);
        assert_eq!(writers[1].lead(&mut session).await?, None);
        let topics = "SELECT topics.id, topics.name, topics.open, writer_topics.writer_id FROM topics \
            JOIN writer_topics ON writer_topics.topic_id = topics.id WHERE topics.open";
        log.sent_each(
            &[&format!("{topics} = 1 AND writer_topics.writer_id = ? ORDER BY topics.id"),
              &format!("{topics} = 1 AND writer_topics.writer_id = ? ORDER BY topics.id"),
              &format!("{TEXTS} WHERE texts.lead = 1 AND texts.deleted_at IS NULL AND texts.writer_id = ?")],
            &[&format!("{topics} = true AND writer_topics.writer_id = ? ORDER BY topics.id"),
              &format!("{topics} = true AND writer_topics.writer_id = ? ORDER BY topics.id"),
              &format!("{TEXTS} WHERE texts.lead = true AND texts.deleted_at IS NULL AND texts.writer_id = ?")],
        );

        // The writers are held, and still asked for: whether they are active is for the database to say.
        for load in [Text::active_writer.lazy(), Text::active_writer.select_in(), Text::active_writer.joined()] {
            let mut session = engine.session();
            session.all(Writer::select()).await?;
            let texts = session.all(Text::select().order_by(Text::id).with(load)).await?;
            assert!(texts[0].active_writer(&mut session).await?.is_some());
            assert_eq!(texts[3].active_writer(&mut session).await?, None);
            assert!(texts[3].writer(&mut session).await?.is_some());
            // Not shown is not changed.
            session[texts[3]].title = "new".into();
            log.take();
            session.flush().await?;
            log.sent(["UPDATE texts SET title = ? WHERE id = ?"]);
            session.rollback().await?;
        }
        let plain = engine.all(Text::select().order_by(Text::id).with(Text::active_writer.joined())).await?;
        assert_eq!(plain.iter().map(|text| text.active_writer.get().unwrap().is_some()).collect::<Vec<_>>(), [true, true, true, false]);
    }

    /// The relationship of one object: its query, its count, statements of it.
    async fn accessors_keep_it(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let one = session.get_one::<Writer>(1).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(one.visible(&mut session).count().await?, 2);
        log.sent(["SELECT count(*) FROM texts WHERE texts.writer_id = ? AND texts.deleted_at IS NULL"]);
        let query = one.visible(&mut session).query()?.filter(Text::title.ne("one"));
        assert_eq!(session.all(query).await?.len(), 1);
        log.sent([&*format!("{TEXTS} WHERE texts.writer_id = ? AND texts.deleted_at IS NULL AND texts.title != ? ORDER BY texts.id")]);
        let update = one.visible(&mut session).update()?.set(Text::title.to("seen"));
        assert_eq!(session.execute(update).await?, 2);
        assert_eq!(one.topics(&mut session).count().await?, 1);
        let topics = one.topics(&mut session).query()?;
        assert_eq!(session.all(topics).await?.len(), 1);
        session.rollback().await?;
    }

    /// Joins along it and conditions on it keep it, under other names too.
    async fn conditions_and_joins_keep_it(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let query = select((Writer::id, Text::title)).join(Writer::visible).order_by((Writer::id, Text::id));
        assert_eq!(engine.all(query).await?, [(1, "one".to_owned()), (1, "three".to_owned())]);
        log.sent(["SELECT writers.id, texts.title FROM writers JOIN texts ON writers.id = texts.writer_id \
            AND texts.deleted_at IS NULL ORDER BY writers.id, texts.id"]);
        let other = alias::<Text>("other");
        let query = select((Writer::id, func::count(other.col(Text::id)))).left_join(Writer::visible.to(&other)).group_by(Writer::id).order_by(Writer::id);
        assert_eq!(engine.all(query).await?, [(1, 2), (2, 0)]);
        let with: Vec<i64> = engine.all(select(Writer::id).filter(Writer::visible.any(true))).await?;
        assert_eq!(with, [1]);
        let without: Vec<i64> = engine.all(select(Writer::id).filter(Writer::visible.is_empty())).await?;
        assert_eq!(without, [2]);
        let open: Vec<i64> = engine.all(select(Writer::id).filter(Writer::topics.any(true))).await?;
        assert_eq!(open, [1]);
        let idle: Vec<i64> = engine.all(select(Text::id).filter(Text::active_writer.is_none())).await?;
        assert_eq!(idle, [4]);
        let texts = engine.all(Text::select().order_by(Text::id)).await?;
        for (text, writers) in texts.iter().zip([vec![1], vec![], vec![1], vec![]]) {
            let of: Vec<i64> = engine.all(select(Writer::id).filter(Writer::visible.contains(text))).await?;
            assert_eq!(of, writers);
        }
        let writers = engine.all(Writer::select().order_by(Writer::id)).await?;
        assert_eq!(engine.all(select(Text::id).filter(Writer::visible.with_parent(&writers[0])).order_by(Text::id)).await?, [1, 3]);
        assert_eq!(engine.all(select(Text::id).filter(Text::active_writer.equals(&writers[1]))).await?, [0_i64; 0]);
        assert_eq!(engine.all(select(Topic::id).filter(Writer::topics.with_parent(&writers[0]))).await?, [1]);

        // A join of the query's own, along the relationship, is what it shows.
        let mut session = engine.session();
        let query = Writer::select().join(Writer::visible).order_by(Text::id).with(Writer::visible.from_join());
        let found = session.all(query).await?;
        let texts = found[0].visible(&mut session).await?;
        assert_eq!(titles(&session, &texts), ["one", "three"]);
        let pairs = select((entity::<Writer>(), entity::<Text>().optional())).left_join(Writer::visible);
        assert_eq!(session.all(pairs).await?.len(), 3);
    }

    /// What is put in is written, whether it meets the filter or not; a deletion reaches those that do.
    async fn writes_are_not_filtered(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let two = session.get_one::<Writer>(2).await?;
        let closed = session.add(Topic { name: "t3".into(), ..Default::default() });
        two.topics(&mut session).push(closed)?;
        assert_eq!(two.topics(&mut session).await?, [closed]);
        session.commit().await?;
        session.expire(two)?;
        session.refresh(two).await?;
        assert_eq!(two.topics(&mut session).await?, []);
        let pairs = text("SELECT count(*) FROM writer_topics WHERE writer_id = 2").columns::<i64>();
        assert_eq!(engine.scalar(pairs.clone()).await?, 2);

        let error = two.visible(&mut session).push(Text::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        two.lead(&mut session).set(Text { title: "five".into(), lead: true, ..Default::default() })?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(Text::writer_id).filter(Text::title.eq("four"))).await?, Some(2));
    }

    /// What it finds is the whole relationship: having been read, it is replaced without being read again.
    async fn it_is_the_whole(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let mut session = engine.session();
        let one = session.get_one::<Writer>(1).await?;
        assert_eq!(one.topics(&mut session).await?.len(), 1);
        let new = session.add(Topic { name: "t3".into(), open: true, ..Default::default() });
        log.take();
        one.topics(&mut session).replace([new]).await?;
        session.commit().await?;
        let sent = log.take();
        assert!(!sent.iter().any(|sql| sql.starts_with("SELECT")), "{sent:?}");
        assert_eq!(one.topics(&mut session).await?, [new]);
        log.nothing();
        let pairs = text("SELECT topic_id FROM writer_topics WHERE writer_id = 1 ORDER BY topic_id").columns::<i64>();
        assert_eq!(engine.all(pairs).await?, [2, 3]);
    }

    /// Of a table with itself.
    async fn of_one_table(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Node>()?.create_all(&engine).await?;
        let rows = [(1, true, None), (2, true, Some(1)), (3, false, Some(1)), (4, true, Some(2)), (5, true, Some(3))];
        let rows = rows.map(|(id, open, parent)| (Node::id.to(id), Node::open.to(open), Node::parent_id.to(parent)));
        engine.execute(Node::insert().rows(rows)).await?;
        for load in [
            Node::children.recursive_to_end(),
            Node::children.recursive(3).joined(),
            Node::children.recursive(3).subquery(),
        ] {
            let root = engine.one(Node::select().filter(Node::id.eq(1)).with(load)).await?;
            let children = root.children.get()?;
            assert_eq!(children.iter().map(|node| node.id).collect::<Vec<_>>(), [2]);
            assert_eq!(children[0].children.get()?[0].id, 4);
        }
        let parents: Vec<i64> = engine.all(select(Node::id).filter(Node::children.any(true)).order_by(Node::id)).await?;
        assert_eq!(parents, [1, 2, 3]);
        let idle: Vec<i64> = engine.all(select(Node::id).filter(Node::children.is_empty()).order_by(Node::id)).await?;
        assert_eq!(idle, [4, 5]);
    }
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "shelves")]
struct Shelf {
    #[orm(primary_key)]
    id: i64,
    wide: bool,
    #[orm(filter = Shelf::wide.eq(true))]
    volumes: HasMany<Volume>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "volumes")]
struct Volume {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Shelf::id)]
    shelf_id: i64,
}

/// A filter can only name the target's columns.
#[test]
fn foreign_columns_are_refused() {
    let error = Metadata::of::<(Shelf, Volume)>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidMapping);
    assert_eq!(
        error.message(),
        "the filter of Shelf.volumes names columns of shelves: it can only name those of volumes, and others in a subquery \
         (exists(..), is_in_query(..))"
    );
}
