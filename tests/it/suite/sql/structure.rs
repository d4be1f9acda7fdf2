//! SELECT: joins, subqueries, common table expressions, set operations, paging (SQL-03).

use orm_core::engine::Engine;
use orm_core::mapping::{Query, alias, anonymous, entity};
use orm_core::prelude::*;
use orm_core::session::Track;
use orm_core::sql::{exists, scalar};

use crate::harness::{Db, Log, both};
use crate::scenarios::sql_language::{Address, Node, User, data};

/// The tables with their rows, and what is sent from here on.
pub(super) async fn start(db: &Db) -> orm_core::Result<(Engine, Log)> {
    let engine = db.engine().await;
    data(&engine).await?;
    let log = Log::new(db, &engine);
    Ok((engine, log))
}

/// Runs a query; its text and rows are as given, on both databases.
pub(super) async fn given<Q>(
    (engine, log): &(Engine, Log),
    query: Q,
    sql: &str,
    rows: &[<Q::Shape as orm_core::mapping::Shape>::Owned],
) -> orm_core::Result<()>
where
    Q: Query,
    Q::Shape: Track,
    <Q::Shape as orm_core::mapping::Shape>::Owned: PartialEq + std::fmt::Debug,
{
    given_each((engine, log), query, (sql, sql), rows).await
}

/// The same, where the texts of SQLite and PostgreSQL differ.
pub(super) async fn given_each<Q>(
    (engine, log): (&Engine, &Log),
    query: Q,
    (sqlite, postgres): (&str, &str),
    rows: &[<Q::Shape as orm_core::mapping::Shape>::Owned],
) -> orm_core::Result<()>
where
    Q: Query,
    Q::Shape: Track,
    <Q::Shape as orm_core::mapping::Shape>::Owned: PartialEq + std::fmt::Debug,
{
    let found = engine.all(query).await?;
    log.sent_each(&[sqlite], &[postgres]);
    assert_eq!(found, rows);
    Ok(())
}

fn own(rows: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
    let rows = rows.iter();
    rows.map(|&(name, email)| (name.to_owned(), Some(email.to_owned())))
        .collect()
}

