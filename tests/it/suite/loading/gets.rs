//! Relationships loaded with an object that is got by its key.

use orm_core::prelude::*;
use orm_core::session::{GetOptions, SessionOptions};

use super::emails;
use crate::harness::{Log, both};
use crate::scenarios::tagged::Article;
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

const USER: &str = "SELECT users.id, users.name, users.fullname FROM users WHERE users.id = ?";
const OF_ONE: &str = "SELECT addresses.id, addresses.user_id, addresses.email FROM addresses WHERE addresses.user_id = ? \
    ORDER BY addresses.id";

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "cars")]
struct Car {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = car, lazy = "joined", order_by = Wheel::id)]
    wheels: HasMany<Wheel>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "wheels")]
struct Wheel {
    #[orm(primary_key)]
    id: i64,
    size: i32,
    #[orm(references = Car::id)]
    car_id: Option<i64>,
    #[orm(back_populates = wheels, lazy = "joined")]
    car: BelongsTo<Car>,
}

const CAR: &str = "SELECT cars.id, cars.name, wheels_1.id, wheels_1.size FROM cars LEFT JOIN wheels AS wheels_1 \
    ON wheels_1.car_id = cars.id WHERE cars.id = ? ORDER BY wheels_1.id";

both! {
    /// `lazy = "joined"`: one statement for a get, a get for update, a refresh, and the reload of what is expired.
    async fn joined_by_default(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Car, Wheel)>()?.create_all(&engine).await?;
        for sql in [
            "INSERT INTO cars (id, name) VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO wheels (id, size, car_id) VALUES (1, 15, 1), (2, 15, 1), (3, 15, 2)",
        ] {
            engine.execute(text(sql)).await?;
        }
        let log = Log::new(&db, &engine);
        let mut session = engine.session();
        let car = session.get_one::<Car>(1).await?;
        assert_eq!(car.wheels(&mut session).await?.len(), 2);
        log.sent([CAR]);
        engine.execute(text("INSERT INTO wheels (id, size, car_id) VALUES (4, 16, 1)")).await?;
        engine.execute(text("UPDATE cars SET name = 'anew' WHERE id = 1")).await?;
        log.take();
        session.refresh(car).await?;
        assert_eq!((car.wheels(&mut session).await?.len(), session[car].name.as_str()), (3, "anew"));
        log.sent([CAR]);
        engine.execute(text("DELETE FROM wheels WHERE id = 4")).await?;
        session.expire(car)?;
        log.take();
        assert_eq!(session.get::<Car>(1).await?, Some(car));
        assert_eq!(car.wheels(&mut session).await?.len(), 2);
        log.sent([CAR]);
        assert_eq!(session.get::<Car>(9).await?, None);
        log.sent([CAR]);
        assert_eq!(session.get_with::<Car>(1, GetOptions::for_update()).await?, Some(car));
        assert_eq!(log.take().len(), 1);
        session.rollback().await?;
        session.get_with::<Car>(1, GetOptions::populate_existing()).await?;
        car.wheels(&mut session).await?;
        assert_eq!(log.take().len(), 1);
        // To one; a row that moved takes its object along, and a row that is gone says so.
        let wheel = session.get_one::<Wheel>(3).await?;
        let two = wheel.car(&mut session).await?.unwrap();
        two.wheels(&mut session).await?;
        engine.execute(text("UPDATE wheels SET car_id = 1 WHERE id = 3")).await?;
        log.take();
        session.refresh(wheel).await?;
        assert_eq!(wheel.car(&mut session).await?, Some(car));
        assert_eq!(log.take().len(), 1);
        assert_eq!(two.wheels(&mut session).await?.len(), 0);
        engine.execute(text("DELETE FROM wheels WHERE id = 3")).await?;
        let error = session.refresh(wheel).await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::NotFound, Some("Wheel(3)")), "{error}");
        // The session may say it, and what it hides it hides of the others only.
        let joins = SessionOptions::default().load(User::addresses.joined()).criteria::<Address>(Address::email.ne("a1"));
        user_address::data(&engine).await?;
        let mut session = engine.session_with(joins);
        log.take();
        let ed = session.get_one::<User>(1).await?;
        session.refresh(ed).await?;
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);
        assert_eq!(log.take().len(), 2);
    }

    /// With the row where it is read; what is missing where the object is held.
    async fn options_of_a_get(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let with = |load| GetOptions::default().with(load);
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let ed = session.get_with::<User>(1, with(User::addresses.select_in())).await?.unwrap();
        log.sent([USER, OF_ONE]);
        assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
        assert_eq!(session.get_with::<User>(1, with(User::addresses.select_in())).await?, Some(ed));
        log.nothing();
        assert_eq!(session.get_with::<User>(9, with(User::addresses.select_in())).await?, None);
        log.sent([USER]);

        for load in [User::addresses.select_in(), User::addresses.joined(), User::addresses.then(Address::user)] {
            let mut session = engine.session();
            let ed = session.get_one::<User>(1).await?;
            log.take();
            session.get_with::<User>(1, with(load)).await?;
            log.sent([OF_ONE]);
            assert_eq!(emails(&mut session, ed).await?, ["a1", "a2"]);
            log.nothing();
        }

        let mut session = engine.session();
        let ed = session.get_with::<User>(1, with(User::addresses.joined())).await?.unwrap();
        log.sent(["SELECT users.id, users.name, users.fullname, addresses_1.id, addresses_1.email \
            FROM users LEFT JOIN addresses AS addresses_1 ON addresses_1.user_id = users.id WHERE users.id = ? \
            ORDER BY addresses_1.id"]);
        engine.execute(text("INSERT INTO addresses (id, user_id, email) VALUES (9, 1, 'a9')")).await?;
        engine.execute(text("UPDATE users SET name = 'anew'")).await?;
        session.get_with::<User>(1, GetOptions::populate_existing().with(User::addresses)).await?;
        assert_eq!(emails(&mut session, ed).await?.len(), 3);
        assert_eq!(session[ed].name, "anew");
        session.expire(ed)?;
        log.take();
        session.get_with::<User>(1, with(User::addresses.limit(1))).await?;
        assert_eq!(emails(&mut session, ed).await?.len(), 1);
        assert_eq!(log.take().len(), 2);

        // Locked: a transaction is open, and pending changes are written before.
        session[ed].name = "locked".into();
        session.get_with::<User>(1, GetOptions::for_update().with(User::addresses.joined())).await?;
        let lock = log.take();
        assert_eq!(lock.len(), 2);
        if db.backend() == crate::harness::Backend::Postgres {
            assert!(lock[1].ends_with("FOR UPDATE OF users"), "{lock:?}");
        }
        assert!(session.in_transaction());
        session.rollback().await?;
    }

    /// What they say of later loads holds; what cannot be is refused, found in memory or not.
    async fn lazy_and_wrong_options(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let raise = || GetOptions::default().with(User::addresses.raise());
        let ed = session.get_with::<User>(1, raise()).await?.unwrap();
        assert_eq!(ed.addresses(&mut session).await.unwrap_err().kind(), ErrorKind::NotLoaded);
        let jack = session.get_one::<User>(2).await?;
        session.get_with::<User>(2, raise()).await?;
        assert_eq!(jack.addresses(&mut session).await.unwrap_err().kind(), ErrorKind::NotLoaded);
        for key in [1, 7] {
            for wrong in [
                GetOptions::default().with(Article::tags),
                GetOptions::default().with(User::addresses.from_join()),
                GetOptions::default().with(User::addresses.joined()).with(User::addresses.batch()),
            ] {
                let error = session.get_with::<User>(key, wrong).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidQuery);
            }
        }
        let error = session.get_with::<User>(1, GetOptions::default().with(Article::tags)).await.unwrap_err();
        assert_eq!(error.message(), "Article.tags cannot be loaded with User");

        // An object that carries criteria is filled under those.
        let mut session = engine.session();
        let some = User::select().filter(User::id.eq(1)).with_criteria::<Address>(Address::email.ne("a1"));
        let ed = session.one(some).await?;
        session.get_with::<User>(1, GetOptions::default().with(User::addresses)).await?;
        let log = Log::new(&db, &engine);
        assert_eq!(emails(&mut session, ed).await?, ["a2"]);
        log.nothing();
        let [address] = ed.addresses(&mut session).await?[..] else { panic!() };
        assert_eq!(address.user(&mut session).await?, Some(ed));
    }
}
