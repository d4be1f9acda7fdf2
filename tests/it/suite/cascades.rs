//! What a deletion does to related objects, and what it leaves to the database; keys that change; views.

use orm_core::engine::Engine;
use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, User};

/// Three levels that the session deletes.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "trunks")]
struct Trunk {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = trunk, cascade = "all, delete-orphan")]
    limbs: HasMany<Limb>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "limbs")]
struct Limb {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Trunk::id)]
    trunk_id: Option<i64>,
    #[orm(back_populates = limbs)]
    trunk: BelongsTo<Trunk>,
    #[orm(cascade = "all", order_by = Twig::id)]
    twigs: HasMany<Twig>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "twigs")]
struct Twig {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Limb::id)]
    limb_id: Option<i64>,
}

/// Three levels that the database deletes; keys that it changes.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "firms")]
struct Firm {
    #[orm(primary_key)]
    name: String,
    #[orm(back_populates = firm, cascade = "all, delete-orphan", passive_deletes)]
    offices: HasMany<Office>,
    #[orm(passive_deletes = "all")]
    cars: HasMany<Car>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "offices")]
struct Office {
    #[orm(primary_key, references = Firm::name, on_delete = "cascade", on_update = "cascade")]
    firm_name: String,
    #[orm(primary_key)]
    number: i32,
    #[orm(back_populates = offices)]
    firm: BelongsTo<Firm>,
    #[orm(cascade = "all", passive_deletes)]
    desks: HasMany<Desk>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "desks")]
struct Desk {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Office::firm_name, on_delete = "cascade", on_update = "cascade")]
    firm_name: String,
    #[orm(references = Office::number, on_delete = "cascade", on_update = "cascade")]
    number: i32,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "cars")]
struct Car {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Firm::name, on_delete = "cascade", on_update = "cascade")]
    firm_name: Option<String>,
}

/// Two foreign keys to one table, and a view of one of them.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "buyers")]
struct Buyer {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Town::id)]
    billing_id: Option<i64>,
    #[orm(references = Town::id)]
    shipping_id: Option<i64>,
    #[orm(foreign_key = billing_id)]
    billing: BelongsTo<Town>,
    #[orm(foreign_key = shipping_id)]
    shipping: BelongsTo<Town>,
    #[orm(foreign_key = billing_id, view_only)]
    payer: BelongsTo<Town>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "towns")]
struct Town {
    #[orm(primary_key)]
    id: i64,
    city: String,
    #[orm(foreign_key = shipping_id, view_only)]
    receivers: HasMany<Buyer>,
}

fn limb() -> Limb {
    Limb {
        twigs: [Twig::default(), Twig::default()].into(),
        ..Default::default()
    }
}

async fn count<M: orm_core::mapping::Model>(engine: &Engine) -> orm_core::Result<i64> {
    engine.scalar(select(func::count_all()).from::<M>()).await
}

/// Firm `a` with offices 1 and 2, each with a desk, and a car.
async fn firm(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<Firm>()?.create_all(engine).await?;
    let office = |number| Office {
        number,
        desks: [Desk::default()].into(),
        ..Default::default()
    };
    let mut session = engine.session();
    session.add(Firm {
        name: "a".into(),
        offices: [office(1), office(2)].into(),
        cars: [Car::default()].into(),
    });
    session.commit().await
}

