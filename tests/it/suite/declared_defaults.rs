//! Defaults that a model declares, however its object is made: by a literal, by `Default`, by the builder.

use chrono::{DateTime, Utc};
use orm_core::mapping::IntoNew as _;
use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, PartialEq)]
#[orm(table = "posts")]
struct Post {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(default = Utc::now)]
    made: DateTime<Utc>,
    #[orm(default = 5)]
    stars: i32,
    #[orm(default = "long")]
    body: Deferred<String>,
    #[orm(server_default = "'draft'")]
    state: Server<String>,
    #[orm(server_default = "'en'")]
    language: Option<String>,
    #[orm(server_default = "7")]
    rank: Server<Option<i32>>,
}

/// A key that the database makes up, and a foreign key with a default.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "badges")]
struct Badge {
    #[orm(
        primary_key,
        server_default = "CAST(abs(random() * 9000000000000000) AS TEXT)"
    )]
    code: Server<String>,
    holder: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "teams")]
struct Team {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = team, order_by = Player::id)]
    players: HasMany<Player>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "players")]
struct Player {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Team::id, server_default = "1")]
    team_id: Server<i64>,
    #[orm(back_populates = players)]
    team: BelongsTo<Team>,
}

fn post(title: &str) -> Post {
    Post {
        title: title.into(),
        ..Default::default()
    }
}

both! {
    /// `add(Post::default())`, a literal with `..Default::default()` and the builder write the same: the program's defaults, and
    /// nothing where the database has its own.
    async fn literals_have_them(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Post>()?.create_all(&engine).await?;
        let began = Utc::now();
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let insert = "INSERT INTO posts (title, made, stars, body) VALUES (?, ?, ?, ?) RETURNING id, state, language, rank";
        for new in [Post::default().into_new(), post("").into_new(), Post::create().title("").build()] {
            let it = session.add(new);
            session.flush().await?;
            log.sent([insert]);
            let it = &session[it];
            assert!((it.made - began).num_seconds().abs() < 60, "{:?}", it.made);
            assert_eq!((it.stars, it.state.get()?.as_str(), it.language.as_deref(), *it.rank.get()?), (5, "draft", Some("en"), Some(7)));
        }
        session.commit().await?;
        let rows = engine.all(Post::select().undefer(Post::body)).await?;
        assert_eq!(rows.len(), 3);
        for row in rows {
            assert_eq!((row.stars, row.body.get()?.as_str(), row.state.get()?.as_str(), *row.rank.get()?), (5, "long", "draft", Some(7)));
        }
        // What is assigned is written, NULL too where the field can say it.
        let it = session.add(Post { state: "old".into(), rank: None.into(), body: Deferred::unloaded(), ..post("x") });
        log.take();
        session.commit().await?;
        log.sent(["INSERT INTO posts (title, made, stars, body, state, rank) VALUES (?, ?, ?, ?, ?, ?) RETURNING id, language"]);
        assert_eq!((session[it].state.get()?.as_str(), *session[it].rank.get()?, session[it].body.get()?.as_str()), ("old", None, "long"));
        session[it].state.set("new");
        session.commit().await?;
        log.sent(["UPDATE posts SET state = ? WHERE id = ?"]);
        let found = engine.all(Post::select().filter(Post::state.eq("new").and(Post::rank.is_null()))).await?;
        assert_eq!(found.len(), 1);
        assert_eq!(Server::<i32>::default().get().unwrap_err().kind(), ErrorKind::NotLoaded);
    }

    /// Rows in bulk, by the session and by a statement, have them as objects have.
    async fn bulk_rows_have_them(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Post>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.bulk_insert([post("a"), Post { state: "old".into(), ..post("b") }]).await?;
        session.bulk_insert_returning([post("c"), post("d")]).await?;
        session.commit().await?;
        engine.execute(Post::insert().objects([&Post { language: Some("en".into()), ..post("f") }, &post("g")])).await?;
        engine.execute(Post::insert().objects([&Post { language: Some("en".into()), ..post("e") }])).await?;
        let rows = engine.all(Post::select().order_by(Post::title)).await?;
        let read: Vec<_> = rows.iter().map(|it| (it.title.as_str(), it.state.value().unwrap().as_str(), it.language.as_deref(), it.stars)).collect();
        let expected = |title, state| (title, state, Some("en"), 5);
        assert_eq!(read, [expected("a", "draft"), expected("b", "old"), expected("c", "draft"), expected("d", "draft"), expected("e", "draft"), expected("f", "draft"), expected("g", "draft")]);
    }

    /// A merge, and an object that takes over the row of a deleted one, leave alone what they do not say.
    async fn what_is_left_out_stays(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Post>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let first = session.add(Post { state: "old".into(), rank: Some(1).into(), ..post("a") });
        session.commit().await?;
        let id = session[first].id;
        let log = Log::new(&db, &engine);
        session.merge(Post { id, made: session[first].made, ..post("b") }).await?;
        session.flush().await?;
        assert_eq!((session[first].title.as_str(), session[first].state.get()?.as_str()), ("b", "old"));
        assert!(!log.take().iter().any(|sql| sql.contains("state =")));
        session.delete(first)?;
        let second = session.add(Post { id, language: Some("fr".into()), ..post("c") });
        session.commit().await?;
        assert_eq!((session[second].state.get()?.as_str(), *session[second].rank.get()?), ("old", Some(1)));
        let row = engine.one(Post::select()).await?;
        assert_eq!((row.id, row.title.as_str(), row.state.get()?.as_str(), *row.rank.get()?), (id, "c", "old", Some(1)));
    }

    /// A key and a foreign key that the database fills, in literals.
    async fn keys_that_the_database_fills(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Badge, Team, Player)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let badges = session.add_all((0..3).map(|n| Badge { holder: format!("h{n}"), ..Default::default() }));
        let named = session.add(Badge { code: "x".into(), ..Default::default() });
        session.commit().await?;
        assert_eq!(session[named].code, "x");
        for badge in badges {
            let code = session[badge].code.get()?.clone();
            assert_eq!(engine.one(Badge::select().filter(Badge::code.eq(code.as_str()))).await?, session[badge]);
            assert_eq!(session.get::<Badge>(code).await?, Some(badge));
        }
        let merged = session.merge(Badge { holder: "m".into(), ..Default::default() }).await?;
        session.commit().await?;
        assert!(!session[merged].code.is_left_out());
        assert_eq!(engine.all(Badge::select()).await?.len(), 5);

        let one = session.add(Team { name: "one".into(), ..Default::default() });
        session.commit().await?;
        let two = session.add(Team { name: "two".into(), players: [Player::default()].into(), ..Default::default() });
        let alone = session.add(Player::default());
        session.commit().await?;
        assert_eq!(session[alone].team_id, 1);
        assert_eq!(alone.team(&mut session).await?, Some(one));
        let players = two.players(&mut session).await?.to_vec();
        assert_eq!(session[players[0]].team_id, session[two].id);
        session[alone].team = two.into();
        session.commit().await?;
        assert_eq!(session[alone].team_id, session[two].id);
        let teams = engine.all(Team::select().with(Team::players).order_by(Team::id)).await?;
        assert_eq!(teams.iter().map(|it| it.players.get().unwrap().len()).collect::<Vec<_>>(), [0, 2]);
    }
}
