//! INSERT, UPDATE, DELETE, RETURNING, statements that write in common table expressions (SQL-05).

use orm_core::engine::Engine;
use orm_core::mapping::{Assignment, Command, Query, Shape, alias, cte, entity};
use orm_core::prelude::*;
use orm_core::session::Track;

use crate::harness::{Backend, Db, Log, both};
use crate::scenarios::sql_language::{Address, Mixed, Node, User, data};

/// The tables with their rows, and what is sent from here on.
pub(super) async fn start(db: &Db) -> orm_core::Result<(Engine, Log)> {
    let engine = db.engine().await;
    data(&engine).await?;
    // The rows of the cases have keys of their own, which sequences are moved past.
    let log = Log::new(db, &engine);
    Ok((engine, log))
}

/// Runs a statement and takes it back: its text on both databases, and how many rows it changed.
async fn changes(
    (engine, log): &(Engine, Log),
    statement: impl Command,
    sql: &str,
    rows: u64,
) -> orm_core::Result<()> {
    changes_each((engine, log), statement, (sql, sql), rows).await
}

/// The same, where the texts of SQLite and PostgreSQL differ.
async fn changes_each(
    (engine, log): (&Engine, &Log),
    statement: impl Command,
    (sqlite, postgres): (&str, &str),
    rows: u64,
) -> orm_core::Result<()> {
    let mut transaction = engine.begin().await?;
    let changed = transaction.execute(statement).await;
    log.sent_each(&[sqlite], &[postgres]);
    assert_eq!(changed?, rows);
    transaction.rollback().await
}

/// Runs a statement that returns rows, and takes it back: its text on both databases, and the rows.
async fn returns<Q>(
    (engine, log): &(Engine, Log),
    statement: Q,
    sql: &str,
    rows: &[<Q::Shape as Shape>::Owned],
) -> orm_core::Result<()>
where
    Q: Query,
    Q::Shape: Track,
    <Q::Shape as Shape>::Owned: PartialEq + std::fmt::Debug,
{
    let mut transaction = engine.begin().await?;
    let found = transaction.all(statement).await;
    log.sent([sql]);
    assert_eq!(found?, rows);
    transaction.rollback().await
}

