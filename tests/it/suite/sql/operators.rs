//! WHERE: comparison, truth, NULL, precedence (SQL-01).

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::sql::{Condition, Expr};

use crate::harness::{Db, Log, both};
use crate::scenarios::sql_language::{User, data};

/// An engine with the rows of the cases.
struct Users {
    engine: Engine,
    log: Log,
}

impl Users {
    async fn new(db: &Db) -> orm_core::Result<Self> {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(db, &engine);
        Ok(Self { engine, log })
    }

    /// The users for which a condition holds, and the text of that condition on both databases.
    async fn ids(
        &self,
        condition: impl Condition,
        expected: &[i64],
        sqlite: &str,
        postgres: &str,
    ) -> orm_core::Result<()> {
        let query = select(User::id).filter(condition).order_by(User::id);
        assert_eq!(self.engine.all(query).await?, expected, "{sqlite}");
        let text = |sql| format!("SELECT users.id FROM users WHERE {sql} ORDER BY users.id");
        self.log.sent_each(&[&text(sqlite)], &[&text(postgres)]);
        Ok(())
    }

    async fn same(
        &self,
        condition: impl Condition,
        expected: &[i64],
        sql: &str,
    ) -> orm_core::Result<()> {
        self.ids(condition, expected, sql, sql).await
    }
}

