//! What rows are read as: objects that may be missing, structs by the names of columns, tuples; and queries run with other
//! values.

use orm_core::mapping::{alias, entity};
use orm_core::prelude::*;
use orm_core::sql::{param, text_unchecked};

use crate::harness::{Log, both};
use crate::scenarios::sql_language::{Address, User, UserAccessors as _, data};

#[derive(FromRow, Debug, PartialEq)]
struct Summary {
    name: String,
    #[orm(column = "n")]
    count: i64,
    #[orm(flatten)]
    range: Range,
}

#[derive(FromRow, Debug, PartialEq)]
struct Range {
    first: Option<String>,
    last: Option<String>,
}

fn summary(name: &str, count: i64, first: Option<&str>, last: Option<&str>) -> Summary {
    Summary {
        name: name.to_owned(),
        count,
        range: Range {
            first: first.map(str::to_owned),
            last: last.map(str::to_owned),
        },
    }
}

both! {
    async fn structs_by_the_names_of_columns(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let query = select((
            // Not in the order of the fields.
            func::max(Address::email).label("last"),
            User::name,
            func::count(Address::id).label("n"),
            func::min(Address::email).label("first"),
        ))
        .from::<User>()
        .left_join(User::addresses)
        .group_by((User::id, User::name))
        .order_by(User::id)
        .rows::<Summary>();
        let expected = [
            summary("ed", 2, Some("a1"), Some("a2")),
            summary("jack", 1, Some("b1"), Some("b1")),
            summary("Wendy", 0, None, None),
        ];
        assert_eq!(engine.all(&query).await?, expected);
        let mut session = engine.session();
        assert_eq!(session.all(&query).await?, expected);
        let mut transaction = engine.begin().await?;
        assert_eq!(transaction.first(query).await?.as_ref(), expected.first());
        transaction.rollback().await?;
        let raw = text("SELECT 'x' AS name, CAST(3 AS BIGINT) AS n, NULL AS first, NULL AS last");
        assert_eq!(engine.one(raw.rows::<Summary>()).await?, summary("x", 3, None, None));
        let error = engine.all(text("SELECT 'x' AS name, 1 AS m").rows::<Summary>()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.message(), "Summary needs a column n, which the row does not have; it has name, m");
        let twice = text("SELECT 1 AS m, 'x' AS name, 'y' AS name");
        let error = engine.all(twice.rows::<Summary>()).await.unwrap_err();
        assert_eq!(
            error.message(),
            "Summary.name could be any of several columns of that name; give them different names"
        );
    }

    async fn objects_that_may_be_missing(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let query = select((User::name, entity::<Address>().optional()))
            .left_join(User::addresses)
            .order_by((User::id, Address::id));
        let rows = engine.all(&query).await?;
        let emails: Vec<Option<&str>> = rows
            .iter()
            .map(|(_, address)| address.as_ref().and_then(|address| address.email.as_deref()))
            .collect();
        assert_eq!(emails, [Some("a1"), Some("a2"), Some("b1"), None]);
        let mut session = engine.session();
        let tracked = session.all(&query).await?;
        let found: Vec<bool> = tracked.iter().map(|(_, address)| address.is_some()).collect();
        assert_eq!(found, [true, true, true, false]);
        let address = tracked[2].1.expect("jack has an address");
        assert_eq!(session[address].email.as_deref(), Some("b1"));
        // The other side of a right join, under a name.
        let owner = alias::<User>("owner");
        let rows: Vec<(Option<String>, Option<User>)> = engine.all(
            select((Address::email.nullable(), owner.entity().optional()))
                .right_join(Address::user.to(&owner))
                .filter(owner.col(User::id).gt(1))
                .order_by(owner.col(User::id)),
        ).await?;
        let names: Vec<_> = rows.iter().map(|(_, user)| user.as_ref().map(|user| user.name.as_str())).collect();
        assert_eq!(names, [Some("jack"), Some("Wendy")]);
        assert_eq!(rows[1].0, None);
    }

    async fn objects_from_subqueries_are_the_sessions(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let mut session = engine.session();
        let ed = session.one(User::select().filter(User::name.eq("ed"))).await?;
        let old = User::select().order_by(User::id).limit(2).subquery("old");
        let users = session.all(select(old.entity::<User>()).order_by(old.col(User::id))).await?;
        assert_eq!(users.len(), 2);
        assert_eq!(users[0], ed);
        let both = User::select().filter(User::id.eq(1)).union(User::select().filter(User::id.eq(2)));
        let both = session.all(both.order_by(User::id).with(User::addresses)).await?;
        assert_eq!(both, users);
        assert_eq!(ed.addresses(&mut session).await?.len(), 2);
    }

    async fn one_text_for_many_values(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let by_name = select(User::id).filter(User::name.eq(param::<String>("name"))).prepare(engine.dialect())?;
        assert_eq!(engine.one(by_name.bind("name", "ed")).await?, 1);
        assert_eq!(engine.one(by_name.bind("name", "jack")).await?, 2);
        let mut session = engine.session();
        assert_eq!(session.one(by_name.bind("name", "Wendy")).await?, 3);
        log.sent(["SELECT users.id FROM users WHERE users.name = ?"; 3]);
        assert_eq!(engine.all(by_name).await.unwrap_err().kind(), ErrorKind::InvalidQuery);
        log.nothing();
    }

    async fn lists_in_raw_sql(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let named = |ids: Vec<i64>| {
            text("SELECT name FROM users WHERE id IN (:ids) ORDER BY id").bind_list("ids", ids).columns::<String>()
        };
        assert_eq!(engine.all(named(vec![1, 3])).await?, ["ed", "Wendy"]);
        assert_eq!(engine.all(named(vec![])).await?, [""; 0]);
        let outside = text("SELECT count(*) FROM users WHERE id NOT IN (:ids)").bind_list("ids", [0_i64; 0]);
        assert_eq!(engine.scalar(outside.columns::<i64>()).await?, 3);
        let names = text("SELECT id FROM users WHERE name IN (:names)").bind_list("names", ["ed".to_owned()]);
        assert_eq!(engine.all(names.columns::<i64>()).await?, [1]);
    }

    /// The text gives the columns in any order, more of them, and deferred ones or not.
    async fn objects_from_raw_sql_by_the_names_of_columns(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let plain = engine.all(User::select().order_by(User::id)).await?;
        for columns in ["id, name, nick, age, active", "*", "active, nick, age, name, id", "1 AS more, name, nick, age, active, id"] {
            let sql = format!("SELECT {columns} FROM users ORDER BY id");
            assert_eq!(engine.all(text_unchecked(sql).entities::<User>()).await?, plain, "{columns}");
        }
        let joined = "SELECT users.*, addresses.* FROM users JOIN addresses ON user_id = users.id ORDER BY addresses.id";
        let ids: Vec<i64> = engine.all(text(joined).entities::<User>()).await?.iter().map(|user| user.id).collect();
        assert_eq!(ids, [1, 1, 2]);
        let error = engine.all(text("SELECT id, name FROM users").entities::<User>()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.message(), "User needs a column nick, which the row does not have; it has id, name");
        let error = engine.all(text("SELECT id, * FROM users").entities::<User>()).await.unwrap_err();
        assert_eq!(error.message(), "User.id could be any of several columns of that name; give them different names");

        // In a session: relationships beside them, and what is held keeps its values unless they are to be read anew.
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let query = || text("SELECT nick, id, active, age, upper(name) AS name FROM users ORDER BY id").entities::<User>();
        let users = session.all(query().with(User::addresses)).await?;
        assert_eq!(users[0].addresses(&mut session).await?.len(), 2);
        assert_eq!(log.take().len(), 2);
        assert_eq!(session[users[0]].name, "ED");
        let same = session.all(User::select().order_by(User::id).populate_existing()).await?;
        assert_eq!((same, session[users[0]].name.as_str()), (users.clone(), "ed"));
        session.all(query()).await?;
        assert_eq!(session[users[0]].name, "ed");
        session.all(query().populate_existing()).await?;
        assert_eq!(session[users[0]].name, "ED");
        let error = session.all(query().with(User::addresses.joined())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    }

    async fn tuples_of_twelve(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let id = || User::id;
        let query = select((id(), id(), id(), id(), id(), id(), id(), id(), id(), id(), User::name, User::age))
            .filter(User::id.eq(1));
        assert_eq!(engine.one(query).await?, (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "ed".to_owned(), Some(25)));
    }
}
