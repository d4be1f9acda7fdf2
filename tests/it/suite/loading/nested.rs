//! Paths of several relationships.

use orm_core::engine::Engine;
use orm_core::mapping::entity;
use orm_core::prelude::*;

use crate::harness::{Log, both};
use crate::scenarios::shop::{
    Country, CountryAccessors as _, Customer, CustomerAccessors as _, Order, OrderAccessors as _,
    OrderItem, OrderItemAccessors as _, Product, ProductAccessors as _,
};

/// 2 countries, 2 customers each, 2 orders each, 2 items each, of product 1 or 2.
async fn data(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Country, Customer, Order, OrderItem, Product)>()?
        .create_all(engine)
        .await?;
    let mut session = engine.session();
    let products = session.add_all(["p1", "p2"].map(|name| Product {
        name: name.into(),
        ..Default::default()
    }));
    for country in 0..2 {
        let customers: Vec<Customer> = (0..2)
            .map(|customer| Customer {
                name: format!("{country}{customer}"),
                orders: (0..2)
                    .map(|order| Order {
                        reference: format!("{country}{customer}{order}"),
                        items: (0..2)
                            .map(|item| OrderItem {
                                qty: item,
                                product: products[item as usize].into(),
                                ..Default::default()
                            })
                            .collect::<Vec<_>>()
                            .into(),
                        ..Default::default()
                    })
                    .collect::<Vec<_>>()
                    .into(),
                ..Default::default()
            })
            .collect();
        session.add(Country {
            name: country.to_string(),
            customers: customers.into(),
            ..Default::default()
        });
    }
    session.commit().await?;
    assert_eq!(products[0].items(&mut session).count().await?, 8);
    Ok(())
}

/// Reads every item and its product; how many items there are.
async fn walk(session: &mut Session, countries: Vec<Handle<Country>>) -> orm_core::Result<usize> {
    let mut items = 0;
    for country in countries {
        for customer in country.customers(session).await? {
            for order in customer.orders(session).await? {
                for item in order.items(session).await? {
                    let product = item.product(session).await?.unwrap();
                    assert_eq!(session[product].name, format!("p{}", session[item].qty + 1));
                    items += 1;
                }
            }
        }
    }
    Ok(items)
}

both! {
    /// EAG-03: nested paths and mixes of strategies.
    async fn paths_of_mixed_strategies(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let query = Country::select;
        let items = Order::items;
        for (query, statements) in [
            (query(), 17),
            (query().with(Country::customers.then(Customer::orders.then(items.then(OrderItem::product)))), 5),
            (query().with(Country::customers.then(Customer::orders.joined())), 12),
            (query().with(Country::customers.then(Customer::orders.then(items.then(OrderItem::product.joined())))), 4),
            (query().with(Country::customers.joined().then(
                Customer::orders.joined().then(items.joined().then(OrderItem::product.joined())))), 1),
            (query().with(Country::customers.subquery().then(Customer::orders.subquery())), 13),
            (query().with(Country::customers.joined().then(
                Customer::orders.subquery().then(items.joined().then(OrderItem::product)))), 3),
            (query().with(Country::customers.batch().then(
                Customer::orders.batch().then(items.batch().then(OrderItem::product.batch())))), 5),
        ] {
            let mut session = engine.session();
            log.take();
            let countries = session.all(query).await?;
            assert_eq!(countries.len(), 2);
            assert_eq!(walk(&mut session, countries).await?, 16);
            let sent = log.take();
            assert_eq!(sent.len(), statements, "{sent:#?}");
        }
    }

    /// A join that always has a match is an inner one, as long as what it is joined to is there.
    async fn required_parents_are_joined_inside(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        let log = Log::new(&db, &engine);
        let query = OrderItem::select().with(OrderItem::order.joined().then(Order::customer.joined()));
        let items = engine.all(query).await?;
        assert_eq!(items.len(), 16);
        let sent = log.take();
        assert_eq!(sent.len(), 1);
        assert!(!sent[0].contains("LEFT JOIN") && sent[0].matches(" JOIN ").count() == 2, "{sent:?}");
        let query = Customer::select().with(Customer::orders.joined().then(Order::customer.joined()));
        assert_eq!(engine.all(query).await?.len(), 4);
        let sent = log.take();
        assert_eq!(sent[0].matches("LEFT JOIN").count(), 2, "{sent:?}");
    }

    /// What a query's own outer join, or a LEFT JOIN further up, did not find loses no row by a required relationship.
    async fn required_parents_of_what_may_be_missing(db: Db) {
        let engine = db.engine().await;
        data(&engine).await?;
        engine.execute(text("INSERT INTO product (name) VALUES ('unsold')")).await?;
        let query = select((Product::name, entity::<OrderItem>().optional()))
            .left_join(Product::items)
            .order_by((Product::id, OrderItem::id));
        for load in [OrderItem::order.joined(), OrderItem::order.inner_joined()] {
            let rows = engine.all(query.clone().with(load)).await?;
            assert_eq!(rows.len(), 17);
            assert!(rows.iter().all(|(name, item)| item.is_some() == (name != "unsold")));
            assert!(rows.iter().flat_map(|(_, item)| item).all(|item| matches!(item.order.get(), Ok(Some(_)))));
        }
        let nested = [
            Product::items.joined().then(OrderItem::order.joined()),
            Product::items.joined().then(OrderItem::order.inner_joined()),
        ];
        for load in nested {
            let products = engine.all(Product::select().order_by(Product::id).with(load)).await?;
            let items: Vec<usize> = products.iter().map(|it| it.items.get().map_or(99, <[_]>::len)).collect();
            assert_eq!(items, [8, 8, 0]);
        }
        // Of the query's own objects it leaves out what has no match.
        let sold = engine.all(Product::select().with(Product::items.inner_joined())).await?;
        assert_eq!(sold.len(), 2);
    }
}
