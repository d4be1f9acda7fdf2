//! Rows that are there already and are written from plain values: taken over by a new object, merged at the key 0, and with
//! columns that nobody but the database sets.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::user_address::{self, Address, User, UserAccessors as _};

#[derive(Model, Debug, Clone, PartialEq)]
#[orm(table = "pages")]
struct Page {
    #[orm(primary_key)]
    code: String,
    title: String,
    note: Option<String>,
    #[orm(default = 7)]
    rank: i32,
    #[orm(server_default = "5")]
    stars: Server<i32>,
    #[orm(generated = "stars * 2")]
    twice: i32,
    #[orm(sql = "stars + 1")]
    more: i32,
    text: Deferred<Option<String>>,
}

fn page(code: &str) -> Page {
    Page {
        code: code.into(),
        title: "t".into(),
        note: Some("n".into()),
        rank: 1,
        stars: 3.into(),
        text: Some("long".to_owned()).into(),
        ..Default::default()
    }
}

both! {
    /// What the builder of the new object did not set stays as the row has it; what is set counts, a NULL too.
    async fn a_row_switch_keeps_what_is_not_set(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        engine.execute(text("INSERT INTO users (id, name, fullname) VALUES (1, 'ed', 'Ed F'), (2, 'jack', 'Jack F'), (3, 'kim', 'Kim F')")).await?;
        let mut session = engine.session();
        for user in session.all(User::select().with(User::addresses)).await? {
            session.delete(user)?;
        }
        let other = session.add(User::create().id(1).name("other").build());
        let emptied = session.add(User::create().id(2).name("jack").fullname(None).build());
        let literal = session.add(User { id: 3, ..User::named("kim") });
        let log = Log::new(&db, &engine);
        session.commit().await?;
        let sent = log.take();
        assert_eq!((sent.len(), sent[0].as_str()), (2, "UPDATE users SET name = ? WHERE id = ?"), "{sent:?}");
        let rows = engine.all(select((User::name, User::fullname)).order_by(User::id)).await?;
        let rows: Vec<_> = rows.iter().map(|(name, full)| (name.as_str(), full.as_deref())).collect();
        assert_eq!(rows, [("other", Some("Ed F")), ("jack", None), ("kim", None)]);
        assert_eq!(session[other].fullname.as_deref(), Some("Ed F"));
        assert_eq!((&session[emptied].fullname, &session[literal].fullname), (&None, &None));
    }

    /// Defaults of the program and of the database, columns that are worked out or not loaded, and what is assigned after the
    /// object was added.
    async fn a_row_switch_of_every_kind_of_column(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Page,)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add_all([page("a"), page("b")]);
        session.commit().await?;
        let mut session = engine.session();
        for old in session.all(Page::select()).await? {
            session.delete(old)?;
        }
        let a = session.add(Page::create().code("a").title("new").build());
        let b = session.add(Page::create().code("b").title("t").build());
        session[b].stars = 9.into();
        session[b].note = Some("set".into());
        session.commit().await?;
        let read = engine.all(Page::select().order_by(Page::code).undefer(Page::text)).await?;
        let was = Page { twice: 6, more: 4, ..page("a") };
        assert_eq!(read[0], Page { title: "new".into(), ..was });
        assert_eq!(read[1], Page { note: Some("set".into()), stars: 9.into(), twice: 18, more: 10, ..page("b") });
        for (held, read) in [(a, &read[0]), (b, &read[1])] {
            let held = session.get_one::<Page>(session[held].code.clone()).await?;
            assert_eq!(Page { text: read.text.clone(), ..session[held].clone() }, *read);
        }
    }

    /// The builder's columns are merged, the others stay.
    async fn a_builder_merges_what_it_sets(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Page,)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add(page("a"));
        session.commit().await?;
        let mut session = engine.session();
        session.merge(Page::create().code("a").title("merged").build()).await?;
        session.merge(Page::create().code("b").title("new").build()).await?;
        session.commit().await?;
        let read = engine.all(Page::select().order_by(Page::code).undefer(Page::text)).await?;
        assert_eq!(read[0], Page { title: "merged".into(), twice: 6, more: 4, ..page("a") });
        assert_eq!((read[1].rank, *read[1].stars.get()?, &read[1].note), (7, 5, &None));
    }

    /// A key may be 0 in the database: it is found. Where there is no such row, 0 is not stored.
    async fn a_row_with_key_0_is_merged(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        engine.execute(text("INSERT INTO users (id, name) VALUES (0, 'zero')")).await?;
        let mut zero = engine.one(User::select().filter(User::id.eq(0))).await?;
        zero.name = "merged".into();
        let mut session = engine.session();
        let merged = session.merge(zero.clone()).await?;
        assert_eq!(session.life(merged)?, Life::Persistent);
        session.commit().await?;
        assert_eq!(session[merged].id, 0);
        // Held: nothing is read.
        let log = Log::new(&db, &engine);
        assert_eq!(session.merge(zero).await?, merged);
        log.nothing();
        assert_eq!(engine.all(select(User::name).order_by(User::id)).await?, ["merged", "ed", "jack"]);
        engine.execute(User::delete().filter(User::id.eq(0))).await?;

        let mut session = engine.session();
        let two = [session.merge(User::named("a")).await?, session.merge(User::named("b")).await?];
        session.commit().await?;
        assert_eq!(two.map(|user| session[user].id), [3, 4]);
        // Its builder does not say that it is 0.
        log.take();
        session.merge(User::create().name("c").build()).await?;
        log.nothing();
        // In a tree: new ones stay apart, and the one that is there is found.
        engine.execute(text("INSERT INTO addresses (id, user_id, email) VALUES (0, 1, 'a0')")).await?;
        let mut ed = engine.one(User::select().filter(User::id.eq(1)).with(User::addresses)).await?;
        ed.addresses.get_mut()?[0].email = "zero".into();
        let mut session = engine.session();
        session.merge(ed).await?;
        session.commit().await?;
        let emails = engine.all(select(Address::email).filter(Address::user_id.eq(1)).order_by(Address::id)).await?;
        assert_eq!(emails, ["zero", "a1", "a2"]);
        engine.execute(Address::delete().filter(Address::id.eq(0))).await?;
        let jack = engine.one(User::select().filter(User::id.eq(2)).with(User::addresses)).await?;
        let kept = jack.addresses.get()?.to_vec();
        let jack = User { addresses: [kept[0].clone(), Address::of("x"), Address::of("y")].into(), ..jack };
        let mut session = engine.session();
        let jack = session.merge(jack).await?;
        assert_eq!(jack.addresses(&mut session).await?.len(), 3);
        session.commit().await?;
        let emails = engine.all(select(Address::email).filter(Address::user_id.eq(2)).order_by(Address::id)).await?;
        assert_eq!(emails, ["b1", "x", "y"]);
    }

    /// A column that the database or a query works out: an assignment is an error of the flush that names it.
    async fn what_is_worked_out_is_not_assigned(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Page,)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        // What a literal says of it is the database's to say.
        let a = session.add(Page { twice: 99, ..page("a") });
        session.commit().await?;
        assert_eq!((session[a].twice, session[a].more), (6, 4));
        for (column, assign) in [("twice", (|page| page.twice = 99) as fn(&mut Page)), ("more", |page| page.more = 99)] {
            assign(&mut session[a]);
            let error = session.commit().await.unwrap_err();
            assert_eq!((error.kind(), error.object(), error.columns()), (ErrorKind::InvalidState, Some("Page(\"a\")"), &[column.to_owned()][..]), "{error}");
            session.rollback().await?;
            assert_eq!((session[a].twice, session[a].more), (6, 4));
            // Beside another change too; set back it is none.
            assign(&mut session[a]);
            session[a].stars = 4.into();
            assert_eq!(session.flush().await.unwrap_err().kind(), ErrorKind::InvalidState);
            session.rollback().await?;
            assign(&mut session[a]);
            (session[a].twice, session[a].more) = (6, 4);
            session.commit().await?;
        }
        session[a].stars = 4.into();
        session.commit().await?;
        assert_eq!((session[a].twice, session[a].more), (8, 5));
        session.merge(Page { twice: 1, more: 1, ..page("a") }).await?;
        session.commit().await?;
        assert_eq!((*session[a].stars.get()?, session[a].twice, session[a].more), (3, 6, 4));
    }
}
