//! Rules of the unit of work that are easily broken unseen, one by one.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::library::{self, Cover, CoverAccessors as _};
use crate::scenarios::ring::Person;
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

/// S3: a tree whose branches are deleted with it.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "nodes")]
struct Node {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Node::id)]
    parent_id: Option<i64>,
    data: String,
    #[orm(back_populates = parent, cascade = "all", order_by = Node::id)]
    children: HasMany<Node>,
    #[orm(back_populates = children)]
    parent: BelongsTo<Node>,
}

/// Lines are known by their order and a number; the order does not delete them.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "bills")]
struct Bill {
    #[orm(primary_key)]
    id: i64,
    #[orm(back_populates = bill)]
    lines: HasMany<Line>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key, references = Bill::id)]
    bill_id: i64,
    #[orm(primary_key)]
    number: i32,
    #[orm(back_populates = lines)]
    bill: BelongsTo<Bill>,
}

/// Two rows may refer to one, though the relationship takes one only.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "heads")]
struct Head {
    #[orm(primary_key)]
    id: i64,
    hat: HasOne<Hat>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "hats")]
struct Hat {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Head::id)]
    head_id: Option<i64>,
}

/// What the session deletes of children that are loaded, and the database of the others.
#[derive(Model, Debug, Clone, Default)]
#[orm(table = "boxes")]
struct Container {
    #[orm(primary_key)]
    id: i64,
    #[orm(cascade = "all, delete-orphan", passive_deletes)]
    things: HasMany<Content>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "contents")]
struct Content {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Container::id, on_delete = "cascade")]
    container_id: i64,
}

fn node(data: &str) -> Node {
    Node {
        data: data.into(),
        ..Default::default()
    }
}

