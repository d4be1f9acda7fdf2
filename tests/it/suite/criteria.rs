//! Conditions that hold for all of a session.

use orm_core::engine::Engine;
use orm_core::mapping::{PageRequest, alias, entity};
use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "writers")]
struct Writer {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = writer, order_by = Text::id, cascade = "all, delete-orphan")]
    texts: HasMany<Text>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "texts")]
struct Text {
    #[orm(primary_key)]
    id: i64,
    title: String,
    deleted_at: Option<i64>,
    tenant: i64,
    #[orm(references = Writer::id)]
    writer_id: Option<i64>,
    #[orm(back_populates = texts)]
    writer: BelongsTo<Writer>,
}

/// Writers 1 and 2; of writer 1 the texts 1, 2 (deleted) and 3 (of tenant 2), of writer 2 the text 4 (deleted).
async fn texts(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<Writer>()?.create_all(engine).await?;
    let text = |title: &str, deleted: bool, tenant| Text {
        title: title.into(),
        deleted_at: deleted.then_some(7),
        tenant,
        ..Default::default()
    };
    let mut session = engine.session();
    session.add(Writer {
        name: "w1".into(),
        texts: [
            text("t1", false, 1),
            text("t2", true, 1),
            text("t3", false, 2),
        ]
        .into(),
        ..Default::default()
    });
    session.flush().await?;
    session.add(Writer {
        name: "w2".into(),
        texts: [text("t4", true, 1)].into(),
        ..Default::default()
    });
    session.commit().await
}

fn visible() -> SessionOptions {
    SessionOptions::default()
        .criteria::<Text>(Text::deleted_at.is_null())
        .criteria::<Text>(Text::tenant.eq(1))
}

const TEXTS: &str =
    "SELECT texts.id, texts.title, texts.deleted_at, texts.tenant, texts.writer_id FROM texts";
const SEEN: &str = "texts.deleted_at IS NULL AND texts.tenant = ?";

both! {
    /// EAG-09: queries keep them, for the model wherever it stands; a query can go without.
    async fn queries_keep_them(db: Db) {
        let engine = db.engine().await;
        texts(&engine).await?;
        let mut session = engine.session_with(visible());
        let log = Log::new(&db, &engine);
        let query = Text::select().order_by(Text::id);
        assert_eq!(session.all(query.clone()).await?.len(), 1);
        log.sent([&*format!("{TEXTS} WHERE {SEEN} ORDER BY texts.id")]);
        assert_eq!(session.all(query.clone().filter(Text::id.gt(1))).await?.len(), 0);
        log.sent([&*format!("{TEXTS} WHERE texts.id > ? AND {SEEN} ORDER BY texts.id")]);
        assert_eq!(session.all(query.without_criteria()).await?.len(), 4);
        log.sent([&*format!("{TEXTS} ORDER BY texts.id")]);

        let pairs = select((Writer::name, entity::<Text>().optional())).left_join(Writer::texts).order_by(Writer::id);
        let pairs = session.all(pairs).await?;
        assert_eq!(pairs.iter().map(|(name, text)| (name.as_str(), text.is_some())).collect::<Vec<_>>(), [("w1", true), ("w2", false)]);
        let sent = log.take();
        assert!(sent[0].contains("ON writers.id = texts.writer_id AND texts.deleted_at IS NULL AND texts.tenant = ?"), "{sent:?}");

        let writing = Writer::select().filter(Writer::id.is_in_query(select(Text::writer_id.assume_not_null())));
        assert_eq!(session.all(writing).await?.len(), 1);
        let other = alias::<Text>("other");
        let names = select(Writer::name).join(Writer::texts.to(&other));
        assert_eq!(session.all(names).await?, ["w1"]);
        log.take();
        // Rows that a join keeps without a partner are still kept.
        let all = select((Writer::id, Text::id)).full_join(Writer::texts);
        let count = session.all(select(func::count_all()).from_source(&all.subquery("pairs"))).await?;
        assert_eq!(count, [2]);
        let in_union = select(Text::id).union(select(Text::id));
        assert_eq!(session.all(in_union).await?, [1]);
        assert_eq!(session.page(Text::select(), PageRequest::size(5)).await?.rows.len(), 1);
        let mut stream = session.stream(Text::select());
        assert_eq!(stream.next(&mut session).await?.unwrap().len(), 1);
        assert!(stream.next(&mut session).await?.is_none());
    }

    /// Relationships keep them, eager and lazy; counts and queries of a relationship too.
    async fn relationships_keep_them(db: Db) {
        let engine = db.engine().await;
        texts(&engine).await?;
        let mut session = engine.session_with(visible());
        let writers = session.all(Writer::select().with(Writer::texts).order_by(Writer::id)).await?;
        assert_eq!(writers[0].texts(&mut session).await?.len(), 1);
        assert_eq!(writers[1].texts(&mut session).await?.len(), 0);

        let mut session = engine.session_with(visible());
        let one = session.get_one::<Writer>(1).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(one.texts(&mut session).count().await?, 1);
        log.sent([&*format!("SELECT count(*) FROM texts WHERE texts.writer_id = ? AND {SEEN}")]);
        let query = one.texts(&mut session).query()?;
        assert_eq!(session.all(query).await?.len(), 1);
        assert_eq!(one.texts(&mut session).await?.len(), 1);
        let sent = log.take();
        assert!(sent.iter().all(|sql| sql.contains(SEEN)), "{sent:?}");
    }

    /// `get` keeps them where it asks the database; what is held is held, and refreshed.
    async fn gets_keep_them(db: Db) {
        let engine = db.engine().await;
        texts(&engine).await?;
        let mut session = engine.session_with(visible());
        let log = Log::new(&db, &engine);
        assert_eq!(session.get::<Text>(2).await?, None);
        log.sent([&*format!("{TEXTS} WHERE texts.id = ? AND {SEEN}")]);
        let two = session.one(Text::select().filter(Text::id.eq(2)).without_criteria()).await?;
        log.take();
        assert_eq!(session.get::<Text>(2).await?, Some(two));
        log.nothing();
        session.refresh(two).await?;
        log.sent([&*format!("{TEXTS} WHERE texts.id = ?")]);
        let plain = session.detach(two)?;
        let mut session = engine.session_with(visible());
        let merged = session.merge(Text { title: "merged".into(), ..plain }).await?;
        session.commit().await?;
        assert_eq!(session[merged].id, 2);
    }

    /// Updates and deletes keep them; what a flush writes does not, nor what it deletes along with an object.
    async fn writes_keep_them(db: Db) {
        let engine = db.engine().await;
        texts(&engine).await?;
        let mut session = engine.session_with(visible());
        let log = Log::new(&db, &engine);
        assert_eq!(session.execute(Text::update().set(Text::title.to("seen"))).await?, 1);
        log.sent(["UPDATE texts SET title = ? WHERE texts.deleted_at IS NULL AND texts.tenant = ?"]);
        assert_eq!(session.execute(Text::delete().filter(Text::id.gt(1))).await?, 0);
        log.sent(["DELETE FROM texts WHERE texts.id > ? AND texts.deleted_at IS NULL AND texts.tenant = ?"]);
        let all = Text::update().set(Text::title.to("all")).without_criteria();
        assert_eq!(session.execute(all.returning(Text::id).clone()).await?, 4);
        session.commit().await?;

        let two = session.get_one::<Writer>(2).await?;
        session.delete(two)?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count(Text::id))).await?, 3);
    }

    /// A prepared query cannot take them, and says so.
    async fn prepared_queries_refuse(db: Db) {
        let engine = db.engine().await;
        texts(&engine).await?;
        let prepared = Text::select().prepare(engine.dialect())?;
        let mut session = engine.session_with(visible());
        assert_eq!(session.all(&prepared).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
        let free = Text::select().without_criteria().prepare(engine.dialect())?;
        assert_eq!(session.all(&free).await?.len(), 4);
        assert_eq!(engine.session().all(&prepared).await?.len(), 4);
    }
}