both! {
    /// SQL-05, steps 1 to 5: values, functions, many rows, defaults, a query.
    async fn inserts(db: Db) {
        let at = start(&db).await?;
        let row = (Address::user_id.to(1), Address::email.to("x"));
        let sql = "INSERT INTO addresses (user_id, email) VALUES (?, ?)";
        changes(&at, Address::insert().values(row.clone()), sql, 1).await?;

        let function = (Address::user_id.to(None), Address::email.to(func::lower(func::value("X".to_owned()))));
        let sql = "INSERT INTO addresses (user_id, email) VALUES (?, lower(?))";
        changes(&at, Address::insert().values(function), sql, 1).await?;

        let other = (Address::user_id.to(2), Address::email.to("y"));
        let sql = "INSERT INTO addresses (user_id, email) VALUES (?, ?), (?, ?)";
        changes(&at, Address::insert().values(row).values(other), sql, 2).await?;

        let sql = "INSERT INTO addresses DEFAULT VALUES";
        changes(&at, Address::insert().default_values(), sql, 1).await?;
        changes(&at, Address::insert().values(Vec::<Assignment<Address>>::new()), sql, 1).await?;

        let users = select((User::id, User::name)).filter(User::age.gt(30));
        let sql = "INSERT INTO addresses (user_id, email) SELECT users.id, users.name FROM users WHERE users.age > ?";
        changes(&at, Address::insert().from_select((Address::user_id, Address::email), users), sql, 1).await?;
    }

    /// SQL-05, step 6.
    async fn insert_returning(db: Db) {
        let at = start(&db).await?;
        let statement = Address::insert()
            .values((Address::user_id.to(1), Address::email.to("r")))
            .returning((Address::email, (Address::user_id + 1).label("k")));
        let sql = "INSERT INTO addresses (user_id, email) VALUES (?, ?) RETURNING email, user_id + ? AS k";
        returns(&at, statement, sql, &[(Some("r".to_owned()), Some(2))]).await?;
    }

    /// SQL-05, steps 7 to 14: expressions, several columns, subqueries, other tables, all rows.
    async fn updates(db: Db) {
        let at = start(&db).await?;
        let one = User::id.eq(1);
        let sql = "UPDATE users SET age = users.age + ? WHERE users.id = ?";
        changes(&at, User::update().set(User::age.to(User::age + 1)).filter(one.clone()), sql, 1).await?;

        let statement = User::update().set((User::name.to("n"), User::age.to(None))).filter(one.clone());
        changes(&at, statement, "UPDATE users SET name = ?, age = ? WHERE users.id = ?", 1).await?;

        let first = select(func::max(Address::email)).filter(Address::user_id.eq(User::id));
        let sql = "UPDATE users SET nick = (SELECT max(addresses.email) FROM addresses WHERE addresses.user_id = users.id)";
        changes(&at, User::update().set(User::nick.to(scalar(first))), sql, 3).await?;

        let statement = User::update()
            .set(User::nick.to(Address::email))
            .from::<Address>()
            .filter(User::id.eq(Address::user_id))
            .filter(Address::email.eq("b1"));
        let sql = "UPDATE users SET nick = addresses.email FROM addresses WHERE users.id = addresses.user_id AND addresses.email = ?";
        changes(&at, statement, sql, 1).await?;

        changes(&at, User::update().set(User::age.to(1)), "UPDATE users SET age = ?", 3).await?;

        let statement = User::update().set(User::age.to(User::age + 1)).filter(User::id.eq(2));
        let sql = "UPDATE users SET age = users.age + ? WHERE users.id = ? RETURNING id, age";
        returns(&at, statement.returning((User::id, User::age)), sql, &[(2, Some(48))]).await?;

        // Step 13, a column that is not there, does not compile; step 14: the columns come in the order given.
        let statement = User::update().set(User::name.to("n")).set(User::age.to(1)).filter(one);
        changes(&at, statement, "UPDATE users SET name = ?, age = ? WHERE users.id = ?", 1).await?;
    }

    /// SQL-05, steps 15 to 18: conditions, other tables, subqueries, what is gone.
    async fn deletes(db: Db) {
        let at = start(&db).await?;
        let sql = "DELETE FROM addresses WHERE addresses.email = ?";
        changes(&at, Address::delete().filter(Address::email.eq("a1")), sql, 1).await?;

        let statement = Address::delete()
            .using::<User>()
            .filter(Address::user_id.eq(User::id))
            .filter(User::name.eq("ed"));
        let sqlite = "DELETE FROM addresses WHERE EXISTS (SELECT 1 FROM users WHERE addresses.user_id = users.id AND users.name = ?)";
        let postgres = "DELETE FROM addresses USING users WHERE addresses.user_id = users.id AND users.name = ?";
        changes_each((&at.0, &at.1), statement, (sqlite, postgres), 2).await?;

        let ed = select(User::id).filter(User::name.eq("ed"));
        let sql = "DELETE FROM addresses WHERE addresses.user_id IN (SELECT users.id FROM users WHERE users.name = ?)";
        changes(&at, Address::delete().filter(Address::user_id.is_in_query(ed)), sql, 2).await?;

        let statement = Address::delete().filter(Address::user_id.eq(1)).returning(Address::id);
        let sql = "DELETE FROM addresses WHERE addresses.user_id = ? RETURNING id";
        returns(&at, statement, sql, &[1, 2]).await?;
    }

    /// SQL-05, step 24: a statement that writes as a common table expression.
    async fn writing_ctes(db: Db) {
        let at = start(&db).await?;
        let gone = Address::delete().filter(Address::user_id.eq(1)).returning((Address::id, Address::email));
        let gone = cte("gone", gone);
        let query = select(gone.col(Address::email)).order_by(gone.col(Address::id));
        if db.backend() == Backend::Sqlite {
            let error = at.0.all(query).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            at.1.nothing();
            return Ok(());
        }
        let sql = "WITH gone AS (DELETE FROM addresses WHERE addresses.user_id = ? RETURNING id, email) SELECT gone.email FROM gone ORDER BY gone.id";
        let rows = [Some("a1".to_owned()), Some("a2".to_owned())];
        returns(&at, &query, sql, &rows).await?;
        // It writes: a session has to keep the transaction in which it did.
        let mut session = at.0.session();
        assert_eq!(session.all(query).await?, rows);
        assert!(session.in_transaction());
        session.rollback().await?;
        at.1.sent([sql]);

        let moved = Node::insert().with_cte(&gone).values(Node::data.to(scalar(select(func::max(gone.col(Address::email))))));
        let sql = "WITH gone AS (DELETE FROM addresses WHERE addresses.user_id = ? RETURNING id, email) INSERT INTO nodes (data) VALUES ((SELECT max(gone.email) FROM gone))";
        changes(&at, moved, sql, 1).await?;
    }

    /// SQL-05, step 25: the query reads from no table.
    async fn insert_from_values_selected(db: Db) {
        let at = start(&db).await?;
        let row = select((func::value(9_i64), func::value("q".to_owned())));
        let statement = Node::insert().from_select((Node::id, Node::data), row);
        let sqlite = "INSERT INTO nodes (id, data) SELECT ?, ?";
        changes_each((&at.0, &at.1), statement, (sqlite, sqlite), 1).await?;
    }

    /// A query brings its common table expressions to the front, where those that write have to stand.
    async fn insert_from_cte(db: Db) {
        let at = start(&db).await?;
        let old = select((User::id, User::name)).filter(User::age.gt(30)).cte("old");
        let query = select((old.col(User::id), old.col(User::name)));
        let statement = Address::insert().from_select((Address::user_id, Address::email), query);
        let sql = "WITH old AS (SELECT users.id, users.name FROM users WHERE users.age > ?) INSERT INTO addresses (user_id, email) SELECT old.id, old.name FROM old";
        changes(&at, statement, sql, 1).await?;
    }

    /// UPDATE reads from aliases, subqueries and along relationships.
    async fn update_reads_from(db: Db) {
        let at = start(&db).await?;
        let statement = Address::update().set(Address::email.to(User::name)).join(Address::user);
        let sql = "UPDATE addresses SET email = users.name FROM users WHERE addresses.user_id = users.id";
        changes(&at, statement, sql, 3).await?;

        let parent = alias::<Node>("parent");
        let statement = Node::update()
            .set(Node::data.to(parent.col(Node::data)))
            .from_source(&parent)
            .filter(Node::parent_id.eq(parent.col(Node::id)));
        let sql = "UPDATE nodes SET data = parent.data FROM nodes AS parent WHERE nodes.parent_id = parent.id";
        changes(&at, statement, sql, 2).await?;

        let counts = select((Address::user_id, func::count(Address::id).label("n"))).group_by(Address::user_id).subquery("c");
        let statement = User::update()
            .set(User::nick.to(counts.column::<i64>("n").cast::<String>()))
            .from_source(&counts)
            .filter(User::id.eq(counts.col(Address::user_id)));
        let text = statement.to_sql(at.0.dialect())?.sql;
        assert!(text.contains("FROM (SELECT addresses.user_id, count(addresses.id) AS n FROM addresses GROUP BY addresses.user_id) AS c"), "{text}");
        assert_eq!(at.0.execute(statement).await?, 2);
        assert_eq!(at.0.all(select(User::nick).order_by(User::id)).await?, [Some("2".to_owned()), Some("1".to_owned()), Some("w".to_owned())]);
    }

    /// A filter that is called in a loop; names that need quotes.
    async fn filters_add_up(db: Db) {
        let at = start(&db).await?;
        let mut statement = Mixed::update().set((Mixed::selected.to(1), Mixed::ok.to(Mixed::selected)));
        for limit in [1, 2] {
            statement = statement.filter(Mixed::order.gt(limit));
        }
        let sql = "UPDATE \"Mixed\" SET \"select\" = ?, ok = \"Mixed\".\"select\" WHERE \"Mixed\".\"Order\" > ? AND \"Mixed\".\"Order\" > ?";
        changes(&at, statement, sql, 0).await?;
        let statement = Mixed::delete().filter(Mixed::order.gt(1)).filter(Mixed::ok.is_null());
        changes(&at, statement, "DELETE FROM \"Mixed\" WHERE \"Mixed\".\"Order\" > ? AND \"Mixed\".ok IS NULL", 0).await?;
    }

    /// Objects, columns and expressions come back as one row; the statement is also one to execute.
    async fn returning_shapes(db: Db) {
        let at = start(&db).await?;
        let statement = Node::update().set(Node::data.to("x")).filter(Node::id.le(2));
        let rows = statement.clone().returning((entity::<Node>(), Node::id + 10));
        let node = |id, parent_id| Node { id, parent_id, data: Some("x".into()) };
        let sql = "UPDATE nodes SET data = ? WHERE nodes.id <= ? RETURNING id, parent_id, data, id + ?";
        returns(&at, rows.clone(), sql, &[(node(1, None), 11), (node(2, Some(1)), 12)]).await?;
        changes(&at, rows, sql, 2).await?;
    }

    /// What an UPDATE reads from comes back too, where the database can.
    async fn returning_of_other_tables(db: Db) {
        let at = start(&db).await?;
        let statement = Address::update()
            .set(Address::email.to("x"))
            .join(Address::user)
            .filter(User::name.eq("jack"))
            .returning((Address::id, User::name));
        if db.backend() == Backend::Sqlite {
            assert_eq!(at.0.all(statement).await.unwrap_err().kind(), ErrorKind::Unsupported);
            return Ok(());
        }
        let sql = "UPDATE addresses SET email = ? FROM users WHERE addresses.user_id = users.id AND users.name = ? RETURNING addresses.id, users.name";
        returns(&at, statement, sql, &[(3, "jack".to_owned())]).await?;
    }
}
