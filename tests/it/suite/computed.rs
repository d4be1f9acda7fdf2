//! Values that each query works out.

use orm_core::engine::Engine;
use orm_core::mapping::{PageRequest, alias, entity};
use orm_core::prelude::*;

use crate::harness::{Log, both};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "lines")]
struct Line {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    count: i64,
    #[orm(sql = Self::price * Self::count)]
    total: i64,
    #[orm(sql = "price > 100")]
    dear: bool,
    #[orm(sql = Self::price + 1)]
    later: Deferred<i64>,
}

async fn lines(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<Line>()?.create_all(engine).await?;
    let mut session = engine.session();
    for (price, count) in [(10, 2), (200, 1), (30, 3)] {
        session.add(Line {
            price,
            count,
            ..Default::default()
        });
    }
    session.commit().await
}

const ITEMS: &str =
    "lines.id, lines.price, lines.count, lines.price * lines.count AS total, price > 100 AS dear";

both! {
    /// They come with the row, filter and order, and are no columns of the table.
    async fn queries_work_them_out(db: Db) {
        let engine = db.engine().await;
        lines(&engine).await?;
        let log = Log::new(&db, &engine);
        let all = engine.all(Line::select().filter(Line::total.gt(50)).order_by(Line::total.desc())).await?;
        log.sent([&*format!(
            "SELECT {ITEMS} FROM lines WHERE lines.price * lines.count > ? ORDER BY lines.price * lines.count DESC"
        )]);
        assert_eq!(all.iter().map(|line| (line.total, line.dear)).collect::<Vec<_>>(), [(200, true), (90, false)]);
        assert!(all[0].later.is_unloaded());
        let all: Vec<(i64, bool)> = engine.all(select((Line::total, Line::dear)).order_by(Line::id)).await?;
        assert_eq!(all, [(20, false), (200, true), (90, false)]);
        let one = engine.one(Line::select().undefer(Line::later).filter(Line::id.eq(1))).await?;
        assert_eq!(one.later.get()?, &11);

        let other = alias::<Line>("other");
        let pairs = select((Line::id, other.col(Line::total)))
            .join_on(&other, other.col(Line::total).gt(Line::total))
            .filter(Line::id.eq(1))
            .order_by(other.col(Line::id));
        assert_eq!(engine.all(pairs).await?, [(1, 200), (1, 90)]);
    }

    /// Nothing writes them; a flush of the row reads them back.
    async fn flushes_read_them_back(db: Db) {
        let engine = db.engine().await;
        lines(&engine).await?;
        let mut session = engine.session();
        let log = Log::new(&db, &engine);
        let new = session.add(Line { price: 5, count: 5, total: 1, ..Default::default() });
        session.flush().await?;
        assert!(log.take()[0].starts_with("INSERT INTO lines (price, count)"));
        assert_eq!(session[new].total, 25);
        let one = session.get_one::<Line>(1).await?;
        session.load(one, Line::later).await?;
        log.take();
        session[one].price = 300;
        session.flush().await?;
        log.sent([
            "UPDATE lines SET price = ? WHERE id = ?",
            "SELECT lines.id, lines.price * lines.count, price > 100 FROM lines WHERE lines.id = ?",
        ]);
        assert_eq!((session[one].total, session[one].dear), (600, true));
        assert!(session[one].later.is_unloaded());
        // What the program puts there would be lost.
        session[one].total = 7;
        let error = session.flush().await.unwrap_err();
        assert_eq!((error.kind(), error.object()), (ErrorKind::InvalidState, Some("Line(1)")));
        assert_eq!(error.columns(), ["total"]);
        log.nothing();
        session.rollback().await?;
        assert_eq!((session[one].price, session[one].total), (10, 20));
    }

    /// Statements that would write one are refused.
    async fn writes_are_refused(db: Db) {
        let engine = db.engine().await;
        lines(&engine).await?;
        let message = "Line.total is computed by each query and stored nowhere, so it cannot be set";
        let error = engine.execute(Line::update().set(Line::total.to(1))).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidQuery, message));
        let error = engine.execute(Line::insert().values(Line::total.to(1))).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidQuery, message));
        engine.execute(Line::insert().objects([&Line { price: 1, count: 1, ..Default::default() }])).await?;
        let mut session = engine.session();
        let one = session.get_one::<Line>(1).await?;
        let error = session.set_sql(one, Line::total, Line::price).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
    }
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "carts")]
struct Cart {
    #[orm(primary_key)]
    id: i64,
    #[orm(order_by(desc(Item::total), Item::id))]
    items: HasMany<Item>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "items")]
struct Item {
    #[orm(primary_key)]
    id: i64,
    price: i64,
    count: i64,
    #[orm(sql = Self::price * Self::count)]
    total: i64,
    #[orm(sql = "NULL")]
    share: Deferred<Option<i64>>,
    #[orm(references = Cart::id)]
    cart_id: i64,
}

async fn cart(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Cart, Item)>()?.create_all(engine).await?;
    engine
        .execute(Cart::insert().values(Cart::id.to(1)))
        .await?;
    let rows = [(1, 2), (5, 5), (3, 3)].map(|(price, count)| {
        (
            Item::price.to(price),
            Item::count.to(count),
            Item::cart_id.to(1),
        )
    });
    engine.execute(Item::insert().rows(rows)).await?;
    Ok(())
}

fn totals<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<i64> {
    items.into_iter().map(|item| item.total).collect()
}

