//! What is assigned to an expired object is written, also where it is the value that was last known.

use orm_core::engine::Isolation;
use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "users")]
struct User {
    #[orm(primary_key)]
    id: i64,
    name: String,
    fullname: Option<String>,
    #[orm(back_populates = user)]
    addresses: HasMany<Address>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "addresses")]
struct Address {
    #[orm(primary_key)]
    id: i64,
    email: String,
    #[orm(references = User::id)]
    user_id: Option<i64>,
    #[orm(back_populates = addresses)]
    user: BelongsTo<User>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "docs")]
struct Doc {
    #[orm(primary_key)]
    id: i64,
    title: String,
    #[orm(version)]
    version: i32,
    #[orm(references = User::id)]
    user_id: Option<i64>,
    user: BelongsTo<User>,
}

struct Held {
    session: Session,
    ed: Handle<User>,
    kim: Handle<User>,
    address: Handle<Address>,
    doc: Handle<Doc>,
}

async fn data(engine: &Engine, options: SessionOptions) -> orm_core::Result<Held> {
    Metadata::of::<(User, Address, Doc)>()?
        .create_all(engine)
        .await?;
    let mut session = engine.session_with(options);
    let user = |name: &str| User {
        name: name.into(),
        fullname: Some("F".into()),
        ..Default::default()
    };
    let (ed, kim) = (session.add(user("ed")), session.add(user("kim")));
    let address = session.add(Address {
        email: "a@x".into(),
        user: ed.into(),
        ..Default::default()
    });
    let doc = session.add(Doc {
        title: "a".into(),
        user: ed.into(),
        ..Default::default()
    });
    session.commit().await?;
    Ok(Held {
        session,
        ed,
        kim,
        address,
        doc,
    })
}

async fn user(engine: &Engine) -> orm_core::Result<(String, Option<String>)> {
    engine
        .one(select((User::name, User::fullname)).filter(User::id.eq(1)))
        .await
}

async fn set_name(engine: &Engine, name: &str) -> orm_core::Result<()> {
    engine
        .execute(
            User::update()
                .set(User::name.to(name))
                .filter(User::id.eq(1)),
        )
        .await
        .map(drop)
}

