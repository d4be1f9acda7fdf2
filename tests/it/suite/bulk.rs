//! Statements that write rows by a condition, and the objects held (BLK-03, BLK-04, BLK-05).

use orm_core::engine::Engine;
use orm_core::mapping::{Update, entity, excluded};
use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "people")]
pub(super) struct Person {
    #[orm(primary_key)]
    pub(super) id: i64,
    #[orm(unique)]
    pub(super) name: String,
    pub(super) age: Option<i32>,
}

/// People 1 'a' of 25, 2 'b' of 47, 3 'c' of 29; all of them in the session.
pub(super) async fn start(
    db: &crate::harness::Db,
) -> orm_core::Result<(Engine, Session, [Handle<Person>; 3], Log)> {
    let engine = db.engine().await;
    Metadata::of::<Person>()?.create_all(&engine).await?;
    let rows = [("a", 25), ("b", 47), ("c", 29)];
    engine
        .execute(
            Person::insert()
                .rows(rows.map(|(name, age)| (Person::name.to(name), Person::age.to(age)))),
        )
        .await?;
    let mut session = engine.session();
    let people = session.all(Person::select().order_by(Person::id)).await?;
    let people = people.try_into().expect("three people");
    let log = Log::new(db, &engine);
    Ok((engine, session, people, log))
}

pub(super) fn younger() -> Update<Person> {
    Person::update()
        .set(Person::age.to(Person::age - 10))
        .filter(Person::age.gt(26))
}

fn ages(session: &Session, people: [Handle<Person>; 3]) -> [Option<i32>; 3] {
    people.map(|it| session[it].age)
}

const UPDATE: &str = "UPDATE people SET age = people.age - ? WHERE people.age > ?";