both! {
    /// Objects held follow a statement of the program's in them too, and a rollback.
    async fn objects_follow_statements(db: Db) {
        let engine = db.engine().await;
        lines(&engine).await?;
        let mut session = engine.session();
        let all = session.all(Line::select().order_by(Line::id).undefer(Line::later)).await?;
        let log = Log::new(&db, &engine);
        let dearer = Line::update().set(Line::price.to(Line::price + 1)).filter(Line::id.le(2));
        assert_eq!(session.execute(dearer).await?, 2);
        let sent = log.take();
        assert_eq!(sent.len(), 2, "{sent:?}");
        assert!(sent[1].starts_with("SELECT lines.id, lines.price * lines.count, price > 100 FROM lines WHERE lines.id"));
        assert_eq!((session[all[0]].price, session[all[0]].total), (11, 22));
        assert!(session[all[0]].later.is_unloaded());
        assert_eq!(session[all[2]].later.get()?, &31);
        session.rollback().await?;
        assert_eq!((session[all[0]].price, session[all[0]].total), (10, 20));
        assert_eq!(session[all[0]].later.get()?, &11);

        session.bulk_update([(Line::id.to(1), Line::count.to(4))]).await?;
        assert_eq!((session[all[0]].count, session[all[0]].total), (4, 40));
        let returned = Line::update().set(Line::price.to(200)).filter(Line::id.eq(1)).returning(entity::<Line>());
        let returned = session.all(returned).await?;
        assert_eq!((returned[0], session[all[0]].total, session[all[0]].dear), (all[0], 800, true));
        let new = session.bulk_insert_returning([Line { price: 4, count: 4, ..Default::default() }]).await?;
        assert_eq!(session[new[0]].total, 16);
        // Nobody is concerned: nothing is read.
        log.take();
        session.execute(Line::update().set(Line::price.to(1)).filter(Line::id.gt(100))).await?;
        assert_eq!(log.take().len(), 1);
    }

    /// Relationships are ordered by them, whatever the strategy.
    async fn relationships_are_ordered_by_them(db: Db) {
        let engine = db.engine().await;
        cart(&engine).await?;
        let log = Log::new(&db, &engine);
        engine.one(Cart::select().with(Cart::items.joined())).await?;
        log.sent(["SELECT carts.id, items_1.id, items_1.price, items_1.count, items_1.price * items_1.count \
            FROM carts LEFT JOIN items AS items_1 ON items_1.cart_id = carts.id \
            ORDER BY items_1.price * items_1.count DESC, items_1.id"]);
        for load in [
            Cart::items.select_in(),
            Cart::items.joined(),
            Cart::items.subquery(),
            Cart::items.limit(3),
            Cart::items.limit(3).joined(),
            Cart::items.filter(Item::id.gt(0)).joined(),
        ] {
            let cart = engine.one(Cart::select().with(load)).await?;
            assert_eq!(totals(cart.items.get()?), [25, 9, 2]);
        }
        let mut session = engine.session();
        let one = session.get_one::<Cart>(1).await?;
        let items = one.items(&mut session).await?;
        assert_eq!(items.iter().map(|&item| session[item].total).collect::<Vec<_>>(), [25, 9, 2]);
        let query = one.items(&mut session).query()?.limit(1);
        assert_eq!(totals(&engine.all(query).await?), [25]);
    }

    /// In whatever the model is read from: subqueries, unions, other names, pages.
    async fn sources_have_them(db: Db) {
        let engine = db.engine().await;
        cart(&engine).await?;
        let rows = Item::select().filter(Item::id.gt(1)).subquery("rows");
        let query = select(rows.entity::<Item>()).order_by(rows.col(Item::total).desc());
        assert_eq!(totals(&engine.all(query).await?), [25, 9]);
        let rows = Item::select().cte("rows");
        let query = select(rows.entity::<Item>()).order_by(rows.col(Item::total));
        assert_eq!(totals(&engine.all(query).await?), [2, 9, 25]);
        let both = Item::select().filter(Item::id.eq(1)).union(Item::select().filter(Item::id.eq(2)));
        assert_eq!(totals(&engine.all(both.order_by(Item::id)).await?), [2, 25]);
        let other = alias::<Item>("other");
        let query = select(other.entity()).order_by(other.col(Item::total));
        assert_eq!(totals(&engine.all(query).await?), [2, 9, 25]);
        let query = Item::select().order_by(Item::total);
        let first = engine.page(query.clone(), PageRequest::size(2)).await?;
        let second = engine.page(query, PageRequest::size(2).at(first.next.as_deref())).await?;
        assert_eq!((totals(&first.rows), totals(&second.rows)), (vec![2, 9], vec![25]));
    }

    /// EAG-08: a query gives one another expression.
    async fn queries_give_other_expressions(db: Db) {
        let engine = db.engine().await;
        cart(&engine).await?;
        let mut session = engine.session();
        let plain = session.all(Item::select().order_by(Item::id)).await?;
        assert!(session[plain[0]].share.is_unloaded());
        let log = Log::new(&db, &engine);
        let all = Item::select().order_by(Item::id).with_expression(Item::share, Item::price * 100 / 9);
        assert_eq!(session.all(all).await?, plain);
        log.sent(["SELECT items.id, items.price, items.count, items.price * items.count AS total, items.price * ? / ? AS share, \
            items.cart_id FROM items ORDER BY items.id"]);
        assert_eq!(session[plain[1]].share.get()?, &Some(55));
        let error = engine.all(Item::select().with_expression(Item::price, Item::count)).await.unwrap_err();
        assert_eq!(
            error.message(),
            "Item.price is a column of its table: with_expression gives a value to a field with #[orm(sql = ..)]; for a row \
             with another value, select a tuple"
        );
    }
}
