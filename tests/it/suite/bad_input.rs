//! Bad input gets a typed error that names the thing and says what to do.

use orm_core::engine::Engine;
use orm_core::prelude::*;

use crate::harness::{Backend, both};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

/// The same table as `users`, mapped too narrowly.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "users")]
struct Narrow {
    #[orm(primary_key)]
    id: i16,
    fullname: String,
}

both! {
    async fn a_wrong_url_is_a_configuration_error(db: Db) {
        for (url, says) in [
            ("mysql://localhost/x", "mysql"),
            ("postgresql+asyncpg://localhost/x", "write postgres:"),
            ("sqlite::memory:?colour=blue", "unknown parameter; known are mode, "),
            ("postgres://localhost/x?colour=blue", "unknown parameter; known are "),
        ] {
            let error = Engine::connect(url).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{url}: {error}");
            assert!(error.message().contains(says), "{url}: {error}");
        }
        let error = Engine::connect("postgres://someone:s3cret@localhost/x?password=s3cret&colour=blue").await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
        let error = Engine::connect("sqlite://no-such-file.db").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert!(error.message().contains("mode=rwc"), "{error}");
        let _used = db.url();
    }

    async fn a_missing_table_is_named(db: Db) {
        let engine = db.engine().await;
        let error = engine.all(User::select()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndefinedObject);
        assert!(error.to_string().contains("users"), "{error}");
        let mut session = engine.session();
        session.add(User::named("ed"));
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndefinedObject);
        assert_eq!(error.table(), Some("users"));
    }

    async fn null_and_range_name_the_column(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let error = engine.all(Narrow::select()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.columns(), ["fullname"]);
        assert!(error.message().contains("Option"), "{error}");

        engine.execute(text("UPDATE users SET fullname = 'f'")).await?;
        engine.execute(text("DELETE FROM addresses")).await?;
        engine.execute(text("UPDATE users SET id = 70000 WHERE id = 2")).await?;
        let error = engine.all(Narrow::select().order_by(Narrow::id)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.columns(), ["id"]);
        assert!(error.message().contains("out of range for i16"), "{error}");
    }

    async fn a_nul_byte_is_refused_where_the_database_cannot_hold_it(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        session.add(User::named("a\0b"));
        match db.backend() {
            Backend::Sqlite => {
                session.commit().await?;
                assert_eq!(engine.all(select(User::name)).await?, ["a\0b"]);
            }
            Backend::Postgres => {
                let error = session.commit().await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Encode);
                assert!(error.message().contains("NUL"), "{error}");
            }
        }
    }

    async fn a_query_out_of_scope_names_the_missing_join(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let error = engine.all(User::select().filter(Address::email.eq("x"))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert!(error.message().contains("addresses") && error.message().contains("join"), "{error}");
    }

    async fn constraints_are_named(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        session.add(User { id: 1, ..User::named("again") });
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        assert_eq!((error.table(), error.columns()), (Some("users"), &["id".to_owned()][..]));
        let error = engine.execute(text("INSERT INTO users (name) VALUES (NULL)")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotNullViolation);
        assert_eq!((error.table(), error.columns()), (Some("users"), &["name".to_owned()][..]));
    }

    async fn one_and_scalar_count_their_rows(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        assert_eq!(session.one(User::select()).await.unwrap_err().kind(), ErrorKind::MultipleRows);
        assert_eq!(session.one(User::select().filter(User::id.eq(9))).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(session.one_or_none(User::select().filter(User::id.eq(9))).await?, None);
        let first = session.first(User::select().order_by(User::id.desc())).await?.unwrap();
        assert_eq!(session[first].name, "jack");
        let names: i64 = session.scalar(select(func::count(User::name))).await?;
        assert_eq!(names, 2);
    }

    async fn raw_sql_takes_bound_parameters(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let query = || text("SELECT id, name FROM users WHERE name = :name OR id = :id ORDER BY id").bind("name", "ed");
        let rows = engine.all(query().bind("id", 2_i64).columns::<(i64, String)>()).await?;
        assert_eq!(rows, [(1, "ed".to_owned()), (2, "jack".to_owned())]);
        let error = engine.all(query().columns::<(i64, String)>()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert!(error.message().contains("id"), "{error}");
        let changed = engine.execute(text("UPDATE users SET name = :name").bind("name", "x")).await?;
        assert_eq!(changed, 2);
    }

    async fn a_transaction_that_is_dropped_is_rolled_back(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut transaction = engine.begin().await?;
        assert_eq!(transaction.execute(text("UPDATE users SET name = 'x'")).await?, 2);
        assert_eq!(transaction.all(select(User::name)).await?, ["x", "x"]);
        drop(transaction);
        assert_eq!(engine.all(select(User::name).order_by(User::id)).await?, ["ed", "jack"]);

        let mut transaction = engine.begin().await?;
        transaction.execute(text("UPDATE users SET name = 'y'")).await?;
        transaction.commit().await?;
        assert_eq!(engine.all(select(User::name)).await?, ["y", "y"]);
    }
}

/// Every future of a session can be sent to another thread, and a session shared.
#[test]
fn sessions_and_their_futures_can_be_sent() {
    fn send<T: Send>(_: &T) {}
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Session>();
    send_and_sync::<Engine>();
    fn futures(session: &mut Session, engine: &Engine, user: Handle<User>) {
        send(&session.commit());
        send(&session.flush());
        send(&session.rollback());
        send(&session.get::<User>(1));
        send(&session.all(User::select().with(User::addresses)));
        send(&session.scalar(select(func::count_all()).from::<User>()));
        send(&engine.all(User::select().with(User::addresses)));
        send(&std::future::IntoFuture::into_future(
            user.addresses(session),
        ));
    }
    let _compiles: fn(&mut Session, &Engine, Handle<User>) = futures;
}