both! {
    /// BLK-03 steps 1 to 8: the ways to find out whom an UPDATE concerns.
    async fn an_update_reaches_the_objects(db: Db) {
        let (engine, mut session, people, log) = start(&db).await?;
        assert_eq!(session.execute(younger()).await?, 2);
        log.sent([UPDATE]);
        assert_eq!(ages(&session, people), [Some(25), Some(37), Some(19)]);
        session.rollback().await?;
        assert_eq!(ages(&session, people), [Some(25), Some(47), Some(29)]);
        session.commit().await?;
        log.nothing();

        assert_eq!(session.execute_with(younger(), Synchronize::Evaluate).await?, 2);
        log.sent([UPDATE]);
        assert_eq!(ages(&session, people), [Some(25), Some(37), Some(19)]);
        session.rollback().await?;
        assert_eq!(session.execute_with(younger(), Synchronize::Fetch).await?, 2);
        log.sent([&format!("{UPDATE} RETURNING id")]);
        assert_eq!(ages(&session, people), [Some(25), Some(37), Some(19)]);
        session.rollback().await?;
        assert_eq!(session.execute_with(younger(), Synchronize::None).await?, 2);
        log.sent([UPDATE]);
        assert_eq!(ages(&session, people), [Some(25), Some(47), Some(29)]);
        session.commit().await?;
        assert_eq!(engine.all(select(Person::age).order_by(Person::id)).await?, [Some(25), Some(37), Some(19)]);
        log.take();
        assert!(!session.is_modified(people[1])?);
    }

    /// BLK-03 step 9: what is pending is flushed first; without autoflush the condition is that of the rows, and a change
    /// that is not flushed stays one.
    async fn pending_changes_and_updates(db: Db) {
        let (engine, mut session, [a, b, _], log) = start(&db).await?;
        session[a].name = "dirty".into();
        let statement = Person::update().set(Person::age.to(1)).filter(Person::name.eq("dirty"));
        assert_eq!(session.execute(&statement).await?, 1);
        log.sent(["UPDATE people SET name = ? WHERE id = ?", "UPDATE people SET age = ? WHERE people.name = ?"]);
        assert_eq!(session[a].age, Some(1));

        session[b].name = "dirty too".into();
        session[a].age = Some(7);
        let again = Person::update().set((Person::age.to(2), Person::name.to("set"))).filter(Person::name.eq("dirty"));
        assert_eq!(session.no_autoflush().execute(again).await?, 1);
        assert_eq!((session[a].name.as_str(), session[a].age), ("set", Some(7)));
        assert_eq!((session[b].name.as_str(), session[b].age), ("dirty too", Some(47)));
        log.take();
        session.commit().await?;
        log.sent(["UPDATE people SET name = ? WHERE id = ?", "UPDATE people SET age = ? WHERE id = ?"]);
        assert_eq!(engine.one(Person::select().filter(Person::id.eq(1))).await?, session[a]);
        // A change that says the same as the statement is none any more.
        session[a].age = Some(8);
        session.no_autoflush().execute(Person::update().set(Person::age.to(8)).filter(Person::id.eq(1))).await?;
        log.take();
        session.flush().await?;
        log.nothing();
    }

    /// BLK-03 steps 10 to 12: a condition or value that only the database knows.
    async fn what_cannot_be_decided_is_asked(db: Db) {
        let (_, mut session, [a, b, c], log) = start(&db).await?;
        let statement = || Person::update().set(Person::age.to(3)).filter(func::lower(Person::name).eq("a"));
        let error = session.execute_with(statement(), Synchronize::Evaluate).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (
                ErrorKind::InvalidQuery,
                "the session holds objects of Person, and decides in memory which objects the statement concerns, and its \
                 condition can only be decided by the database; say Synchronize::Auto or Fetch"
            )
        );
        log.nothing();
        assert_eq!(session.execute(statement()).await?, 1);
        log.sent(["UPDATE people SET age = ? WHERE lower(people.name) = ? RETURNING id"]);
        assert_eq!(ages(&session, [a, b, c]), [Some(3), Some(47), Some(29)]);
        // A value of the database's comes back with the keys.
        let statement = Person::update().set(Person::name.to(func::upper(Person::name))).filter(Person::id.ne(3));
        assert_eq!(session.execute(&statement).await?, 2);
        log.sent(["UPDATE people SET name = upper(people.name) WHERE people.id != ? RETURNING id, name"]);
        assert_eq!([a, b, c].map(|it| session[it].name.clone()), ["A", "B", "c"]);
        session.rollback().await?;
        assert_eq!([a, b, c].map(|it| session[it].name.clone()), ["a", "b", "c"]);
        log.take();
        // Or it is expired, where nothing may come back.
        session.execute_with(&statement, Synchronize::Evaluate).await?;
        assert_eq!(session[a].name, "a");
        session.get_one::<Person>(1).await?;
        assert_eq!(session[a].name, "A");
        log.take();
        // Texts have an order of the database's own.
        session.execute(Person::update().set(Person::age.to(4)).filter(Person::name.gt("b"))).await?;
        log.sent(["UPDATE people SET age = ? WHERE people.name > ? RETURNING id"]);
        assert_eq!(session[c].age, Some(4));
        // Objects that come back tell by themselves, and columns beside the keys are the statement's own.
        let found = session.all(Person::update().set(Person::age.to(1)).filter(Person::id.eq(2)).returning(entity::<Person>())).await?;
        assert_eq!((found, session[b].age), (vec![b], Some(1)));
        log.sent(["UPDATE people SET age = ? WHERE people.id = ? RETURNING id, name, age"]);
        let found = session.all(Person::update().set(Person::age.to(9)).filter(Person::name.like("B")).returning(Person::age)).await?;
        log.sent(["UPDATE people SET age = ? WHERE people.name LIKE ? RETURNING age, id"]);
        assert_eq!((found, session[b].age), (vec![Some(9)], Some(9)));
    }

    /// Nothing is asked for where nobody could want it.
    async fn nobody_held_nothing_asked(db: Db) {
        let (engine, _, _, log) = start(&db).await?;
        let mut session = engine.session();
        session.execute(Person::update().set(Person::age.to(1)).filter(Person::name.like("a%"))).await?;
        session.execute(Person::delete().filter(Person::name.like("b%"))).await?;
        log.sent(["UPDATE people SET age = ? WHERE people.name LIKE ?", "DELETE FROM people WHERE people.name LIKE ?"]);
        // What is read of it in the transaction goes with the transaction.
        let a = session.get_one::<Person>(1).await?;
        assert_eq!(session[a].age, Some(1));
        session.rollback().await?;
        session.get_one::<Person>(1).await?;
        assert_eq!(session[a].age, Some(25));
    }

    /// BLK-04: a DELETE makes deleted objects of those held; a rollback brings them back, also to a savepoint.
    async fn a_delete_reaches_the_objects(db: Db) {
        let (engine, mut session, [a, b, c], log) = start(&db).await?;
        let old = || Person::delete().filter(Person::age.gt(26));
        for how in [Synchronize::Auto, Synchronize::Fetch] {
            assert_eq!(session.execute_with(old(), how).await?, 2);
            let text = match how {
                Synchronize::Fetch => "DELETE FROM people WHERE people.age > ? RETURNING id",
                _ => "DELETE FROM people WHERE people.age > ?",
            };
            log.sent([text]);
            let life = |session: &Session| [a, b, c].map(|it| session.life(it).unwrap());
            assert_eq!(life(&session), [Life::Persistent, Life::Deleted, Life::Deleted]);
            assert_eq!(session.get::<Person>(2).await?, None);
            session.rollback().await?;
            assert_eq!(life(&session), [Life::Persistent; 3]);
            log.take();
            assert_eq!(session.get::<Person>(2).await?, Some(b));
            log.nothing();
        }
        let point = session.savepoint().await?;
        session.execute(old()).await?;
        session.execute(Person::update().set(Person::age.to(1))).await?;
        session.rollback_to(point).await?;
        assert_eq!((session.life(b)?, session[a].age), (Life::Persistent, Some(25)));
        // A deletion of ours before it is flushed is one with it.
        session.delete(b)?;
        session.no_autoflush().execute(old()).await?;
        log.take();
        session.commit().await?;
        log.nothing();
        assert_eq!([session.life(a)?, session.life(b)?, session.life(c)?], [Life::Persistent, Life::Detached, Life::Detached]);
        assert_eq!(engine.all(select(Person::id)).await?, [1]);
        // Not asked for, nobody knows.
        session.execute_with(Person::delete(), Synchronize::None).await?;
        assert_eq!(session.life(a)?, Life::Persistent);
    }

    /// An expired object has no values to decide by.
    async fn expired_objects_are_asked_for(db: Db) {
        let (engine, mut session, [a, b, _], log) = start(&db).await?;
        engine.execute(Person::update().set(Person::age.to(99)).filter(Person::id.eq(1))).await?;
        session.expire(a)?;
        log.take();
        session.execute(Person::delete().filter(Person::age.gt(90))).await?;
        log.sent(["DELETE FROM people WHERE people.age > ? RETURNING id"]);
        assert_eq!((session.life(a)?, session.life(b)?), (Life::Deleted, Life::Persistent));
        session.rollback().await?;
        session.expire(b)?;
        log.take();
        session.execute(younger()).await?;
        log.sent([UPDATE]);
        session.get_one::<Person>(2).await?;
        assert_eq!(session[b].age, Some(37));
        session.rollback().await?;
        session.get_one::<Person>(2).await?;
        assert_eq!(session[b].age, Some(47));
    }

    /// A row that another transaction has changed meanwhile is read anew.
    async fn memory_that_is_behind_is_read_anew(db: Db) {
        let (engine, mut session, [_, b, c], _) = start(&db).await?;
        engine.execute(Person::update().set(Person::age.to(5)).filter(Person::id.eq(2))).await?;
        assert_eq!(session.execute(younger()).await?, 1);
        session.all(Person::select()).await?;
        assert_eq!((session[b].age, session[c].age), (Some(5), Some(19)));
    }

    /// A foreign key that is written takes the objects along, and a deleted child leaves its parent.
    async fn relationships_follow(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let (ed, jack) = (session.get_one::<User>(1).await?, session.get_one::<User>(2).await?);
        let [a1, a2] = ed.addresses(&mut session).await?[..] else { panic!("two addresses") };
        let b1 = jack.addresses(&mut session).await?[0];
        session.execute(Address::update().set(Address::user_id.to(2)).filter(Address::email.eq("a1"))).await?;
        assert_eq!(ed.addresses(&mut session).await?, [a2]);
        assert_eq!(jack.addresses(&mut session).await?, [a1, b1]);
        session.execute(Address::delete().filter(Address::user_id.eq(2))).await?;
        assert_eq!(jack.addresses(&mut session).await?, []);
        session.rollback().await?;
        assert_eq!(ed.addresses(&mut session).await?, [a1, a2]);
        assert_eq!(jack.addresses(&mut session).await?, [b1]);
    }

    /// Rows that are no objects of the session yet: a loaded collection that a statement brings them into is read anew.
    async fn relationships_follow_rows_that_come(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let (ed, jack) = (session.get_one::<User>(1).await?, session.get_one::<User>(2).await?);
        assert_eq!(jack.addresses(&mut session).await?.len(), 1);
        session.execute(Address::update().set(Address::user_id.to(2)).filter(Address::email.eq("a1"))).await?;
        assert_eq!(jack.addresses(&mut session).await?.len(), 2);
        let row = (Address::user_id.to(1), Address::email.to("a3"));
        assert_eq!(ed.addresses(&mut session).await?.len(), 1);
        let log = Log::new(&db, &engine);
        session.execute(Address::insert().values(row.clone())).await?;
        assert_eq!(log.take().len(), 1);
        let emails: Vec<_> = ed.addresses(&mut session).await?.into_iter().map(|it| session[it].email.clone()).collect();
        assert_eq!(emails, ["a2", "a3"]);
        assert_eq!(log.take().len(), 1);
        // What is pending in it stays.
        let pending = ed.addresses(&mut session).push(Address::of("pending"))?;
        session.no_autoflush().execute(Address::insert().values(row.clone())).await?;
        session.flush().await?;
        assert_eq!(ed.addresses(&mut session).await?.len(), 4);
        assert_eq!(pending.user(&mut session).await?, Some(ed));
        let ids = session.all(Address::insert().values(row.clone()).on_conflict(Address::id).do_nothing().returning(Address::id)).await?;
        assert_eq!((ids.len(), ed.addresses(&mut session).await?.len()), (1, 5));
        log.take();
        // What touches no foreign key, or is to change nothing in memory, costs nothing.
        session.execute(Address::update().set(Address::email.to("x")).filter(Address::id.gt(0))).await?;
        session.execute_with(Address::insert().values(row), Synchronize::None).await?;
        assert_eq!(ed.addresses(&mut session).await?.len(), 5);
        assert_eq!(log.take().iter().filter(|sql| sql.starts_with("SELECT")).count(), 0);
        session.rollback().await?;
        assert_eq!((ed.addresses(&mut session).await?.len(), jack.addresses(&mut session).await?.len()), (2, 1));
    }

    /// A primary key that is written moves the identity, where it is known in memory.
    async fn keys_move(db: Db) {
        let (_, mut session, [a, b, _], log) = start(&db).await?;
        session.execute(Person::update().set(Person::id.to(Person::id + 10)).filter(Person::id.le(2))).await?;
        log.take();
        assert_eq!(session.get::<Person>(11).await?, Some(a));
        assert_eq!(session.get::<Person>(12).await?, Some(b));
        log.nothing();
        let error = session
            .execute(Person::update().set(Person::id.to(20)).filter(Person::name.like("a")))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        session.rollback().await?;
        assert_eq!((session.get::<Person>(1).await?, session.get::<Person>(11).await?), (Some(a), None));
    }

    /// BLK-05: an upsert returns entities; those held keep their values, unless they are to be refreshed.
    async fn upserts(db: Db) {
        let (_, mut session, [a, ..], log) = start(&db).await?;
        let upsert = |rows: &[(&'static str, i32)]| {
            let rows: Vec<_> = rows.iter().map(|&(name, age)| (Person::name.to(name), Person::age.to(age))).collect();
            Person::insert()
                .rows(rows)
                .on_conflict(Person::name)
                .do_update(Person::age.to(excluded(Person::age) + Person::age))
        };
        let text = "INSERT INTO people (name, age) VALUES (?, ?), (?, ?) ON CONFLICT (name) DO UPDATE SET age = excluded.age + people.age RETURNING id, name, age";
        let found = session.all(upsert(&[("a", 5), ("z", 7)]).returning(entity::<Person>())).await?;
        log.sent([text]);
        assert_eq!(found[0], a);
        assert_eq!((session[a].age, session[found[1]].age), (Some(25), Some(7)));
        assert_eq!(session.life(found[1])?, Life::Persistent);
        session.all(upsert(&[("a", 1)]).returning(entity::<Person>()).populate_existing()).await?;
        assert_eq!(session[a].age, Some(31));
        log.take();
        let none = Person::insert().values(Person::name.to("a")).on_conflict(Person::name).do_nothing();
        assert_eq!(session.all(none.clone().returning(Person::id)).await?, [0_i64; 0]);
        log.sent(["INSERT INTO people (name) VALUES (?) ON CONFLICT (name) DO NOTHING RETURNING id"]);
        // Run for what it does, it gives the objects held what it gave the rows.
        assert_eq!(session.execute(upsert(&[("a", 1), ("y", 0)])).await?, 2);
        log.sent([&text.replace("id, name, age", "id, age")]);
        assert_eq!(session[a].age, Some(32));
        assert_eq!(session.execute(none).await?, 0);
        log.sent(["INSERT INTO people (name) VALUES (?) ON CONFLICT (name) DO NOTHING"]);
        session.rollback().await?;
        assert_eq!(session[a].age, Some(25));
    }
}
