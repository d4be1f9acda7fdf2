//! ON CONFLICT (SQL-05, BLK-05), many rows, and defaults of the program's own.

use std::sync::atomic::{AtomicI64, Ordering};

use orm_core::engine::Engine;
use orm_core::mapping::{Insert, excluded};
use orm_core::prelude::*;

use super::changes::start;
use crate::harness::{Backend, Db, Log, both};
use crate::scenarios::sql_language::User;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "words")]
struct Word {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    word: String,
    n: i32,
    note: Option<String>,
}

static CODES: AtomicI64 = AtomicI64::new(0);

fn next_code() -> i64 {
    CODES.fetch_add(1, Ordering::Relaxed)
}

#[derive(Model, Debug, Clone, PartialEq)]
#[orm(table = "tickets")]
struct Ticket {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(default = next_code)]
    code: i64,
    #[orm(default = "open")]
    state: String,
    #[orm(server_default = "7")]
    level: Server<i32>,
}

async fn words(db: &Db) -> orm_core::Result<(Engine, Log)> {
    let engine = db.engine().await;
    Metadata::of::<(Word, Ticket)>()?
        .create_all(&engine)
        .await?;
    engine.execute(word("a", 1)).await?;
    let log = Log::new(db, &engine);
    Ok((engine, log))
}

fn word(word: &str, n: i32) -> Insert<Word> {
    Word::insert().values((Word::word.to(word), Word::n.to(n)))
}

async fn counts(engine: &Engine) -> orm_core::Result<Vec<(String, i32)>> {
    engine
        .all(select((Word::word, Word::n)).order_by(Word::word))
        .await
}

fn owned(rows: &[(&str, i32)]) -> Vec<(String, i32)> {
    rows.iter().map(|&(word, n)| (word.to_owned(), n)).collect()
}

