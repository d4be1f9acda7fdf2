//! Conditions on relationships.

use orm_core::engine::Engine;
use orm_core::prelude::*;

use super::kinds::{Knot, Tie, optional, required};
use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, User};

async fn ids<M: orm_core::Model>(
    engine: &Engine,
    id: orm_core::mapping::Column<M, i64>,
    condition: impl orm_core::sql::Condition,
) -> orm_core::Result<Vec<i64>> {
    engine.all(select(id).filter(condition).order_by(id)).await
}

both! {
    /// REL-08: any, has, contains, equals, none, and the rows of a parent; each may be turned round.
    async fn conditions_on_relationships(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        engine.execute(text("INSERT INTO users (id, name) VALUES (3, 'none')")).await?;
        engine.execute(text("INSERT INTO addresses (id, email) VALUES (9, 'stray')")).await?;
        let log = Log::new(&db, &engine);

        assert_eq!(ids(&engine, User::id, User::addresses.any(Address::email.eq("a2"))).await?, [1]);
        let exists = |one: &str| format!("SELECT users.id FROM users WHERE EXISTS (SELECT {one} FROM addresses \
            WHERE addresses.user_id = users.id AND addresses.email = ?) ORDER BY users.id");
        log.sent_each(&[&exists("1 = 1")], &[&exists("true")]);
        assert_eq!(ids(&engine, User::id, User::addresses.any(Address::email.eq("a2")).not()).await?, [2, 3]);
        assert_eq!(ids(&engine, User::id, User::addresses.any(true)).await?, [1, 2]);
        assert_eq!(ids(&engine, User::id, User::addresses.is_empty()).await?, [3]);
        assert_eq!(ids(&engine, Address::id, Address::user.has(User::name.eq("ed"))).await?, [1, 2]);
        assert_eq!(ids(&engine, Address::id, Address::user.has(User::name.eq("ed")).not()).await?, [3, 9]);
        assert_eq!(ids(&engine, Address::id, Address::user.is_none()).await?, [9]);
        assert_eq!(ids(&engine, Address::id, Address::user.is_none().not()).await?, [1, 2, 3]);

        let ed = engine.one(User::select().filter(User::id.eq(1))).await?;
        let a2 = engine.one(Address::select().filter(Address::id.eq(2))).await?;
        log.take();
        assert_eq!(ids(&engine, Address::id, Address::user.equals(&ed)).await?, [1, 2]);
        log.sent(["SELECT addresses.id FROM addresses WHERE addresses.user_id = ? ORDER BY addresses.id"]);
        assert_eq!(ids(&engine, User::id, User::addresses.contains(&a2)).await?, [1]);
        log.sent(["SELECT users.id FROM users WHERE users.id = ? ORDER BY users.id"]);
        assert_eq!(ids(&engine, Address::id, User::addresses.with_parent(&ed)).await?, [1, 2]);
        log.sent(["SELECT addresses.id FROM addresses WHERE addresses.user_id = ? ORDER BY addresses.id"]);
        assert_eq!(ids(&engine, User::id, Address::user.with_parent(&a2)).await?, [1]);
        // Of a relationship of a relationship.
        let twice = User::addresses.any(Address::user.has(User::name.eq("jack")));
        assert_eq!(ids(&engine, User::id, twice).await?, [2]);
    }

    /// A NULL is different from every object, and by `!` neither equal nor different, as in SQL.
    async fn not_equals(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        engine.execute(text("INSERT INTO addresses (id, email) VALUES (9, 'stray')")).await?;
        let ed = engine.one(User::select().filter(User::id.eq(1))).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(ids(&engine, Address::id, Address::user.not_equals(&ed)).await?, [3, 9]);
        log.sent(["SELECT addresses.id FROM addresses WHERE addresses.user_id != ? OR addresses.user_id IS NULL ORDER BY addresses.id"]);
        assert_eq!(ids(&engine, Address::id, !Address::user.equals(&ed)).await?, [3]);
        assert_eq!(ids(&engine, Address::id, Address::user.not_equals(&ed).not()).await?, [1, 2]);
        // What has no parent is in no collection.
        let stray = engine.one(Address::select().filter(Address::id.eq(9))).await?;
        assert_eq!(ids(&engine, User::id, User::addresses.contains(&stray)).await?, [0_i64; 0]);
        assert_eq!(ids(&engine, User::id, !User::addresses.contains(&stray)).await?, [1, 2]);

        Metadata::of::<(Knot, Tie)>()?.create_all(&engine).await?;
        Metadata::of::<(optional::P, optional::Q, required::A, required::C)>()?.create_all(&engine).await?;
        for insert in [
            "INSERT INTO knots (id, above_id) VALUES (1, NULL), (2, 1), (3, 1), (4, 2)",
            "INSERT INTO opt_p (x, id) VALUES (7, 1), (7, 2), (8, 1)",
            "INSERT INTO opt_q (id, p_x, p_id) VALUES (1, 7, 1), (2, 8, 1), (3, 8, NULL), (4, NULL, 1)",
            "INSERT INTO req_a (id) VALUES (1), (2)",
            "INSERT INTO req_c (id, a_id) VALUES (5, 2)",
        ] {
            engine.execute(text(insert)).await?;
        }
        let two = engine.one(Knot::select().filter(Knot::id.eq(2))).await?;
        assert_eq!(ids(&engine, Knot::id, Knot::above.not_equals(&two)).await?, [1, 2, 3]);
        let eight = engine.one(optional::P::select().filter(optional::P::x.eq(8))).await?;
        assert_eq!(ids(&engine, optional::Q::id, optional::Q::p.not_equals(&eight)).await?, [1, 3, 4]);
        let five = engine.one(required::C::select()).await?;
        assert_eq!(ids(&engine, required::A::id, required::A::c.not_equals(&five)).await?, [1]);
    }

    /// Over a table between, in a tree, with a key of two columns, to one.
    async fn conditions_of_every_kind(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Knot, Tie)>()?.create_all(&engine).await?;
        Metadata::of::<(optional::P, optional::Q, required::A, required::C)>()?.create_all(&engine).await?;
        for insert in [
            "INSERT INTO knots (id, above_id) VALUES (1, NULL), (2, 1), (3, 1), (4, 2)",
            "INSERT INTO ties (id) VALUES (1), (2), (3)",
            "INSERT INTO knot_tie (knot_id, tie_id) VALUES (1, 1), (1, 2), (2, 2)",
            "INSERT INTO opt_p (x, id) VALUES (7, 1), (7, 2), (8, 1)",
            "INSERT INTO opt_q (id, p_x, p_id) VALUES (1, 7, 1), (2, 8, 1), (3, 8, NULL)",
            "INSERT INTO req_a (id) VALUES (1), (2)",
            "INSERT INTO req_c (id, a_id) VALUES (5, 2)",
        ] {
            engine.execute(text(insert)).await?;
        }
        let knots = async |condition| ids(&engine, Knot::id, condition).await;
        assert_eq!(knots(Knot::ties.any(Tie::id.eq(2))).await?, [1, 2]);
        assert_eq!(knots(Knot::ties.is_empty()).await?, [3, 4]);
        let tie = engine.one(Tie::select().filter(Tie::id.eq(1))).await?;
        assert_eq!(knots(Knot::ties.contains(&tie)).await?, [1]);
        assert_eq!(knots(Tie::knots.with_parent(&tie)).await?, [1]);
        assert_eq!(knots(Knot::below.any(Knot::id.gt(3))).await?, [2]);
        assert_eq!(knots(Knot::below.any(Knot::id.gt(3)).not()).await?, [1, 3, 4]);
        assert_eq!(knots(Knot::below.is_empty()).await?, [3, 4]);
        assert_eq!(knots(Knot::above.has(Knot::above.is_none())).await?, [2, 3]);
        assert_eq!(knots(Knot::above.has(Knot::above.is_none()).not()).await?, [1, 4]);
        let two = engine.one(Knot::select().filter(Knot::id.eq(2))).await?;
        assert_eq!(knots(Knot::above.equals(&two)).await?, [4]);
        assert_eq!(knots(Knot::below.contains(&two)).await?, [1]);

        assert_eq!(ids(&engine, optional::Q::id, optional::Q::p.has(optional::P::x.eq(8))).await?, [2]);
        assert_eq!(ids(&engine, optional::Q::id, optional::Q::p.is_none()).await?, [3]);
        let with_children = select((optional::P::x, optional::P::id)).filter(optional::P::qs.any(true));
        assert_eq!(engine.all(with_children.order_by(optional::P::x)).await?, [(7, 1), (8, 1)]);
        assert_eq!(ids(&engine, required::A::id, required::A::c.is_none()).await?, [1]);
        assert_eq!(ids(&engine, required::A::id, required::A::c.has(required::C::id.eq(5))).await?, [2]);
    }
}
