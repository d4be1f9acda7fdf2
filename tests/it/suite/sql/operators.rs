//! WHERE: comparison, truth, NULL, precedence (SQL-01).

use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::sql_language::{User, data};

both! {
    /// SQL-01: parentheses only where they are needed.
    async fn parentheses_where_needed(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let ids = |condition| engine.all(select(User::id).filter_untyped(condition).order_by(User::id));
        let either = User::age.gt(30).or(User::age.is_null());
        assert_eq!(ids(User::name.eq("ed").and(either).into_expr()).await?, [0_i64; 0]);
        log.sent([
            "SELECT users.id FROM users WHERE users.name = ? AND (users.age > ? OR users.age IS NULL) ORDER BY users.id",
        ]);
        let both = User::name.eq("ed").and(User::age.gt(30));
        assert_eq!(ids(both.or(User::name.eq("jack")).into_expr()).await?, [2]);
        log.sent([
            "SELECT users.id FROM users WHERE users.name = ? AND users.age > ? OR users.name = ? ORDER BY users.id",
        ]);
    }
}
