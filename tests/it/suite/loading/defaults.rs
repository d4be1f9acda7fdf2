//! Strategies by default: of a relationship, of an engine, of a session, of a query, each beating the one before.

use orm_core::engine::Engine;
use orm_core::mapping::Load;
use orm_core::prelude::*;

use super::emails;
use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, AddressAccessors as _, User};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "teams")]
struct Team {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = team, order_by = Player::id, lazy = "batch")]
    players: HasMany<Player>,
    #[orm(lazy = "select_in", order_by = Prize::id)]
    prizes: HasMany<Prize>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "players")]
struct Player {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Team::id)]
    team_id: i64,
    #[orm(back_populates = players, lazy = "joined")]
    team: BelongsTo<Team>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "prizes")]
struct Prize {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Team::id)]
    team_id: i64,
    #[orm(lazy = "raise")]
    team: BelongsTo<Team>,
}

async fn teams(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Team, Player, Prize)>()?
        .create_all(engine)
        .await?;
    let mut session = engine.session();
    for _ in 0..3 {
        session.add(Team {
            players: [Player::default(), Player::default()].into(),
            prizes: [Prize::default()].into(),
            ..Default::default()
        });
    }
    session.commit().await
}

both! {
    /// Defaults of the relationships themselves.
    async fn defaults_of_relationships(db: Db) {
        let engine = db.engine().await;
        teams(&engine).await?;
        let log = Log::new(&db, &engine);
        let mut session = engine.session();
        let teams = session.all(Team::select().order_by(Team::id)).await?;
        assert_eq!(log.take().len(), 2);
        for &team in &teams {
            assert_eq!(team.players(&mut session).await?.len(), 2);
            let prizes = team.prizes(&mut session).await?;
            assert!(prizes[0].team(&mut session).await.is_err());
        }
        assert_eq!(log.take().len(), 1);

        // A get too.
        engine.session().get_one::<Team>(1).await?;
        assert_eq!(log.take().len(), 2);

        // Joined, with what the team has by default; and the same as plain values.
        let players = engine.session().all(Player::select()).await?;
        assert_eq!(players.len(), 6);
        assert_eq!(log.take().len(), 2);
        let players = engine.all(Player::select()).await?;
        assert_eq!(players[5].team.get()?.unwrap().prizes.get()?.len(), 1);
        assert!(players[5].team.get()?.unwrap().players.is_unloaded());
        assert_eq!(log.take().len(), 2);
        let players = engine.all(Player::select().with(Player::team.lazy())).await?;
        assert!(players[0].team.is_unloaded());
        assert_eq!(log.take().len(), 1);
    }

    /// A session's options, and an engine's; the query's own come first.
    async fn defaults_of_sessions(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let log = Log::new(&db, &engine);
        let options = || SessionOptions::default().load(Load::all().raise_on_sql());

        let mut session = engine.session_with(options());
        let users = session.all(User::select().order_by(User::id)).await?;
        assert_eq!(emails(&mut session, users[0]).await.unwrap_err().kind(), ErrorKind::NotLoaded);
        let users = session.all(User::select().order_by(User::id).with(User::addresses)).await?;
        assert_eq!(emails(&mut session, users[0]).await?.len(), 2);

        let mut session = engine.session_with(options().load(User::addresses.joined()));
        log.take();
        let users = session.all(User::select().order_by(User::id)).await?;
        let addresses = emails(&mut session, users[1]).await?;
        assert_eq!((addresses.len(), log.take().len()), (1, 1));
        let users = session.all(User::select().with(User::addresses.subquery()).populate_existing()).await?;
        assert_eq!((users.len(), log.take().len()), (2, 2));

        let twice = SessionOptions::default().load(User::addresses.joined()).load(User::addresses.batch());
        let error = engine.session_with(twice).all(User::select()).await.unwrap_err();
        assert!(error.message().contains("User.addresses is to be loaded in two ways"));
    }

    /// An engine's options hold for its sessions and for plain values.
    async fn defaults_of_engines(db: Db) {
        let builder = Engine::builder(db.url()).load(User::addresses).load(Address::user.raise());
        let engine = builder.connect().await?;
        user_address::data(&engine).await?;
        let users = engine.all(User::select().order_by(User::id)).await?;
        assert_eq!(users[0].addresses.get()?.len(), 2);
        let mut session = engine.session();
        let address = session.get_one::<Address>(1).await?;
        assert!(address.user(&mut session).await.is_err());
        let mut session = engine.session_with(SessionOptions::default().load(Address::user.lazy()));
        let address = session.get_one::<Address>(1).await?;
        assert!(address.user(&mut session).await?.is_some());
        // What is joined wherever the engine reads comes with a get too.
        let engine = Engine::builder(db.url()).load(Address::user.joined()).connect().await?;
        let log = Log::new(&db, &engine);
        let mut session = engine.session();
        let address = session.get_one::<Address>(1).await?;
        assert!(address.user(&mut session).await?.is_some());
        assert_eq!(log.take().len(), 1);
    }
}