both! {
    /// CYC-01: parents first, siblings in one statement; the deepest go first.
    async fn a_tree_level_by_level(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Node>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let [n111, n12, n11, n1] = ["n111", "n12", "n11", "n1"].map(|data| session.add(node(data)));
        session[n1].children = [n11, n12].into();
        session[n11].children = [n111].into();
        let log = Log::new(&db, &engine);
        session.flush().await?;
        let one = "INSERT INTO nodes (parent_id, data) VALUES (?, ?) RETURNING id";
        let many = "INSERT INTO nodes (parent_id, data) SELECT u.c0, u.c1 FROM UNNEST(?::BIGINT[], ?::TEXT[]) \
                    WITH ORDINALITY AS u (c0, c1, n) ORDER BY u.n RETURNING id";
        log.sent_each(&["INSERT INTO nodes (parent_id, data) VALUES (?, ?)"; 3], &[one, many, one]);
        session.commit().await?;
        let rows = engine.all(select((Node::data, Node::parent_id)).order_by(Node::data)).await?;
        let id = |node: Handle<Node>| Some(session[node].id);
        assert_eq!(rows, [("n1".to_owned(), None), ("n11".to_owned(), id(n1)), ("n111".to_owned(), id(n11)), ("n12".to_owned(), id(n1))]);

        let mut session = engine.session();
        let root = session.one(Node::select().filter(Node::data.eq("n1"))).await?;
        log.take();
        session.delete(root)?;
        session.flush().await?;
        let sent = log.take();
        let deletes = sent.iter().filter(|sql| sql.starts_with("DELETE")).count();
        assert!(deletes == 3 && sent.len() <= 7, "{sent:?}");
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<Node>()).await?, 0);
    }

    /// SES-02: a key that was generated stays with an object that a rollback made transient, and is used again.
    async fn generated_keys_outlive_a_rollback(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let u = session.add(User::named("u"));
        session.flush().await?;
        let key = session[u].id;
        session.rollback().await?;
        assert_eq!((session.life(u)?, session[u].id), (Life::Transient, key));
        session.add(u);
        let log = Log::new(&db, &engine);
        session.commit().await?;
        log.sent(["INSERT INTO users (id, name, fullname) VALUES (?, ?, ?)"]);
        assert_eq!(session[u].id, key);
    }

    /// CAS-06: a parent that is set takes no child into the session; a child that is pushed is taken in.
    async fn only_the_parents_side_takes_children_in(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let u1 = session.get_one::<User>(1).await?;
        let n = session.add(Address::of("n"));
        session.rollback().await?;
        assert_eq!(session.life(n)?, Life::Transient);
        session[n].user = u1.into();
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.nothing();
        assert_eq!((session.life(n)?, n.user(&mut session).await?), (Life::Transient, Some(u1)));
        u1.addresses(&mut session).push(n)?;
        session.commit().await?;
        assert_eq!((session.life(n)?, session[n].user_id), (Life::Persistent, Some(1)));
    }

    /// CAS-01, step 2, and CAS-08: a child that cannot be without its parent is an error that says what to do, and nothing
    /// is written.
    async fn children_that_cannot_be_left_behind(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Bill>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let bill = session.add(Bill { lines: [Line { number: 1, ..Default::default() }].into(), ..Default::default() });
        session.commit().await?;
        let log = Log::new(&db, &engine);
        for delete in [true, false] {
            if delete {
                session.delete(bill)?;
            } else {
                session[bill].lines = Vec::<Handle<Line>>::new().into();
            }
            let error = session.flush().await.unwrap_err();
            session.rollback().await?;
            assert_eq!((error.kind(), error.table(), error.columns()), (ErrorKind::NotNullViolation, Some("lines"), &["bill_id".to_owned()][..]));
            assert_eq!(error.object(), Some("Line(1, 1)"));
            assert!(error.message().contains("delete-orphan"), "{error}");
            assert!(!log.take().iter().any(|sql| sql.starts_with("DELETE") || sql.starts_with("UPDATE")));
        }
        assert_eq!(session.life(bill)?, Life::Persistent);
        assert_eq!(engine.scalar(select(func::count_all()).from::<Line>()).await?, 1);
    }

    /// UOW-12: updates go before inserts, and these before deletes: a unique value can be taken over from a changed row,
    /// not from a deleted one.
    async fn updates_then_inserts_then_deletes(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Person>()?.create_all(&engine).await?;
        let named = |name: &str| Person { name: name.into(), ..Default::default() };
        let mut session = engine.session();
        let (a, b) = (session.add(named("a")), session.add(named("b")));
        session.commit().await?;
        session[a].name = "changed".into();
        let c = session.add(named("a"));
        session.delete(b)?;
        let log = Log::new(&db, &engine);
        session.commit().await?;
        let verbs: Vec<_> = log.take().iter().map(|sql| sql.split(' ').next().unwrap().to_owned()).filter(|verb| verb != "SELECT").collect();
        assert_eq!(verbs, ["UPDATE", "INSERT", "DELETE"]);
        session.delete(c)?;
        session.add(named("a"));
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::UniqueViolation, Some("persons")));
        assert!(error.constraint().is_some_and(|name| name.starts_with("uq_persons_name")), "{error}");
        assert_eq!(engine.all(select(Person::name).order_by(Person::name)).await?, ["a", "changed"]);
    }

    /// REL-02: of two rows in a relationship to one, one is taken; a new one takes its place.
    async fn two_rows_where_one_is_expected(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Head>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let head = session.add(Head::default());
        session.commit().await?;
        let key = Some(session[head].id);
        session.add_all([Hat { head_id: key, ..Default::default() }, Hat { head_id: key, ..Default::default() }]);
        session.commit().await?;
        let mut session = engine.session();
        let head = session.get_one::<Head>(1).await?;
        let hat = head.hat(&mut session).await?.unwrap();
        let new = head.hat(&mut session).set(Hat::default())?;
        session.commit().await?;
        assert_eq!((session[hat].head_id, session[new].head_id), (None, Some(1)));
        assert_eq!(head.hat(&mut session).await?, Some(new));

        // Where one is replaced and its column is unique, it goes first.
        library::data(&engine).await?;
        let mut session = engine.session();
        let cover = session.get_one::<Cover>(1).await?;
        let book = cover.book(&mut session).await?.unwrap();
        let log = Log::new(&db, &engine);
        session.add(Cover { book: book.into(), ..library::cover("new") });
        session.commit().await?;
        let sent = log.take();
        let writes: Vec<_> = sent.iter().filter(|sql| !sql.starts_with("SELECT")).map(|sql| sql.split(' ').next().unwrap()).collect();
        assert_eq!(writes, ["UPDATE", "INSERT"]);
        assert_eq!(library::books_of_covers(&engine).await?, [None, Some(2), Some(1)]);
    }

    /// CAS-04: with `passive_deletes` the row of a child that is held goes by the database, if its collection is not
    /// loaded; the object is stale then.
    async fn a_held_child_is_left_to_the_database(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Container>()?.create_all(&engine).await?;
        let mut session = engine.session();
        session.add(Container { things: [Content::default(), Content::default()].into(), ..Default::default() });
        session.commit().await?;
        let mut session = engine.session();
        let container = session.get_one::<Container>(1).await?;
        let held = session.get_one::<Content>(1).await?;
        let log = Log::new(&db, &engine);
        session.delete(container)?;
        session.commit().await?;
        log.sent(["DELETE FROM boxes WHERE id = ?"]);
        assert_eq!(session.life(held)?, Life::Persistent);
        assert_eq!(session.refresh(held).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(engine.scalar(select(func::count_all()).from::<Content>()).await?, 0);
    }

    /// UOW-08: a row that is gone already need not be deleted, and is no error; one that is to be changed is.
    async fn rows_that_are_gone(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let (a1, a3) = (session.get_one::<Address>(1).await?, session.get_one::<Address>(3).await?);
        engine.execute(text("DELETE FROM addresses")).await?;
        session.delete(a1)?;
        session.commit().await?;
        assert_eq!(session.life(a1)?, Life::Detached);
        session[a3].email = "x".into();
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::StaleData, Some("Address(3)")));
    }

    /// REL-03, steps 1 to 4: a relationship wins over a foreign key set by hand in the same flush. Differs from the
    /// reference: the key moves the object at the flush, not only after it has been expired.
    async fn keys_set_by_hand(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let a1 = session.get_one::<Address>(1).await?;
        let (u1, u2) = (a1.user(&mut session).await?.unwrap(), session.get_one::<User>(2).await?);
        let log = Log::new(&db, &engine);
        session[a1].user_id = Some(2);
        assert_eq!(a1.user(&mut session).await?, Some(u1));
        log.nothing();
        session.flush().await?;
        log.sent(["UPDATE addresses SET user_id = ? WHERE id = ?"]);
        assert_eq!(a1.user(&mut session).await?, Some(u2));
        session.commit().await?;
        assert_eq!(a1.user(&mut session).await?, Some(u2));
        log.nothing();
        let n = session.add(Address { user_id: Some(2), user: u1.into(), ..Address::of("n") });
        session.flush().await?;
        assert_eq!((session[n].user_id, log.take().len()), (Some(1), 1));
        let a3 = session.get_one::<Address>(3).await?;
        log.take();
        session[a3].user = BelongsTo::none();
        session[a3].user_id = Some(1);
        session.flush().await?;
        log.sent(["UPDATE addresses SET user_id = ? WHERE id = ?"]);
        assert_eq!(session[a3].user_id, None);
    }
}
