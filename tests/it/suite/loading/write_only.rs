//! REL-07: collections that are never loaded as a whole.

use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::tagged::{self, Article, ArticleAccessors as _};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "users")]
struct User {
    #[orm(primary_key)]
    id: i64,
    name: String,
    #[orm(back_populates = user, order_by = Address::id, lazy = "write_only")]
    addresses: HasMany<Address>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "addresses")]
struct Address {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = User::id)]
    user_id: Option<i64>,
    email: String,
    #[orm(back_populates = addresses)]
    user: BelongsTo<User>,
}

fn address(email: &str) -> Address {
    Address {
        email: email.into(),
        ..Default::default()
    }
}

both! {
    /// Written, counted, queried, changed and deleted by statements; not read.
    async fn written_and_queried(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(User, Address)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add(User { name: "ed".into(), addresses: [address("a1"), address("a2")].into(), ..Default::default() });
        session.add(User { name: "jack".into(), addresses: [address("b1")].into(), ..Default::default() });
        session.commit().await?;

        let mut session = engine.session();
        let u = session.get_one::<User>(1).await?;
        let a1 = session.get_one::<Address>(1).await?;
        let log = Log::new(&db, &engine);
        u.addresses(&mut session).push(address("n"))?;
        u.addresses(&mut session).remove(a1)?;
        session.flush().await?;
        let sent = log.take();
        assert_eq!(sent.len(), 2, "{sent:?}");
        assert!(sent.iter().all(|sql| sql.starts_with("UPDATE addresses") || sql.starts_with("INSERT INTO addresses")));

        let query = u.addresses(&mut session).query()?;
        let left = session.all(query).await?;
        log.sent(["SELECT addresses.id, addresses.user_id, addresses.email FROM addresses WHERE addresses.user_id = ? \
            ORDER BY addresses.id"]);
        assert_eq!(emails(&session, &left), ["a2", "n"]);
        assert_eq!(u.addresses(&mut session).count().await?, 2);
        log.take();

        let error = u.addresses(&mut session).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert_eq!(
            error.message(),
            "User.addresses is write_only, so it is never loaded as a whole; read it by .query(), which can be filtered and \
             limited"
        );
        let error = session.all(User::select().with(User::addresses)).await.unwrap_err();
        assert!(error.message().starts_with("User.addresses is write_only"));
        let error = u.addresses(&mut session).replace([]).await.unwrap_err();
        assert!(error.message().starts_with("User.addresses is write_only"));
        log.nothing();

        let rows = ["i1", "i2"].map(|email| Address::email.to(email));
        let insert = u.addresses(&mut session).insert()?.rows(rows);
        assert_eq!(session.execute(insert).await?, 2);
        assert!(log.take()[0].starts_with("INSERT INTO addresses (email, user_id) VALUES"));
        let delete = u.addresses(&mut session).delete()?.filter(Address::email.eq("i1"));
        assert_eq!(session.execute(delete).await?, 1);
        let update = u.addresses(&mut session).update()?.set(Address::email.to("i3")).filter(Address::email.eq("i2"));
        assert_eq!(session.execute(update).await?, 1);
        assert_eq!(log.take().len(), 2);
        session.commit().await?;
        let emails = text("SELECT email FROM addresses WHERE user_id = 1 ORDER BY id").columns::<String>();
        assert_eq!(engine.all(emails).await?, ["a2", "n", "i3"]);

        // A deletion needs them all.
        session.delete(u)?;
        session.commit().await?;
        let orphans = text("SELECT count(*) FROM addresses WHERE user_id IS NULL").columns::<i64>();
        assert_eq!(engine.scalar(orphans).await?, 4);
    }
}

both! {
    /// Rows of a relationship are inserted with its key, whatever they say themselves; only where the key is all that makes
    /// them its rows.
    async fn inserted(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(User, Address)>()?.create_all(&engine).await?;
        tagged::data(&engine).await?;
        let mut session = engine.session();
        let new = session.add(User { name: "ed".into(), ..Default::default() });
        assert_eq!(new.addresses(&mut session).insert().unwrap_err().kind(), ErrorKind::InvalidState);
        session.commit().await?;
        let others = [Address { user_id: Some(9), ..address("x") }, address("y")];
        let insert = new.addresses(&mut session).insert()?.objects(&others).values((Address::email.to("z"), Address::user_id.to(8)));
        let ids: Vec<i64> = session.all(insert.returning(Address::id)).await?;
        assert_eq!(ids, [1, 2, 3]);
        assert_eq!(new.addresses(&mut session).count().await?, 3);
        let query = new.addresses(&mut session).insert()?.from_select(Address::email, select(User::name));
        assert_eq!(session.execute(query).await.unwrap_err().kind(), ErrorKind::InvalidQuery);

        let all = new.addresses(&mut session).push_all(["p", "q"].map(address))?;
        session.commit().await?;
        assert_eq!(emails(&session, &all), ["p", "q"]);
        assert_eq!(new.addresses(&mut session).count().await?, 5);

        let article = session.get_one::<Article>(1).await?;
        let error = article.tags(&mut session).insert().unwrap_err();
        assert_eq!(
            error.message(),
            "Article.tags goes over the table article_tag, which an INSERT into tags does not write; add objects by .push(..)"
        );
    }
}

fn emails(session: &Session, addresses: &[Handle<Address>]) -> Vec<String> {
    let emails = addresses.iter().map(|&it| session[it].email.clone());
    emails.collect()
}