both! {
    /// `expire`, or `expire_on_commit`: the row changes elsewhere, and the program assigns what it last knew.
    async fn the_last_known_value_is_written(db: Db) {
        let engine = db.engine().await;
        let Held { mut session, ed, .. } = data(&engine, SessionOptions::default().expire_on_commit(true)).await?;
        set_name(&engine, "other").await?;
        session[ed].name = "ed".into();
        session.commit().await?;
        assert_eq!(user(&engine).await?.0, "ed");

        session.refresh(ed).await?;
        session.expire(ed)?;
        set_name(&engine, "other").await?;
        session[ed].name = "ed".into();
        session[ed].fullname = Some("G".into());
        session.commit().await?;
        assert_eq!(user(&engine).await?, ("ed".into(), Some("G".into())));
        // A query in between flushes, and one column can be expired alone.
        session.refresh(ed).await?;
        session.expire_only(ed, (User::name,))?;
        set_name(&engine, "other").await?;
        session[ed].name = "ed".into();
        assert_eq!(session.all(User::select().filter(User::name.eq("ed"))).await?, [ed]);
        session.commit().await?;
        assert_eq!(user(&engine).await?.0, "ed");
    }

    /// What differs is written as ever, by one statement, and what the program did not assign stays as it is in the row.
    async fn other_columns_stay(db: Db) {
        let engine = db.engine().await;
        let Held { mut session, ed, .. } = data(&engine, SessionOptions::default()).await?;
        session.expire(ed)?;
        set_name(&engine, "other").await?;
        session[ed].fullname = None;
        let log = Log::new(&db, &engine);
        session.commit().await?;
        assert_eq!(log.take().len(), 1);
        assert_eq!(user(&engine).await?, ("other".into(), None));
        session.refresh(ed).await?;
        assert_eq!(session[ed].name, "other");
        // A row that is as it was last known is read, and not written.
        session.expire(ed)?;
        session[ed].name = "other".into();
        log.take();
        session.commit().await?;
        assert_eq!(log.take().len(), 1);
        // Which of several columns was assigned again cannot be told.
        session.expire(ed)?;
        engine.execute(User::update().set(User::name.to("x")).set(User::fullname.to("y"))).await?;
        session[ed].name = "other".into();
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("User(1)")));
        assert_eq!(error.columns(), ["name".to_owned(), "fullname".to_owned()]);
        session.rollback().await?;
        session.get_one::<User>(1).await?;
        assert_eq!(session[ed].name, "x");
    }

    /// A relationship likewise, assigned from either side, or taken away.
    async fn relationships_are_written(db: Db) {
        let engine = db.engine().await;
        let Held { mut session, ed, address, .. } = data(&engine, SessionOptions::default()).await?;
        let owner = || engine.one(select(Address::user_id));
        let elsewhere = async |to: Option<i64>| engine.execute(Address::update().set(Address::user_id.to(to))).await;
        session.expire(address)?;
        elsewhere(Some(2)).await?;
        session[address].user = ed.into();
        session.commit().await?;
        assert_eq!(owner().await?, Some(1));

        session.expire(address)?;
        elsewhere(Some(2)).await?;
        session[address].user_id = Some(1);
        session.commit().await?;
        assert_eq!(owner().await?, Some(1));

        elsewhere(None).await?;
        session.refresh(address).await?;
        session.expire(address)?;
        elsewhere(Some(2)).await?;
        session[address].user = BelongsTo::none();
        session.commit().await?;
        assert_eq!(owner().await?, None);
        // What else changed elsewhere stays.
        session.expire(address)?;
        engine.execute(Address::update().set(Address::email.to("b@x")).set(Address::user_id.to(2))).await?;
        session[address].user = BelongsTo::none();
        session.commit().await?;
        assert_eq!(engine.one(select((Address::email, Address::user_id))).await?, ("b@x".into(), None));
    }

    /// A version is read first: expiring is to see what others did. What was changed before that is not.
    async fn a_version_is_read_first(db: Db) {
        let engine = db.engine().await;
        let Held { mut session, ed, kim, doc, .. } = data(&engine, SessionOptions::default()).await?;
        let elsewhere = async |user: i64| {
            let mut session = engine.session();
            let doc = session.get_one::<Doc>(1).await?;
            session[doc].title += "+";
            session[doc].user_id = Some(user);
            session.commit().await
        };
        session.expire(doc)?;
        elsewhere(2).await?;
        session[doc].user = ed.into();
        session.commit().await?;
        let row = || engine.one(select((Doc::title, Doc::version, Doc::user_id)));
        assert_eq!(row().await?, ("a+".into(), 3, Some(1)));
        session.refresh(doc).await?;
        session.expire(doc)?;
        elsewhere(1).await?;
        session[doc].title = "a+".into();
        session[doc].user = kim.into();
        session.commit().await?;
        assert_eq!(row().await?, ("a+".into(), 5, Some(2)));

        session[doc].title = "mine".into();
        elsewhere(1).await?;
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::StaleData);
        session.rollback().await?;
        session.expire(doc)?;
        elsewhere(1).await?;
        session.delete(doc)?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<Doc>()).await?, 0);
    }

    /// In a session with an isolation level, a change of what was read in an earlier transaction is refused where the row
    /// is another one now.
    async fn an_earlier_transaction_is_not_this_one(db: Db) {
        data(&db.engine().await, SessionOptions::default()).await?;
        let engine = Engine::builder(db.url()).isolation(Isolation::Serializable).connect().await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        session.commit().await?;
        session[ed].name += "+";
        session.commit().await?;
        assert_eq!(user(&engine).await?.0, "ed+");
        set_name(&engine, "other").await?;
        session[ed].name += "+";
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.columns()), (ErrorKind::StaleData, &["name".to_owned()][..]));
        session.rollback().await?;
        session.get_one::<User>(1).await?;
        session[ed].name += "+";
        session.commit().await?;
        assert_eq!(user(&engine).await?.0, "other+");
    }
}
