//! Terms of GROUP BY, ORDER BY and DISTINCT that hold values, and names made for tables: as the databases take them.

use orm_core::mapping::{alias, anonymous, entity};
use orm_core::prelude::*;
use orm_core::sql::{Typed, param};

use super::structure::{given, start};
use crate::harness::{Backend, both};
use crate::scenarios::sql_language::User;

fn kind() -> Typed<String> {
    func::coalesce(User::nick, "none")
}

both! {
    async fn groups_by_an_expression_with_values(db: Db) {
        let on = start(&db).await?;
        let query = select((kind(), func::count_all()))
            .group_by(kind())
            .order_by(kind().desc());
        let rows = [("w", 1), ("none", 1), ("j%", 1)].map(|(kind, count)| (kind.to_owned(), count));
        given(
            &on,
            query,
            "SELECT coalesce(users.nick, ?), count(*) FROM users GROUP BY 1 ORDER BY 1 DESC",
            &rows,
        )
        .await?;
        // A constant is no column's number: there is but one group.
        given(
            &on,
            select(func::count_all()).from::<User>().group_by(func::literal(1)),
            "SELECT count(*) FROM users GROUP BY CAST(1 AS BIGINT)",
            &[3],
        )
        .await?;
    }

    /// The columns of a whole model count too.
    async fn orders_after_the_columns_of_a_model(db: Db) {
        let on = start(&db).await?;
        let columns = "users.id, users.name, users.nick, users.age, users.active";
        let query = select((entity::<User>(), kind().label("kind")));
        let of_term = query.clone().order_by(kind().desc()).limit(1);
        let of_label = query.order_by_label("kind").limit(1);
        for (query, order, found) in [(of_term, "6 DESC", "w"), (of_label, "kind", "j%")] {
            let rows = on.0.all(query).await?;
            let text = format!("SELECT {columns}, coalesce(users.nick, ?) AS kind FROM users ORDER BY {order} LIMIT 1");
            on.1.sent([&*text]);
            assert_eq!(rows.iter().map(|(_, kind)| &**kind).collect::<Vec<_>>(), [found]);
        }
    }

    async fn distinct_rows_by_an_expression_with_values(db: Db) {
        let on = start(&db).await?;
        given(
            &on,
            select(kind()).distinct().order_by(kind()),
            "SELECT DISTINCT coalesce(users.nick, ?) FROM users ORDER BY 1",
            &["j%", "none", "w"].map(str::to_owned),
        )
        .await?;
        if db.backend() == Backend::Postgres {
            given(
                &on,
                select((kind(), User::id)).distinct_on(kind()).order_by(kind()),
                "SELECT DISTINCT ON (1) coalesce(users.nick, ?), users.id FROM users ORDER BY 1",
                &[("j%".to_owned(), 2), ("none".to_owned(), 1), ("w".to_owned(), 3)],
            )
            .await?;
        }
    }

    /// The text that is kept for equal values does not serve others.
    async fn values_that_differ_are_other_groups(db: Db) {
        let (engine, _log) = start(&db).await?;
        let query = |step: i64| select(User::id * -1).order_by(User::id * step);
        assert_eq!(engine.all(query(-1)).await?, [-3, -2, -1]);
        assert_eq!(engine.all(query(1)).await?, [-1, -2, -3]);
        assert_eq!(engine.all(query(-1)).await?, [-3, -2, -1]);
    }

    async fn made_names_leave_out_those_that_are_taken(db: Db) {
        let on = start(&db).await?;
        let (made, taken) = (anonymous::<User>(), alias::<User>("users_1"));
        given(
            &on,
            select((User::id, made.col(User::id), taken.col(User::id)))
                .join_on(&made, made.col(User::id).eq(User::id + 1))
                .join_on(&taken, taken.col(User::id).eq(made.col(User::id) + 1)),
            "SELECT users.id, users_2.id, users_1.id FROM users JOIN users AS users_2 ON users_2.id = users.id + ? \
             JOIN users AS users_1 ON users_1.id = users_2.id + ?",
            &[(1, 2, 3)],
        )
        .await?;
    }

    async fn one_parameter_of_two_types_is_refused(db: Db) {
        let (engine, log) = start(&db).await?;
        let query = select(User::id)
            .filter(User::age.gt(param::<i32>("p")).and(User::name.eq(param::<String>("p"))))
            .bind("p", 1);
        let error = engine.all(query).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert_eq!(
            error.message(),
            "the parameter p is Integer in one place and Text in another; give one of the parameters another name"
        );
        log.nothing();
    }
}
