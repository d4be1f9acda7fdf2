//! Statements in a session: its transaction, its objects, and what they return.

use orm_core::mapping::{cte, entity};
use orm_core::prelude::*;
use orm_core::session::Life;

use super::changes::start;
use crate::harness::both;
use crate::scenarios::sql_language::{Address, Node, User, UserAccessors as _};

both! {
    /// Pending changes are flushed first, and the statement belongs to the session's transaction.
    async fn in_the_sessions_transaction(db: Db) {
        let (engine, log) = start(&db).await?;
        let mut session = engine.session();
        let ed = session.get::<User>(1).await?.unwrap();
        session[ed].name = "dirty".into();
        log.take();
        let statement = User::update().set(User::age.to(1)).filter(User::name.eq("dirty"));
        assert_eq!(session.execute(&statement).await?, 1);
        log.sent(["UPDATE users SET name = ? WHERE id = ?", "UPDATE users SET age = ? WHERE users.name = ?"]);
        // The object in hand follows.
        assert_eq!(session[ed].age, Some(1));
        session.rollback().await?;
        assert_eq!(engine.all(select(User::name).filter(User::id.eq(1))).await?, ["ed"]);
        // A statement alone is a change to commit, too.
        session.execute(statement.filter(User::id.eq(1)).filter(false)).await?;
        assert_eq!(session.execute(User::update().set(User::nick.to("n")).filter(User::id.eq(3))).await?, 1);
        session.commit().await?;
        assert_eq!(engine.one(select(User::nick).filter(User::id.eq(3))).await?, Some("n".into()));
    }

    /// Objects that an UPDATE returns have the values of the rows, and get back the old ones by a rollback.
    async fn update_refreshes_what_it_returns(db: Db) {
        let (engine, log) = start(&db).await?;
        let mut session = engine.session();
        let ed = session.get::<User>(1).await?.unwrap();
        log.take();
        let statement = User::update().set(User::age.to(User::age + 1)).filter(User::id.le(2)).returning(entity::<User>());
        let found = session.all(&statement).await?;
        log.sent(["UPDATE users SET age = users.age + ? WHERE users.id <= ? RETURNING id, name, nick, age, active"]);
        assert!(found.contains(&ed));
        assert_eq!((session[ed].age, found.len()), (Some(26), 2));
        let jack = session.get::<User>(2).await?.unwrap();
        assert_eq!(session[jack].age, Some(48));
        log.nothing();
        assert!(!session.is_modified(ed)?);
        session.rollback().await?;
        assert_eq!(session[ed].age, Some(25));
        // What was first read in the transaction is read anew.
        session.get::<User>(2).await?;
        assert_eq!(session[jack].age, Some(47));

        session.all(statement).await?;
        session.commit().await?;
        assert_eq!((session[ed].age, session[jack].age), (Some(26), Some(48)));
    }

    /// Objects that an INSERT returns are persistent, and transient after a rollback.
    async fn insert_tracks_what_it_returns(db: Db) {
        let (engine, log) = start(&db).await?;
        let mut session = engine.session();
        let statement = Node::insert().values(Node::data.to("new")).returning((entity::<Node>(), Node::id));
        let (node, id) = session.one(&statement).await?;
        assert_eq!(session.life(node)?, Life::Persistent);
        log.take();
        assert_eq!(session.get::<Node>(id).await?, Some(node));
        log.nothing();
        session[node].data = Some("changed".into());
        session.commit().await?;
        log.sent(["UPDATE nodes SET data = ? WHERE id = ?"]);
        let (other, id) = session.one(statement).await?;
        session.rollback().await?;
        assert_eq!(session.life(other)?, Life::Transient);
        assert_eq!(session.get::<Node>(id).await?, None);
    }

    /// Objects that a DELETE returns are deleted objects, and come back by a rollback; others of the row are not.
    async fn delete_takes_out_what_it_returns(db: Db) {
        let (engine, _) = start(&db).await?;
        let mut session = engine.session();
        let ed = session.get::<User>(1).await?.unwrap();
        let held = ed.addresses(&mut session).await?;
        let statement = Address::delete()
            .join(Address::user)
            .filter(User::name.eq("ed"))
            .returning(entity::<Address>());
        let mut gone = session.all(&statement).await?;
        gone.sort_by_key(|&address| session[address].id);
        assert_eq!(gone, held);
        assert_eq!(session.life(gone[0])?, Life::Deleted);
        assert_eq!(session.get::<Address>(1).await?, None);
        assert_eq!(ed.addresses(&mut session).await?, []);
        session.rollback().await?;
        assert_eq!(session.life(gone[0])?, Life::Persistent);
        assert_eq!(ed.addresses(&mut session).await?, held);
        session.all(statement).await?;
        session.commit().await?;
        assert_eq!(session.life(gone[1])?, Life::Detached);
        assert_eq!(session.life(ed)?, Life::Persistent);
        assert_eq!(engine.all(select(Address::id)).await?, [3]);
    }

    /// The verbs of queries, on engine, transaction and session.
    async fn verbs(db: Db) {
        let (engine, _) = start(&db).await?;
        let insert = || Node::insert().values(Node::data.to("v"));
        let id = engine.scalar(insert().returning(Node::id)).await?;
        assert_eq!(engine.one(insert().returning(entity::<Node>())).await?.id, id + 1);
        assert_eq!(engine.first(Node::delete().filter(Node::id.gt(id)).returning(Node::data)).await?, Some(Some("v".into())));
        assert_eq!(engine.one_or_none(Node::delete().filter(Node::id.gt(id)).returning(Node::id)).await?, None);
        let mut transaction = engine.begin().await?;
        assert_eq!(transaction.all(Node::update().set(Node::data.to(None)).returning(Node::data)).await?, vec![None; 5]);
        assert_eq!(transaction.execute(Node::delete().filter(Node::data.is_not_null())).await?, 0);
        transaction.rollback().await?;
        let mut session = engine.session();
        assert_eq!(session.scalar(insert().returning(Node::data)).await?, Some("v".into()));
        assert!(session.in_transaction());
    }

    /// A statement that cannot be built sends nothing, and says what to do.
    async fn refused(db: Db) {
        let (engine, log) = start(&db).await?;
        let mut session = engine.session();
        let statement = User::update().set(User::nick.to(Address::email));
        let message = "the update of users uses a column of addresses, which it does not read; add .from::<..>() and a filter that links the two, or .join(..) a relationship that leads to addresses";
        for error in [engine.execute(&statement).await, session.execute(&statement).await] {
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.message(), error.table()), (ErrorKind::InvalidQuery, message, Some("addresses")));
        }
        let broken = cte("c", User::update().returning(User::id));
        let error = engine.all(select(broken.col(User::id))).await.unwrap_err();
        assert_eq!(error.message(), "the update of users sets no column; add .set(..)");
        assert!(!session.in_transaction());
        log.nothing();
    }
}
