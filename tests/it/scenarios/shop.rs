//! Country, customer, order, item, product: five tables in a row, deleted from the top.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "country")]
pub(crate) struct Country {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(back_populates = country, cascade = "all, delete-orphan")]
    pub(crate) customers: HasMany<Customer>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "customer")]
pub(crate) struct Customer {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(references = Country::id)]
    pub(crate) country_id: i64,
    #[orm(back_populates = customers)]
    pub(crate) country: BelongsTo<Country>,
    #[orm(back_populates = customer, cascade = "all, delete-orphan")]
    pub(crate) orders: HasMany<Order>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "product")]
pub(crate) struct Product {
    #[orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) name: String,
    #[orm(back_populates = product)]
    pub(crate) items: HasMany<OrderItem>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "orders")]
pub(crate) struct Order {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(column = "ref")]
    pub(crate) reference: String,
    #[orm(references = Customer::id)]
    pub(crate) customer_id: i64,
    #[orm(back_populates = orders)]
    pub(crate) customer: BelongsTo<Customer>,
    #[orm(back_populates = order, cascade = "all, delete-orphan")]
    pub(crate) items: HasMany<OrderItem>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "order_items")]
pub(crate) struct OrderItem {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = Order::id)]
    pub(crate) order_id: i64,
    #[orm(references = Product::id)]
    pub(crate) product_id: i64,
    pub(crate) qty: i32,
    #[orm(back_populates = items)]
    pub(crate) order: BelongsTo<Order>,
    #[orm(back_populates = items)]
    pub(crate) product: BelongsTo<Product>,
}
