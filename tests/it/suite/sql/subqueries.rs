//! Queries inside expressions, and comparison with many values at once.

use orm_core::ErrorKind;
use orm_core::prelude::*;
use orm_core::sql::Typed;

use crate::harness::{Backend, Log, both};
use crate::scenarios::sql_language::{Address, Node, User, data};

both! {
    async fn queries_in_conditions(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let ids = |condition: Typed<bool>| engine.all(select(User::id).filter(condition).order_by(User::id));
        let with_address = || select(Address::user_id).filter(Address::email.starts_with("a"));
        assert_eq!(ids(User::id.is_in_query(with_address())).await?, [1]);
        let starts = match db.backend() {
            Backend::Sqlite => "instr(addresses.email, ?) = 1",
            Backend::Postgres => "addresses.email LIKE ? ESCAPE '/'",
        };
        let sent = format!("SELECT users.id FROM users WHERE users.id IN (SELECT addresses.user_id FROM addresses \
             WHERE {starts}) ORDER BY users.id");
        log.sent([sent.as_str()]);
        assert_eq!(ids(User::id.not_in_query(with_address())).await?, [2, 3]);
        let own = select(Address::id).filter(Address::user_id.eq(User::id));
        assert_eq!(ids(exists(own.clone())).await?, [1, 2]);
        assert_eq!(ids(not_exists(own)).await?, [3]);
        let pairs = select((Address::user_id, Address::email));
        assert_eq!(ids(row((User::id, func::concat(("b", User::age.cast::<String>())))).is_in_query(pairs)).await?, [0_i64; 0]);
        let pairs = select((Address::user_id, Address::email));
        assert_eq!(ids(row((User::id, func::literal("b1"))).is_in_query(pairs)).await?, [2]);
    }

    async fn queries_as_values(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let addresses = scalar(select(func::count_all()).from::<Address>().filter(Address::user_id.eq(User::id)));
        let rows = engine.all(select((User::name, addresses)).order_by(User::id)).await?;
        assert_eq!(rows, [("ed".into(), Some(2)), ("jack".into(), Some(1)), ("Wendy".into(), Some(0))]);
        let oldest = scalar(select(func::max(User::age)).from::<User>());
        let next = engine.one(select(oldest + 1)).await?;
        assert_eq!(next, Some(48));
    }

    /// SQLite has only what `IN` can say, and names what to do instead.
    async fn any_and_all(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let ids = |condition: Typed<bool>| engine.all(select(Node::id).filter(condition).order_by(Node::id));
        let users = || select(User::id).filter(User::id.gt(1));
        assert_eq!(ids(Node::id.eq_any(users())).await?, [2, 3]);
        assert_eq!(ids(Node::id.ne_all(users())).await?, [1, 4]);
        assert_eq!(ids(Node::id.eq_any((1_i64..5000).collect::<Vec<_>>())).await?, [1, 2, 3, 4]);
        assert_eq!(ids(func::value(vec![2_i64, 3]).has(Node::id)).await?, [2, 3]);
        for (condition, expected) in [
            (Node::id.gt_all(users()), vec![4]),
            (Node::id.lt_any(users()), vec![1, 2]),
            (Node::id.ge_all(vec![2, 3]), vec![3, 4]),
        ] {
            match ids(condition).await {
                Ok(found) => assert_eq!((found, engine.dialect().name()), (expected, "postgres")),
                Err(error) => assert_eq!((error.kind(), engine.dialect().name()), (ErrorKind::Unsupported, "sqlite")),
            }
        }
    }

    /// What only PostgreSQL has, where SQLite refuses before anything is sent.
    async fn of_one_database(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let postgres = engine.dialect().name() == "postgres";
        let ids = |condition: Typed<bool>| engine.all(select(User::id).filter(condition).order_by(User::id));
        let tags = || func::value(vec!["a".to_owned(), "b".to_owned()]);
        for (condition, expected) in [
            (User::name.matches("^[a-z]+$"), vec![1, 2]),
            (User::name.matches("^[a-z]+$").not(), vec![3]),
            (User::name.matches_ignore_case("^w"), vec![3]),
            (User::name.search_in("english", "Wendy"), vec![3]),
            (tags().contains(vec!["a".to_owned()]), vec![1, 2, 3]),
            (tags().contained_by(vec!["a".to_owned()]), vec![]),
            (tags().overlaps(vec!["b".to_owned()]), vec![1, 2, 3]),
            (tags().item(2).eq("b"), vec![1, 2, 3]),
            (tags().array_length().eq(2), vec![1, 2, 3]),
            (func::value(serde_json::json!({"a": 1, "b": 2})).contains(serde_json::json!({"b": 2})), vec![1, 2, 3]),
        ] {
            let text = format!("{condition:?}");
            match ids(condition).await {
                Ok(found) => assert!(postgres && found == expected, "{found:?} {text}"),
                Err(error) => assert!(!postgres, "{error} {text}"),
            }
        }
        let median = (
            func::percentile_cont(0.5).within_group(User::age),
            func::percentile_disc(0.0).within_group_desc(User::age),
            func::mode().within_group(User::active.is_null().cast::<String>()),
            func::array_agg(User::name).order_by(User::id),
        );
        log.take();
        match engine.one(select(median)).await {
            Ok(row) => {
                let names = ["ed", "jack", "Wendy"].map(str::to_owned).to_vec();
                assert_eq!(row, (Some(36.0), Some(47), Some("false".into()), Some(names)));
            }
            Err(error) => {
                assert_eq!((error.kind(), postgres), (ErrorKind::Unsupported, false));
                log.nothing();
            }
        }
    }
}
