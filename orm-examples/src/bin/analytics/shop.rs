//! The shop: its tables, and a year and a half of made-up business, the same on every run.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use orm_core::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;

#[derive(Model, Debug, Clone)]
#[orm(table = "customers", index(country))]
pub struct Customer {
    #[orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub country: String,
    pub preferences: serde_json::Value,
    #[orm(back_populates = customer)]
    pub orders: HasMany<Order>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "categories")]
pub struct Category {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Category::id)]
    pub parent_id: Option<i64>,
    pub name: String,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "products")]
pub struct Product {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Category::id)]
    pub category_id: i64,
    pub name: String,
    pub price: Decimal,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Paid,
    Cancelled,
}

#[derive(Model, Debug, Clone)]
#[orm(table = "orders")]
pub struct Order {
    #[orm(primary_key)]
    pub id: i64,
    #[orm(references = Customer::id, index)]
    pub customer_id: i64,
    pub placed_at: NaiveDateTime,
    pub status: Status,
    #[orm(back_populates = orders)]
    pub customer: BelongsTo<Customer>,
    #[orm(back_populates = order)]
    pub items: HasMany<OrderItem>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "order_items")]
pub struct OrderItem {
    #[orm(primary_key, references = Order::id)]
    pub order_id: i64,
    #[orm(primary_key, references = Product::id)]
    pub product_id: i64,
    pub quantity: i32,
    pub price: Decimal,
    #[orm(back_populates = items)]
    pub order: BelongsTo<Order>,
}

#[derive(Model, Debug, Clone, Default)]
#[orm(table = "daily_totals")]
pub struct DailyTotal {
    #[orm(primary_key)]
    pub day: NaiveDate,
    pub orders: i64,
    pub revenue: Decimal,
}

/// The first day of business.
pub fn opening() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap_or_default()
}

pub const CUSTOMERS: i64 = 1_000;
pub const ORDERS: i64 = 20_000;
const PRODUCTS: i64 = 60;
const DAYS: u64 = 540;

/// Numbers that look random and are the same on every run (Knuth's constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

/// Drops the tables, creates them anew and fills them.
pub async fn open(engine: &Engine) -> orm_core::Result<()> {
    let metadata = Metadata::of::<(Customer, Category, Product, Order, OrderItem, DailyTotal)>()?;
    metadata.drop_all(engine).await?;
    metadata.create_all(engine).await?;
    let mut dice = Dice(2026);
    let mut session = engine.session();
    session.add_all((1..=CUSTOMERS).map(|id| customer(id, &mut dice)));
    session.add_all(categories());
    session.flush().await?;
    let products: Vec<Product> = (1..=PRODUCTS).map(|id| product(id, &mut dice)).collect();
    session.add_all(products.clone());
    for id in 1..=ORDERS {
        let order = order(id, &mut dice);
        session.add(order);
        let first = dice.below(PRODUCTS as u64 - 3);
        for step in 0..=dice.below(3) {
            let product = &products[(first + step) as usize];
            session.add(OrderItem {
                order_id: id,
                product_id: product.id,
                quantity: 1 + dice.below(4) as i32,
                price: product.price,
                ..Default::default()
            });
        }
    }
    session.commit().await
}

fn customer(id: i64, dice: &mut Dice) -> Customer {
    let country = dice.pick(&["DE", "FR", "IT", "JP", "US"]);
    let newsletter = dice.below(3) == 0;
    let theme = dice.pick(&["dark", "light"]);
    Customer {
        id,
        name: format!("Customer {id:04}"),
        country: country.into(),
        preferences: json!({ "newsletter": newsletter, "ui": { "theme": theme, "pins": [id % 7, id % 5] } }),
        orders: HasMany::default(),
    }
}

/// Three roots, each with two branches, each with two leaves.
fn categories() -> Vec<Category> {
    let names = ["Home", "Garden", "Office"];
    let parts = ["Tools", "Decor"];
    let kinds = ["Basic", "Fine"];
    let mut all = Vec::new();
    let mut add = |parent_id, name: String| {
        let id = all.len() as i64 + 1;
        all.push(Category {
            id,
            parent_id,
            name,
        });
        id
    };
    for name in names {
        let root = add(None, name.to_owned());
        for part in parts {
            let branch = add(Some(root), format!("{name} {part}"));
            for kind in kinds {
                add(Some(branch), format!("{kind} {name} {part}"));
            }
        }
    }
    all
}

fn product(id: i64, dice: &mut Dice) -> Product {
    // Leaves of the tree are the ids 3, 4, 6, 7 of each block of seven.
    let leaf = [3, 4, 6, 7][dice.below(4) as usize];
    Product {
        id,
        category_id: 7 * dice.below(3) as i64 + leaf,
        name: format!("Product {id:02}"),
        price: Decimal::new(199 + 100 * dice.below(90) as i64, 2),
    }
}

fn order(id: i64, dice: &mut Dice) -> Order {
    // Business grows: of two throws the later day counts.
    let day = dice.below(DAYS).max(dice.below(DAYS));
    let date = opening() + Days::new(day);
    let minute = dice.below(24 * 60) as u32;
    let time = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap_or_default();
    Order {
        id,
        customer_id: 1
            + (dice.below(CUSTOMERS as u64) * dice.below(CUSTOMERS as u64) / CUSTOMERS as u64)
                as i64,
        placed_at: date.and_time(time),
        status: if dice.below(20) == 0 {
            Status::Cancelled
        } else {
            Status::Paid
        },
        customer: BelongsTo::default(),
        items: HasMany::default(),
    }
}
