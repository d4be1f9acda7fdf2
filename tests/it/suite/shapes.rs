//! Trees, links that one side declares, keys that are not counted by the database.

use orm_core::prelude::*;
use orm_core::session::Life;

use crate::harness::both;
use crate::scenarios::library::{self, Shelf, ShelfAccessors as _, shelf};
use crate::scenarios::shop::{
    Country, CountryAccessors as _, Customer, CustomerAccessors as _, Order, OrderItem, Product,
};
use crate::scenarios::staff::*;

both! {
    /// CYC-01: a tree is written from the root and deleted from the leaves, also when its children do not know their parent.
    async fn a_tree_of_one_side(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        // By their keys the children come first.
        let leaf = |code: &str| Unit { parts: [unit(&format!("{code}1")), unit(&format!("{code}0"))].into(), ..unit(code) };
        let root = session.add(Unit { parts: [leaf("a"), leaf("b")].into(), ..unit("z") });
        session.commit().await?;
        let rows = engine.all(select((Unit::code, Unit::part_of)).order_by(Unit::code)).await?;
        assert_eq!(rows.len(), 7);
        assert_eq!((rows[0].clone(), rows[1].clone()), (("a".into(), Some("z".into())), ("a0".into(), Some("a".into()))));
        session.rollback().await?;
        session.delete(root)?;
        session.flush().await?;
        session.rollback().await?;
        assert_eq!(root.parts(&mut session).await?.len(), 2);

        let mut session = engine.session();
        let root = session.get_one::<Unit>("z").await?;
        let parts = root.parts(&mut session).await?;
        root.parts(&mut session).remove(parts[0])?;
        session.commit().await?;
        assert_eq!(session[parts[0]].part_of, None);
        parts[1].parts(&mut session).push(parts[0])?;
        session.commit().await?;
        session.delete(root)?;
        session.commit().await?;
        assert_eq!(engine.scalar(select(func::count_all()).from::<Unit>()).await?, 0);
    }

    /// Rows are deleted by what they refer to in the database, wherever the program has moved them since.
    async fn deleted_after_being_moved(db: Db) {
        let engine = db.engine().await;
        library::tables(&engine).await?;
        let mut session = engine.session();
        let a = session.add(Shelf { children: [shelf("b")].into(), ..shelf("a") });
        let c = session.add(shelf("c"));
        session.commit().await?;
        let b = a.children(&mut session).await?[0];
        session[b].parent = c.into();
        session[a].parent = b.into();
        session.add(shelf("d"));
        for shelf in [a, b, c] {
            session.delete(shelf)?;
        }
        session.commit().await?;
        assert_eq!(session.life(b)?, Life::Detached);
        assert_eq!(engine.all(select(Shelf::label)).await?, ["d"]);
    }

    /// Subtrees move; shelves that are in each other are written, since the column may be NULL until both are there.
    async fn subtrees_move(db: Db) {
        let engine = db.engine().await;
        library::tables(&engine).await?;
        let mut session = engine.session();
        let a = session.add(Shelf {
            children: [Shelf { children: [shelf("c")].into(), ..shelf("b") }].into(),
            ..shelf("a")
        });
        session.commit().await?;
        let b = a.children(&mut session).await?[0];
        let top = session.add(Shelf { children: [b].into(), ..shelf("top") });
        session.commit().await?;
        assert_eq!(a.children(&mut session).await?, []);
        assert_eq!(session[b].parent_id, Some(session[top].id));
        session.delete(top)?;
        session.commit().await?;
        assert_eq!(session[b].parent_id, None);
        let n = session.add(shelf("n"));
        let m = n.children(&mut session).push(shelf("m"))?;
        m.children(&mut session).push(n)?;
        session.commit().await?;
        assert_eq!((session[n].parent_id, session[m].parent_id), (Some(session[m].id), Some(session[n].id)));
        assert_eq!(engine.scalar(select(func::count_all()).from::<Shelf>()).await?, 5);
    }

    /// A new customer taken out of its country is not inserted, nor its new orders; likewise in a deletion.
    async fn a_withdrawn_object_takes_its_own_along(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Country, Customer, Product, Order, OrderItem)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let country = session.add(Country { name: "x".into(), ..Default::default() });
        session.commit().await?;
        for delete in [false, true] {
            let customer = country.customers(&mut session).push(Customer { name: "c".into(), ..Default::default() })?;
            let order = customer.orders(&mut session).push(Order { reference: "r".into(), ..Default::default() })?;
            if delete {
                session.delete(country)?;
            } else {
                country.customers(&mut session).remove(customer)?;
            }
            session.commit().await?;
            assert_eq!((session.life(customer)?, session.life(order)?), (Life::Transient, Life::Transient));
        }
        assert_eq!(session.life(country)?, Life::Detached);
    }

    /// Two links between the same tables, by a key that is not the primary key.
    async fn two_links_by_name(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let town = |name: &str| Town { name: name.into(), ..Default::default() };
        let (x, y) = (session.add(town("x")), session.add(town("y")));
        let p = session.add(Person { work: x.into(), home: y.into(), ..Default::default() });
        session.commit().await?;
        assert_eq!((session[p].works_in.as_deref(), session[p].lives_in.as_deref()), (Some("x"), Some("y")));

        let mut session = engine.session();
        let (x, y) = (session.get_one::<Town>(1).await?, session.get_one::<Town>(2).await?);
        let p = x.workers(&mut session).await?[0];
        assert_eq!(x.residents(&mut session).await?, []);
        assert_eq!(y.residents(&mut session).await?, [p]);
        session[p].work = y.into();
        assert_eq!(x.workers(&mut session).await?, []);
        assert_eq!(y.workers(&mut session).await?, [p]);
        session.commit().await?;
        assert_eq!(session[p].works_in.as_deref(), Some("y"));
        session[p].works_in = Some("x".into());
        session.commit().await?;
        assert_eq!(p.work(&mut session).await?, Some(x));
        session.delete(x)?;
        session.commit().await?;
        assert_eq!((session[p].works_in.as_deref(), session[p].lives_in.as_deref()), (None, Some("y")));
        session.delete(y)?;
        session.commit().await?;
        assert_eq!(session.life(p)?, Life::Detached);
    }

    /// A foreign key of two columns, in another order than the key; columns that the database fills.
    async fn two_columns_and_defaults(db: Db) {
        let engine = db.engine().await;
        tables(&engine).await?;
        let mut session = engine.session();
        let room = |number| Room { house: "h".into(), number, ..Default::default() };
        let (one, two) = (session.add(room(1)), session.add(room(2)));
        let desks = session.add_all((0..20).map(|n| {
            let desk = Desk::create().room(if n % 2 == 0 { one } else { two });
            match n % 3 {
                0 => desk.build(),
                1 => desk.size(n).build(),
                _ => desk.made_of("steel").build(),
            }
        }));
        // Set after all, so not left to the database.
        session[desks[0]].size = 99.into();
        session.commit().await?;
        for (n, &desk) in desks.iter().enumerate() {
            let desk = &session[desk];
            assert_eq!(desk.made_of, if n % 3 == 2 { "steel" } else { "wood" }, "{n}");
            let size = match n { 0 => 99, n if n % 3 == 1 => n as i32, _ => 7 };
            assert_eq!(desk.size, size, "{n}");
            assert_eq!((desk.room_house.as_deref(), desk.room_number), (Some("h"), Some(if n % 2 == 0 { 1 } else { 2 })));
        }
        let rows = engine.all(Desk::select().order_by(Desk::id)).await?;
        for row in &rows {
            let held = session.get_one::<Desk>(row.id).await?;
            assert_eq!((&row.made_of, row.size, row.room_number), (&session[held].made_of, session[held].size, session[held].room_number));
        }
        assert_eq!(one.desks(&mut session).await?.len(), 10);
        session.delete(one)?;
        session.commit().await?;
        assert_eq!((session[desks[0]].room_house.clone(), session[desks[0]].room_number), (None, None));
    }

    /// Keys that the database makes up without counting come to the right objects.
    async fn made_up_keys(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<(Badge,)>()?.create_all(&engine).await?;
        let mut session = engine.session();
        let badges = session.add_all((0..5).map(|n| Badge::create().holder(format!("h{n}")).build()));
        session.commit().await?;
        for (n, &badge) in badges.iter().enumerate() {
            let code = session[badge].code.get()?.clone();
            let row = engine.one(Badge::select().filter(Badge::code.eq(code.as_str()))).await?;
            assert_eq!(row.holder, format!("h{n}"));
            assert_eq!(session.get::<Badge>(code).await?, Some(badge));
        }
    }
}
