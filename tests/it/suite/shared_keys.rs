//! Keys that are foreign keys too: a row that shares the key of another, and keys that reach down three levels.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "accounts")]
struct Account {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = account, cascade = "all, delete-orphan")]
    profile: HasOne<Profile>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "profiles")]
struct Profile {
    #[orm(primary_key, references = Account::id)]
    account_id: i64,
    bio: String,
    #[orm(back_populates = profile)]
    account: BelongsTo<Account>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "countries")]
struct Country {
    #[orm(primary_key)]
    code: String,
    #[orm(back_populates = country, cascade = "all, delete-orphan", order_by = City::name)]
    cities: HasMany<City>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "cities")]
struct City {
    #[orm(primary_key, references = Country::code, on_update = "cascade")]
    country_code: String,
    #[orm(primary_key)]
    name: String,
    #[orm(back_populates = cities)]
    country: BelongsTo<Country>,
    #[orm(back_populates = city, order_by = Street::id)]
    streets: HasMany<Street>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "streets")]
struct Street {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = City::country_code, on_update = "cascade")]
    country: Option<String>,
    #[orm(references = City::name, on_update = "cascade")]
    town: Option<String>,
    #[orm(back_populates = streets)]
    city: BelongsTo<City>,
}

fn profile(bio: &str) -> Profile {
    Profile {
        bio: bio.into(),
        ..Default::default()
    }
}

async fn profiles(engine: &Engine) -> orm_core::Result<Vec<(i64, String)>> {
    let rows = select((Profile::account_id, Profile::bio)).order_by(Profile::account_id);
    engine.all(rows).await
}

both! {
    /// A row is replaced by an UPDATE, moves by its key, and is deleted as an orphan.
    async fn a_row_shares_the_key_of_another(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Account>()?.create_all(&engine).await?;
        let account = |name: &str| Account { name: name.into(), ..Default::default() };
        let mut session = engine.session();
        let a = session.add(Account { profile: profile("old").into(), ..account("a") });
        let b = session.add(account("b"));
        session.commit().await?;
        let old = a.profile(&mut session).await?.expect("a profile");
        assert_eq!((session[old].account_id, session.get::<Profile>(1).await?), (1, Some(old)));

        let log = Log::new(&db, &engine);
        let new = a.profile(&mut session).set(profile("new"))?;
        session.commit().await?;
        log.sent(["UPDATE profiles SET bio = ? WHERE account_id = ?"]);
        assert_eq!((session.life(old)?, session.get::<Profile>(1).await?), (Life::Detached, Some(new)));

        b.profile(&mut session).set(new)?;
        session.commit().await?;
        assert_eq!(profiles(&engine).await?, [(2, "new".to_owned())]);
        assert_eq!((a.profile(&mut session).await?, session.get::<Profile>(2).await?), (None, Some(new)));
        b.profile(&mut session).clear()?;
        session.commit().await?;
        assert_eq!(profiles(&engine).await?, []);

        // By its key alone, and as a part of a merged value.
        let by_key = session.add(Profile { account_id: 1, ..profile("by key") });
        session.commit().await?;
        assert_eq!(a.profile(&mut session).await?, Some(by_key));
        let mut plain = engine.one(Account::select().filter(Account::id.eq(1)).with(Account::profile)).await?;
        plain.profile = profile("merged").into();
        let mut other = engine.session();
        other.merge(plain).await?;
        other.commit().await?;
        assert_eq!(profiles(&engine).await?, [(1, "merged".to_owned())]);

        // Two that change places go round in a circle: refused, and everybody is where they were.
        b.profile(&mut session).set(profile("b"))?;
        session.commit().await?;
        let of_b = b.profile(&mut session).await?.expect("a profile");
        a.profile(&mut session).set(of_b)?;
        b.profile(&mut session).set(by_key)?;
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::UniqueViolation);
        session.rollback().await?;
        assert_eq!((a.profile(&mut session).await?, b.profile(&mut session).await?), (Some(by_key), Some(of_b)));
    }

    /// A key that changes at the top changes those below it, in the database and in memory, and back.
    async fn keys_of_three_levels(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Country>()?.create_all(&engine).await?;
        let city = |name: &str| City { name: name.into(), ..Default::default() };
        let mut session = engine.session();
        let c = session.add(Country {
            code: "x".into(),
            cities: [City { streets: [Street::default(), Street::default()].into(), ..city("m") }, city("n")].into(),
        });
        session.commit().await?;
        let cities = c.cities(&mut session).await?;
        let streets = cities[0].streets(&mut session).await?;
        let log = Log::new(&db, &engine);
        session[c].code = "y".into();
        session.commit().await?;
        log.sent(["UPDATE countries SET code = ? WHERE code = ?"]);
        assert_eq!((session[cities[0]].country_code.as_str(), session[streets[0]].country.as_deref()), ("y", Some("y")));
        assert_eq!(session.get::<City>(("y", "m")).await?, Some(cities[0]));
        assert_eq!(cities[0].streets(&mut session).await?, streets);
        assert_eq!(streets[0].city(&mut session).await?, Some(cities[0]));
        log.nothing();

        // Keys of two levels, and what comes and goes below them, in one flush.
        session[c].code = "z".into();
        session[cities[1]].name = "nn".into();
        cities[1].streets(&mut session).push(Street::default())?;
        cities[0].streets(&mut session).remove(streets[1])?;
        session.commit().await?;
        let row = |id, country: Option<&str>, town: Option<&str>| (id, country.map(str::to_owned), town.map(str::to_owned));
        let rows = engine.all(select((Street::id, Street::country, Street::town)).order_by(Street::id)).await?;
        assert_eq!(rows, [row(1, Some("z"), Some("m")), row(2, None, None), row(3, Some("z"), Some("nn"))]);

        session[c].code = "not".into();
        session.flush().await?;
        session.rollback().await?;
        assert_eq!((session[c].code.as_str(), session[streets[0]].country.as_deref()), ("z", Some("z")));
        assert_eq!(session.get::<City>(("z", "m")).await?, Some(cities[0]));
        assert_eq!(session.get::<City>(("not", "m")).await?, None);
    }
}
