//! Results read piece by piece.

use futures_util::TryStreamExt as _;
use orm_core::engine::Engine;
use orm_core::prelude::*;

use crate::harness::{Backend, Log, both};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

async fn ten(engine: &Engine) -> orm_core::Result<()> {
    user_address::tables(engine).await?;
    let mut session = engine.session();
    for number in 0..10 {
        let address = Address {
            email: format!("a{number}"),
            ..Default::default()
        };
        session.add(User {
            name: format!("u{number}"),
            addresses: [address].into(),
            ..Default::default()
        });
    }
    session.commit().await
}

const USERS: &str = "SELECT users.id, users.name, users.fullname FROM users ORDER BY users.id";

both! {
    /// Rows come in order and in batches; the connection is free again afterwards.
    async fn rows_come_piece_by_piece(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let log = Log::new(&db, &engine);
        let mut names = Vec::new();
        let mut stream = engine.stream(User::select().order_by(User::id)).batch_size(4);
        while let Some(user) = stream.next().await? {
            names.push(user.name);
        }
        assert!(stream.next().await?.is_none());
        let expected: Vec<_> = (0..10).map(|number| format!("u{number}")).collect();
        assert_eq!(names, expected);
        let fetch = "FETCH 4 FROM orm_cursor_1";
        let declare = format!("DECLARE orm_cursor_1 NO SCROLL CURSOR FOR {USERS}");
        log.sent_each(&[USERS], &[&declare, fetch, fetch, fetch]);
        assert_eq!(engine.pool_status().in_use, 0);
    }

    /// As batches, as a stream of the futures crates, in a transaction; of values too.
    async fn streams_in_every_form(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let mut stream = engine.stream(select(User::id).filter(User::id.le(7)).order_by(User::id)).batch_size(3);
        let mut sizes = Vec::new();
        while let Some(batch) = stream.next_batch().await? {
            sizes.push(batch.len());
        }
        assert_eq!(sizes, [3, 3, 1]);

        let ids: Vec<i64> = engine.stream(select(User::id)).batch_size(2).into_stream().try_collect().await?;
        assert_eq!(ids.len(), 10);

        let mut transaction = engine.begin().await?;
        transaction.execute(text("DELETE FROM addresses")).await?;
        transaction.execute(text("DELETE FROM users WHERE id > 5")).await?;
        let ids: Vec<i64> = transaction.stream(select(User::id)).batch_size(2).into_stream().try_collect().await?;
        assert_eq!(ids.len(), 5);
        // Given up half-way, it leaves the transaction as it is.
        let mut half = transaction.stream(select(User::id)).batch_size(2);
        half.next().await?;
        drop(half);
        assert_eq!(transaction.scalar(select(func::count(User::id))).await?, 5);
        transaction.rollback().await?;
    }

    /// What the options load is loaded for each batch.
    async fn options_load_for_each_batch(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let log = Log::new(&db, &engine);
        let mut stream = engine.stream(User::select().order_by(User::id).with(User::addresses)).batch_size(5);
        let mut seen = 0;
        while let Some(user) = stream.next().await? {
            assert_eq!(user.addresses.get()?.len(), 1);
            seen += 1;
        }
        assert_eq!(seen, 10);
        let loads = log.take().iter().filter(|sql| sql.contains("FROM addresses")).count();
        assert_eq!(loads, 2);
    }

    /// A stream that is dropped half-way leaves no connection and no transaction behind.
    async fn a_stream_can_be_dropped(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let mut stream = engine.stream(User::select()).batch_size(2);
        stream.next().await?;
        drop(stream);
        let mut session = engine.session();
        session.add(User { name: "new".into(), ..Default::default() });
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count(User::id))).await?, 11);
    }

    /// What writes is refused before it is sent.
    async fn only_queries_are_streamed(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let error = engine
            .stream(User::delete().filter(User::id.eq(1)).returning(User::id))
            .next()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        let raw = text("DELETE FROM addresses RETURNING id").columns::<i64>();
        assert!(engine.stream(raw).next().await.is_err());
        assert_eq!(engine.scalar(select(func::count(Address::id))).await?, 10);
    }

    /// A session's stream gives handles, and lets it work between the batches; a session that only reads holds nothing at
    /// the end.
    async fn sessions_stream_handles(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let mut session = engine.session();
        let mut stream = session.stream(User::select().order_by(User::id).with(User::addresses)).batch_size(4);
        let mut names = Vec::new();
        while let Some(users) = stream.next(&mut session).await? {
            for user in users {
                let [address] = user.addresses(&mut session).await?[..] else { panic!("one address") };
                assert_eq!(address.user(&mut session).await?, Some(user));
                names.push(session[user].name.clone());
            }
        }
        assert_eq!(names.len(), 10);
        assert!(!session.in_transaction());
        assert_eq!(engine.pool_status().in_use, 0);
    }

    /// What is written between the batches stays in the session's transaction.
    async fn sessions_write_between_batches(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let mut session = engine.session();
        session.begin().await?;
        let mut stream = session.stream(User::select().order_by(User::id)).batch_size(3);
        while let Some(users) = stream.next(&mut session).await? {
            for user in users {
                session[user].fullname = Some(session[user].name.to_uppercase());
            }
            session.flush().await?;
            session.expunge_all();
        }
        assert!(session.in_transaction());
        session.commit().await?;
        let full: Vec<Option<String>> = engine.all(select(User::fullname).order_by(User::id)).await?;
        assert_eq!(full[9].as_deref(), Some("U9"));
        assert!(full.iter().all(Option::is_some));
    }

    /// The end of its transaction ends a stream, with an error that says so.
    async fn a_stream_ends_with_its_transaction(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let mut session = engine.session();
        session.begin().await?;
        let mut stream = session.stream(User::select()).batch_size(3);
        stream.next(&mut session).await?;
        session.commit().await?;
        let error = stream.next(&mut session).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert!(stream.next(&mut session).await?.is_none());
        assert_eq!(session.all(User::select()).await?.len(), 10);
    }

    /// Two streams of one session at once; one of them dropped.
    async fn streams_side_by_side(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let mut session = engine.session();
        let mut users = session.stream(select(User::id).order_by(User::id)).batch_size(5);
        let mut addresses = session.stream(select(Address::id).order_by(Address::id)).batch_size(5);
        assert_eq!(users.next(&mut session).await?, Some(vec![1, 2, 3, 4, 5]));
        assert_eq!(addresses.next(&mut session).await?, Some(vec![1, 2, 3, 4, 5]));
        drop(users);
        assert_eq!(addresses.next(&mut session).await?, Some(vec![6, 7, 8, 9, 10]));
        assert_eq!(addresses.next(&mut session).await?, None);
        assert!(!session.in_transaction());
        assert_eq!(engine.pool_status().in_use, 0);
    }

    /// One after the other on one connection, of other columns each: what was prepared for one is not taken for another.
    async fn streams_after_each_other(db: Db) {
        let engine = db.engine().await;
        ten(&engine).await?;
        let mut session = engine.session();
        session.begin().await?;
        for _ in 0..2 {
            let mut ids = session.stream(select(User::id).order_by(User::id)).batch_size(2);
            let mut numbers = Vec::new();
            while let Some(batch) = ids.next(&mut session).await? {
                numbers.extend(batch);
            }
            assert_eq!(numbers, (1..=10).collect::<Vec<i64>>());
            let mut pairs = session.stream(select((User::name, User::id)).order_by(User::id)).batch_size(2);
            let mut found = Vec::new();
            while let Some(batch) = pairs.next(&mut session).await? {
                found.extend(batch);
            }
            assert_eq!(found, (1..=10).map(|id| (format!("u{}", id - 1), id)).collect::<Vec<_>>());
        }
        session.rollback().await?;
    }

    /// A session that empties itself between batches does not grow.
    async fn an_emptied_session_stays_small(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let sql = match db.backend() {
            Backend::Sqlite => {
                "INSERT INTO users (name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'n' FROM n"
            }
            Backend::Postgres => "INSERT INTO users (name) SELECT 'n' FROM generate_series(1, 20000)",
        };
        engine.execute(text(sql)).await?;
        let mut session = engine.session();
        let mut stream = session.stream(User::select());
        let (mut seen, mut old) = (0, None);
        while let Some(users) = stream.next(&mut session).await? {
            seen += users.len();
            if let Some(old) = old.replace(users[0]) {
                assert_eq!(session.try_get(old).unwrap_err().kind(), ErrorKind::UnknownHandle);
            }
            session.expunge_all();
            assert_eq!(session.held(), 0);
        }
        assert_eq!(seen, 20_000);
    }
}