both! {
    /// CAS-01: without a cascade the children are loaded and left without a parent, or the column says that it cannot be.
    async fn children_lose_their_parent(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let user = session.get_one::<User>(1).await?;
        let log = Log::new(&db, &engine);
        session.delete(user)?;
        session.flush().await?;
        let sent = log.take();
        assert_eq!(sent.len(), 3, "{sent:?}");
        assert!(sent[0].starts_with("SELECT") && sent[1].starts_with("UPDATE addresses"), "{sent:?}");
        assert_eq!(sent[2], "DELETE FROM users WHERE id = ?");
        session.commit().await?;
        let rows = engine.all(select(Address::user_id).order_by(Address::id)).await?;
        assert_eq!(rows, [None, None, Some(2)]);
    }

    /// One parent with 3 children of 2 children each: three statements to write, three to delete. CAS-03: taken out of a
    /// relationship with the cascade `all`, a child stays.
    async fn one_statement_for_each_level(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Trunk>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let trunk = session.add(Trunk { limbs: [limb(), limb(), limb()].into(), ..Default::default() });
        let log = Log::new(&db, &engine);
        session.flush().await?;
        assert_eq!(log.take().len(), 3);
        session.commit().await?;
        let limbs = trunk.limbs(&mut session).await?;
        let twigs = limbs[0].twigs(&mut session).await?;
        limbs[0].twigs(&mut session).remove(twigs[0])?;
        log.take();
        session.flush().await?;
        log.sent(["UPDATE twigs SET limb_id = ? WHERE id = ?"]);
        session.delete(trunk)?;
        session.flush().await?;
        log.sent_each(
            &["DELETE FROM twigs WHERE id = ?", "DELETE FROM limbs WHERE id = ?", "DELETE FROM trunks WHERE id = ?"],
            &[
                "DELETE FROM twigs WHERE id = ANY(?::BIGINT[])",
                "DELETE FROM limbs WHERE id = ANY(?::BIGINT[])",
                "DELETE FROM trunks WHERE id = ?",
            ],
        );
        session.commit().await?;
        assert_eq!((count::<Twig>(&engine).await?, session.life(twigs[0])?), (1, Life::Persistent));
    }

    /// CAS-05: taken out while pending, it is transient at once, with what is a part of it; put in again, or elsewhere, it is
    /// pending again with all that it had.
    async fn what_is_taken_out_while_pending(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Trunk, Limb, Twig)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let trunk = session.add(Trunk::default());
        let limb = trunk.limbs(&mut session).push(Limb { twigs: [Twig::default(), Twig::default()].into(), ..Default::default() })?;
        let twigs = limb.twigs(&mut session).await?;
        assert_eq!(session.life(limb)?, Life::Pending);
        trunk.limbs(&mut session).remove(limb)?;
        assert_eq!(session.life(limb)?, Life::Transient);
        assert_eq!([session.life(twigs[0])?, session.life(twigs[1])?], [Life::Transient; 2]);
        session.flush().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<Limb>()).await?, 0);
        assert_eq!(session.life(limb)?, Life::Transient);

        let other = session.add(Trunk::default());
        for to in [trunk, other] {
            let limb = trunk.limbs(&mut session).push(Limb { twigs: [Twig::default()].into(), ..Default::default() })?;
            trunk.limbs(&mut session).remove(limb)?;
            assert_eq!(session.life(limb)?, Life::Transient);
            to.limbs(&mut session).push(limb)?;
            assert_eq!(session.life(limb)?, Life::Pending);
            session.flush().await?;
            assert_eq!(session[limb].trunk_id, Some(session[to].id));
            assert_eq!(limb.twigs(&mut session).await?.len(), 1);
        }
        // As the whole that is assigned, by the child's own side, and by the deletion of a parent.
        let held = other.limbs(&mut session).await?;
        let limb = other.limbs(&mut session).push(Limb::default())?;
        session[other].limbs = held.into();
        session.dirty();
        assert_eq!(session.life(limb)?, Life::Transient);
        let limb = other.limbs(&mut session).push(Limb::default())?;
        limb.trunk(&mut session).clear()?;
        assert_eq!(session.life(limb)?, Life::Transient);
        session.commit().await?;
        let rows = "SELECT count(*) FROM limbs UNION ALL SELECT count(*) FROM twigs";
        assert_eq!(engine.all(text(rows).columns::<i64>()).await?, [2, 2]);
    }

    /// CAS-05: a child that never had a parent is inserted; one taken from its parent before it was written is not.
    async fn new_orphans(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Trunk>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let alone = session.add(Limb::default());
        session.flush().await?;
        assert_eq!(session.life(alone)?, Life::Persistent);
        let trunk = session.add(Trunk { limbs: [limb()].into(), ..Default::default() });
        let taken = trunk.limbs(&mut session).await?[0];
        trunk.limbs(&mut session).remove(taken)?;
        let log = Log::new(&db, &engine);
        session.flush().await?;
        assert_eq!(log.take().len(), 1);
        assert_eq!(session.life(taken)?, Life::Transient);
    }

    /// What is not loaded is left to the database: one statement deletes all levels. What is loaded is deleted as ever.
    async fn passive_deletes(db: Db) {
        let engine = db.engine().await;
        firm(&engine).await?;
        let mut session = engine.session();
        let a = session.get_one::<Firm>("a").await?;
        let log = Log::new(&db, &engine);
        session.delete(a)?;
        session.flush().await?;
        log.sent(["DELETE FROM firms WHERE name = ?"]);
        assert_eq!(session.scalar(select(func::count_all()).from::<Desk>()).await?, 0);
        assert_eq!(session.scalar(select(func::count_all()).from::<Car>()).await?, 0);
        session.rollback().await?;
        let offices = a.offices(&mut session).await?;
        a.cars(&mut session).await?;
        log.take();
        session.delete(a)?;
        session.flush().await?;
        log.sent_each(
            &["DELETE FROM offices WHERE firm_name = ? AND number = ?", "DELETE FROM firms WHERE name = ?"],
            &[
                "DELETE FROM offices USING UNNEST(?::TEXT[], ?::INTEGER[]) AS u (k0, k1) \
                 WHERE offices.firm_name = u.k0 AND offices.number = u.k1",
                "DELETE FROM firms WHERE name = ?",
            ],
        );
        assert_eq!(session.life(offices[0])?, Life::Deleted);
        session.commit().await?;
        assert_eq!((count::<Desk>(&engine).await?, count::<Car>(&engine).await?), (0, 0));
    }

    /// SES-17: a key that changes is one statement; what `ON UPDATE CASCADE` changes in the database changes in memory
    /// too, through all levels, and comes back with a rollback.
    async fn dependants_follow_a_key(db: Db) {
        let engine = db.engine().await;
        firm(&engine).await?;
        let mut session = engine.session();
        let a = session.get_one::<Firm>("a").await?;
        let offices = a.offices(&mut session).await?;
        let desk = offices[0].desks(&mut session).await?[0];
        let car = a.cars(&mut session).await?[0];
        let log = Log::new(&db, &engine);
        session[a].name = "b".into();
        session.flush().await?;
        log.sent(["UPDATE firms SET name = ? WHERE name = ?"]);
        assert_eq!(session[offices[0]].firm_name, "b");
        assert_eq!(session[desk].firm_name, "b");
        assert_eq!(session[car].firm_name.as_deref(), Some("b"));
        assert_eq!(session.get::<Office>(("b", 1)).await?, Some(offices[0]));
        assert_eq!(offices[0].firm(&mut session).await?, Some(a));
        session.flush().await?;
        log.nothing();
        session.rollback().await?;
        assert_eq!((session[desk].firm_name.as_str(), session[offices[1]].firm_name.as_str()), ("a", "a"));
        assert_eq!(session.get::<Office>(("a", 1)).await?, Some(offices[0]));
        session[a].name = "c".into();
        session[car].firm_name = None;
        session.commit().await?;
        let rows = engine.all(select(Desk::firm_name)).await?;
        assert_eq!(rows, ["c", "c"]);
        assert_eq!(engine.all(select(Car::firm_name)).await?, [None]);
    }

    /// REL-05: two foreign keys to one table, and views. Differs from the reference: what is put into a view is an error,
    /// not forgotten.
    async fn views_are_only_read(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Buyer>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let town = |city: &str| Town { city: city.into(), ..Default::default() };
        let (b, s) = (session.add(town("B")), session.add(town("S")));
        let buyer = session.add(Buyer { billing: b.into(), shipping: s.into(), ..Default::default() });
        session.commit().await?;
        let mut session = engine.session();
        let held = session.all(Buyer::select().with(Buyer::billing).with(Buyer::shipping).with(Buyer::payer)).await?[0];
        let log = Log::new(&db, &engine);
        let (b, s) = (held.billing(&mut session).await?.unwrap(), held.shipping(&mut session).await?.unwrap());
        assert_eq!((session[b].city.as_str(), session[s].city.as_str()), ("B", "S"));
        assert_eq!(held.payer(&mut session).await?, Some(b));
        log.nothing();
        assert_eq!(s.receivers(&mut session).await?, [held]);
        let error = held.payer(&mut session).set(s).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert_eq!(
            error.message(),
            "Buyer.payer is view_only, so nothing can be put into it or taken out; change the relationship or column that \
             it shows"
        );
        assert_eq!(s.receivers(&mut session).push(held).unwrap_err().kind(), ErrorKind::InvalidState);
        session[held].payer = s.into();
        assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::InvalidState);
        session.rollback().await?;
        log.take();
        held.billing(&mut session).clear()?;
        session.flush().await?;
        log.sent(["UPDATE buyers SET billing_id = ? WHERE id = ?"]);
        assert_eq!(held.payer(&mut session).await?, None);
        // A view takes nothing along, and lets nothing go.
        held.shipping(&mut session).clear()?;
        session.delete(s)?;
        session.commit().await?;
        assert_eq!(count::<Town>(&engine).await?, 1);
        let _ = buyer;
    }
}