both! {
    /// What is joined keeps them too, whatever the strategy; the parents stay.
    async fn joined_relationships_keep_them(db: Db) {
        let engine = db.engine().await;
        texts(&engine).await?;
        for load in [Writer::texts.joined(), Writer::texts.select_in(), Writer::texts.subquery()] {
            let mut session = engine.session_with(visible());
            let writers = session.all(Writer::select().order_by(Writer::id).with(load)).await?;
            let mut titles = Vec::new();
            for writer in writers {
                let texts = writer.texts(&mut session).await?;
                titles.push(texts.iter().map(|&text| session[text].title.clone()).collect::<Vec<_>>());
            }
            assert_eq!(titles, [vec!["t1".to_owned()], vec![]]);
        }
        let plain = engine.all(Writer::select().order_by(Writer::id).with(Writer::texts.joined())).await?;
        assert_eq!(plain[0].texts.get()?.len(), 3);
    }

    /// Objects follow a statement only as far as the criteria let it reach.
    async fn objects_follow_statements_within_them(db: Db) {
        let engine = db.engine().await;
        texts(&engine).await?;
        let mut session = engine.session_with(visible());
        let all = session.all(Text::select().order_by(Text::id).without_criteria()).await?;
        let changed = session.execute(Text::update().set(Text::title.to("new"))).await?;
        assert_eq!(changed, 1);
        let titles: Vec<_> = all.iter().map(|&text| session[text].title.as_str()).collect();
        assert_eq!(titles, ["new", "t2", "t3", "t4"]);
    }

    /// A deletion reaches what they hide, also where the relationship has been read under them; a replacement does not.
    async fn deletions_reach_hidden_rows(db: Db) {
        let engine = db.engine().await;
        texts(&engine).await?;
        let mut session = engine.session_with(visible());
        let writers = session.all(Writer::select().order_by(Writer::id).with(Writer::texts)).await?;
        let texts = writers[0].texts(&mut session).await?;
        assert_eq!(texts.len(), 1);
        writers[0].texts(&mut session).replace([]).await?;
        session.flush().await?;
        let left = text("SELECT count(*) FROM texts").columns::<i64>();
        assert_eq!(session.scalar(left.clone()).await?, 3);
        session.rollback().await?;

        let texts = writers[0].texts(&mut session).await?;
        writers[0].texts(&mut session).remove(texts[0])?;
        let log = Log::new(&db, &engine);
        session.delete(writers[0])?;
        session.delete(writers[1])?;
        session.flush().await?;
        let sent = log.take();
        assert_eq!(sent.len(), 3, "{sent:?}");
        assert!(sent[0].starts_with(TEXTS) && !sent[0].contains("deleted_at IS NULL"), "{sent:?}");
        assert!(sent[1].starts_with("DELETE FROM texts") && sent[2].starts_with("DELETE FROM writers"), "{sent:?}");
        assert_eq!(session.scalar(left).await?, 0);
        session.commit().await?;
    }
}
