//! Keys that change, and the rows that refer to them: by the database, or by the session.

use orm_core::engine::Engine;
use orm_core::prelude::*;

use crate::harness::{Log, both};

/// The session changes what refers to a user: the database would refuse.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "users")]
struct User {
    #[orm(primary_key)]
    username: String,
    fullname: Option<String>,
    #[orm(back_populates = user, passive_updates = false, order_by = Address::id)]
    addresses: HasMany<Address>,
    #[orm(passive_updates = false)]
    badge: HasOne<Badge>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "addresses")]
struct Address {
    #[orm(primary_key)]
    id: i64,
    email: String,
    #[orm(references = User::username)]
    username: Option<String>,
    #[orm(back_populates = addresses)]
    user: BelongsTo<User>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "badges")]
struct Badge {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = User::username)]
    username: Option<String>,
}

/// The database changes what refers to a town, by a column that is no primary key.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "towns")]
struct Town {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    name: String,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "houses")]
struct House {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Town::name, on_update = "cascade")]
    town_name: String,
}

/// The database changes the pairs of a post, whose key is in them.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "posts")]
struct Post {
    #[orm(primary_key)]
    slug: String,
    #[orm(secondary = "post_topics", on_update = "cascade", back_populates = posts, order_by = Topic::name)]
    topics: HasMany<Topic>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "topics")]
struct Topic {
    #[orm(primary_key)]
    name: String,
    #[orm(secondary = "post_topics", back_populates = topics)]
    posts: HasMany<Post>,
}

fn address(email: &str) -> Address {
    Address {
        email: email.into(),
        ..Default::default()
    }
}

async fn data(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<User>()?.create_all(engine).await?;
    let mut session = engine.session();
    session.add(User {
        username: "ed".into(),
        addresses: [address("a1"), address("a2")].into(),
        badge: Badge::default().into(),
        ..Default::default()
    });
    session.add(User {
        username: "jack".into(),
        addresses: [address("b1")].into(),
        ..Default::default()
    });
    session.commit().await
}

async fn owners(engine: &Engine) -> orm_core::Result<Vec<Option<String>>> {
    engine
        .all(select(Address::username).order_by(Address::id))
        .await
}

both! {
    /// SES-18: with `passive_updates = false` the referring rows are loaded and changed by the session. Differs from the
    /// reference: since a foreign key would refuse it, the references are taken away before the key changes.
    async fn the_session_changes_what_refers_to_a_key(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let u = session.get_one::<User>("ed").await?;
        let a2 = session.get_one::<Address>(2).await?;
        session[a2].email = "changed".into();
        session.flush().await?;
        let log = Log::new(&db, &engine);
        session[u].username = "eddie".into();
        session.flush().await?;
        let sent = log.take();
        let writes: Vec<_> = sent.iter().filter(|sql| !sql.starts_with("SELECT")).map(|sql| sql.split(' ').nth(1).unwrap()).collect();
        assert_eq!(writes, ["addresses", "badges", "users", "addresses", "badges"], "{sent:?}");
        assert_eq!(sent.len(), 7);
        assert_eq!(session[a2].username.as_deref(), Some("eddie"));
        assert_eq!(session.get::<User>("eddie").await?, Some(u));
        assert_eq!(u.addresses(&mut session).await?.len(), 2);
        session.flush().await?;
        session.rollback().await?;
        assert_eq!((session[u].username.as_str(), session[a2].username.as_deref()), ("ed", Some("ed")));
        assert_eq!(session.get::<User>("ed").await?, Some(u));

        // One that moves away and one that comes in the same flush.
        let jack = session.get_one::<User>("jack").await?;
        a2.user(&mut session).set(jack)?;
        let new = u.addresses(&mut session).push(address("new"))?;
        session[u].username = "edward".into();
        session[u].fullname = Some("Ed".into());
        session.commit().await?;
        assert_eq!(owners(&engine).await?, [Some("edward".into()), Some("jack".into()), Some("jack".into()), Some("edward".into())]);
        assert_eq!(session[new].username.as_deref(), Some("edward"));
        assert_eq!(engine.all(select(Badge::username)).await?, [Some("edward".into())]);
        session.commit().await?;
        // Two keys that change at once, and one whose row is deleted.
        session[u].username = "x".into();
        session[jack].username = "y".into();
        session.commit().await?;
        assert_eq!(owners(&engine).await?, [Some("x".into()), Some("y".into()), Some("y".into()), Some("x".into())]);
        session[u].username = "z".into();
        session.delete(u)?;
        session.commit().await?;
        assert_eq!(owners(&engine).await?, [None, Some("y".into()), Some("y".into()), None]);
    }

    /// Pairs of a many-to-many relationship follow a key by `on_update`, also those that come and go in the same flush.
    async fn pairs_follow_a_key(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Topic>()?.create_all(&engine).await?;
        let topic = |name: &str| Topic { name: name.into(), ..Default::default() };
        let mut session = engine.session();
        let topics = session.add_all(["t1", "t2", "t3"].map(topic));
        let post = session.add(Post { slug: "p".into(), topics: [topics[0], topics[1]].into() });
        session.commit().await?;
        let pairs = async || {
            engine.all(text("SELECT post_slug, topic_name FROM post_topics ORDER BY topic_name").columns::<(String, String)>()).await
        };
        let pair = |slug: &str, topic: &str| (slug.to_owned(), topic.to_owned());
        let log = Log::new(&db, &engine);
        session[post].slug = "q".into();
        session.commit().await?;
        log.sent(["UPDATE posts SET slug = ? WHERE slug = ?"]);
        assert_eq!(pairs().await?, [pair("q", "t1"), pair("q", "t2")]);

        session[post].slug = "r".into();
        post.topics(&mut session).push(topics[2])?;
        post.topics(&mut session).remove(topics[0])?;
        log.take();
        session.commit().await?;
        log.sent([
            "UPDATE posts SET slug = ? WHERE slug = ?",
            "DELETE FROM post_topics WHERE post_slug = ? AND topic_name = ?",
            "INSERT INTO post_topics (post_slug, topic_name) VALUES (?, ?)",
        ]);
        assert_eq!(pairs().await?, [pair("r", "t2"), pair("r", "t3")]);

        session[post].slug = "not".into();
        session.flush().await?;
        session.rollback().await?;
        post.topics(&mut session).remove(topics[2])?;
        session.commit().await?;
        assert_eq!(pairs().await?, [pair("r", "t2")]);
        session[post].slug = "gone".into();
        session.delete(post)?;
        session.commit().await?;
        assert_eq!(pairs().await?, []);
    }

    /// What the database changes because of a unique column is changed in memory too.
    async fn references_to_a_unique_column(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<House>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let town = session.add(Town { name: "a".into(), ..Default::default() });
        session.flush().await?;
        let house = session.add(House { town_name: "a".into(), ..Default::default() });
        session.commit().await?;
        let log = Log::new(&db, &engine);
        session[town].name = "b".into();
        session.flush().await?;
        log.sent(["UPDATE towns SET name = ? WHERE id = ?"]);
        assert_eq!(session[house].town_name, "b");
        session.rollback().await?;
        assert_eq!(session[house].town_name, "a");
    }
}