both! {
    /// SQL-01 steps 1 to 3: parentheses only where they are needed.
    async fn parentheses_where_needed(db: Db) {
        let users = Users::new(&db).await?;
        let either = User::age.gt(30).or(User::age.is_null());
        users.same(User::name.eq("ed").and(either), &[], "users.name = ? AND (users.age > ? OR users.age IS NULL)").await?;
        let both = User::name.eq("ed").and(User::age.gt(30));
        users.same(both.or(User::name.eq("jack")), &[2], "users.name = ? AND users.age > ? OR users.name = ?").await?;
        let query = select(User::id).filter(User::name.eq("ed")).filter(User::age.gt(1));
        assert_eq!(users.engine.all(query).await?, [1]);
        users.log.sent(["SELECT users.id FROM users WHERE users.name = ? AND users.age > ?"]);
    }

    /// SQL-01 steps 4 to 6: NOT goes into the operator where it has an opposite.
    async fn negation(db: Db) {
        let users = Users::new(&db).await?;
        users.same(!User::name.eq("ed"), &[2, 3], "users.name != ?").await?;
        let both = User::name.eq("ed").and(User::age.gt(30));
        users.same(both.not(), &[1, 2, 3], "NOT (users.name = ? AND users.age > ?)").await?;
        let all = User::age
            .is_in([25])
            .not()
            .and(User::name.like("x%").not())
            .and(User::age.between(1, 2).not())
            .and(User::id.gt(0).not().not());
        users
            .same(
                all,
                &[2],
                "users.age NOT IN (?) AND users.name NOT LIKE ? AND users.age NOT BETWEEN ? AND ? AND users.id > ?",
            )
            .await?;
        let all = User::age.not_in([25]).and(User::name.not_like("x%")).and(User::age.not_between(1, 2));
        users.same(all, &[2], "users.age NOT IN (?) AND users.name NOT LIKE ? AND users.age NOT BETWEEN ? AND ?").await?;
    }

    /// SQL-01 steps 7 to 9: `None` is tested for, never compared with; NULL is unequal to nothing.
    async fn nulls(db: Db) {
        let users = Users::new(&db).await?;
        users.same(User::age.eq(None).or(User::nick.ne(None)), &[2, 3], "users.age IS NULL OR users.nick IS NOT NULL").await?;
        users.same(User::nick.ne("w"), &[2], "users.nick != ?").await?;
        let nothing = User::nick.is_distinct_from("w").and(User::nick.is_not_distinct_from(None));
        users.ids(nothing, &[1], "users.nick IS NOT ? AND users.nick IS NULL", "users.nick IS DISTINCT FROM ? AND users.nick IS NULL").await?;
    }

    /// SQL-01 steps 10 to 13: truth.
    async fn truth(db: Db) {
        let users = Users::new(&db).await?;
        users.ids(User::active, &[1], "users.active = 1", "users.active").await?;
        users.ids(!User::active, &[2], "users.active = 0", "NOT users.active").await?;
        users.ids(User::active.eq(true), &[1], "users.active = 1", "users.active = true").await?;
        users.ids(User::active.eq(func::literal(true)), &[1], "users.active = 1", "users.active = true").await?;
        let truth = User::active.is_true().and(User::active.is_not_null());
        users.ids(truth, &[1], "users.active IS 1 AND users.active IS NOT NULL", "users.active IS true AND users.active IS NOT NULL").await?;
        users.ids(User::active.is_false(), &[2], "users.active IS 0", "users.active IS false").await?;
        users.ids(User::active.is_not_true(), &[2, 3], "users.active IS NOT 1", "users.active IS NOT true").await?;
        users.ids(User::active.is_not_false(), &[1, 3], "users.active IS NOT 0", "users.active IS NOT false").await?;
        users.ids(User::active.is_true().not(), &[2, 3], "users.active IS NOT 1", "users.active IS NOT true").await?;
    }

    /// SQL-01 steps 14 to 18: constants are folded away.
    async fn constants(db: Db) {
        let users = Users::new(&db).await?;
        let truth = Expr::constant(true);
        let query = select(User::id).filter(true).order_by(User::id);
        assert_eq!(users.engine.all(query).await?, [1, 2, 3]);
        users.log.sent_each(
            &["SELECT users.id FROM users WHERE 1 = 1 ORDER BY users.id"],
            &["SELECT users.id FROM users WHERE true ORDER BY users.id"],
        );
        users.ids(false, &[], "0 = 1", "false").await?;
        users.same(truth.clone().and(User::id.gt(1).into_expr()), &[2, 3], "users.id > ?").await?;
        users.ids(truth.or(User::id.gt(1).into_expr()), &[1, 2, 3], "1 = 1", "true").await?;
        users.same(Expr::constant(false).or(User::id.gt(1).into_expr()), &[2, 3], "users.id > ?").await?;
    }

    /// Filters that may be missing, and any number of them.
    async fn filters_put_together_at_run_time(db: Db) {
        let users = Users::new(&db).await?;
        let (name, age): (Option<&str>, Option<i32>) = (Some("ed"), None);
        let condition = all_of([name.map(|name| User::name.eq(name)), age.map(|age| User::age.gt(age))]);
        users.same(condition, &[1], "users.name = ?").await?;
        users.same(any_of(["ed", "jack"].map(|name| User::name.eq(name))), &[1, 2], "users.name = ? OR users.name = ?").await?;
        let none: [Option<orm_core::sql::Typed<bool>>; 0] = [];
        users.ids(any_of(none.clone()), &[], "0 = 1", "false").await?;
        users.ids(all_of(none), &[1, 2, 3], "1 = 1", "true").await?;
        let query = select(User::id).filter(age.map(|age| User::age.gt(age))).filter(name.map(|name| User::name.eq(name)));
        assert_eq!(users.engine.all(query).await?, [1]);
        users.log.sent(["SELECT users.id FROM users WHERE users.name = ?"]);
    }

    /// SQL-01 step 19: both ends count.
    async fn ranges(db: Db) {
        let users = Users::new(&db).await?;
        users.same(User::age.between(20, 30), &[1], "users.age BETWEEN ? AND ?").await?;
        users.same(User::age.between(25, 47), &[1, 2], "users.age BETWEEN ? AND ?").await?;
        users.same(User::age.between(User::age, 100), &[1, 2], "users.age BETWEEN users.age AND ?").await?;
    }

    /// SQL-01 steps 20 and 21: precedence, the sign of remainders, division of integers and of floats.
    async fn arithmetic(db: Db) {
        let users = Users::new(&db).await?;
        let columns = ((User::age + 1) * 2, User::age - (User::age - 1), -User::age, User::age % 3, User::age / 2);
        let row = users.engine.one(select(columns).filter(User::id.eq(1))).await?;
        assert_eq!(row, (Some(52), Some(1), Some(-25), Some(1), Some(12)));
        users.log.sent(["SELECT (users.age + ?) * ?, users.age - (users.age - ?), -users.age, users.age % ?, users.age / ? \
             FROM users WHERE users.id = ?"]);
        let half = User::age.cast::<Option<f64>>() / 2.0;
        assert_eq!(users.engine.one(select(half).filter(User::id.eq(1))).await?, Some(12.5));
        let negative = (-User::age / 2, -User::age % 2, User::age % -2);
        let row = users.engine.one(select(negative).filter(User::id.eq(1))).await?;
        assert_eq!(row, (Some(-12), Some(-1), Some(1)));
        let safe = User::age / func::null_if(User::age - 25, 0);
        assert_eq!(users.engine.one(select(safe).filter(User::id.eq(1))).await?, None);
    }

    /// Bits, with what only one database has made of what both have.
    async fn bits(db: Db) {
        let users = Users::new(&db).await?;
        let age = || func::coalesce(User::age, 0);
        let columns = (age() & 12, age() | 6, age() << 2, age() >> 1, func::bit_xor(age(), 7), func::bit_not(age()));
        let row = users.engine.one(select(columns).from::<User>().filter(User::id.eq(1))).await?;
        assert_eq!(row, (25 & 12, 25 | 6, 25 << 2, 25 >> 1, 25 ^ 7, !25));
        let mixed = ((age() | 6) & 3, age() & 8 << 1, (age() + 1) << 1);
        let row = users.engine.one(select(mixed).from::<User>().filter(User::id.eq(1))).await?;
        assert_eq!(row, ((25 | 6) & 3, 25 & (8 << 1), (25 + 1) << 1));
    }

    /// SQL-01 steps 22 and 23: concatenation, and labels to order by.
    async fn concatenation_and_labels(db: Db) {
        let users = Users::new(&db).await?;
        let text = User::name.concat("x").concat(User::nick);
        let rows = users.engine.all(select(text).order_by(User::id)).await?;
        assert_eq!(rows, [None, Some("jackxj%".to_owned()), Some("Wendyxw".to_owned())]);
        users.log.sent(["SELECT users.name || ? || users.nick FROM users ORDER BY users.id"]);
        let next = (User::age + 1).label("n");
        let query = select(next.clone()).filter(next.expression().gt(30)).order_by(next.desc());
        assert_eq!(users.engine.all(query).await?, [Some(48)]);
        users.log.sent(["SELECT users.age + ? AS n FROM users WHERE users.age + ? > ? ORDER BY n DESC"]);
        let query = select((next.clone(), func::count_all())).group_by(&next).order_by(next.asc().nulls_first());
        assert_eq!(users.engine.all(query).await?, [(None, 1), (Some(26), 1), (Some(48), 1)]);
    }
}