both! {
    /// Steps 1 to 3.
    async fn joins_by_key_and_by_condition(db: Db) {
        let on = start(&db).await?;
        let query = select((User::name, Address::email)).join_table::<Address>().order_by(Address::id);
        given(
            &on,
            query,
            "SELECT users.name, addresses.email FROM users JOIN addresses ON users.id = addresses.user_id \
             ORDER BY addresses.id",
            &own(&[("ed", "a1"), ("ed", "a2"), ("jack", "b1")]),
        )
        .await?;
        let one = User::id.eq(Address::user_id).and(Address::email.eq("a1"));
        let query = select((User::name, Address::email.nullable()))
            .left_join_on(entity::<Address>(), one)
            .order_by(User::id);
        given(
            &on,
            query,
            "SELECT users.name, addresses.email FROM users LEFT JOIN addresses ON users.id = addresses.user_id \
             AND addresses.email = ? ORDER BY users.id",
            &[
                ("ed".to_owned(), Some("a1".to_owned())),
                ("jack".to_owned(), None),
                ("Wendy".to_owned(), None),
            ],
        )
        .await?;
        let error = on.0.all(select(User::name).join_table::<Node>()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert_eq!(
            error.message(),
            "no foreign key links nodes with users; join a relationship (.join(..)), or say the condition (.join_on(..))"
        );
        on.1.nothing();
    }

    /// Steps 4 to 6.
    async fn one_table_under_several_names(db: Db) {
        let on = start(&db).await?;
        let other = anonymous::<User>();
        let query = select((User::id, other.col(User::id)))
            .join_on(&other, User::id.lt(other.col(User::id)))
            .order_by((User::id, other.col(User::id)));
        given(
            &on,
            query,
            "SELECT users.id, users_1.id FROM users JOIN users AS users_1 ON users.id < users_1.id \
             ORDER BY users.id, users_1.id",
            &[(1, 2), (1, 3), (2, 3)],
        )
        .await?;
        let z = alias::<User>("z");
        given(&on, select(z.col(User::id)), "SELECT z.id FROM users AS z", &[1, 2, 3]).await?;
        let query = select((User::id, Node::id))
            .and_from(entity::<Node>())
            .filter(User::id.eq(Node::id))
            .order_by(User::id);
        given(
            &on,
            query,
            "SELECT users.id, nodes.id FROM users, nodes WHERE users.id = nodes.id ORDER BY users.id",
            &[(1, 1), (2, 2), (3, 3)],
        )
        .await?;
    }

    /// Steps 7 and 8.
    async fn subqueries_as_tables(db: Db) {
        let on = start(&db).await?;
        let count = func::count_all().label("c");
        let counts = select((Address::user_id, count.clone()))
            .group_by(Address::user_id)
            .subquery("counts");
        let query = select((User::name, counts.col(&count)))
            .join_on(&counts, counts.col(Address::user_id).eq(User::id))
            .order_by(User::id);
        given(
            &on,
            query,
            "SELECT users.name, counts.c FROM users JOIN (SELECT addresses.user_id, count(*) AS c FROM addresses \
             GROUP BY addresses.user_id) AS counts ON counts.user_id = users.id ORDER BY users.id",
            &[("ed".to_owned(), 2), ("jack".to_owned(), 1)],
        )
        .await?;
        let s = select(User::id).filter(User::age.gt(30)).subquery("s");
        given(
            &on,
            select(s.col(User::id)),
            "SELECT s.id FROM (SELECT users.id FROM users WHERE users.age > ?) AS s",
            &[2],
        )
        .await?;
    }

    /// Steps 9 to 11.
    async fn subqueries_as_values(db: Db) {
        let on = start(&db).await?;
        let of_user = || Address::user_id.eq(User::id);
        let latest = scalar(select(func::max(Address::email)).filter(of_user()));
        let query = select((User::id, latest.label("m"))).order_by(User::id);
        given(
            &on,
            query,
            "SELECT users.id, (SELECT max(addresses.email) FROM addresses WHERE addresses.user_id = users.id) AS m \
             FROM users ORDER BY users.id",
            &[(1, Some("a2".to_owned())), (2, Some("b1".to_owned())), (3, None)],
        )
        .await?;
        let has = || exists(select(Address::id).filter(of_user()));
        given(
            &on,
            select(User::id).filter(has()).order_by(User::id),
            "SELECT users.id FROM users WHERE EXISTS (SELECT addresses.id FROM addresses \
             WHERE addresses.user_id = users.id) ORDER BY users.id",
            &[1, 2],
        )
        .await?;
        given(
            &on,
            select(User::id).filter(has().not()).order_by(User::id),
            "SELECT users.id FROM users WHERE NOT EXISTS (SELECT addresses.id FROM addresses \
             WHERE addresses.user_id = users.id) ORDER BY users.id",
            &[3],
        )
        .await?;
    }

    /// Steps 12 and 13.
    async fn common_table_expressions(db: Db) {
        let on = start(&db).await?;
        let (user, count) = (Address::user_id.label("uid"), func::count_all().label("c"));
        let counts = select((user.clone(), count.clone()))
            .group_by(Address::user_id)
            .cte("cnt");
        let query = select((User::name, counts.col(&count)))
            .join_on(&counts, counts.col(&user).eq(User::id))
            .order_by(User::id);
        given(
            &on,
            query,
            "WITH cnt AS (SELECT addresses.user_id AS uid, count(*) AS c FROM addresses GROUP BY addresses.user_id) \
             SELECT users.name, cnt.c FROM users JOIN cnt ON cnt.uid = users.id ORDER BY users.id",
            &[("ed".to_owned(), 2), ("jack".to_owned(), 1)],
        )
        .await?;
        let tree = select((Node::id, Node::data, func::value(0_i64)))
            .filter(Node::parent_id.is_null())
            .cte("tree")
            .names(["id", "data", "depth"])
            .recursive(|tree| {
                let (id, _, depth) = tree.columns();
                select((Node::id, Node::data, depth + 1)).join_on(tree, Node::parent_id.eq(id))
            });
        let (id, _, depth) = tree.columns();
        given(
            &on,
            select((id.clone(), depth)).order_by(id),
            "WITH RECURSIVE tree(id, data, depth) AS (SELECT nodes.id, nodes.data, ? AS value FROM nodes \
             WHERE nodes.parent_id IS NULL UNION ALL SELECT nodes.id, nodes.data, tree.depth + ? FROM nodes \
             JOIN tree ON nodes.parent_id = tree.id) SELECT tree.id, tree.depth FROM tree ORDER BY tree.id",
            &[(1, 0), (2, 1), (3, 2), (4, 0)],
        )
        .await?;
    }

    /// Steps 14 to 16 and 18.
    async fn set_operations(db: Db) {
        let on = start(&db).await?;
        let users = || select(User::id.nullable());
        let few = || users().filter(User::id.lt(3));
        let owners = || select(Address::user_id);
        given(
            &on,
            few().union(owners()).order_by(User::id),
            "SELECT users.id FROM users WHERE users.id < ? UNION SELECT addresses.user_id FROM addresses ORDER BY id",
            &[Some(1), Some(2)],
        )
        .await?;
        given(
            &on,
            few().union_all(owners()).order_by(User::id),
            "SELECT users.id FROM users WHERE users.id < ? UNION ALL SELECT addresses.user_id FROM addresses \
             ORDER BY id",
            &[1, 1, 1, 2, 2].map(Some),
        )
        .await?;
        given(
            &on,
            users().except(owners()).order_by(User::id),
            "SELECT users.id FROM users EXCEPT SELECT addresses.user_id FROM addresses ORDER BY id",
            &[Some(3)],
        )
        .await?;
        given(
            &on,
            few().union_all(owners()).order_by(User::id).limit(2).offset(1),
            "SELECT users.id FROM users WHERE users.id < ? UNION ALL SELECT addresses.user_id FROM addresses \
             ORDER BY id LIMIT 2 OFFSET 1",
            &[1, 1].map(Some),
        )
        .await?;
    }

    /// Step 17.
    async fn a_union_of_limited_queries(db: Db) {
        let (engine, log) = start(&db).await?;
        let first = select(User::id).order_by(User::id).limit(1);
        let last = select(User::id).order_by(User::id.desc()).limit(1);
        given_each(
            (&engine, &log),
            first.union_all(last),
            (
                "SELECT * FROM (SELECT users.id FROM users ORDER BY users.id LIMIT 1) \
                 UNION ALL SELECT * FROM (SELECT users.id FROM users ORDER BY users.id DESC LIMIT 1)",
                "(SELECT users.id FROM users ORDER BY users.id LIMIT 1) \
                 UNION ALL (SELECT users.id FROM users ORDER BY users.id DESC LIMIT 1)",
            ),
            &[1, 3],
        )
        .await?;
    }

    /// Operands are taken whole, in the order in which they were combined, whatever binds tighter in SQL.
    async fn set_operations_of_set_operations(db: Db) {
        let (engine, _) = start(&db).await?;
        let of = |ids: &[i64]| select(User::id).filter(User::id.is_in(ids.to_vec()));
        let cases: [(_, &[i64]); 7] = [
            (of(&[1]).union(of(&[2, 3])).intersect(of(&[2])), &[2]),
            (of(&[1]).union(of(&[2, 3]).intersect(of(&[2]))), &[1, 2]),
            (of(&[1, 2, 3]).except(of(&[2, 3]).except(of(&[3]))), &[1, 3]),
            (of(&[1, 2, 3]).except(of(&[2])).except(of(&[3])), &[1]),
            (of(&[1]).union_all(of(&[1])).union(of(&[1])), &[1]),
            (of(&[1]).union(of(&[1])).union_all(of(&[1])), &[1, 1]),
            (of(&[1, 2]).order_by(User::id.desc()).limit(1).union_all(of(&[3])), &[2, 3]),
        ];
        for (query, expected) in cases {
            assert_eq!(engine.all(query.clone().order_by(User::id)).await?, expected);
            let rows = query.subquery("rows");
            assert_eq!(engine.scalar(select(func::count_all()).from_source(&rows)).await?, expected.len() as i64);
        }
    }
}
