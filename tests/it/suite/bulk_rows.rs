//! Many rows at once: inserted as plain values, updated by their keys (BLK-01, BLK-02).

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::item::Item;
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "docs")]
struct Doc {
    #[orm(primary_key)]
    id: i64,
    #[orm(unique)]
    title: String,
    #[orm(version)]
    version: i32,
    #[orm(server_default = "'draft'")]
    state: Server<String>,
}

fn doc(title: &str) -> Doc {
    Doc {
        title: title.into(),
        state: "new".into(),
        ..Default::default()
    }
}

both! {
    /// BLK-01 steps 1 to 3: one statement, whatever the number of rows; keys and objects in the order of the values.
    async fn plain_values_are_inserted(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Doc>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        assert_eq!(session.bulk_insert((0..2500).map(|n| doc(&format!("a{n}")))).await?, 2500);
        log.sent_each(
            &["INSERT INTO docs (title, version, state) VALUES (?, ?, ?)"],
            &["INSERT INTO docs (title, version, state) SELECT u.c0, u.c1, u.c2 FROM UNNEST(?::TEXT[], ?::INTEGER[], ?::TEXT[]) WITH ORDINALITY AS u (c0, c1, c2, n) ORDER BY u.n"],
        );
        let keys = session.bulk_insert_keys((0..2500).map(|n| doc(&format!("b{n}")))).await?;
        assert_eq!(log.take().len(), 1);
        assert_eq!(keys, (2501..=5000).collect::<Vec<i64>>());
        let docs = session.bulk_insert_returning((0..2500).map(|n| doc(&format!("c{n}")))).await?;
        assert_eq!(log.take().len(), 1);
        let last = &session[docs[2499]];
        assert_eq!((last.id, last.title.as_str(), last.version), (7500, "c2499", 1));
        assert_eq!(session.life(docs[0])?, Life::Persistent);
        assert_eq!(session.get::<Doc>(5001).await?, Some(docs[0]));
        log.nothing();
        session[docs[0]].title = "changed".into();
        session.commit().await?;
        log.sent(["UPDATE docs SET title = ?, version = ? WHERE id = ? AND version = ?"]);
        let stored = engine.all(Doc::select().filter(Doc::id.is_in([1, 2501, 5001])).order_by(Doc::id)).await?;
        assert_eq!(stored.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["a0", "b0", "changed"]);
        assert_eq!(stored[0].version, 1);

        let gone = session.bulk_insert_returning([doc("x")]).await?[0];
        session.rollback().await?;
        assert_eq!(session.life(gone)?, Life::Transient);
        log.take();
        assert_eq!(session.bulk_insert(Vec::<Doc>::new()).await?, 0);
        log.nothing();
    }

    /// No limit of parameters stands in the way.
    async fn a_hundred_thousand_rows(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Item>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let items = (0..100_000).map(|line_no| Item { order_id: 1, line_no, qty: 1 });
        session.bulk_insert(items).await?;
        assert_eq!(log.take().len(), 7);
        let changes = (0..100_000).map(|line_no| (Item::order_id.to(1), Item::line_no.to(line_no), Item::qty.to(line_no)));
        assert_eq!(session.bulk_update::<Item>(changes).await?, 100_000);
        assert_eq!(log.take().len(), 7);
        session.commit().await?;
        let sum: Option<i64> = engine.one(select(func::sum(Item::qty)).from::<Item>()).await?;
        assert_eq!(sum, Some(99_999 * 50_000));
    }

    /// BLK-01 step 4: rows that leave different columns to the database are as many statements as there are kinds, and what
    /// the database made up comes back.
    async fn rows_of_different_kinds(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Doc>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let built = |title: &str| Doc::create().title(title).build();
        let rows = || [built("a"), Doc::create().title("b").state("final").build(), built("c")];
        session.bulk_insert(rows()).await?;
        log.sent_each(
            &["INSERT INTO docs (title, version) VALUES (?, ?)", "INSERT INTO docs (title, version, state) VALUES (?, ?, ?)"],
            &[
                "INSERT INTO docs (title, version) SELECT u.c0, u.c1 FROM UNNEST(?::TEXT[], ?::INTEGER[]) WITH ORDINALITY AS u (c0, c1, n) ORDER BY u.n",
                "INSERT INTO docs (title, version, state) VALUES (?, ?, ?)",
            ],
        );
        session.rollback().await?;
        let docs = session.bulk_insert_returning(rows()).await?;
        let read = |it: &Handle<Doc>| (session[*it].title.clone(), session[*it].state.clone());
        let expected = [("a", "draft"), ("b", "final"), ("c", "draft")];
        assert_eq!(docs.iter().map(read).collect::<Vec<_>>(), expected.map(|(a, b)| (a.to_owned(), b.into())));
    }

    /// A failure undoes the whole of it, and the session goes on.
    async fn a_failed_insert_leaves_nothing(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Doc>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add(doc("before"));
        session.flush().await?;
        for _ in 0..2 {
            let point = session.savepoint().await?;
            let rows = || (0..20_000).map(|n| doc(&format!("{}", n % 19_999)));
            let error = session.bulk_insert(rows()).await.unwrap_err();
            assert_eq!((error.kind(), error.table()), (ErrorKind::UniqueViolation, Some("docs")));
            session.rollback_to(point).await?;
            let point = session.savepoint().await?;
            let error = session.bulk_insert_returning(rows()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UniqueViolation);
            assert_eq!(session.release(point).await.unwrap_err().kind(), ErrorKind::PendingRollback);
            session.rollback_to(point).await?;
        }
        session.commit().await?;
        assert_eq!(engine.all(select(Doc::title)).await?, ["before"]);
        assert!(session.new_objects().is_empty());
    }

    /// Relationships are not lost in silence, and loaded collections know of the new rows.
    async fn relationships(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        assert_eq!(ed.addresses(&mut session).await?.len(), 2);
        let error = session
            .bulk_insert([User::named("x"), User { addresses: [Address::of("lost")].into(), ..User::named("y") }])
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (
                ErrorKind::InvalidQuery,
                "value 2 holds objects in User.addresses, and rows are inserted in bulk without their relationships; set the \
                 foreign key instead, or add the objects to the session"
            )
        );
        let new = |email| Address { user_id: Some(1), ..Address::of(email) };
        session.bulk_insert([new("a3")]).await?;
        assert_eq!(ed.addresses(&mut session).await?.len(), 3);
        session.bulk_insert_returning([new("a4")]).await?;
        let loaded = ed.addresses(&mut session).await?;
        assert_eq!(session[loaded[3]].email, "a4");
        session.rollback().await?;
        assert_eq!(ed.addresses(&mut session).await?.len(), 2);
        // A row that is no object here comes into the collection.
        session.bulk_update::<Address>([(Address::id.to(3), Address::user_id.to(1))]).await?;
        assert_eq!(ed.addresses(&mut session).await?.len(), 3);
        session.rollback().await?;
        assert_eq!(ed.addresses(&mut session).await?.len(), 2);
    }

    /// BLK-02: rows by their keys; objects held follow.
    async fn rows_are_updated_by_their_keys(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let ed = session.get_one::<User>(1).await?;
        let log = Log::new(&db, &engine);
        session[ed].fullname = Some("Ed".into());
        let rows = [(2, "Jack"), (1, "Edward")].map(|(id, name)| (User::id.to(id), User::name.to(name)));
        assert_eq!(session.bulk_update::<User>(rows.clone()).await?, 2);
        log.sent_each(
            &["UPDATE users SET fullname = ? WHERE id = ?", "UPDATE users SET name = ? WHERE id = ?"],
            &[
                "UPDATE users SET fullname = ? WHERE id = ?",
                "UPDATE users SET name = u.c0 FROM UNNEST(?::TEXT[], ?::BIGINT[]) AS u (c0, k0) WHERE users.id = u.k0",
            ],
        );
        assert_eq!((session[ed].name.as_str(), session[ed].fullname.as_deref()), ("Edward", Some("Ed")));
        session.commit().await?;
        log.nothing();
        assert_eq!(engine.all(select(User::name).order_by(User::id)).await?, ["Edward", "Jack"]);
        log.take();
        // Rows that set different columns are different statements.
        session.bulk_update::<User>(vec![
            vec![User::id.to(1), User::name.to("e")],
            vec![User::id.to(2), User::fullname.to(None)],
        ]).await?;
        assert_eq!(log.take().len(), 2);
        session.rollback().await?;
        assert_eq!(session[ed].name, "Edward");

        // A row that is not there is named, and nothing is written.
        for missing in [7, 2] {
            let rows = [(1, "x"), (missing + 1, "y"), (2, "z")].map(|(id, name)| (User::id.to(id), User::name.to(name)));
            let error = session.bulk_update::<User>(rows).await.unwrap_err();
            session.rollback().await?;
            let name = format!("User({})", missing + 1);
            assert_eq!((error.kind(), error.object(), error.table()), (ErrorKind::StaleData, Some(name.as_str()), Some("users")));
            assert_eq!(session[ed].name, "Edward");
        }
        assert_eq!(engine.all(select(User::name).order_by(User::id)).await?, ["Edward", "Jack"]);
    }

    /// Rows that cannot be updated by their keys are named before anything is sent.
    async fn rows_without_keys_are_refused(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let refused = [
            (vec![User::name.to("x")], "row 1 does not say its primary key id; give every row its key"),
            (vec![User::id.to(1)], "row 1 sets no column but its key; set one, or leave it out"),
            (vec![User::id.to(1), User::name.to("x"), User::name.to("y")], "row 1 sets name twice; set it once"),
            (
                vec![User::id.to(1), User::name.to(func::upper(User::name))],
                "row 1 sets name to an expression; rows found by their keys are given values, expressions are for User::update()",
            ),
        ];
        for (row, message) in refused {
            let error = session.bulk_update::<User>([row]).await.unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidQuery, format!("the update of users by keys: {message}").as_str()));
        }
        let error = session.bulk_update::<User>([1, 1].map(|id| (User::id.to(id), User::name.to("x")))).await.unwrap_err();
        assert_eq!(error.message(), "the update of users by keys: rows 1 and 2 are both User(1); give each row once");
        assert_eq!(session.bulk_update::<User>(Vec::<(_, _)>::from([(User::id.to(1), User::name.to(""))]).split_off(1)).await?, 0);
        log.nothing();
    }

    /// A version that is said is the one the row has to have.
    async fn versions_guard_rows_by_key(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Doc>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let docs = session.bulk_insert_returning(["a", "b", "c"].map(doc)).await?;
        session.commit().await?;
        let rows = |version| [1, 2, 3].map(|id| (Doc::id.to(id), Doc::state.to("done"), Doc::version.to(version)));
        session.bulk_update::<Doc>(rows(1)).await?;
        assert_eq!((session[docs[1]].version, session[docs[1]].state.clone()), (2, "done".into()));
        session[docs[1]].title = "bb".into();
        session.commit().await?;
        assert_eq!(session[docs[1]].version, 3);
        let error = session.bulk_update::<Doc>(rows(2)).await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Doc(2)")));
        assert_eq!(docs.iter().map(|&it| session[it].version).collect::<Vec<_>>(), [2, 3, 2]);
    }
}
