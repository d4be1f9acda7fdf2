//! Relationships that are not to be loaded when they are asked for.

use orm_core::mapping::Load;
use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

both! {
    /// `raise` is an error even where the object is held; `raise_on_sql` gives what is held. A flush loads what it needs.
    async fn asking_is_an_error(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let users = session.all(User::select().order_by(User::id).with(User::addresses.raise())).await?;
        let log = Log::new(&db, &engine);
        let error = users[0].addresses(&mut session).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotLoaded);
        assert_eq!(
            error.message(),
            "User.addresses of User(1) is not loaded, and is not to be loaded when it is asked for (raise); load it with the \
             query: .with(User::addresses)"
        );
        log.nothing();
        let addresses = session.all(Address::select().order_by(Address::id).with(Address::user.raise())).await?;
        assert!(addresses[0].user(&mut session).await.is_err());
        let addresses = session.all(Address::select().order_by(Address::id).with(Address::user.raise_on_sql())).await?;
        assert_eq!(addresses[0].user(&mut session).await?, Some(users[0]));
        session.delete(users[0])?;
        session.commit().await?;
        assert_eq!(session[addresses[0]].user_id, None);

        let mut session = engine.session();
        let address = session.one(Address::select().filter(Address::id.eq(3)).with(Address::user.raise_on_sql())).await?;
        assert!(address.user(&mut session).await.unwrap_err().message().contains("(raise_on_sql)"));
        session.get::<User>(2).await?;
        assert!(address.user(&mut session).await?.is_some());
    }

    /// All relationships at once, at every depth; one that is named has its own way.
    async fn everything_else_raises(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let query = User::select().order_by(User::id).with(Load::all().raise()).with(User::addresses);
        let users = session.all(query).await?;
        let addresses = users[0].addresses(&mut session).await?;
        assert_eq!(addresses.len(), 2);
        assert!(addresses[0].user(&mut session).await.is_err());
        let query = User::select().with(Load::all().raise()).with(User::addresses.then(Address::user.lazy()));
        session.all(query).await?;
        assert!(addresses[0].user(&mut session).await?.is_some());

        // What is loaded lazily carries the option on.
        let mut session = engine.session();
        let user = session.one(User::select().filter(User::id.eq(1)).with(Load::all().raise())
            .with(User::addresses.lazy())).await?;
        let addresses = user.addresses(&mut session).await?;
        assert!(addresses[0].user(&mut session).await.is_err());
    }
}
