//! SELECT, clause by clause: pages, groups, locks, lateral joins, values, quotes, raw SQL (SQL-03, from step 19).

use orm_core::mapping::{Select, values};
use orm_core::prelude::*;

use super::structure::{given, given_each, start};
use crate::harness::{Backend, both};
use crate::scenarios::sql_language::{Address, Mixed, User};

both! {
    /// Steps 19 to 21.
    async fn pages(db: Db) {
        let (engine, log) = &start(&db).await?;
        let ids = || select(User::id).order_by(User::id);
        let text = "SELECT users.id FROM users ORDER BY users.id";
        given_each((engine, log), ids().limit(2), (&format!("{text} LIMIT 2"), &format!("{text} LIMIT 2")), &[1, 2]).await?;
        let all = format!("{text} LIMIT 9223372036854775807 OFFSET 1");
        given_each((engine, log), ids().offset(1), (&all, &format!("{text} OFFSET 1")), &[2, 3]).await?;
        given_each(
            (engine, log),
            select(User::id).limit(0),
            ("SELECT users.id FROM users LIMIT 0", "SELECT users.id FROM users LIMIT 0"),
            &[],
        )
        .await?;
    }

    /// Steps 22 to 25.
    async fn distinct_rows_and_groups(db: Db) {
        let on = start(&db).await?;
        given(
            &on,
            select(Address::user_id).distinct().order_by(Address::user_id),
            "SELECT DISTINCT addresses.user_id FROM addresses ORDER BY addresses.user_id",
            &[Some(1), Some(2)],
        )
        .await?;
        let first = select((Address::id, Address::user_id, Address::email))
            .distinct_on(Address::user_id)
            .order_by((Address::user_id, Address::id));
        match db.backend() {
            Backend::Postgres => {
                let text = "SELECT DISTINCT ON (addresses.user_id) addresses.id, addresses.user_id, addresses.email \
                            FROM addresses ORDER BY addresses.user_id, addresses.id";
                let rows = [(1, Some(1), Some("a1".to_owned())), (3, Some(2), Some("b1".to_owned()))];
                given(&on, first, text, &rows).await?;
            }
            Backend::Sqlite => {
                let error = on.0.all(first).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Unsupported);
                on.1.nothing();
            }
        }
        let count = func::count(Address::id).label("c");
        let query = select((Address::user_id, count.clone()))
            .group_by(Address::user_id)
            .having(func::count(Address::id).gt(1))
            .order_by(count.desc().nulls_last());
        given(
            &on,
            query,
            "SELECT addresses.user_id, count(addresses.id) AS c FROM addresses GROUP BY addresses.user_id \
             HAVING count(addresses.id) > ? ORDER BY c DESC NULLS LAST",
            &[(Some(1), 2)],
        )
        .await?;
        given(
            &on,
            select((func::count_all(), func::count_distinct(Address::user_id))),
            "SELECT count(*), count(DISTINCT addresses.user_id) FROM addresses",
            &[(3, 2)],
        )
        .await?;
    }

    /// Steps 26 and 27.
    async fn locks(db: Db) {
        let (engine, log) = &start(&db).await?;
        let ids = || select(User::id);
        given_each(
            (engine, log),
            ids().for_update().of::<User>().skip_locked(),
            ("SELECT users.id FROM users", "SELECT users.id FROM users FOR UPDATE OF users SKIP LOCKED"),
            &[1, 2, 3],
        )
        .await?;
        given_each(
            (engine, log),
            ids().for_share().nowait(),
            ("SELECT users.id FROM users", "SELECT users.id FROM users FOR SHARE NOWAIT"),
            &[1, 2, 3],
        )
        .await?;
    }

    /// Step 28.
    async fn lateral_joins(db: Db) {
        let on = start(&db).await?;
        let first = select(Address::email)
            .filter(Address::user_id.eq(User::id))
            .order_by(Address::id)
            .limit(1)
            .subquery("la");
        let query = select((User::id, first.col(Address::email)))
            .join_lateral(&first)
            .order_by(User::id);
        match db.backend() {
            Backend::Postgres => {
                let text = "SELECT users.id, la.email FROM users JOIN LATERAL (SELECT addresses.email FROM addresses \
                            WHERE addresses.user_id = users.id ORDER BY addresses.id LIMIT 1) AS la ON true \
                            ORDER BY users.id";
                given(&on, query, text, &[(1, Some("a1".to_owned())), (2, Some("b1".to_owned()))]).await?;
            }
            Backend::Sqlite => {
                let error = on.0.all(query).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Unsupported);
                on.1.nothing();
            }
        }
    }

    /// Step 29.
    async fn rows_of_values(db: Db) {
        let (engine, log) = start(&db).await?;
        let v = values("v", ["k", "s"], [(1_i64, "p".to_owned()), (2, "q".to_owned())]);
        let (k, s) = v.columns();
        given_each(
            (&engine, &log),
            select((k.clone(), s)).order_by(k),
            (
                "SELECT v.k, v.s FROM (SELECT column1 AS k, column2 AS s FROM (VALUES (?, ?), (?, ?))) AS v ORDER BY v.k",
                "SELECT v.k, v.s FROM (VALUES (?, ?), (?, ?)) AS v (k, s) ORDER BY v.k",
            ),
            &[(1, "p".to_owned()), (2, "q".to_owned())],
        )
        .await?;
    }

    /// Step 30.
    async fn names_that_need_quotes(db: Db) {
        let on = start(&db).await?;
        let query: Select<_> = Mixed::select().filter(Mixed::selected.gt(1)).order_by(Mixed::order);
        given(
            &on,
            query,
            "SELECT \"Mixed\".\"Order\", \"Mixed\".\"select\", \"Mixed\".ok FROM \"Mixed\" \
             WHERE \"Mixed\".\"select\" > ? ORDER BY \"Mixed\".\"Order\"",
            &[],
        )
        .await?;
    }

    /// Steps 31 and 32.
    async fn raw_sql(db: Db) {
        let on = start(&db).await?;
        let ids = text("select id from users where name = :name").bind("name", "ed");
        given(&on, ids.columns::<i64>(), "select id from users where name = ?", &[1]).await?;
        let q = text("select id, name from users")
            .columns::<(i64, String)>()
            .subquery("q", ["id", "name"]);
        let (id, _) = q.columns();
        given(
            &on,
            select(id).order_by_label("id"),
            "SELECT q.id FROM (select id, name from users) AS q ORDER BY id",
            &[1, 2, 3],
        )
        .await?;
    }
}