both! {
    /// SQL-05, steps 19 to 23.
    async fn recorded(db: Db) {
        let (engine, log) = start(&db).await?;
        let row = User::insert().values((User::id.to(1), User::name.to("ed2"), User::age.to(1)));
        assert_eq!(engine.execute(row.clone().on_conflict_do_nothing()).await?, 0);
        log.sent(["INSERT INTO users (id, name, age) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"]);

        let update = row
            .on_conflict(User::id)
            .do_update((User::name.to(excluded(User::name)), User::age.to(User::age + excluded(User::age))))
            .update_where(User::age.lt(50))
            .returning((User::id, User::name, User::age));
        assert_eq!(engine.all(update).await?, [(1, "ed2".to_owned(), Some(26))]);
        log.sent(["INSERT INTO users (id, name, age) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, age = users.age + excluded.age WHERE users.age < ? RETURNING id, name, age"]);

        let named = User::insert()
            .values((User::id.to(1), User::name.to("n")))
            .on_constraint("users_pkey")
            .do_update(User::name.to(excluded(User::name)));
        if db.backend() == Backend::Sqlite {
            assert_eq!(engine.execute(named).await.unwrap_err().kind(), ErrorKind::Unsupported);
            return Ok(());
        }
        // Our primary keys have names by convention.
        let name = engine.scalar(text("SELECT conname::text FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype = 'p'").columns::<String>()).await?;
        log.take();
        let named = User::insert().values((User::id.to(1), User::name.to("n"))).on_constraint(name.clone());
        assert_eq!(engine.execute(named.do_update(User::name.to(excluded(User::name)))).await?, 1);
        log.sent([&format!("INSERT INTO users (id, name) VALUES (?, ?) ON CONFLICT ON CONSTRAINT {name} DO UPDATE SET name = excluded.name")]);
    }

    /// BLK-05: what comes back, and what an object held gets of it.
    async fn returning_entities(db: Db) {
        let (engine, log) = words(&db).await?;
        let mut session = engine.session();
        let held = session.one(Word::select()).await?;
        log.take();
        let upsert = || {
            let rows = [(Word::word.to("a"), Word::n.to(5)), (Word::word.to("b"), Word::n.to(7))];
            let set = Word::n.to(excluded(Word::n) + Word::n);
            Word::insert().rows(rows).on_conflict(Word::word).do_update(set)
        };
        let found = session.all(upsert().returning(orm_core::mapping::entity::<Word>())).await?;
        log.sent(["INSERT INTO words (word, n) VALUES (?, ?), (?, ?) ON CONFLICT (word) DO UPDATE SET n = excluded.n + words.n RETURNING id, word, n, note"]);
        assert_eq!(found[0], held);
        assert_eq!((session[found[0]].n, session[found[1]].n), (1, 7));
        // The object in hand wins, unless the rows are to.
        let found = session.all(upsert().returning(orm_core::mapping::entity::<Word>()).populate_existing()).await?;
        assert_eq!((session[held].n, session[found[1]].n), (11, 14));
        session.rollback().await?;
        assert_eq!(session[held].n, 1);
        assert_eq!(counts(&engine).await?, owned(&[("a", 1)]));

        let nothing = word("a", 9).on_conflict(Word::word).do_nothing().returning(Word::id);
        assert_eq!(engine.all(nothing).await?, [0_i64; 0]);
    }

    /// Every value that the insert says, the target's apart; what is left to a default stays.
    async fn do_update_all(db: Db) {
        let (engine, log) = words(&db).await?;
        let upsert = Word::insert()
            .values((Word::word.to("a"), Word::n.to(2), Word::note.to("x")))
            .on_conflict(Word::word)
            .do_update_all();
        assert_eq!(engine.execute(&upsert).await?, 1);
        log.sent(["INSERT INTO words (word, n, note) VALUES (?, ?, ?) ON CONFLICT (word) DO UPDATE SET n = excluded.n, note = excluded.note"]);
        let all = word("a", 3).on_conflict(Word::word).do_update_all().update_where(Word::n.lt(excluded(Word::n)));
        assert_eq!(engine.execute(&all).await?, 1);
        assert_eq!(engine.execute(&all).await?, 0);
        let ticket = |id: i64, title: &str| Ticket::insert()
            .values((Ticket::id.to(id), Ticket::title.to(title)))
            .on_conflict(Ticket::id)
            .do_update_all();
        engine.execute(ticket(1, "one")).await?;
        let before = engine.one(Ticket::select()).await?;
        engine.execute(ticket(1, "two")).await?;
        assert_eq!(engine.one(Ticket::select()).await?, Ticket { title: "two".into(), ..before });
    }

    /// A partial unique index is found by its own condition, whose values stand in the text.
    async fn partial_index(db: Db) {
        let (engine, log) = words(&db).await?;
        engine.execute(text("CREATE UNIQUE INDEX live ON words (n) WHERE note = 'live'")).await?;
        log.take();
        let row = |name: &str| Word::insert().values((Word::word.to(name), Word::n.to(8), Word::note.to("live")));
        for (name, changed) in [("b", 1), ("c", 0)] {
            let upsert = row(name).on_conflict(Word::n).filter(Word::note.eq("live")).do_nothing();
            for _ in 0..8 {
                let done = engine.execute(upsert.clone()).await?;
                assert!(done <= changed);
            }
        }
        assert!(log.take().iter().all(|sql| sql == "INSERT INTO words (word, n, note) VALUES (?, ?, ?) ON CONFLICT (n) WHERE note = 'live' DO NOTHING"));
        assert_eq!(counts(&engine).await?, owned(&[("a", 1), ("b", 8)]));
    }

    /// The rows of a query can be in conflict too; on SQLite the query then needs a WHERE.
    async fn upsert_of_a_query(db: Db) {
        let (engine, _) = words(&db).await?;
        let again = select((Word::word, Word::n + 1));
        let upsert = Word::insert().from_select((Word::word, Word::n), again).on_conflict(Word::word).do_update_all();
        assert_eq!(engine.execute(upsert).await?, 1);
        assert_eq!(counts(&engine).await?, owned(&[("a", 2)]));
    }

    /// Many that count the same word at once: none fails, and none is lost.
    async fn races(db: Db) {
        let (engine, _) = words(&db).await?;
        let mut tasks = Vec::new();
        for _ in 0..16 {
            let engine = engine.clone();
            tasks.push(tokio::spawn(async move {
                for _ in 0..5 {
                    let set = Word::n.to(Word::n + excluded(Word::n));
                    engine.execute(word("race", 1).on_conflict(Word::word).do_update(set)).await?;
                }
                Ok::<(), Error>(())
            }));
        }
        for task in tasks {
            task.await.unwrap()?;
        }
        assert_eq!(counts(&engine).await?, owned(&[("a", 1), ("race", 80)]));
    }

    /// More rows than one statement takes: several statements, all or nothing.
    async fn many_rows(db: Db) {
        let (engine, log) = words(&db).await?;
        let rows = |from: i32| (0..100_000).map(move |n| (Word::word.to(format!("w{}", n + from)), Word::n.to(n)));
        let count = || engine.scalar(select(func::count_all()).from::<Word>());
        assert_eq!(engine.execute(Word::insert().rows(rows(0))).await?, 100_000);
        let sent = log.take();
        let limit = match db.backend() { Backend::Sqlite => 32_766, Backend::Postgres => 65_535 };
        assert_eq!(sent.len(), 200_000_usize.div_ceil(limit / 2 * 2));
        assert_eq!(count().await?, 100_001);
        // The last row is there already: none of the others stays.
        let error = engine.execute(Word::insert().rows(rows(100_000)).values((Word::word.to("w1"), Word::n.to(0)))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!(count().await?, 100_001);

        let mut session = engine.session();
        let ids = session.all(Word::insert().rows(rows(200_000)).returning(Word::id)).await?;
        assert_eq!(ids.len(), 100_000);
        session.rollback().await?;
        assert_eq!(count().await?, 100_001);
        let upsert = Word::insert().rows(rows(0)).on_conflict(Word::word).do_update(Word::n.to(Word::n + 1)).returning(Word::n);
        assert_eq!(engine.all(upsert).await?.len(), 100_000);
    }

    /// No rows are no statement.
    async fn no_rows(db: Db) {
        let (engine, log) = words(&db).await?;
        assert_eq!(engine.execute(Word::insert().objects(&Vec::<Word>::new())).await?, 0);
        let none: Vec<orm_core::mapping::Assignment<Word>> = Vec::new();
        assert_eq!(engine.all(Word::insert().rows(none.into_iter()).returning(Word::id)).await?, [0_i64; 0]);
        let mut session = engine.session();
        assert_eq!(session.execute(Word::insert().objects(&[] as &[Word])).await?, 0);
        assert!(!session.in_transaction());
        log.nothing();
    }

    /// Defaults of the program's own are worked out for each row; the database's are left to it.
    async fn client_defaults(db: Db) {
        let (engine, log) = words(&db).await?;
        let rows = ["a", "b"].map(|title| Ticket::title.to(title));
        let found = engine.all(Ticket::insert().rows(rows).returning((Ticket::title, Ticket::code, Ticket::state, Ticket::level))).await?;
        log.sent(["INSERT INTO tickets (title, code, state) VALUES (?, ?, ?), (?, ?, ?) RETURNING title, code, state, level"]);
        assert_ne!(found[0].1, found[1].1);
        assert_eq!((found[0].2.as_str(), found[0].3), ("open", 7));
        // A row may say what another leaves to the default.
        let mixed = Ticket::insert()
            .values(Ticket::title.to("c"))
            .values((Ticket::title.to("d"), Ticket::state.to("shut")))
            .returning(Ticket::state);
        assert_eq!(engine.all(mixed).await?, ["open", "shut"]);
        log.sent(["INSERT INTO tickets (title, code, state) VALUES (?, ?, ?), (?, ?, ?) RETURNING state"]);
        // An update changes what it says, and nothing else.
        engine.execute(Ticket::update().set(Ticket::title.to("e"))).await?;
        log.sent(["UPDATE tickets SET title = ?"]);
        // What the builder left to the database is left to it here too.
        let built = [Ticket::create().title("f").build(), Ticket::create().title("g").build()];
        assert_eq!(engine.all(Ticket::insert().objects(&built).returning(Ticket::level)).await?, [7, 7]);
        log.sent(["INSERT INTO tickets (title, code, state) VALUES (?, ?, ?), (?, ?, ?) RETURNING level"]);
    }

    /// Plain objects as rows: with their keys, or without.
    async fn objects(db: Db) {
        let (engine, log) = words(&db).await?;
        let new = |id: i64, word: &str| Word { id, word: word.into(), ..Default::default() };
        assert_eq!(engine.execute(Word::insert().objects(&[new(0, "x"), new(0, "y")])).await?, 2);
        log.sent(["INSERT INTO words (word, n, note) VALUES (?, ?, ?), (?, ?, ?)"]);
        assert_eq!(engine.execute(Word::insert().objects([&new(70, "z")])).await?, 1);
        log.sent(["INSERT INTO words (id, word, n, note) VALUES (?, ?, ?, ?)"]);
        let error = engine.execute(Word::insert().objects(&[new(0, "p"), new(71, "q")])).await.unwrap_err();
        assert_eq!(error.message(), "row 2 of the insert into words sets id, and row 1 does not; all rows of an insert set the same columns, so send the others in a statement of their own");
        log.nothing();
        // Several rows of nothing but defaults are several statements.
        let error = engine.execute(Word::insert().default_values().default_values()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotNullViolation);
    }
}
