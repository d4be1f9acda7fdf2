//! What a flush writes: in which order, in how few statements, and nothing that did not change.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::{Log, both};
use crate::scenarios::shop::{Country, Customer, Order, OrderAccessors as _, OrderItem, Product};
use crate::scenarios::user_address::{
    self, Address, AddressAccessors as _, User, UserAccessors as _,
};

both! {
    /// UOW-01: five tables, added in the wrong order, related by relationships only.
    async fn parents_before_children(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Country, Customer, Product, Order, OrderItem)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let item = |qty| OrderItem { qty, ..Default::default() };
        let (i2, i1) = (session.add(item(2)), session.add(item(1)));
        let order = session.add(Order { reference: "r".into(), ..Default::default() });
        let customer = session.add(Customer { name: "c".into(), ..Default::default() });
        let country = session.add(Country { name: "x".into(), ..Default::default() });
        session[country].customers = [customer].into();
        session[order].customer = customer.into();
        order.items(&mut session).push(i1)?;
        session[i2].order = order.into();
        session[i1].product = Product { name: "p1".into(), ..Default::default() }.into();
        session[i2].product = Product { name: "p2".into(), ..Default::default() }.into();
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent_each(
            &[
                "INSERT INTO country (name) VALUES (?)",
                "INSERT INTO customer (name, country_id) VALUES (?, ?)",
                "INSERT INTO orders (ref, customer_id) VALUES (?, ?)",
                "INSERT INTO product (name) VALUES (?)",
                "INSERT INTO order_items (order_id, product_id, qty) VALUES (?, ?, ?)",
            ],
            &[
                "INSERT INTO country (name) VALUES (?) RETURNING id",
                "INSERT INTO customer (name, country_id) VALUES (?, ?) RETURNING id",
                "INSERT INTO orders (ref, customer_id) VALUES (?, ?) RETURNING id",
                "INSERT INTO product (name) SELECT u.c0 FROM UNNEST(?::TEXT[]) WITH ORDINALITY AS u (c0, n) \
                 ORDER BY u.n RETURNING id",
                "INSERT INTO order_items (order_id, product_id, qty) SELECT u.c0, u.c1, u.c2 \
                 FROM UNNEST(?::BIGINT[], ?::BIGINT[], ?::INTEGER[]) WITH ORDINALITY AS u (c0, c1, c2, n) \
                 ORDER BY u.n RETURNING id",
            ],
        );
        assert_eq!((session[i2].id, session[i1].id), (1, 2));
        assert_eq!(session[i1].order_id, session[order].id);
        assert!(session[i1].product_id != session[i2].product_id && session[i1].product_id > 0);
        assert_eq!(session[customer].country_id, session[country].id);

        session.commit().await?;
        session.delete(country)?;
        log.take();
        session.flush().await?;
        let sent = log.take();
        let deletes: Vec<_> = sent.iter().filter(|sql| sql.starts_with("DELETE")).map(|sql| sql.split(' ').nth(2).unwrap()).collect();
        assert_eq!(deletes, ["order_items", "orders", "customer", "country"]);
        assert!(sent.len() <= 8, "{sent:?}");
        session.commit().await?;
        assert_eq!(session.life(i1)?, Life::Detached);
        let names = engine.all(select(Product::name).order_by(Product::name)).await?;
        assert_eq!(names, ["p1", "p2"]);
        for count in [
            engine.scalar(select(func::count_all()).from::<Country>()).await?,
            engine.scalar(select(func::count_all()).from::<OrderItem>()).await?,
        ] {
            assert_eq!(count, 0);
        }
    }

    /// UOW-03: only changed columns, one statement for each column set, nothing when a value is set back.
    async fn only_what_changed(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        let (u1, u2) = (session.get_one::<User>(1).await?, session.get_one::<User>(2).await?);
        let log = Log::new(&db, &engine);

        session[u1].fullname = Some("Ed F".into());
        session.flush().await?;
        log.sent(["UPDATE users SET fullname = ? WHERE id = ?"]);
        session[u1].name = "e".into();
        session[u1].fullname = Some("f".into());
        session.flush().await?;
        log.sent(["UPDATE users SET name = ?, fullname = ? WHERE id = ?"]);
        session[u2].name = "n2".into();
        session[u1].name = "n1".into();
        session.flush().await?;
        log.sent_each(
            &["UPDATE users SET name = ? WHERE id = ?"],
            &["UPDATE users SET name = u.c0 FROM UNNEST(?::TEXT[], ?::BIGINT[]) AS u (c0, k0) WHERE users.id = u.k0"],
        );
        session[u1].name = "m1".into();
        session[u2].fullname = Some("m2".into());
        session.flush().await?;
        log.sent(["UPDATE users SET name = ? WHERE id = ?", "UPDATE users SET fullname = ? WHERE id = ?"]);
        session[u1].name = "other".into();
        assert!(session.is_modified(u1)?);
        session[u1].name = "m1".into();
        assert!(!session.is_modified(u1)?);
        session.flush().await?;
        log.nothing();
        session.commit().await?;
        let rows = engine.all(select((User::name, User::fullname)).order_by(User::id)).await?;
        assert_eq!(rows, [("m1".into(), Some("f".into())), ("n2".into(), Some("m2".into()))]);
    }

    /// UOW-09: the child's foreign key follows its parent, at the flush.
    async fn children_get_their_parents_key(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let u = session.add(User { addresses: [Address::of("a"), Address::of("b")].into(), ..User::named("u") });
        let held = u.addresses(&mut session).await?;
        let (a, b) = (held[0], held[1]);
        assert_eq!(session[a].user_id, None);
        let log = Log::new(&db, &engine);
        session.flush().await?;
        log.sent_each(
            &[
                "INSERT INTO users (name, fullname) VALUES (?, ?)",
                "INSERT INTO addresses (user_id, email) VALUES (?, ?)",
            ],
            &[
                "INSERT INTO users (name, fullname) VALUES (?, ?) RETURNING id",
                "INSERT INTO addresses (user_id, email) SELECT u.c0, u.c1 FROM UNNEST(?::BIGINT[], ?::TEXT[]) \
                 WITH ORDINALITY AS u (c0, c1, n) ORDER BY u.n RETURNING id",
            ],
        );
        assert_eq!((session.life(a)?, session.life(b)?), (Life::Persistent, Life::Persistent));
        assert_eq!(session[a].user_id, Some(session[u].id));
        session[a].email = "a changed".into();
        session.flush().await?;
        log.sent(["UPDATE addresses SET email = ? WHERE id = ?"]);

        let u2 = session.add(User::named("u2"));
        session.flush().await?;
        log.take();
        u2.addresses(&mut session).push(a)?;
        session.flush().await?;
        assert_eq!(log.take().last().unwrap(), "UPDATE addresses SET user_id = ? WHERE id = ?");
        assert_eq!(session[a].user_id, Some(session[u2].id));
        assert_eq!(a.user(&mut session).await?, Some(u2));
        assert_eq!(u.addresses(&mut session).await?, [b]);
        u2.addresses(&mut session).remove(a)?;
        session.flush().await?;
        assert_eq!(log.take().last().unwrap(), "UPDATE addresses SET user_id = ? WHERE id = ?");
        assert_eq!(a.user(&mut session).await?, None);
        assert_eq!(session.life(a)?, Life::Persistent);
        session.commit().await?;
        let rows = engine.all(select((Address::user_id, Address::email)).order_by(Address::id)).await?;
        assert_eq!(rows, [(None, "a changed".to_owned()), (Some(1), "b".to_owned())]);
    }

    /// On PostgreSQL 1,000 new and 1,000 changed rows take at most six statements, BEGIN and COMMIT included; on SQLite
    /// one prepared statement for each column set.
    async fn few_statements_for_many_rows(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let users = session.add_all((0..1000).map(|n| User::named(&format!("u{n}"))));
        session.commit().await?;
        for (n, &user) in users.iter().enumerate() {
            session[user].name = format!("changed {n}");
        }
        session.add_all((0..1000).map(|n| Address { user: users[n].into(), ..Address::of(&format!("a{n}")) }));
        engine.statements().clear();
        session.commit().await?;
        let sent = engine.statements().take();
        assert!(sent.len() <= 6, "{sent:?}");
        let rows = engine.all(select((User::name, Address::email)).join(User::addresses).order_by(User::id)).await?;
        assert_eq!(rows.len(), 1000);
        for (n, row) in rows.iter().enumerate() {
            assert_eq!(*row, (format!("changed {n}"), format!("a{n}")));
        }
    }

    /// UOW-11: 2,500 new rows get their keys in the order in which they were added; on PostgreSQL by one statement.
    async fn keys_in_the_order_of_adding(db: Db) {
        let engine = db.engine().await;
        user_address::tables(&engine).await?;
        let mut session = engine.session();
        let users = session.add_all((0..2500).map(|n| User::named(&n.to_string())));
        let log = Log::new(&db, &engine);
        session.flush().await?;
        assert_eq!(log.take().len(), 1);
        let first = session[users[0]].id;
        for (n, &user) in users.iter().enumerate() {
            assert_eq!(session[user].id, first + n as i64);
        }
        session.add_all((0..2500).map(|n| User { id: 10_000 + n, ..User::named("given") }));
        session.commit().await?;
        assert_eq!(log.take().len(), 1);
        assert_eq!(engine.scalar(select(func::count_all()).from::<User>()).await?, 5000);
    }

    /// A commit with nothing to do sends nothing.
    async fn nothing_to_do_costs_nothing(db: Db) {
        let engine = db.engine().await;
        user_address::data(&engine).await?;
        let mut session = engine.session();
        session.all(User::select()).await?;
        engine.statements().clear();
        session.commit().await?;
        assert!(engine.statements().take().is_empty());
    }
}
